// What the journal keeps for the gate's registry: trust that never falls, and events as they travel. Plain values; the
// documents themselves are firmware/bundle's.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "values/time.hpp"

namespace menshen::journal {

/// The newest head that a scope's list was committed at, or was about to be.
struct SeenScope {
    std::string scope;
    std::int64_t epoch = 0;
    std::int64_t seq = 0;
    std::array<std::uint8_t, 32> root{};
    UtcTime iat{};
    friend bool operator==(const SeenScope&, const SeenScope&) = default;
};

/// The newest word on pictures: those of the events up to `upto` are kept by the registry, or nobody waits for them.
struct SeenPictures {
    std::int64_t epoch = 0;  // of the key set; 0: none yet
    UtcTime iat{};
    std::int64_t upto = 0;
    friend bool operator==(const SeenPictures&, const SeenPictures&) = default;
};

struct RegistryTrust {
    std::int64_t version = 0;  // of the key set
    std::int64_t epoch = 0;
    std::string keys;  // its signed line
    std::vector<SeenScope> scopes;
};

/// An event as it is stored and hashed.
struct StoredEvent {
    std::int64_t sequence = 0;
    std::int64_t utc = 0;
    std::string clock, lane, kind;
    std::int64_t arrival = 0;
    std::int64_t authorisation = 0;
    std::optional<std::string> body;  // none: erased
    std::array<std::uint8_t, 16> salt{};
    std::array<std::uint8_t, 32> body_hash{};
};

/// Consecutive events, and the chain before the first and after the last.
struct EventRun {
    std::array<std::uint8_t, 32> before{};
    std::array<std::uint8_t, 32> chain{};
    std::vector<StoredEvent> events;
};

}  // namespace menshen::journal
