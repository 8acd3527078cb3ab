#include <fmt/format.h>

#include <charconv>
#include <limits>

#include "directory_table.hpp"
#include "registry/fields.hpp"

namespace menshen::registry {

namespace {

/// Where a page ended: "ID" or "END.ID".
struct Cursor {
    std::int64_t end = std::numeric_limits<std::int64_t>::min();
    Id id = 0;
};

std::optional<std::int64_t> whole_number(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failed != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

Result<Cursor> cursor_from(const Query& query) {
    const bool by_end = query.order == Query::Order::soonest_end;
    Cursor cursor;
    if (!by_end) cursor.id = std::numeric_limits<Id>::max();
    if (query.after.empty()) return cursor;
    const auto dot = query.after.find('.');
    const std::string_view whole = query.after;
    const auto end = by_end && dot != std::string::npos ? whole_number(whole.substr(0, dot)) : std::nullopt;
    const auto id =
        by_end ? (dot != std::string::npos ? whole_number(whole.substr(dot + 1)) : std::nullopt) : whole_number(whole);
    if (!id || (by_end && !end)) return {Errc::invalid, "this is not where a page of this list ended"};
    return Cursor{end.value_or(0), *id};
}

std::string pattern_of(const std::string& words) {
    std::string pattern = "%";
    for (const char c : folded(words)) {
        if (c == '%' || c == '_' || c == '\\') pattern += '\\';
        pattern += c;
    }
    return pattern + "%";
}

// What few entities have comes first, from its index, and its entities after it: CROSS JOIN keeps that order. A permit
// is found by what it is presented with and by whom it is for, too.
constexpr std::string_view ids_by_look_up = "SELECT l.id FROM entity l WHERE l.look_up = ?5";
constexpr std::string_view permit_ids_by_look_up =
    " UNION SELECT r.target FROM entity c CROSS JOIN reference r ON r.source = c.id WHERE c.look_up = ?5 "
    "AND c.kind = 'credential'";
constexpr std::string_view ids_by_reference = "SELECT source AS id FROM reference WHERE target = ?8";
constexpr std::string_view ids_by_words = "SELECT w.id FROM entity w WHERE w.kind = ?2 AND w.words LIKE ?4 ESCAPE '\\'";
constexpr std::string_view permit_ids_by_words =
    " UNION SELECT r.target FROM entity c CROSS JOIN reference r ON r.source = c.id WHERE c.kind = 'credential' "
    "AND c.words LIKE ?4 ESCAPE '\\' UNION SELECT r.source FROM entity p CROSS JOIN reference r ON r.target = p.id "
    "WHERE p.kind IN ('person', 'unit') AND p.words LIKE ?4 ESCAPE '\\'";

/// "entity e", after what narrows it most; further narrowing goes to `conditions`.
std::string narrowed(const Query& query, std::string& conditions) {
    const bool permit = query.kind == Kind::permit;
    std::vector<std::string> ids;
    if (!query.look_up.empty()) ids.push_back(fmt::format("{}{}", ids_by_look_up, permit ? permit_ids_by_look_up : ""));
    if (query.refers_to) ids.emplace_back(ids_by_reference);
    if (!query.words.empty()) ids.push_back(fmt::format("{}{}", ids_by_words, permit ? permit_ids_by_words : ""));
    if (ids.empty()) return "entity e";
    for (std::size_t i = 1; i < ids.size(); ++i) conditions += fmt::format(" AND e.id IN ({})", ids[i]);
    return fmt::format("({}) f CROSS JOIN entity e ON e.id = f.id", ids[0]);
}

std::string conditions_of(const Query& query) {
    std::string sql;
    if (!query.group.empty()) sql += " AND e.grouping = ?6";
    if (query.lasting) sql += " AND e.grouping NOT IN ('visitor', 'group_visit')";
    if (!query.state.empty()) sql += " AND e.state = ?7";
    if (query.ends_after) sql += " AND (e.ends IS NULL OR e.ends > ?9)";
    if (query.ends_before) sql += " AND e.ends <= ?10";
    if (query.begins_before) sql += " AND (e.begins IS NULL OR e.begins < ?11)";
    return sql;
}

std::string select_of(const Query& query, const std::string& scopes) {
    const bool by_end = query.order == Query::Order::soonest_end;
    std::string conditions = conditions_of(query);
    const std::string from = narrowed(query, conditions);
    if (!scopes.empty()) conditions += fmt::format(" AND e.scope IN ({})", scopes);
    conditions += by_end ? " AND e.ends IS NOT NULL AND (e.ends, e.id) > (?3, ?1) ORDER BY e.ends, e.id"
                         : " AND e.id < ?1 ORDER BY e.id DESC";
    return fmt::format("SELECT {}, e.ends FROM {} WHERE e.kind = ?2{} LIMIT ?12", entity_columns, from, conditions);
}

}  // namespace

Result<std::string> DirectoryTable::scope_list(const std::vector<std::string>& names) {
    std::string list;
    for (const auto& name : names) {
        if (name == common_scope) {
            auto found = scopes_.find(name);
            if (!found) return found.error();
            if (!*found) continue;
        }
        auto number = scopes_.number(name);
        if (!number) return number.error();
        list += fmt::format("{}{}", list.empty() ? "" : ",", *number);
    }
    return list;
}

Result<std::optional<Entity>> DirectoryTable::find(Kind kind, const std::string& scope, const std::string& unique_key) {
    auto number = scopes_.find(scope);
    if (!number) return number.error();
    if (!*number) return std::optional<Entity>{};
    auto id = entities_.holder_of(kind, **number, unique_key, 0);
    if (!id) return id.error();
    return *id == 0 ? std::optional<Entity>{} : entities_.find(*id);
}

Result<Page> DirectoryTable::find(const Query& query) {
    if (query.limit < 1 || query.limit > max_page)
        return {Errc::invalid, fmt::format("a page has 1 to {} rows", max_page)};
    auto cursor = cursor_from(query);
    if (!cursor) return cursor.error();
    auto scopes = scope_list(query.scopes);
    if (!scopes) return scopes.error();
    const bool by_end = query.order == Query::Order::soonest_end;
    const auto sql = select_of(query, *scopes);
    Page page;
    Cursor last;
    auto done =
        each_row(sql_.ask(sql, cursor->id, to_string(query.kind), cursor->end, pattern_of(query.words), query.look_up,
                          query.group, query.state, query.refers_to.value_or(0), number_of(query.ends_after),
                          number_of(query.ends_before), number_of(query.begins_before), std::int64_t{query.limit} + 1),
                 [&](const Rows& row) -> Status {
                     if (page.entities.size() == static_cast<std::size_t>(query.limit)) {
                         page.next = by_end ? fmt::format("{}.{}", last.end, last.id) : std::to_string(last.id);
                         return {};
                     }
                     auto entity = entity_from(row, scopes_);
                     if (!entity) return entity.error();
                     last = {row.integer(5), entity->id};
                     page.entities.push_back(std::move(entity).value());
                     return {};
                 });
    if (!done) return done.error();
    return page;
}

Result<bool> DirectoryTable::is_presented(const std::string& scope, const std::string& look_up) {
    auto number = scopes_.number(scope);
    if (!number) return number.error();
    auto found = sql_.number("SELECT 1 FROM entity WHERE look_up = ?1 AND kind = 'credential' AND scope = ?2 LIMIT 1",
                             look_up, *number);
    if (!found) return found.error();
    return found->has_value();
}

Result<std::int64_t> DirectoryTable::count(Kind kind, const std::string& scope) {
    auto number = scopes_.number(scope);
    if (!number) return number.error();
    auto found = sql_.number("SELECT count(*) FROM entity WHERE kind = ?1 AND scope = ?2", to_string(kind), *number);
    if (!found) return found.error();
    return found->value_or(0);
}

}  // namespace menshen::registry
