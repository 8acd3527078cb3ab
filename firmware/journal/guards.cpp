#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>

#include "impl.hpp"

namespace menshen::journal {

namespace {

// 19 MiB and two passes: the gate may be a board with little memory, and guesses are limited by the lock as well
constexpr std::size_t memory = 19 << 20;
constexpr unsigned long long passes = 2;
constexpr int failures_allowed = 5;
constexpr auto locked_for = std::chrono::minutes(1);

Result<std::string> hash_pin(std::string_view pin) {
    std::array<char, crypto_pwhash_STRBYTES> hash{};
    if (crypto_pwhash_str(hash.data(), pin.data(), pin.size(), passes, memory) != 0) {
        return {Errc::exhausted, "not enough memory to hash a PIN"};
    }
    return std::string(hash.data());
}

Status judge_pin(std::string_view pin) {
    if (pin.size() < 6 || pin.size() > 64) return {Errc::invalid, "a PIN has 6 to 64 characters"};
    const auto all_step = [&](int step) {
        return std::adjacent_find(pin.begin(), pin.end(), [&](char a, char b) { return b - a != step; }) == pin.end();
    };
    if (all_step(0) || all_step(1) || all_step(-1)) {
        return {Errc::invalid, "this PIN is the first that anybody would try; take another"};
    }
    return {};
}

struct GuardRow {
    std::string hash;
    std::int64_t failures = 0;
    UtcTime locked_until{};
};

Result<std::optional<GuardRow>> find_guard(store::Database& database, std::string_view name) {
    auto query = database.prepare("SELECT hash, failures, locked_until FROM guard WHERE name = ?1");
    if (!query) return query.error();
    auto row = query->bind(1, name).step();
    if (!row) return row.error();
    if (!*row) return std::optional<GuardRow>{};
    return std::optional<GuardRow>(
        GuardRow{std::string(query->text(0)), query->integer(1), UtcTime(milliseconds(query->integer(2)))});
}

Status store_failures(store::Database& database, std::string_view name, std::int64_t failures, UtcTime locked_until) {
    auto put = database.prepare("UPDATE guard SET failures = ?2, locked_until = ?3 WHERE name = ?1");
    if (!put) return put.error();
    return put->bind(1, name).bind(2, failures).bind(3, std::int64_t{locked_until.time_since_epoch().count()}).run();
}

/// Checked when there is no such guard, so that a wrong name takes as long as a wrong PIN.
const std::string& nobody() {
    static const std::string hash = hash_pin("nobody has this PIN").value_or("");
    return hash;
}

}  // namespace

Result<bool> Journal::first_start() {
    auto any = impl_->database.number("SELECT 1 FROM guard LIMIT 1");
    if (!any) return any.error();
    return !any->has_value();
}

Result<std::vector<std::string>> Journal::guards() {
    auto query = impl_->database.prepare("SELECT name FROM guard ORDER BY name");
    if (!query) return query.error();
    std::vector<std::string> names;
    auto row = query->step();
    for (; row && *row; row = query->step()) names.emplace_back(query->text(0));
    if (!row) return row.error();
    return names;
}

Status Journal::create_guard(std::string_view name, std::string_view pin) {
    if (name.empty() || name.size() > 100) return {Errc::invalid, "a guard's name has 1 to 100 bytes"};
    if (name == "menshen") return {Errc::invalid, "menshen is the gate's own name in the journal; take the guard's"};
    if (auto done = judge_pin(pin); !done) return done;
    auto hash = hash_pin(pin);
    if (!hash) return hash.error();
    (void)nobody();
    return impl_->with_room([&]() -> Status {
        auto known = find_guard(impl_->database, name);
        if (!known) return known.error();
        if (*known) return {Errc::conflict, fmt::format("there is a guard {} already", name)};
        auto put = impl_->database.prepare("INSERT INTO guard VALUES (?1, ?2, 0, 0)");
        if (!put) return put.error();
        return put->bind(1, name).bind(2, std::string_view(*hash)).run();
    });
}

Status Journal::check_guard(std::string_view name, std::string_view pin, const Now& now) {
    auto guard = find_guard(impl_->database, name);
    if (!guard) return guard.error();
    const std::string& hash = *guard ? (*guard)->hash : nobody();
    const bool right = crypto_pwhash_str_verify(hash.c_str(), pin.data(), pin.size()) == 0 && guard->has_value();
    if (!*guard) return {Errc::denied, "name or PIN is wrong"};
    auto until = (*guard)->locked_until;
    if (until > now.utc + locked_for) {  // the clock was set back: the minute begins now, once
        until = now.utc + locked_for;
        auto done = impl_->with_room([&] { return store_failures(impl_->database, name, 0, until); });
        if (!done) return done;
    }
    if (now.utc < until) {
        const auto left = std::chrono::ceil<std::chrono::seconds>(until - now.utc).count();
        return {Errc::exhausted,
                fmt::format("{} is locked for {} seconds after {} wrong PINs", name, left, failures_allowed)};
    }
    if (right) {
        if ((*guard)->failures == 0) return {};
        return impl_->with_room([&] { return store_failures(impl_->database, name, 0, UtcTime{}); });
    }
    const std::int64_t failures = (*guard)->failures + 1;
    const bool lock = failures >= failures_allowed;
    auto done = impl_->with_room([&] {
        return store_failures(impl_->database, name, lock ? 0 : failures,
                              lock ? UtcTime(now.utc + locked_for) : UtcTime{});
    });
    if (!done) return done;
    return {Errc::denied, "name or PIN is wrong"};
}

}  // namespace menshen::journal
