// The audit: who changed what, in a chain of hashes that nobody can alter unseen. Entries are only ever added.
//
// body hash = SHA-256(salt ‖ body), bundle::hash_body(); chain = SHA-256(chain before ‖ number, utc (milliseconds since
// 1970), user, name, from, action, scope, kind, id, body hash; numbers as 8 bytes big-endian, texts with their length
// as such a number before them). The chain before the first entry is 32 zero bytes. A body and its salt can be erased
// (what a law about people asks for) without breaking the chain.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "registry/change_set.hpp"
#include "registry/digest.hpp"
#include "values/time.hpp"

namespace menshen::registry {

struct AuditEntry {
    std::int64_t number = 0;  // contiguous from 1
    UtcTime utc{};
    Actor actor;
    std::string action;  // "permit.issue", "user.invite", "session.open" …
    std::string scope;   // empty: none
    std::string kind;    // of the subject; empty: none
    Id id = 0;
    std::optional<std::string> body;  // JSON {"before", "after", "why"}; none once erased
    std::optional<bundle::Salt> salt;
    Digest body_hash{};
    Digest chain{};
};

/// The chain after `entry`.
[[nodiscard]] Digest next_link(const Digest& before, const AuditEntry& entry);

/// `before`, `after`: JSON texts of the subject, empty where there is none.
[[nodiscard]] std::string audit_body(std::string_view before, std::string_view after, std::string_view why);

}  // namespace menshen::registry
