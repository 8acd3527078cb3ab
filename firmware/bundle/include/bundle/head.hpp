// The head: what a scope's list is now, signed by the registry with every change and every minute.
//   {"type":"head","scope":"yard","epoch":2,"seq":1235,"root":"…","rows":87,"iat":…,"fresh":…,"exp":…}
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "bundle/key_set.hpp"

namespace menshen::bundle {

struct Position {
    std::int64_t epoch = 0;  // 0: nothing yet
    std::int64_t seq = 0;
    friend auto operator<=>(const Position&, const Position&) = default;  // NOLINT(modernize-use-nullptr)
};

/// "2:1235", as polls and addresses write it.
[[nodiscard]] std::string to_string(const Position& at);
/// Exactly as to_string writes it. Errc::invalid otherwise.
[[nodiscard]] Result<Position> parse_position(std::string_view text);

struct Head {
    std::string scope;
    Position at;  // epoch from 1, seq from 0
    Hash root{};
    std::int64_t rows = 0;
    UtcTime iat{};    // made; within an epoch the registry never lets it fall
    UtcTime fresh{};  // from then on the list is stale
    UtcTime exp{};    // from then on it has expired. iat ≤ fresh ≤ exp
    friend bool operator==(const Head&, const Head&) = default;
};

/// Errc::invalid: a value out of its range.
[[nodiscard]] Result<std::string> write_head(const Head& head);
[[nodiscard]] Result<Head> parse_head(std::string_view document);

/// What journal.db keeps of a scope, for ever: the last head that was applied.
struct ScopeSeen {
    std::string scope;
    Position at;  // epoch 0: none yet
    Hash root{};
    UtcTime iat{};
};
/// What to keep once the head's list is committed.
[[nodiscard]] ScopeSeen seen_of(const Head& head);

/// May the list go to this head? `now` is the gate's time; below `floor`, the trusted floor of its clock, it is not
/// believed. (The floor rises to `iat` of every head found usable; the caller keeps it.)
///
/// accept, stale or expired: by age, also a head that was seen before. Not usable, in the order of the checks:
/// unknown_key, bad_signature (nothing unsigned is parsed), malformed, key_out_of_time, wrong_scope, old_epoch,
/// unknown_epoch, rolled_back, backdated, forked, replayed. Where the document's epoch is above `seen`, no change set
/// leads there: take a snapshot.
[[nodiscard]] Judged<Head> judge_head(const Signed& document, const KeySet& keys, const ScopeSeen& seen, UtcTime now,
                                      UtcTime floor);

/// accept, stale or expired: the age of a list, as time goes by without a new head.
[[nodiscard]] Finding age_of(const Head& head, UtcTime now, UtcTime floor);

}  // namespace menshen::bundle
