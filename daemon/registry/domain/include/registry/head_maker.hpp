// What firmware/bundle knows and a store does not: how rows become digests, and who signs the root. A store calls it
// inside the transaction that changes the rows, so that no head is ever seen without its rows, nor rows without a head.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "registry/change_set.hpp"
#include "registry/digest.hpp"
#include "values/time.hpp"

namespace menshen::registry {

inline constexpr std::size_t bucket_count = 4096;

struct HeadFields {
    Position at;
    std::int64_t rows = 0;  // without tombstones
    UtcTime issued{};       // never falls within an epoch, whatever the clock does
};

struct SignedHead {
    Position at;
    std::int64_t rows = 0;
    UtcTime issued{};
    std::string bytes;  // exactly what was signed
    std::string key_id;
    std::string signature;  // raw
};

class HeadMaker {
  public:
    HeadMaker() = default;
    HeadMaker(const HeadMaker&) = delete;
    HeadMaker& operator=(const HeadMaker&) = delete;
    virtual ~HeadMaker() = default;

    /// What new scopes begin with, and scopes that get a new epoch go to if they stand below: the epoch that the root
    /// has signed. 0: there is none, the time in seconds since 1970 is taken.
    [[nodiscard]] virtual std::int64_t epoch() const { return 0; }
    /// 0 to bucket_count - 1.
    [[nodiscard]] virtual std::uint32_t bucket_of(std::string_view kind, Id id) const = 0;
    [[nodiscard]] virtual Digest leaf(std::string_view kind, Id id, std::string_view body) const = 0;
    /// Of its leaves, given in the order of (kind as bytes, id); also of none.
    [[nodiscard]] virtual Digest bucket(std::span<const Digest> leaves) const = 0;
    /// Signs over the root of bucket_count buckets.
    [[nodiscard]] virtual Result<SignedHead> head(const HeadFields& fields, std::span<const Digest> buckets) = 0;
};

}  // namespace menshen::registry
