// The wire contract of the change feed's rows: which kinds there are, and what stands in their bodies. The frame around
// a row, digests and heads are firmware/bundle's.
//
// A row's key is (scope, kind, id). Its body is one JSON object without blanks, fields in the order below, every field
// there (none is null), times of the site's wall clock "2026-11-22T08:30:00". It is the form that values/json.hpp
// reads: from_json<menshen::Permit> and so on. The same entity always makes the same bytes; they are carried, stored
// and digested as they are.
//
//   permit        {"id","scope","permit_class","state","holder","unit","phone","note","valid_from","valid_until",
//                  "schedule_id","zones":[key…],"max_inside","max_uses","escort","order_required"}
//                 and, where the permit is limited to access points, "access_points":[key…],"crit":["access_points"]
//   credential    {"id","kind":"plate|card|qr|face","value","permit_id"}
//   schedule      {"id","name","week":[seven days, Monday first: [{"from","to"}…]],"holiday":[{"from","to"}…]}
//   calendar      {"holidays":[date…],"make_up_workdays":[{"date","weekday"}…]}; all rows together are one calendar
//   block         {"id","scope","kind":"block|watch|hold","plate","reason","until"}
//   zone          {"id","key","name","capacity"}
//   access_point  {"id","key","name","kind":"lane|door|turnstile|canteen|meeting","direction":"in|out|both",
//                  "zone":key|null,"gate":key|null}
//
// `schedule_id` and `permit_id` name rows of the same scope or, a schedule, of `common`. Zones, access points and gates
// are named by key, as site files do.
//
// `crit` names fields of this body that narrow what is granted. The fields listed above for a kind are understood by
// every build and never named there. A build that does not know a field named in `crit` keeps and digests the row, but
// grants nothing by it, nor by a row that refers to it (I21); a block denies whatever it does not know. Other fields,
// and other kinds, that a build does not know are kept, digested and ignored.
//
// A permit, its credentials and a block leave the feed 30 days after they ended: until then the guard reads why.
#pragma once

#include <optional>
#include <string>

#include "registry/entities.hpp"

namespace menshen::registry {

/// What a row's body names besides the entity itself.
class Lookup {
  public:
    Lookup() = default;
    Lookup(const Lookup&) = delete;
    Lookup& operator=(const Lookup&) = delete;
    virtual ~Lookup() = default;
    /// Null: there is none. Valid until the next call.
    [[nodiscard]] virtual Result<const Entity*> find(Id id) = 0;
};

/// Units, people, vehicles, gates and visits have no rows.
[[nodiscard]] bool has_feed_row(Kind kind);

inline constexpr auto shown_after_end = std::chrono::days(30);

/// The body of the entity's row; none if it has no place in the feed at `now`.
[[nodiscard]] Result<std::optional<std::string>> feed_body(const Entity& entity, Lookup& lookup, LocalTime now);

}  // namespace menshen::registry
