#include "pictures.hpp"

#include <boost/json/parse.hpp>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "bundle/batch.hpp"
#include "values/evidence.hpp"

namespace menshen::sync {

namespace json = boost::json;
using courier_message::Frame;

namespace {

constexpr auto look_again = std::chrono::hours(1);
constexpr auto ask_absent_again = std::chrono::minutes(10);  // then six times as long each time, up to
constexpr auto ask_absent_at_last = std::chrono::hours(24);
constexpr std::size_t page = 100;  // of the registry's answer
constexpr std::size_t most_absent = 10'000;

}  // namespace

Awaitable<void> Pictures::run() {
    auto backoff = common_.backoff();
    while (!common_.stopping) {
        const auto failed = co_await round();
        gate_.rest();
        if (failed) {
            co_await common_.give_up_for_now("pictures", *failed, backoff);
            continue;
        }
        backoff.good();
        if (!more_ && !common_.stopping) co_await common_.pictures_wanted.wait(until_next_look());
    }
}

Awaitable<Outcome> Pictures::round() {
    more_ = false;
    Frame question{{{"verb", "where"}}, {}};
    const auto where = co_await gate_.ask(std::move(question));
    if (!where || !is_ok(*where)) co_return gate_failure(where, "where");
    co_await until_calm();
    const auto gate = text_of(where->header, "gate");
    for (std::size_t skip = 0; !more_; skip += page) {
        std::vector<Wanted> missing;
        if (auto failed = co_await ask_what_is_missing(gate, skip, missing)) co_return failed;
        for (const auto& each : missing) {
            if (common_.stopping) co_return std::nullopt;
            if (is_absent(each.sha256)) continue;
            if (auto failed = co_await carry(each)) co_return failed;
            more_ = more_ || !is_absent(each.sha256);
        }
        if (missing.size() < page) break;
    }
    if (!more_) {
        if (auto failed = co_await acknowledge(gate, text_of(where->header, "log"))) co_return failed;
    }
    // what was due again and is still absent has been noted anew: the rest has come, or nobody asks for it any more
    std::erase_if(absent_, [now = common_.now()](const auto& each) { return each.second.until <= now; });
    co_return std::nullopt;
}

bool Pictures::is_absent(const std::string& sha256) const {
    const auto known = absent_.find(sha256);
    return known != absent_.end() && common_.now() < known->second.until;
}

void Pictures::note_absent(const std::string& sha256) {
    if (absent_.size() >= most_absent) absent_.clear();
    auto& absent = absent_[sha256];
    absent.wait = std::clamp<Duration>(absent.wait * 6, ask_absent_again, ask_absent_at_last);
    absent.until = common_.now() + std::chrono::duration_cast<milliseconds>(absent.wait);
}

Duration Pictures::until_next_look() const {
    Duration wait = look_again;
    for (const auto& [sha256, absent] : absent_) wait = std::min<Duration>(wait, absent.until - common_.now());
    return std::max<Duration>(wait, std::chrono::minutes(1));
}

Awaitable<Outcome> Pictures::ask_what_is_missing(const std::string& gate, std::size_t skip, std::vector<Wanted>& into) {
    Request request;
    request.path = fmt::format("/v1/gates/{}/missing-evidence", gate);
    if (skip > 0) request.path += fmt::format("?skip={}", skip);
    const auto answer = co_await common_.http.ask(std::move(request));
    if (!answer) co_return no_answer(common_, "pictures", answer.error());
    if (answer->status != 200) co_return failure_of(common_, "pictures", *answer);
    common_.health.reached("pictures");
    boost::system::error_code failed;
    const auto body = json::parse(answer->body, failed);
    const auto* object = failed ? nullptr : body.if_object();
    const auto* items = object != nullptr ? object->if_contains("items") : nullptr;
    if (items == nullptr || !items->is_array()) {
        co_return Failure{{Errc::invalid, "the registry's list of missing pictures cannot be read"}};
    }
    for (const auto& each : items->get_array()) {
        if (!each.is_object()) continue;
        into.push_back({text_of(each.get_object(), "sha256"), number_of(each.get_object(), "bytes")});
    }
    co_return std::nullopt;
}

/// Up to where the registry has every picture it asks this log for: the gate may then let them go when it needs the
/// room.
Awaitable<Outcome> Pictures::acknowledge(const std::string& gate, const std::string& log) {
    if (log.empty()) co_return std::nullopt;  // the gate is not enrolled yet
    Request request;
    request.path = fmt::format("/v1/gates/{}/missing-evidence?log={}", gate, log);
    const auto answer = co_await common_.http.ask(std::move(request));
    if (!answer) co_return no_answer(common_, "pictures", answer.error());
    if (answer->status != 200) co_return failure_of(common_, "pictures", *answer);
    boost::system::error_code failed;
    const auto body = json::parse(answer->body, failed);
    const auto line = !failed && body.is_object() ? text_of(body.get_object(), "evidence") : std::string();
    if (line.empty()) co_return std::nullopt;
    co_return co_await carry_acknowledgement(line);
}

Awaitable<Outcome> Pictures::carry_acknowledgement(const std::string& line) {
    const auto document = bundle::parse_signed(bundle::DocumentType::evidence, line);
    if (!document) co_return Failure{document.error().in("the registry's word on pictures")};
    const auto said = bundle::parse_evidence_ack(document->document);
    if (!said) co_return Failure{said.error().in("the registry's word on pictures")};
    if (auto failed = co_await keys_.carry_for(gate_, document->kid, said->epoch)) co_return failed;
    Frame question{{{"verb", "evidence"}, {"document", line}}, {}};
    const auto taken = co_await gate_.ask(std::move(question));
    if (!taken) co_return gate_failure(taken, "evidence");
    if (!is_ok(*taken)) {  // the next look brings a newer word: asking at once, again and again, would not
        keys_.forget();
        spdlog::warn("refused=evidence by=gate why=\"{}\"", text_of(taken->header, "error"));
        co_return std::nullopt;
    }
    spdlog::debug("carried=evidence epoch={} upto={}", said->epoch, said->upto);
    co_return std::nullopt;
}

Awaitable<Outcome> Pictures::fetch(const Wanted& wanted, std::string& bytes) {
    const auto size = static_cast<std::size_t>(wanted.size);
    while (bytes.size() < size) {
        Frame question{{{"verb", "picture"}, {"sha256", wanted.sha256}, {"offset", bytes.size()}}, {}};
        const auto piece = co_await gate_.ask(std::move(question));
        if (!piece) co_return gate_failure(piece, "picture");
        if (!is_ok(*piece) || piece->bytes.empty()) break;
        bytes += piece->bytes;
    }
    if (bytes.size() != size) bytes.clear();
    co_return std::nullopt;
}

Awaitable<Outcome> Pictures::carry(const Wanted& wanted) {
    std::string bytes;
    if (wanted.size > 0 && wanted.size <= max_picture_bytes) {
        if (auto failed = co_await fetch(wanted, bytes)) co_return failed;
    }
    if (bytes.empty()) {
        note_absent(wanted.sha256);
        co_return std::nullopt;
    }
    co_await until_calm();
    Request request;
    request.method = "PUT";
    request.path = "/v1/evidence/" + wanted.sha256;
    request.type = "image/jpeg";
    request.body = std::move(bytes);
    request.bytes_per_second = common_.config.pictures_per_second;
    const auto answer = co_await common_.http.ask(std::move(request));
    if (!answer) co_return no_answer(common_, "pictures", answer.error());
    const bool of_this_one = answer->status == 404 || answer->status == 422;
    if (answer->status >= 300 && !of_this_one) co_return failure_of(common_, "pictures", *answer);
    if (of_this_one) note_absent(wanted.sha256);
    spdlog::debug("carried=picture sha256={} bytes={} status={}", wanted.sha256, wanted.size, answer->status);
    const auto per_second = static_cast<double>(common_.config.pictures_per_second);
    const std::chrono::duration<double> rest(static_cast<double>(wanted.size) / per_second / 4);
    co_await common_.pause(std::chrono::duration_cast<Duration>(rest));
    co_return std::nullopt;
}

Awaitable<void> Pictures::until_calm() {
    while (common_.carrying > 0 && !common_.stopping) co_await common_.calm.wait(seconds(60));
}

}  // namespace menshen::sync
