#include "events.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

namespace menshen::sync {

using courier_message::Frame;

namespace {

constexpr int most_events = 500;
constexpr auto next_event_within = seconds(25);

/// Of the registry's refusal of a batch: where it is itself. Nothing: that is not why.
std::optional<std::int64_t> expected_after(const Answer& answer) {
    const auto problem = problem_in(answer);
    if (answer.status != 409 || problem_key(problem) != "gap") return std::nullopt;
    return number_of(problem, "upto");
}

}  // namespace

Awaitable<void> Events::run() {
    auto backoff = common_.backoff();
    while (!common_.stopping) {
        if (const auto failed = co_await round()) {
            co_await common_.give_up_for_now("events", *failed, backoff);
        } else {
            backoff.good();
        }
    }
}

/// From where the gate says that the registry is, until something fails.
Awaitable<Outcome> Events::round() {
    Frame where{{{"verb", "where"}}, {}};
    const auto said = co_await gate_.ask(std::move(where));
    if (!said || !is_ok(*said)) co_return gate_failure(said, "where");
    const auto gate = text_of(said->header, "gate");
    auto after = number_of(said->header, "acknowledged");
    while (!common_.stopping) {
        const auto wait = std::chrono::duration_cast<milliseconds>(next_event_within).count();
        Frame question{{{"verb", "events"}, {"after", after}, {"most", most_events}, {"wait_ms", wait}}, {}};
        const auto batch = co_await gate_.ask(std::move(question), next_event_within * 3);
        if (!batch || !is_ok(*batch)) co_return gate_failure(batch, "events");
        if (text_of(batch->header, "batch").empty()) co_return std::nullopt;
        if (auto failed = co_await carry(gate, *batch, after)) co_return failed;
    }
    co_return std::nullopt;
}

Awaitable<Outcome> Events::carry(const std::string& gate, const Frame& batch, std::int64_t& after) {
    const Carrying carrying(common_);
    Request request;
    request.method = "POST";
    request.path = fmt::format("/v1/gates/{}/events", gate);
    request.type = "application/x-ndjson";
    request.body = text_of(batch.header, "batch") + "\n" + batch.bytes;
    auto answer = co_await common_.http.ask(std::move(request));
    if (!answer) co_return no_answer(common_, "events", answer.error());
    if (const auto upto = expected_after(*answer); upto && *upto != after) {
        spdlog::warn("events=gap gate_at={} registry_at={}", after, *upto);
        after = *upto;
        co_return std::nullopt;
    }
    if (answer->status != 200) co_return failure_of(common_, "events", *answer);
    common_.health.reached("events");
    if (auto failed = co_await acknowledge(*answer, after)) co_return failed;
    if (batch.bytes.find(R"("sha256":)") != std::string::npos) common_.pictures_wanted.wake();
    spdlog::debug("carried=events from={} to={} acknowledged={}", number_of(batch.header, "from"),
                  number_of(batch.header, "to"), after);
    co_return std::nullopt;
}

Awaitable<Outcome> Events::acknowledge(const Answer& answer, std::int64_t& after) {
    auto line = answer.body;
    while (line.ends_with('\n')) line.pop_back();
    const auto document = bundle::parse_signed(bundle::DocumentType::ack, line);
    if (!document) co_return Failure{document.error().in("the registry's acknowledgement")};
    if (auto failed = co_await keys_.carry_for(gate_, document->kid, 0)) co_return failed;
    Frame question{{{"verb", "ack"}, {"document", line}}, {}};
    const auto said = co_await gate_.ask(std::move(question));
    if (!said || !is_ok(*said)) {
        keys_.forget();
        co_return gate_failure(said, "ack");
    }
    after = std::max(after, number_of(said->header, "acknowledged"));
    co_return std::nullopt;
}

}  // namespace menshen::sync
