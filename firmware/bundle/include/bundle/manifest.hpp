// What a snapshot holds, signed: its compressed bytes, and the list that they unpack to.
//   {"type":"manifest","scope":"yard","epoch":2,"seq":1200,"root":"…","rows":87,"text":…,"size":…,"sha256":"…","iat":…}
// snapshot.hpp reads and writes the bytes themselves.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bundle/head.hpp"

namespace menshen::bundle {

inline constexpr std::int64_t max_snapshot_text = std::int64_t{4} << 30;  // bytes unpacked
inline constexpr std::int64_t max_snapshot_rows = 16'000'000;

struct Manifest {
    std::string scope;
    Position at;
    Hash root{};
    std::int64_t rows = 0;
    std::int64_t text = 0;  // bytes unpacked: not one more is unpacked
    std::int64_t size = 0;  // bytes as they travel
    Hash sha256{};          // of these
    UtcTime iat{};
    friend bool operator==(const Manifest&, const Manifest&) = default;
};

[[nodiscard]] Result<std::string> write_manifest(const Manifest& manifest);
[[nodiscard]] Result<Manifest> parse_manifest(std::string_view document);

/// accept; unknown_key, bad_signature, malformed, wrong_scope, key_out_of_time, old_epoch, unknown_epoch. A manifest is
/// only ever a base: made hourly, it may lie below what the gate has seen. The list is committed at the head that ends
/// the changes after it, and judge_head() forbids a fall.
[[nodiscard]] Judged<Manifest> judge_manifest(const Signed& document, const KeySet& keys, std::string_view scope);

}  // namespace menshen::bundle
