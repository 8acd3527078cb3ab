// A decision again: its event has stored everything that it was made of, and decide() is a pure function.
#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include <ostream>

#include "build.hpp"
#include "cli/admin_client.hpp"
#include "cli/report.hpp"
#include "json_text.hpp"
#include "office/text_table.hpp"
#include "office/verbs.hpp"
#include "office/what_if.hpp"
#include "values/json.hpp"

namespace menshen::office {

namespace {

namespace json = boost::json;

std::string verdict_text(Verdict verdict, const Desk& desk) {
    switch (verdict) {
        case Verdict::grant:
            return std::string(desk.say({"放行", "grant"}));
        case Verdict::refer:
            return std::string(desk.say({"转门岗", "refer"}));
        case Verdict::deny:
            break;
    }
    return std::string(desk.say({"拒绝", "deny"}));
}

/// Everything that comes out of one event.
struct Replayed {
    json::object event;
    std::string build;  // of the gate then; empty: not known
    DecideInput input;
    json::value stored, again;  // decisions
    Decision decision;
    [[nodiscard]] bool same() const { return json::serialize(stored) == json::serialize(again); }
};

Result<Replayed> replayed(json::object event, std::string build) {
    const auto& body = object_in(event, "body");
    const auto* input = body.if_contains("input");
    const auto* stored = body.if_contains("decision");
    if (text_in(event, "kind") != "decision" || input == nullptr || stored == nullptr) {
        return {Errc::not_found, "this event is no decision, and none belongs to it"};
    }
    auto read = decide_input_from_json(*input);
    if (!read)
        return Error{Errc::conflict, "this build cannot read what the decision was made of: " + read.error().message};
    Replayed out;
    out.build = std::move(build);
    out.input = std::move(read).value();
    out.stored = *stored;
    out.decision = decide(out.input);
    out.again = to_json(out.decision);
    out.event = std::move(event);
    return out;
}

json::object to_json(const Replayed& replayed, const std::vector<WhatIf>& all, const Desk& desk) {
    json::array changes;
    for (const auto& each : all) {
        changes.push_back({{"key", each.key},
                           {"text", desk.zh() ? each.zh : each.en},
                           {"verdict", to_string(each.decision.verdict)},
                           {"reason", to_string(each.decision.reason)}});
    }
    return {{"same", replayed.same()},      {"stored", replayed.stored}, {"again", replayed.again},
            {"build_then", replayed.build}, {"build_now", build_id()},   {"input", menshen::to_json(replayed.input)},
            {"what_if", std::move(changes)}};
}

void print(const Replayed& replayed, const std::vector<WhatIf>& all, Desk& desk) {
    desk.out << cli::event_line(replayed.event, desk.language) << "\n";
    const auto& candidates = replayed.input.claim.candidates;
    std::string read;
    for (const auto& each : candidates)
        read += fmt::format("{}{} {:.3f}", read.empty() ? "" : ", ", each.plate, each.likelihood);
    desk.out << fmt::format("{}  {}  {}  {}  {}\n", format_local(replayed.input.local),
                            to_string(replayed.input.direction), to_string(replayed.input.mode),
                            cli::harmless(replayed.input.zone), cli::harmless(read));
    const auto then = replayed.build.empty() ? std::string("?") : cli::harmless(replayed.build);
    if (replayed.same()) {
        desk.out << fmt::format(fmt::runtime(desk.zh() ? "重算结果逐位相同（当时版本 {}，本机版本 {}）\n"
                                                       : "the same again, bit for bit (build then {}, now {})\n"),
                                then, build_id());
    } else {
        desk.out << fmt::format(
            fmt::runtime(desk.zh() ? "重算结果不同（当时版本 {}，本机版本 {}）：\n  当时 {}\n  现在 {}\n"
                                   : "it comes out otherwise (build then {}, now {}):\n  then {}\n  now  {}\n"),
            then, build_id(), json::serialize(replayed.stored), json::serialize(replayed.again));
    }
    if (all.empty()) {
        desk.out << desk.say({"没有单独一项改变会得出另一结论\n", "no single change leads to another verdict\n"});
        return;
    }
    TextTable table(
        {std::string(desk.say({"下列任一改变会得出另一结论", "each of these alone leads to another verdict"})), "",
         ""});
    for (const auto& each : all) {
        table.row({desk.zh() ? each.zh : each.en, verdict_text(each.decision.verdict, desk),
                   std::string(desk.say(sentence(each.decision.reason)))});
    }
    desk.out << table.text();
}

int told(Result<Replayed> replayed, Desk& desk) {
    if (!replayed) return fail(desk, replayed.error());
    const auto all = what_if(replayed->input);
    if (desk.json) {
        desk.out << json::serialize(to_json(*replayed, all, desk)) << "\n";
    } else {
        print(*replayed, all, desk);
    }
    return replayed->same() ? Exit::done : Exit::refused;
}

/// The newest event up to `number` of that gate and kind, of the same journal, that `fits`.
Result<json::object> earlier(link::Registry& registry, const json::object& event, const std::string& kind,
                             const std::function<bool(const json::object&)>& fits) {
    std::optional<json::object> found;
    int looked_at = 0;
    const link::Query query{{"gate", text_in(event, "gate")},
                            {"kind", kind},
                            {"before", std::to_string(number_in(event, "number") + 1)},
                            {"limit", "200"}};
    auto done = registry.each(
        "/v1/events", query,
        [&](const json::object& each) {
            if (text_in(each, "log") == text_in(event, "log") && fits(each)) found = each;
            return !found && ++looked_at < 1'000;
        },
        "before");
    if (!done) return done.error();
    return found ? Result<json::object>(*found) : Result<json::object>(Errc::not_found, "no such event");
}

Result<Replayed> replayed_at(link::Registry& registry, std::int64_t number) {
    auto page = registry.get("/v1/events", {{"before", std::to_string(number + 1)}, {"limit", "1"}});
    if (!page) return page.error();
    const auto& items = array_in(*page, "items");
    const auto* first = items.empty() ? nullptr : items[0].if_object();
    if (first == nullptr || number_in(*first, "number") != number) {
        return {Errc::not_found, fmt::format("there is no event {}; `menshen events` names them", number)};
    }
    auto event = *first;
    if (text_in(event, "kind") != "decision" && number_in(event, "arrival") != 0) {
        auto decision = earlier(registry, event, "decision", [&](const json::object& each) {
            return number_in(each, "arrival") == number_in(event, "arrival");
        });
        if (decision) event = *decision;
    }
    auto boot = earlier(registry, event, "boot", [](const json::object&) { return true; });
    if (!boot && boot.error().code != Errc::not_found) return boot.error();
    const auto build = boot ? text_in(object_in(*boot, "body"), "build") : std::string();
    event["sequence"] = number_in(event, "number");
    return replayed(std::move(event), build);
}

}  // namespace

int run_replay(std::int64_t number, Desk& desk) {
    return at_registry(desk, [&](link::Registry& registry) -> Result<int> {
        auto out = replayed_at(registry, number);
        if (!out) return out.error();
        return told(std::move(out), desk);
    });
}

int run_replay_at_gate(std::int64_t sequence, const std::string& socket, Desk& desk) {
    auto client = cli::AdminClient::connect(socket);
    if (!client) return fail(desk, client.error());
    auto line = client->ask({{"verb", "events"}, {"after", sequence - 1}, {"limit", 1}}, seconds(30));
    if (!line)
        return fail(desk,
                    {line.error().code == Errc::denied ? Errc::conflict : line.error().code, line.error().message});
    const auto event = object_in(*line, "event");
    if (number_in(event, "sequence") != sequence) {
        return fail(desk, {Errc::not_found, fmt::format("there is no event {}", sequence)});
    }
    return told(replayed(event, ""), desk);
}

}  // namespace menshen::office
