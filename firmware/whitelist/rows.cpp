#include "rows.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "values/json.hpp"

namespace menshen::whitelist {

namespace {

constexpr std::array known_critical = {"id",           "scope", "permit_class", "state",          "holder",
                                       "unit",         "phone", "note",         "valid_from",     "valid_until",
                                       "schedule_id",  "zones", "max_inside",   "max_uses",       "escort",
                                       "credentials",  "crit",  "kind",         "order_required", "unknown_critical",
                                       "access_points"};

template <class T>
Result<T> parse_body(std::string_view body, std::string_view what) {
    // bodies are small: the tree lives on the stack
    std::array<unsigned char, 4096> buffer;  // NOLINT: filling it would cost more than the parse
    boost::json::monotonic_resource memory(buffer.data(), buffer.size());
    boost::system::error_code failed;
    const auto value = boost::json::parse(boost::json::string_view(body.data(), body.size()), failed, &memory);
    if (failed) return {Errc::corrupt, fmt::format("{} is not JSON: {}", what, failed.message())};
    auto parsed = from_json<T>(value);
    if (!parsed) return {Errc::corrupt, fmt::format("{}: {}", what, parsed.error().message)};
    if constexpr (std::is_same_v<T, Permit>) {
        const auto* critical = value.is_object() ? value.as_object().if_contains("crit") : nullptr;
        if (critical == nullptr) return parsed;
        if (!critical->is_array()) return {Errc::corrupt, fmt::format("{}: crit is not a list", what)};
        for (const auto& field : critical->as_array()) {
            const std::string name = field.is_string() ? std::string(field.as_string()) : boost::json::serialize(field);
            if (std::find(known_critical.begin(), known_critical.end(), name) == known_critical.end()) {
                parsed->unknown_critical.push_back(name);
            }
        }
    }
    return parsed;
}

}  // namespace

std::int64_t number_of(LocalTime time) {
    return time.time_since_epoch().count();
}

std::optional<std::int64_t> number_of(const std::optional<LocalTime>& time) {
    if (!time) return std::nullopt;
    return number_of(*time);
}

std::optional<LocalTime> local_time(const std::optional<std::int64_t>& number) {
    if (!number) return std::nullopt;
    return LocalTime(std::chrono::seconds(*number));
}

std::string body_of(const Permit& permit) {
    return boost::json::serialize(to_json(permit));
}

Result<Permit> permit_from(std::string_view scope, std::int64_t id, std::string_view body) {
    auto permit = parse_body<Permit>(body, fmt::format("permit {} of {}", id, scope));
    if (!permit) return permit;
    permit->scope = scope;
    permit->id = id;
    return permit;
}

Result<Schedule> schedule_from(std::int64_t id, std::string_view body) {
    auto schedule = parse_body<Schedule>(body, fmt::format("schedule {}", id));
    if (schedule) schedule->id = id;
    return schedule;
}

Result<Calendar> calendar_from(std::string_view body) {
    return parse_body<Calendar>(body, "the calendar");
}

Result<Block> block_from(const store::Statement& row) {
    Block block;
    block.scope = row.text(0);
    block.id = row.integer(1);
    const auto kind = row.text(2);
    // an unknown kind denies: a newer build may have meant something stricter
    block.kind = kind == to_string(BlockKind::watch)  ? BlockKind::watch
                 : kind == to_string(BlockKind::hold) ? BlockKind::hold
                                                      : BlockKind::block;
    block.plate = row.text(3);
    block.reason = row.text(4);
    block.until = local_time(row.maybe_integer(5));
    return block;
}

}  // namespace menshen::whitelist
