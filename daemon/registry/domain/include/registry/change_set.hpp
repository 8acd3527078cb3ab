// An administrator's changes, and what became of them. One change set is one transaction: all of it or nothing.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "registry/entities.hpp"
#include "registry/field_error.hpp"

namespace menshen::registry {

/// Who does something, for the audit.
struct Actor {
    Id user = 0;       // 0: no user of the registry (the tool on the registry's own machine)
    std::string name;  // as it is now
    std::string from;  // address, or "console"
    friend bool operator==(const Actor&, const Actor&) = default;
};

/// Where a scope stands: (epoch, seq) never falls; all changes of one commit share seq.
struct Position {
    std::string scope;
    std::int64_t epoch = 0;
    std::int64_t seq = 0;
    friend bool operator==(const Position&, const Position&) = default;
};

/// Makes an entity (id ≤ 0) or gives it another value. Other changes of the set may refer to what this one makes by its
/// negative id. The scope of an entity does not change.
struct Put {
    Id id = 0;
    std::string scope;
    Value value;
    std::optional<std::int64_t> if_version;  // refused if it has another one
};

/// Refused while something refers to it.
struct Remove {
    Kind kind = Kind::unit;
    Id id = 0;
    std::optional<std::int64_t> if_version;
};

using Change = std::variant<Put, Remove>;

inline constexpr std::size_t max_changes = 200'000;
inline constexpr std::size_t max_idempotency_key = 100;  // bytes

struct ChangeSet {
    std::vector<Change> changes;
    std::vector<Position> if_head;  // If-Match: refused if one of these scopes stands elsewhere
    std::string idempotency_key;    // empty: none. Belongs to the actor
    std::string fingerprint;  // of the request, where a repeat is told by more than the changes; see fingerprint()
    std::string action;       // for the audit: "permit.issue"
    std::string why;          // the same
};

/// SHA-256 in hex over the changes and conditions: what a repeat under the same key must have.
[[nodiscard]] std::string fingerprint(const ChangeSet& set);
/// The same over a request as text.
[[nodiscard]] std::string fingerprint(std::string_view request);

struct Changed {
    Kind kind = Kind::unit;
    Id id = 0;
    std::int64_t version = 0;  // 0: removed
    friend bool operator==(const Changed&, const Changed&) = default;
};

struct Committed {
    std::vector<Changed> changed;  // one for each change, in order
    std::vector<Position> heads;   // of the scopes whose feed has changed
    std::int64_t audit = 0;        // number of the last audit entry written
    bool repeated = false;         // nothing happened now: the same request was committed before
    friend bool operator==(const Committed&, const Committed&) = default;
};

/// Nothing has changed. Errc::invalid: `fields` say what is wrong. Errc::conflict: the entity or head has another
/// version, or the idempotency key has been used for another request.
struct Refused {
    Errc code = Errc::invalid;
    std::string text;
    FieldErrors fields;
};

using Outcome = std::variant<Committed, Refused>;

/// As it is kept under an idempotency key.
[[nodiscard]] std::string to_text(const Committed& committed);
[[nodiscard]] Result<Committed> committed_from_text(std::string_view text);

}  // namespace menshen::registry
