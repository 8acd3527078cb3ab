// Finding entities. Every call sees one moment of the store.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "registry/entities.hpp"

namespace menshen::registry {

inline constexpr int max_page = 1'000;

struct Query {
    Kind kind = Kind::permit;
    std::vector<std::string> scopes;         // none: every one; `common` need not be there
    std::string words;                       // part of a name, a number, a plate; a permit is also found by its
                                             // credentials, its holder and its unit
    std::string look_up;                     // exact, see look_up_key()
    std::string group, state;                // facets, by key; empty: any
    bool lasting = false;                    // of permits: no visitors', which end by themselves
    std::optional<Id> refers_to;             // names this entity
    std::optional<LocalTime> ends_after;     // exclusive end > this, or no end
    std::optional<LocalTime> ends_before;    // it has an end ≤ this
    std::optional<LocalTime> begins_before;  // no beginning, or one < this
    enum class Order {
        newest,
        soonest_end,  // only what has an end
    } order = Order::newest;
    std::string after;  // Page::next of the page before; empty: the first page
    int limit = 50;     // 1 to max_page
};

struct Page {
    std::vector<Entity> entities;
    std::string next;  // empty: it was the last
};

class Directory {
  public:
    Directory() = default;
    Directory(const Directory&) = delete;
    Directory& operator=(const Directory&) = delete;
    virtual ~Directory() = default;

    [[nodiscard]] virtual Result<std::optional<Entity>> find(Id id) = 0;
    /// By what is unique within kind and scope: a unit's name, a zone's or gate's key, a vehicle's plate (Facets).
    [[nodiscard]] virtual Result<std::optional<Entity>> find(Kind kind, const std::string& scope,
                                                             const std::string& unique_key) = 0;
    /// Errc::invalid: `after` is not from a page of this query, or the limit is out of range.
    [[nodiscard]] virtual Result<Page> find(const Query& query) = 0;
    /// Some credential of that scope has this look_up_key().
    [[nodiscard]] virtual Result<bool> is_presented(const std::string& scope, const std::string& look_up) = 0;
    [[nodiscard]] virtual Result<std::int64_t> count(Kind kind, const std::string& scope) = 0;
};

}  // namespace menshen::registry
