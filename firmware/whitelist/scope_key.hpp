// Where a row of a registry's list lies in its file, and by what it is found.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace menshen::whitelist {

/// Kinds that this release does something with, in the order of their names as bytes, which a snapshot has too. A newer
/// release may add numbers, never change one: they are in the file. 0: any other kind.
enum class RowKind : std::uint8_t { other, access_point, block, calendar, credential, permit, schedule, zone };
[[nodiscard]] RowKind row_kind(std::string_view kind);
[[nodiscard]] std::string_view to_string(RowKind kind);

struct RowKey {
    RowKind kind = RowKind::other;
    std::string_view name;  // of the kind
    std::int64_t id = 0;
    std::uint16_t bucket = 0;
};
[[nodiscard]] RowKey row_key(std::string_view kind, std::int64_t id);
[[nodiscard]] RowKey row_key(RowKind kind, std::int64_t id);

/// In table `row`; none: in `other_row`.
[[nodiscard]] std::optional<std::int64_t> place_of(const RowKey& key);
[[nodiscard]] RowKey key_at(std::int64_t place);
/// Places of a bucket: [first_place(bucket), first_place(bucket + 1)).
[[nodiscard]] std::int64_t first_place(std::int64_t bucket);

/// An entry of table `term`: hash, kind and id, big-endian, so that bytes order them.
using Term = std::array<std::uint8_t, 16>;
inline constexpr std::size_t shelf_count = 4096;

[[nodiscard]] std::uint64_t term_hash(RowKind kind, std::string_view what, std::string_view value);
[[nodiscard]] Term make_term(std::uint64_t hash, RowKind kind, std::int64_t id);
[[nodiscard]] std::uint64_t hash_in(const Term& term);
[[nodiscard]] RowKind kind_in(const Term& term);
[[nodiscard]] std::int64_t id_in(const Term& term);
[[nodiscard]] inline std::size_t shelf_of(std::uint64_t hash) {
    return static_cast<std::size_t>(hash >> 52U);
}

/// By what the row is found: a credential by kind and value, a block by its plate, a zone or access point by its key, a
/// calendar always. None: by its id alone, or its body does not say.
[[nodiscard]] std::optional<Term> term_of(const RowKey& key, std::string_view body);

/// {"id":1,"kind":"plate","value":"浙A12345","permit_id":2} and nothing else, read without a parser; views into `body`.
struct PlainCredential {
    std::string_view kind, value;
    std::int64_t permit_id = 0;
};
[[nodiscard]] std::optional<PlainCredential> plain_credential(std::string_view body);

}  // namespace menshen::whitelist
