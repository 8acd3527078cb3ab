#include "scope_key.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include <algorithm>
#include <charconv>
#include <string>

#include "bundle/digest.hpp"
#include "values/plate.hpp"

namespace menshen::whitelist {

namespace {

constexpr std::array<std::string_view, 8> kind_names = {"",           "access_point", "block",    "calendar",
                                                        "credential", "permit",       "schedule", "zone"};
constexpr unsigned id_bits = 43;
constexpr unsigned kind_bits = 8;
constexpr std::int64_t id_limit = std::int64_t{1} << id_bits;

template <class Bytes>
void put_big_endian(std::uint64_t value, Bytes first) {
    for (int shift = 56; shift >= 0; shift -= 8) *first++ = static_cast<std::uint8_t>(value >> shift);
}

std::uint64_t big_endian(const std::uint8_t* at) {
    std::uint64_t value = 0;
    for (int i = 0; i < 8; ++i) value = value << 8U | at[i];
    return value;
}

/// What stands in `text` field `name` of the body.
std::optional<std::string> text_field(const boost::json::object& body, std::string_view name) {
    const auto* value = body.if_contains(name);
    if (value == nullptr || !value->is_string()) return std::nullopt;
    return std::string(value->get_string());
}

std::optional<std::uint64_t> credential_hash(std::string_view body) {
    if (const auto plain = plain_credential(body)) return term_hash(RowKind::credential, plain->kind, plain->value);
    boost::system::error_code failed;
    const auto parsed = boost::json::parse(boost::json::string_view(body.data(), body.size()), failed);
    if (failed || !parsed.is_object()) return std::nullopt;
    const auto kind = text_field(parsed.get_object(), "kind");
    const auto value = text_field(parsed.get_object(), "value");
    if (!kind || !value) return std::nullopt;
    return term_hash(RowKind::credential, *kind, *value);
}

std::optional<std::uint64_t> field_hash(RowKind kind, std::string_view body, std::string_view field) {
    boost::system::error_code failed;
    const auto parsed = boost::json::parse(boost::json::string_view(body.data(), body.size()), failed);
    if (failed || !parsed.is_object()) return std::nullopt;
    auto text = text_field(parsed.get_object(), field);
    if (!text) return std::nullopt;
    if (kind == RowKind::block) {
        if (auto plate = Plate::parse(*text)) text = plate->text();  // a denial counts however it is written
    }
    return term_hash(kind, {}, *text);
}

/// Takes `literal` off the front.
bool skip(std::string_view& rest, std::string_view literal) {
    if (!rest.starts_with(literal)) return false;
    rest.remove_prefix(literal.size());
    return true;
}

bool take_number(std::string_view& rest, std::int64_t& number) {
    const auto [end, failed] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    if (failed != std::errc() || rest.front() == '-') return false;
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    return true;
}

/// Up to the quote; nothing escaped.
bool take_text(std::string_view& rest, std::string_view& text) {
    const auto end = rest.find_first_of("\"\\");
    if (end == std::string_view::npos || rest[end] != '"') return false;
    text = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    return true;
}

}  // namespace

RowKind row_kind(std::string_view kind) {
    const auto* const found = std::find(kind_names.begin() + 1, kind_names.end(), kind);
    return found == kind_names.end() ? RowKind::other : static_cast<RowKind>(found - kind_names.begin());
}

std::string_view to_string(RowKind kind) {
    return kind_names.at(static_cast<std::size_t>(kind));
}

RowKey row_key(std::string_view kind, std::int64_t id) {
    return {row_kind(kind), kind, id, bundle::bucket_of(kind, id)};
}

RowKey row_key(RowKind kind, std::int64_t id) {
    return row_key(to_string(kind), id);
}

std::optional<std::int64_t> place_of(const RowKey& key) {
    if (key.kind == RowKind::other || key.id >= id_limit || key.id < 0) return std::nullopt;
    return first_place(key.bucket) | static_cast<std::int64_t>(key.kind) << id_bits | key.id;
}

RowKey key_at(std::int64_t place) {
    const auto kind = static_cast<std::size_t>(place >> id_bits & 0xFF);
    if (kind >= kind_names.size()) return {};
    return {static_cast<RowKind>(kind), kind_names.at(kind), place & (id_limit - 1),
            static_cast<std::uint16_t>(place >> (id_bits + kind_bits))};
}

std::int64_t first_place(std::int64_t bucket) {
    // past the last bucket: the highest number there is, which no row has (kind 255)
    if (bucket >= static_cast<std::int64_t>(bundle::bucket_count)) return INT64_MAX;
    return bucket << (id_bits + kind_bits);
}

std::uint64_t term_hash(RowKind kind, std::string_view what, std::string_view value) {
    // FNV-1a, its bits mixed once more: the top ones choose the shelf
    std::uint64_t hash = 0xCBF2'9CE4'8422'2325U;
    const auto add = [&](std::uint8_t byte) { hash = (hash ^ byte) * 0x0000'0100'0000'01B3U; };
    add(static_cast<std::uint8_t>(kind));
    for (const char c : what) add(static_cast<std::uint8_t>(c));
    add(0);
    for (const char c : value) add(static_cast<std::uint8_t>(c));
    hash ^= hash >> 33U;
    hash *= 0xFF51'AFD7'ED55'8CCDU;
    return hash ^ hash >> 33U;
}

Term make_term(std::uint64_t hash, RowKind kind, std::int64_t id) {
    Term term{};
    put_big_endian(hash, term.begin());
    put_big_endian(static_cast<std::uint64_t>(kind) << 56U | static_cast<std::uint64_t>(id), term.begin() + 8);
    return term;
}

std::uint64_t hash_in(const Term& term) {
    return big_endian(term.data());
}

RowKind kind_in(const Term& term) {
    return term[8] < kind_names.size() ? static_cast<RowKind>(term[8]) : RowKind::other;
}

std::int64_t id_in(const Term& term) {
    return static_cast<std::int64_t>(big_endian(term.data() + 8) & 0x00FF'FFFF'FFFF'FFFFU);
}

std::optional<Term> term_of(const RowKey& key, std::string_view body) {
    std::optional<std::uint64_t> hash;
    switch (key.kind) {
        case RowKind::credential:
            hash = credential_hash(body);
            break;
        case RowKind::block:
            hash = field_hash(key.kind, body, "plate");
            break;
        case RowKind::zone:
        case RowKind::access_point:
            hash = field_hash(key.kind, body, "key");
            break;
        case RowKind::calendar:
            hash = term_hash(key.kind, {}, {});
            break;
        default:
            break;
    }
    if (!hash) return std::nullopt;
    return make_term(*hash, key.kind, key.id);
}

std::optional<PlainCredential> plain_credential(std::string_view body) {
    PlainCredential found;
    std::int64_t id = 0;
    const bool plain = skip(body, R"({"id":)") && take_number(body, id) && skip(body, R"(,"kind":")") &&
                       take_text(body, found.kind) && skip(body, R"(,"value":")") && take_text(body, found.value) &&
                       skip(body, R"(,"permit_id":)") && take_number(body, found.permit_id) && body == "}";
    if (!plain) return std::nullopt;
    return found;
}

}  // namespace menshen::whitelist
