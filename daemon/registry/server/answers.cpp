#include "answers.hpp"

#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include <algorithm>

#include "registry/fields.hpp"

namespace menshen::registry::server {
namespace {

boost::json::object committed_json(const Committed& committed) {
    boost::json::array changed;
    for (const auto& each : committed.changed) {
        changed.push_back({{"kind", to_string(each.kind)}, {"id", each.id}, {"version", each.version}});
    }
    return {{"changed", std::move(changed)},
            {"heads", positions_json(committed.heads)},
            {"audit", committed.audit},
            {"repeated", committed.repeated}};
}

Reply committed_reply(const Committed& committed, const FieldErrors& warnings, unsigned status) {
    auto body = committed_json(committed);
    boost::json::array told;
    for (const auto& each : warnings) {
        told.push_back({{"pointer", each.pointer}, {"code", each.code}, {"detail", each.text}});
    }
    body["warnings"] = std::move(told);
    Reply reply = json_reply(body, status);
    reply.heads_changed = !committed.heads.empty();
    reply.gates_changed = std::ranges::any_of(committed.changed, [](const Changed& c) { return c.kind == Kind::gate; });
    return reply;
}

}  // namespace

Request request_of(const Call& call, std::string why) {
    Request request;
    request.actor = call.actor();
    request.idempotency_key = call.field("idempotency-key");
    request.why = std::move(why);
    auto match = call.field("if-match");
    if (match.size() > 2 && match.front() == '"' && match.back() == '"') match = match.substr(1, match.size() - 2);
    request.if_version = number_in(match);
    if (!match.empty() && !request.if_version) request.if_version = -1;  // none has it: refused, not ignored
    return request;
}

Reply reply_of(const Result<Outcome>& outcome, const Call& call, unsigned status) {
    if (!outcome) return problem(outcome.error());
    if (const auto* refused = std::get_if<Refused>(&*outcome)) {
        return problem(*refused, !call.field("if-match").empty());
    }
    return committed_reply(std::get<Committed>(*outcome), {}, status);
}

Reply reply_of(const Result<Answer>& answer, const Call& call, unsigned status) {
    if (!answer) return problem(answer.error());
    const auto* done = std::get_if<Committed>(&answer->outcome);
    if (done == nullptr) return reply_of(Result<Outcome>(answer->outcome), call, status);
    return committed_reply(*done, answer->warnings, status);
}

std::optional<Entity> entity_of(Desk& desk, const Call& call, Kind kind, Reply& refused) {
    refused = not_found();
    const auto id = number_in(call.parts.at(0));
    if (!id) return std::nullopt;
    auto found = desk.reader.directory().find(*id);
    if (!found) {
        refused = problem(found.error());
        return std::nullopt;
    }
    if (!*found || (*found)->kind() != kind) return std::nullopt;
    if (!call.covers((*found)->scope)) {
        refused = forbidden();
        return std::nullopt;
    }
    return std::move(**found);
}

std::vector<std::string> scopes_of(const Call& call, std::optional<Reply>& refused) {
    const std::string asked(call.asked("scope"));
    if (!asked.empty()) {
        if (!call.covers(asked)) refused = forbidden();
        return {asked};
    }
    auto scopes = call.who->user.scopes;
    if (std::ranges::find(scopes, "*") != scopes.end()) return {};
    if (call.covers(common_scope) && std::ranges::find(scopes, common_scope) == scopes.end()) {
        scopes.emplace_back(common_scope);
    }
    return scopes;
}

boost::json::object page_json(boost::json::array items, const std::string& next) {
    return {{"items", std::move(items)},
            {"next", next.empty() ? boost::json::value(nullptr) : boost::json::value(next)}};
}

boost::json::object entry_json(const AuditEntry& entry) {
    boost::json::value body;
    boost::system::error_code failed;
    if (entry.body) body = boost::json::parse(*entry.body, failed);
    return {{"number", entry.number},
            {"utc", format_utc(entry.utc)},
            {"user", entry.actor.user},
            {"name", entry.actor.name},
            {"from", entry.actor.from},
            {"action", entry.action},
            {"scope", entry.scope},
            {"kind", entry.kind},
            {"id", entry.id},
            {"body", std::move(body)},
            {"body_hash", bundle::to_hex(entry.body_hash)},
            {"chain", bundle::to_hex(entry.chain)}};
}

boost::json::array positions_json(const std::vector<Position>& positions) {
    boost::json::array all;
    for (const auto& at : positions) {
        all.push_back({{"scope", at.scope}, {"head", fmt::format("{}:{}", at.epoch, at.seq)}});
    }
    return all;
}

std::vector<Presented> read_credentials(Body& body, Need need) {
    std::vector<Presented> all;
    const auto* list = body.array("credentials", 100, need);
    if (list == nullptr) return all;
    for (std::size_t i = 0; i < list->size(); ++i) {
        const auto* object = (*list)[i].if_object();
        if (object == nullptr) {
            body.wrong(fmt::format("credentials/{}", i), "type", "must be an object");
            continue;
        }
        Value value = Credential{};
        for (auto& error : read_fields(*object, value)) {
            body.wrong(fmt::format("credentials/{}{}", i, error.pointer), error.code, error.text);
        }
        const auto& credential = std::get<Credential>(value);
        all.push_back({credential.kind, credential.value});
    }
    return all;
}

}  // namespace menshen::registry::server
