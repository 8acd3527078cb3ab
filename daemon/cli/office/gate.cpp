// Gates at the registry: added with a one-time code, how far each is, revoked.
#include <fmt/format.h>

#include <ostream>

#include "json_text.hpp"
#include "link/certificates.hpp"
#include "look_up.hpp"
#include "office/text_table.hpp"
#include "outcome.hpp"

namespace menshen::office {

namespace {

namespace json = boost::json;

/// "1764300000:12", with a mark where that is the newest.
std::string heads_text(const json::object& gate, const Desk& desk) {
    std::string text;
    for (const auto& each : array_in(gate, "heads")) {
        if (!each.is_object()) continue;
        const auto& head = each.as_object();
        const bool newest = flag_in(head, "newest");
        text += fmt::format("{}{} {}{}", text.empty() ? "" : ", ", text_in(head, "scope"), text_in(head, "head"),
                            newest ? "" : desk.say({"（旧）", " (behind)"}));
    }
    return text;
}

std::string faults_text(const json::object& gate) {
    std::string text;
    for (const auto& each : array_in(object_in(gate, "state"), "faults")) {
        const auto* fault = each.if_object();
        const auto name = fault != nullptr   ? text_in(*fault, "fault")
                          : each.is_string() ? std::string(each.as_string())
                                             : "";
        text += (text.empty() ? "" : ", ") + name;
    }
    return text;
}

std::string standing_text(const json::object& gate, const Desk& desk) {
    if (text_in(object_in(gate, "value"), "state") == "revoked") return std::string(desk.say({"已吊销", "revoked"}));
    if (text_in(gate, "enrolled").empty()) return std::string(desk.say({"未登记", "not enrolled"}));
    return std::string(desk.say({"正常", "active"}));
}

std::string gates_text(const std::vector<json::object>& gates, const Desk& desk) {
    TextTable table(
        desk.zh()
            ? std::vector<std::string>{"编号", "院区", "门岗", "名称", "状态", "最近联系", "版本", "名单", "故障"}
            : std::vector<std::string>{"number", "site", "gate", "name", "state", "seen", "version", "list", "faults"});
    for (const auto& gate : gates) {
        const auto& fields = object_in(gate, "value");
        table.row({text_in(gate, "id"), text_in(gate, "scope"), text_in(fields, "key"), text_in(fields, "name"),
                   standing_text(gate, desk), time_text(text_in(gate, "seen")), text_in(gate, "build"),
                   heads_text(gate, desk), faults_text(gate)});
    }
    return table.text();
}

/// By number, or by key.
Result<json::object> find_gate(link::Registry& registry, const std::string& which, const std::string& site) {
    const auto id = id_from(which);
    std::vector<json::object> found;
    auto done =
        registry.each("/v1/gates", {{"words", id ? "" : which}, {"scope", site}}, [&](const json::object& gate) {
            const bool is = id ? number_in(gate, "id") == *id : text_in(object_in(gate, "value"), "key") == which;
            if (is) found.push_back(gate);
            return true;
        });
    if (!done) return done.error();
    if (found.size() == 1) return found[0];
    if (found.empty())
        return Error{Errc::not_found, fmt::format("there is no gate {}; `menshen gates` lists them", which)};
    return Error{Errc::conflict, fmt::format("several sites have a gate {}; name one with --site", which)};
}

/// What whoever enrols the gate must type and compare.
int told_code(Desk& desk, const json::object& answer) {
    if (desk.json) {
        desk.out << json::serialize(answer) << "\n";
        return Exit::done;
    }
    const auto& gate = object_in(answer, "gate");
    desk.out << fmt::format(
        fmt::runtime(desk.zh()
                         ? "门岗 {}（{}）的一次性登记码，{} 前有效：\n\n    {}\n\n登记中心证书指纹 SHA-256：\n    {}\n"
                         : "One-time code of gate {} ({}), good until {}:\n\n    {}\n\nThe registry's authority, "
                           "SHA-256:\n    {}\n"),
        text_in(object_in(gate, "value"), "key"), number_in(gate, "id"), text_in(answer, "ends"),
        text_in(answer, "code"), link::grouped(text_in(answer, "authority_sha256")));
    return Exit::done;
}

}  // namespace

int run_gate_list(const ListOptions& options, Desk& desk) {
    return at_registry(desk, [&](link::Registry& registry) -> Result<int> {
        return listed(desk, registry, "/v1/gates", {{"words", options.words}, {"scope", desk.site}}, options.limit,
                      [&](const std::vector<json::object>& items) { return gates_text(items, desk); });
    });
}

int run_gate_add(const GateOptions& options, Desk& desk) {
    return at_registry(desk, [&](link::Registry& registry) -> Result<int> {
        auto site = site_of(desk, registry);
        if (!site) return site.error();
        json::object body{{"scope", *site},
                          {"gate",
                           {{"key", options.key},
                            {"name", options.name.empty() ? options.key : options.name},
                            {"place", options.place},
                            {"note", options.note}}}};
        if (!options.why.empty()) body["why"] = options.why;
        auto answer = registry.change({"POST", "/v1/gates", body});
        if (!answer) return answer.error();
        return told_code(desk, *answer);
    });
}

int run_gate_action(const GateOptions& options, const std::string& action, Desk& desk) {
    return at_registry(desk, [&](link::Registry& registry) -> Result<int> {
        auto gate = find_gate(registry, options.key, desk.site);
        if (!gate) return gate.error();
        const auto path = fmt::format("/v1/gates/{}/{}", number_in(*gate, "id"), action);
        if (action == "code") {  // the one before ends, so that asking twice does no harm
            auto answer = registry.change({"POST", path, {}, {}, link::Repeat::freely});
            return answer ? Result<int>(told_code(desk, *answer)) : Result<int>(answer.error());
        }
        json::object body;
        if (!options.why.empty()) body["why"] = options.why;
        const bool revoked = action == "revoke";
        return done_and_told(
            desk, registry, {"POST", path, body, number_in(*gate, "version")}, [&](const json::object&) {
                const auto key = text_in(object_in(*gate, "value"), "key");
                return revoked
                           ? fmt::format(fmt::runtime(desk.zh() ? "门岗 {} 已吊销" : "gate {} is revoked"), key)
                           : fmt::format(fmt::runtime(desk.zh() ? "门岗 {} 已恢复" : "gate {} is active again"), key);
            });
    });
}

}  // namespace menshen::office
