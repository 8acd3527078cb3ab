#include "link/registry.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>
#include <sodium.h>

#include <charconv>
#include <ctime>
#include <thread>

#include "bundle/hash.hpp"
#include "problem.hpp"

namespace menshen::link {

namespace json = boost::json;

namespace {

constexpr int attempts = 3;
constexpr std::chrono::seconds longest_pause{10};
constexpr std::int64_t repeat_within = 24 * 3600;  // seconds; whoever gives a command anew later means it anew

std::string new_key() {
    std::array<std::uint8_t, 16> bytes{};
    randombytes_buf(bytes.data(), bytes.size());
    return bundle::to_hex(bytes);
}

/// What a busy registry asks for, within reason.
std::chrono::seconds asked_pause(const HttpAnswer& answer) {
    const auto found = answer.fields.find("retry-after");
    int asked = 1;
    if (found != answer.fields.end()) {
        const auto& text = found->second;
        std::from_chars(text.data(), text.data() + text.size(), asked);
    }
    return std::clamp(std::chrono::seconds(asked), std::chrono::seconds(1), longest_pause);
}

bool is_busy(const HttpAnswer& answer) {
    return answer.status == 503;
}

}  // namespace

/// What goes with a change each time that it is sent.
struct Registry::Sent {
    std::string key;  // empty: none
    std::optional<std::int64_t> if_version;
};

Registry::Registry(Session session, ConfigFolder folder, bool chinese)
    : pause([](std::chrono::seconds time) { std::this_thread::sleep_for(time); }),
      session_(std::move(session)),
      folder_(std::move(folder)),
      chinese_(chinese),
      http_(session_.trust) {}

Result<json::object> Registry::read(const HttpAnswer& answer) {
    auto object = object_in(answer);
    if (answer.status >= 200 && answer.status < 300) return object;
    refusal_ = object;
    auto error = error_of(answer, object, chinese_);
    if (answer.status == 401 && !session_.token.empty())
        error.message += chinese_ ? "：menshen login" : ": menshen login";
    return error;
}

Result<json::object> Registry::get(std::string_view path, const Query& query) {
    HttpRequest request;
    request.url = session_.registry + with_query(path, query);
    request.fields = {"Authorization: Bearer " + session_.token};
    for (int attempt = 1;; ++attempt) {
        auto answer = http_.ask(request);
        const bool again = answer ? is_busy(*answer) : answer.error().code == Errc::timeout;
        if (!again || attempt == attempts) return answer ? read(*answer) : answer.error();
        pause(answer ? asked_pause(*answer) : std::chrono::seconds(1));
    }
}

Status Registry::each(std::string_view path, Query query, const std::function<bool(const json::object&)>& take,
                      const char* cursor) {
    for (;;) {
        auto page = get(path, query);
        if (!page) return page.error();
        const auto* items = page->if_contains("items");
        if (items == nullptr || !items->is_array()) return {Errc::internal, "the registry's answer has no items"};
        for (const auto& item : items->as_array()) {
            if (item.is_object() && !take(item.as_object())) return {};
        }
        const auto* next = page->if_contains("next");
        if (next == nullptr || !next->is_string() || next->as_string().empty()) return {};
        query[cursor] = std::string(next->as_string());
    }
}

std::string Registry::pending_name(const Change& change) const {
    const auto text = fmt::format("{}\n{}\n{}\n{}\n{}", session_.registry, session_.user, change.method, change.path,
                                  json::serialize(change.body));
    return "pending/" + bundle::to_hex(bundle::sha256(text)).substr(0, 32);
}

bool Registry::is_pending(const Change& change) const {
    const auto there = folder_.read(pending_name(change));
    return there && there->has_value();
}

Result<Registry::Sent> Registry::write_down(const Change& change) {
    Sent sent{new_key(), change.if_version};
    const auto name = pending_name(change);
    const std::int64_t now = std::time(nullptr);
    auto before = folder_.read(name);
    if (!before) return before.error();
    if (*before) {
        boost::system::error_code failed;
        const auto value = json::parse(**before, failed);
        const auto* object = value.if_object();
        const auto* key = object != nullptr ? object->if_contains("key") : nullptr;
        const auto* at = object != nullptr ? object->if_contains("at") : nullptr;
        const bool recent = at != nullptr && at->is_int64() && now - at->as_int64() < repeat_within;
        if (recent && key != nullptr && key->is_string()) {
            sent.key = std::string(key->as_string());
            const auto* version = object->if_contains("if_version");
            sent.if_version =
                version != nullptr && version->is_int64() ? std::optional(version->as_int64()) : std::nullopt;
            return sent;
        }
    }
    const json::value version = sent.if_version ? json::value(*sent.if_version) : json::value(nullptr);
    auto done =
        folder_.write(name, json::serialize(json::object{{"key", sent.key}, {"if_version", version}, {"at", now}}));
    return done ? Result<Sent>(std::move(sent)) : Result<Sent>(done.error());
}

HttpRequest Registry::request_of(const Change& change, const Sent& sent) const {
    HttpRequest request;
    request.method = change.method;
    request.url = session_.registry + change.path;
    request.body = change.body.empty() ? std::string() : json::serialize(change.body);
    request.fields = {"Authorization: Bearer " + session_.token, "Content-Type: application/json"};
    if (!sent.key.empty()) request.fields.push_back("Idempotency-Key: " + sent.key);
    if (sent.if_version) request.fields.push_back(fmt::format("If-Match: \"{}\"", *sent.if_version));
    request.within = change.within;
    return request;
}

Result<HttpAnswer> Registry::send(const Change& change, const HttpRequest& request) {
    for (int attempt = 1;; ++attempt) {
        auto answer = http_.ask(request);
        const bool lost = !answer && answer.error().code == Errc::timeout && change.repeat != Repeat::never;
        const bool again = lost || (answer && is_busy(*answer));
        if (!again || attempt == attempts) return answer;
        pause(answer ? asked_pause(*answer) : std::chrono::seconds(1));
    }
}

Result<json::object> Registry::change(const Change& change) {
    const bool keyed = change.repeat == Repeat::by_key;
    auto sent = keyed ? write_down(change) : Result<Sent>(Sent{{}, change.if_version});
    if (!sent) return sent.error();
    auto answer = send(change, request_of(change, *sent));
    if (!answer && answer.error().code == Errc::timeout) {
        auto error = answer.error();
        if (keyed) {
            error.message += chinese_ ? "\n  可能已经执行；请原样再执行一次同一命令，不会重复"
                                      : "\n  it may have been done: give the same command again, nothing happens twice";
        } else {
            error.message +=
                chinese_ ? "\n  可能已经执行；请先查看再重试" : "\n  it may have been done: look before you repeat it";
        }
        return error;
    }
    // whoever was not signed in did nothing either, but an earlier attempt may have
    const bool settled = answer && answer->status != 401 && answer->status < 500;
    if (keyed && settled) (void)folder_.remove(pending_name(change));
    if (!answer) return answer.error();
    return read(*answer);
}

}  // namespace menshen::link
