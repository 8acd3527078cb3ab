// Gates as administrators see them: added with a one-time code, how far each is, revoked.
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include <algorithm>

#include "answers.hpp"
#include "registry/fields.hpp"
#include "registry/one_time_code.hpp"

namespace menshen::registry::server {
namespace {

namespace json = boost::json;

/// What is known of gates beside their entities.
struct FleetView {
    std::vector<GateReport> reports;
    std::vector<GateIdentity> identities;
    std::vector<ScopeInfo> scopes;
};

Result<FleetView> look_at_fleet(Desk& desk) {
    FleetView view;
    auto reports = desk.store->fleet().reports();
    if (!reports) return reports.error();
    auto identities = desk.store->fleet().identities();
    if (!identities) return identities.error();
    auto scopes = desk.reader.feed().scopes();
    if (!scopes) return scopes.error();
    return FleetView{std::move(reports).value(), std::move(identities).value(), std::move(scopes).value()};
}

json::array heads_json(const GateReport& report, const std::vector<ScopeInfo>& scopes) {
    json::array heads;
    for (const auto& at : report.heads) {
        const auto scope =
            std::ranges::find_if(scopes, [&](const ScopeInfo& s) { return s.head.at.scope == at.scope; });
        const bool newest = scope != scopes.end() && scope->head.at == at;
        heads.push_back({{"scope", at.scope}, {"head", fmt::format("{}:{}", at.epoch, at.seq)}, {"newest", newest}});
    }
    return heads;
}

json::object gate_json(const Entity& gate, const FleetView& view) {
    auto object = to_json(gate);
    const auto identity = std::ranges::find(view.identities, gate.id, &GateIdentity::gate);
    object["enrolled"] =
        identity == view.identities.end() ? json::value(nullptr) : json::value(format_utc(identity->enrolled));
    const auto report = std::ranges::find(view.reports, gate.id, &GateReport::gate);
    if (report == view.reports.end()) return object;
    object["seen"] = format_utc(report->seen);
    object["build"] = report->version;  // its program's; `version` is the entity's
    object["heads"] = heads_json(*report, view.scopes);
    boost::system::error_code failed;
    auto state = json::parse(report->state, failed);
    object["state"] = failed ? json::value(nullptr) : std::move(state);
    return object;
}

Reply list_gates(Desk& desk, const Call& call) {
    std::optional<Reply> refused;
    FieldErrors errors;
    Query query;
    query.kind = Kind::gate;
    query.scopes = scopes_of(call, refused);
    query.words = call.asked("words");
    query.after = call.asked("after");
    query.limit = static_cast<int>(asked_number(call, "limit", 50, 1, max_page, errors));
    if (refused) return *refused;
    if (!errors.empty()) return wrong_fields(errors);
    auto page = desk.reader.directory().find(query);
    if (!page) return problem(page.error());
    auto view = look_at_fleet(desk);
    if (!view) return problem(view.error());
    json::array items;
    for (const auto& gate : page->entities) items.push_back(gate_json(gate, *view));
    return json_reply(page_json(std::move(items), page->next));
}

/// A fresh code for the gate, and all that whoever enrols it must type or compare.
Reply hand_out_code(Desk& desk, const Call& call, const Entity& gate, unsigned status) {
    const auto code = new_one_time_code();
    const auto ends = call.now.utc + desk.services.config.gate_code;
    auto done = desk.store->fleet().admit({hash_of_code(gate_code, code), gate.id, ends}, call.actor(), call.now.utc);
    if (!done) return problem(done.error());
    return json_reply({{"gate", to_json(gate)},
                       {"code", code},
                       {"ends", format_utc(ends)},
                       {"authority_sha256", desk.services.fingerprint}},
                      status);
}

Reply add_gate(Desk& desk, const Call& call) {
    Body body(call);
    const auto scope = body.text("scope");
    Put put;
    put.scope = scope;
    put.value = Gate{};
    body.value("gate", put.value);
    const auto why = body.text("why", Need::optional);
    if (const auto& errors = body.finish(); !errors.empty()) return wrong_fields(errors);
    if (!call.covers(scope)) return forbidden();
    if (scope == common_scope) {
        return wrong_fields({{"/scope", "scope", "a gate stands at one site; common is every gate's already"}});
    }
    ChangeSet set;
    set.changes.emplace_back(std::move(put));
    set.action = "gate.add";
    set.why = why;
    set.idempotency_key = call.field("idempotency-key");
    auto outcome = desk.store->commits().commit(set, call.actor(), call.now);
    const auto* done = outcome ? std::get_if<Committed>(&*outcome) : nullptr;
    if (done == nullptr) return reply_of(outcome, call);
    auto made = desk.reader.directory().find(done->changed.at(0).id);
    if (!made || !*made) return made ? not_found() : problem(made.error());
    Reply reply = hand_out_code(desk, call, **made, 201);
    reply.gates_changed = true;
    return reply;
}

Reply new_code(Desk& desk, const Call& call) {
    Reply refused;
    const auto gate = entity_of(desk, call, Kind::gate, refused);
    if (!gate) return refused;
    if (gate->as<Gate>().state == GateState::revoked) {
        return problem(Error{Errc::conflict, "this gate is revoked; activate it first"});
    }
    return hand_out_code(desk, call, *gate, 200);
}

Reply set_gate_state(Desk& desk, const Call& call, GateState state, std::string action) {
    Reply refused;
    const auto gate = entity_of(desk, call, Kind::gate, refused);
    if (!gate) return refused;
    Body body(call);
    const auto why = body.text("why", Need::optional);
    if (const auto& errors = body.finish(); !errors.empty()) return wrong_fields(errors);
    auto value = gate->as<Gate>();
    value.state = state;
    ChangeSet set;
    set.changes.emplace_back(Put{gate->id, gate->scope, value, request_of(call).if_version});
    set.action = std::move(action);
    set.why = why;
    set.idempotency_key = call.field("idempotency-key");
    return reply_of(desk.store->commits().commit(set, call.actor(), call.now), call);
}

Reply revoke_gate(Desk& desk, const Call& call) {
    return set_gate_state(desk, call, GateState::revoked, "gate.revoke");
}

Reply activate_gate(Desk& desk, const Call& call) {
    return set_gate_state(desk, call, GateState::active, "gate.activate");
}

}  // namespace

void add_fleet_routes(Routes& routes) {
    auto list = reading("/v1/gates", Operation::see_gates, list_gates,
                        "Gates: which head each has, when it was seen, what it says of itself",
                        "scope:string? words:string? after:string? limit:integer?");
    list.where = Where::store;
    routes.push_back(list);
    routes.push_back(changing("POST", "/v1/gates", Operation::change_gates, add_gate,
                              "Adds a gate; answers with the one-time code that lets it enrol",
                              "scope:string gate:object why:string?"));
    routes.push_back(changing("POST", "/v1/gates/{id}/code", Operation::change_gates, new_code,
                              "Another one-time code; the one before ends"));
    routes.push_back(changing("POST", "/v1/gates/{id}/revoke", Operation::change_gates, revoke_gate,
                              "Refuses the gate from now on", "why:string?"));
    routes.push_back(changing("POST", "/v1/gates/{id}/activate", Operation::change_gates, activate_gate,
                              "Takes a revocation back", "why:string?"));
}

}  // namespace menshen::registry::server
