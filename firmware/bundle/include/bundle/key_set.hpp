// Which keys count: the offline root signs the versions of one small document.
//   {"type":"keys","version":7,"epoch":2,"iat":…,"keys":[{"kid":"k3","key":"BASE64","from":…,"until":…},…]}
//
// One online key and its successor: a rotation begins with a version that holds both with overlapping times, so that
// the registry changes over at a moment of its own choosing and gates that were away follow; a later version drops the
// old one. A key that was stolen is dropped at once by a new version; `until` bounds what it is good for at gates that
// the new version cannot reach.
//
// The epoch is the registry's, of all scopes: a registry restored from a backup asks the root for a version with a
// higher epoch, and only that lets (epoch, seq) of a scope fall (I5).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bundle/finding.hpp"
#include "bundle/signed.hpp"
#include "values/time.hpp"

namespace menshen::bundle {

/// Good for documents whose `iat` lies in [from, until).
struct OnlineKey {
    std::string kid;
    PublicKey key;
    UtcTime from{};
    UtcTime until{};
    friend bool operator==(const OnlineKey&, const OnlineKey&) = default;
};

inline constexpr std::size_t max_online_keys = 4;

struct KeySet {
    std::int64_t version = 0;  // from 1
    std::int64_t epoch = 0;    // from 1
    UtcTime iat{};
    std::vector<OnlineKey> keys;  // 1..max_online_keys, each kid once
    friend bool operator==(const KeySet&, const KeySet&) = default;
};

/// Errc::invalid: a value out of its range.
[[nodiscard]] Result<std::string> write_key_set(const KeySet& keys);
[[nodiscard]] Result<KeySet> parse_key_set(std::string_view document);

/// What journal.db keeps of the key set, for ever.
struct KeysSeen {
    std::int64_t version = 0;  // 0: none yet
    std::int64_t epoch = 0;
    std::optional<Hash> document;  // SHA-256 of its bytes, where kept: tells two documents of one version apart
};

/// accept, repeated; unknown_key, bad_signature, malformed; rolled_back (a version or an epoch below what was seen),
/// forked.
[[nodiscard]] Judged<KeySet> judge_key_set(const Signed& document, std::span<const NamedKey> roots,
                                           const KeysSeen& seen);

}  // namespace menshen::bundle
