#include "lists.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

namespace menshen::sync {

namespace json = boost::json;
using courier_message::Frame;

namespace {

constexpr auto lists_answer_late = seconds(20);  // beyond the wait that the registry was asked for
constexpr seconds wait_beside_snapshot{5};       // then the scope whose list has come is in the poll again
constexpr std::size_t largest_bundle = courier_message::max_piece;
constexpr std::size_t largest_problem = std::size_t{64} * 1024;

/// As short as can be: thousands of gates ask once a minute.
Request poll_request(const json::object& where, json::object at, seconds wait) {
    json::object body{{"scopes", std::move(at)}, {"wait", wait.count()}, {"version", text_of(where, "build")}};
    json::object state;
    const auto behind = number_of(where, "last") - number_of(where, "acknowledged");
    if (behind > 0) state["events_waiting"] = behind;
    if (const auto* faults = where.if_contains("faults"); faults != nullptr && faults->is_array()) {
        if (!faults->get_array().empty()) state["faults"] = *faults;
    }
    if (!state.empty()) body["state"] = std::move(state);
    Request request;
    request.method = "POST";
    request.path = "/v1/poll";
    request.body = json::serialize(body);
    request.packed = true;
    request.quiet = wait + lists_answer_late;
    return request;
}

}  // namespace

Awaitable<void> Lists::run() {
    auto backoff = common_.backoff();
    while (!common_.stopping) {
        const auto failed = co_await round();
        if (failed) {
            co_await common_.give_up_for_now("lists", *failed, backoff);
        } else {
            backoff.good();
        }
    }
}

Awaitable<Outcome> Lists::round() {
    Frame question{{{"verb", "where"}}, {}};
    const auto where = co_await way_.gate().ask(std::move(question));
    if (!where || !is_ok(*where)) co_return gate_failure(where, "where");
    const auto* enrolled = where->header.if_contains("enrolled");
    if (enrolled == nullptr || !enrolled->is_bool() || !enrolled->get_bool()) {
        co_return Failure{{Errc::denied, "the gate believes in no registry: run menshen enrol, then restart it"}};
    }
    Scopes scopes;
    for (const auto& each : where->header.at("scopes").as_array()) {
        const auto at = bundle::parse_position(text_of(each.as_object(), "at"));
        if (!at) co_return Failure{at.error().in("the gate's answer")};
        const auto scope = text_of(each.as_object(), "scope");
        if (!snapshots_.is_under_way(scope)) scopes.emplace(scope, *at);
    }
    if (scopes.empty() && !snapshots_.idle()) {
        co_await snapshots_.one_ended();
        co_return std::nullopt;
    }
    co_return co_await poll(where->header, scopes);
}

Awaitable<Outcome> Lists::poll(const json::object& where, const Scopes& scopes) {
    json::object at;
    for (const auto& [scope, position] : scopes) at[scope] = bundle::to_string(position);
    const auto wait = snapshots_.idle() ? common_.config.wait : std::min(common_.config.wait, wait_beside_snapshot);
    auto request = poll_request(where, std::move(at), wait);
    auto answer = common_.http.start(std::move(request));
    co_return co_await take(answer, scopes);
}

Awaitable<Outcome> Lists::take(Transfer& answer, const Scopes& scopes) {
    auto head = co_await answer.head();
    if (!head) co_return no_answer(common_, "lists", head.error());
    const Carrying carrying(common_);
    if (head->status != 200) {
        while (head->body.size() < largest_problem) {
            auto more = co_await answer.read();
            if (!more || more->empty()) break;
            head->body += *more;
        }
        co_return lead_on(*head, scopes);
    }
    common_.health.reached("lists");
    BundleCutter cutter(largest_bundle);
    for (;;) {
        const auto bytes = co_await answer.read();
        if (!bytes) co_return no_answer(common_, "lists", bytes.error());
        std::vector<Bundle> bundles;
        const auto cut = bytes->empty() ? cutter.finish()
                                        : cutter.feed(*bytes, [&](Bundle each) { bundles.push_back(std::move(each)); });
        for (auto& each : bundles) {
            if (auto failed = co_await carry(std::move(each))) co_return failed;
        }
        if (!cut && cut.error().code == Errc::exhausted) break;
        if (!cut) co_return Failure{cut.error().in("the registry's answer")};
        if (bytes->empty()) co_return std::nullopt;
    }
    // too much for one message, and only its end would say of which scope: each by itself, in parts
    for (const auto& [scope, at] : scopes) {
        if (auto failed = co_await carry_large(scope, at)) co_return failed;
    }
    co_return std::nullopt;
}

/// 409 and 410 name the scope whose whole list must come.
Outcome Lists::lead_on(const Answer& answer, const Scopes& scopes) {
    const auto problem = problem_in(answer);
    const auto key = problem_key(problem);
    const auto scope = text_of(problem, "scope");
    if ((key != "new-epoch" && key != "too-old") || !scopes.contains(scope)) {
        return failure_of(common_, "lists", answer);
    }
    common_.health.reached("lists");
    spdlog::info("scope={} need=snapshot why={} head={}", scope, key, text_of(problem, "head"));
    snapshots_.want(scope);
    return std::nullopt;
}

Awaitable<Outcome> Lists::carry(Bundle bundle) {
    if (auto failed = co_await keys_.carry_for(way_.gate(), bundle.kid, bundle.at.epoch)) co_return failed;
    const auto bytes = bundle.lines.size();
    Frame question{{{"verb", "changes"}, {"scope", bundle.scope}}, std::move(bundle.lines)};
    const auto said = co_await way_.gate().ask(std::move(question), judging_within);
    if (said && is_ok(*said)) {
        spdlog::debug("carried=changes scope={} at={} bytes={} finding={}", bundle.scope, text_of(said->header, "at"),
                      bytes, text_of(said->header, "finding"));
    }
    co_return settle(said, bundle.scope, "changes");
}

/// What the gate has made of a bundle. What a whole list puts right, a whole list puts right at once.
Outcome Lists::settle(const Result<Frame>& said, const std::string& scope, std::string_view asked) {
    if (said && is_ok(*said)) return std::nullopt;
    auto failure = gate_failure(said, asked);
    if (!said) return failure;
    const auto finding = text_of(said->header, "finding");
    if (finding == "unknown_key" || finding == "unknown_epoch") keys_.forget();
    if (text_of(said->header, "need") != "snapshot") return failure;
    spdlog::warn("scope={} need=snapshot why=\"{}\"", scope, failure.error.message);
    snapshots_.want(scope);
    return std::nullopt;
}

Awaitable<Outcome> Lists::carry_large(const std::string& scope, bundle::Position since) {
    spdlog::info("carrying=parts scope={} since={}", scope, bundle::to_string(since));
    Frame question{{{"verb", "begin"}, {"scope", scope}, {"what", "changes"}}, {}};
    // it may stand in line behind another list's commit
    const auto said = co_await way_.gate().ask(std::move(question), judging_within);
    if (!said || !is_ok(*said)) co_return gate_failure(said, "begin");
    if (auto failed = co_await way_.send_lines(scope, since)) co_return failed;
    co_return settle(co_await way_.finish(scope), scope, "finish");
}

}  // namespace menshen::sync
