#include "common.hpp"

#include <boost/json/parse.hpp>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

namespace menshen::sync {

namespace json = boost::json;

Awaitable<void> Signal::wait(Duration longest) {
    if (!woken_) {
        timer_.expires_after(longest);
        co_await timer_.async_wait(loop::as_awaitable);
    }
    woken_ = false;
}

void Signal::wake() {
    woken_ = true;
    timer_.cancel();
}

void Health::unreachable(const std::string& task, const std::string& why, UtcTime now) {
    const auto known = trouble_.find(task);
    if (known != trouble_.end() && !known->second.refused) return;  // since then
    trouble_[task] = {false, fmt::format("{}: {}", format_utc(now), why)};
    update();
}

void Health::refused(const std::string& task, const std::string& why) {
    trouble_[task] = {true, why};
    update();
}

void Health::update() {
    std::string away, refusal;
    for (const auto& [task, trouble] : trouble_) {
        auto& first = trouble.refused ? refusal : away;
        if (first.empty()) first = trouble.why;
    }
    if (!away.empty() && faults_.contains("registry_unreachable")) away = text_of(faults_, "registry_unreachable");
    set("registry_unreachable", away);
    set("registry_refuses", refusal);
}

void Health::set(std::string_view fault, const std::string& detail) {
    const auto known = text_of(faults_, fault);
    if (known == detail) return;
    if (detail.empty()) {
        faults_.erase(fault);
        spdlog::info("fault={} state=cleared", fault);
    } else {
        faults_[fault] = detail;
        spdlog::warn("fault={} state=raised detail=\"{}\"", fault, detail);
    }
    on_change();
}

Awaitable<void> Common::pause(Duration time) {
    if (stopping) co_return;
    const auto mine = pauses_.emplace(pauses_.end(), io, time);
    co_await mine->async_wait(loop::as_awaitable);
    pauses_.erase(mine);
}

Awaitable<void> Common::give_up_for_now(std::string_view who, const Failure& failure, Backoff& backoff) {
    if (stopping) co_return;
    const auto longest = failure.revoked ? std::optional(config.longest_revoked_retry) : std::nullopt;
    const auto wait = backoff.next(chance(), failure.retry, longest);
    const auto level = backoff.failures() == 1                     ? spdlog::level::warn
                       : backoff.failures() < 5 || failure.revoked ? spdlog::level::info
                                                                   : spdlog::level::debug;  // the fault stands there
    spdlog::log(level, "task={} failed={} why=\"{}\" again_in_ms={}", who,
                failure.revoked ? "revoked" : to_string(failure.error.code), failure.error.message, wait.count());
    co_await pause(wait);
}

void Common::try_now() {
    for (auto& pause : pauses_) pause.cancel();
}

void Common::stop() {
    stopping = true;
    http.close();
    try_now();
    for (auto* signal :
         {&calm, &health_changed, &pictures_wanted, &renewal_wanted, &snapshot_wanted, &snapshot_ended}) {
        signal->wake();
    }
}

json::object problem_in(const Answer& answer) {
    boost::system::error_code failed;
    auto body = json::parse(answer.body, failed);
    return !failed && body.is_object() ? std::move(body.as_object()) : json::object{};
}

std::string problem_key(const json::object& problem) {
    const auto type = text_of(problem, "type");
    return type.substr(type.rfind(':') + 1);
}

Failure failure_of(Common& common, const std::string& task, const Answer& answer) {
    const auto problem = problem_in(answer);
    const auto key = problem_key(problem);
    auto why = fmt::format("the registry answers {} {}", answer.status, key);
    for (const char* part : {"en", "detail"}) {
        const auto text = text_of(problem, part);
        if (!text.empty()) why += ": " + text;
    }
    const auto retry = retry_after(answer.field("retry-after"), common.now());
    if (answer.status == 429 || answer.status >= 500) return {{Errc::unavailable, why}, retry};
    if (key == "expired" || key == "certificate") common.renewal_wanted.wake();
    common.health.refused(task, why);
    return {{Errc::denied, why}, retry, key == "revoked"};
}

Failure no_answer(Common& common, const std::string& task, const Error& error) {
    if (common.stopping) return {error};
    if (error.code == Errc::denied || error.code == Errc::invalid) {
        common.health.refused(task, error.message);
    } else {
        common.health.unreachable(task, error.message, common.now());
    }
    return {error};
}

Failure gate_failure(const Result<courier_message::Frame>& answer, std::string_view asked) {
    if (!answer) return {answer.error()};
    const auto finding = text_of(answer->header, "finding");
    return {{Errc::denied, fmt::format("the gate refuses \"{}\": {}{}", asked, finding.empty() ? "" : finding + ": ",
                                       text_of(answer->header, "error"))}};
}

}  // namespace menshen::sync
