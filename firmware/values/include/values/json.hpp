// Values as JSON, the one form used in events, on sockets and on pages. Field names are the members' names, enums their
// stable keys, LocalTime "2026-11-22T08:30:00", Instant nanoseconds as a number. Reading is strict: a missing or
// mistyped field is Errc::invalid with its path; unknown fields are ignored.
#pragma once

#include <boost/json/value.hpp>

#include "values/claim.hpp"
#include "values/decision.hpp"
#include "values/permit.hpp"

namespace menshen {

[[nodiscard]] boost::json::value to_json(const Read&);
[[nodiscard]] boost::json::value to_json(const Claim&);
[[nodiscard]] boost::json::value to_json(const Credential&);
[[nodiscard]] boost::json::value to_json(const Permit&);
[[nodiscard]] boost::json::value to_json(const Schedule&);
[[nodiscard]] boost::json::value to_json(const Calendar&);
[[nodiscard]] boost::json::value to_json(const Block&);
[[nodiscard]] boost::json::value to_json(const Listing&);
[[nodiscard]] boost::json::value to_json(const Decision&);

/// from_json<Claim>(value) and so on, for every type above.
template <class T>
[[nodiscard]] Result<T> from_json(const boost::json::value&);
template <>
Result<Read> from_json<Read>(const boost::json::value&);
template <>
Result<Claim> from_json<Claim>(const boost::json::value&);
template <>
Result<Credential> from_json<Credential>(const boost::json::value&);
template <>
Result<Permit> from_json<Permit>(const boost::json::value&);
template <>
Result<Schedule> from_json<Schedule>(const boost::json::value&);
template <>
Result<Calendar> from_json<Calendar>(const boost::json::value&);
template <>
Result<Block> from_json<Block>(const boost::json::value&);
template <>
Result<Listing> from_json<Listing>(const boost::json::value&);
template <>
Result<Decision> from_json<Decision>(const boost::json::value&);

}  // namespace menshen
