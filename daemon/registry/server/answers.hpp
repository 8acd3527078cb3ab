// What handlers of the admin door share: conditions of a request, outcomes and pages as JSON.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "body.hpp"
#include "registry/permit_office.hpp"
#include "route.hpp"

namespace menshen::registry::server {

/// Idempotency-Key, If-Match ("3": the version), and why.
[[nodiscard]] Request request_of(const Call& call, std::string why = {});
[[nodiscard]] Reply reply_of(const Result<Answer>& answer, const Call& call, unsigned status = 200);
[[nodiscard]] Reply reply_of(const Result<Outcome>& outcome, const Call& call, unsigned status = 200);

/// The route's id, its entity if it is of that kind and the user may do this in its scope; otherwise `refused` is set.
[[nodiscard]] std::optional<Entity> entity_of(Desk& desk, const Call& call, Kind kind, Reply& refused);

/// The scopes that a list shows: those that the user has, or the one that he asked for. `refused` is set if he may not
/// see that one.
[[nodiscard]] std::vector<std::string> scopes_of(const Call& call, std::optional<Reply>& refused);

[[nodiscard]] boost::json::object page_json(boost::json::array items, const std::string& next);
[[nodiscard]] boost::json::object entry_json(const AuditEntry& entry);
[[nodiscard]] boost::json::array positions_json(const std::vector<Position>& positions);

/// [{"kind":"plate","value":"浙A12345"}…]
[[nodiscard]] std::vector<Presented> read_credentials(Body& body, Need need);

}  // namespace menshen::registry::server
