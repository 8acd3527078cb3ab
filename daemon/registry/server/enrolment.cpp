// How a gate becomes one of ours: a one-time code that an administrator hands over, and keys that never leave the gate.
#include <boost/json/array.hpp>
#include <fmt/format.h>

#include "answers.hpp"
#include "bundle/key_file.hpp"
#include "files/read.hpp"
#include "registry/one_time_code.hpp"

namespace menshen::registry::server {
namespace {

namespace json = boost::json;

struct Asked {
    std::string code, request;
    bundle::NamedKey event_key;
};

std::optional<Asked> read_enrolment(const Call& call, Reply& refused) {
    Body body(call);
    Asked asked;
    asked.code = body.text("code", Need::required, 100);
    asked.request = body.text("csr", Need::required, 16'384);
    const auto event_key = body.text("event_key", Need::required, 200);
    auto key = bundle::parse_public_key(event_key.ends_with('\n') ? event_key : event_key + "\n");
    if (!key && !event_key.empty()) key = bundle::parse_public_key(event_key);
    if (!key && !event_key.empty()) body.wrong("event_key", "format", key.error().message);
    if (const auto& errors = body.finish(); !errors.empty()) {
        refused = wrong_fields(errors);
        return std::nullopt;
    }
    asked.event_key = std::move(key).value();
    return asked;
}

/// All that a gate must know of its registry from now on.
json::object welcome(const Desk& desk, const Entity& gate, const GateCertificate& certificate, json::string root) {
    return {{"gate", gate.as<Gate>().key},
            {"id", gate.id},
            {"scope", gate.scope},
            {"scopes", json::array{gate.scope, common_scope}},
            {"certificate", certificate.pem},
            {"until", format_utc(certificate.until)},
            {"authority", desk.services.authority.certificate},
            {"root", std::move(root)},
            {"keys", desk.services.signer.key_set_line()}};
}

Reply bad_request_reply(const Error& error) {
    return error.code == Errc::invalid ? wrong_fields({{"/csr", "format", error.message}}) : problem(error);
}

Reply welcome_reply(Desk& desk, const Call& call, const Asked& asked, Id gate, const std::string& root) {
    auto entity = desk.reader.directory().find(gate);
    if (!entity || !*entity) return entity ? not_found() : problem(entity.error());
    const auto name = fmt::format("{}/{}", (*entity)->scope, (*entity)->as<Gate>().key);
    auto certificate =
        sign_gate(desk.services.authority, asked.request, name, call.now.utc, desk.services.config.gate_certificate);
    if (!certificate) return problem(certificate.error());
    return json_reply(welcome(desk, **entity, *certificate, json::string(root)), 201);
}

Reply enrol_gate(Desk& desk, const Call& call) {
    Reply refused;
    const auto asked = read_enrolment(call, refused);
    if (!asked) return refused;
    // a request that is no good must not use the code up
    auto certificate = sign_gate(desk.services.authority, asked->request, "menshen gate", call.now.utc,
                                 desk.services.config.gate_certificate);
    if (!certificate) return bad_request_reply(certificate.error());
    auto root = files::read_small(desk.services.folder.root_key());
    if (!root) return problem(files::as_io(root.error()));
    GateIdentity identity;
    identity.event_kid = asked->event_key.kid;
    identity.event_key = asked->event_key.key.bytes;
    identity.tls_key = certificate->key;
    auto gate = desk.store->fleet().enrol(hash_of_code(gate_code, asked->code), identity, call.now.utc);
    if (!gate) return problem(gate.error());
    Reply reply = welcome_reply(desk, call, *asked, *gate, *root);
    reply.gates_changed = true;  // whatever came of the answer: the keys before have ended
    return reply;
}

Reply renew_certificate(Desk& desk, const Call& call) {
    Body body(call);
    const auto request = body.text("csr", Need::required, 16'384);
    if (const auto& errors = body.finish(); !errors.empty()) return wrong_fields(errors);
    const auto name = fmt::format("{}/{}", call.gate->scope, call.gate->key);
    auto certificate =
        sign_gate(desk.services.authority, request, name, call.now.utc, desk.services.config.gate_certificate);
    if (!certificate) return bad_request_reply(certificate.error());
    if (auto done = desk.store->fleet().renew(call.gate->id, certificate->key, call.now.utc); !done) {
        return problem(done.error());
    }
    Reply reply = json_reply({{"certificate", certificate->pem},
                              {"until", format_utc(certificate->until)},
                              {"authority", desk.services.authority.certificate}});
    reply.gates_changed = true;
    return reply;
}

Route at_gate_door(std::string_view path, Access access, Run run, std::string_view summary, std::string_view body) {
    Route route = posted(path, summary, body);
    route.door = Door::gate;
    route.access = access;
    route.where = Where::store;
    route.run = run;
    return route;
}

}  // namespace

void add_enrolment_routes(Routes& routes) {
    routes.push_back(at_gate_door("/v1/enroll", Access::anybody, enrol_gate,
                                  "A one-time code and a certificate request for a certificate",
                                  "code:string csr:string event_key:string"));
    routes.push_back(at_gate_door("/v1/renew", Access::once_enrolled, renew_certificate,
                                  "A new certificate; the old one may have ended not long ago", "csr:string"));
}

}  // namespace menshen::registry::server
