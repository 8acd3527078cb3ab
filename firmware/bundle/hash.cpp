#include "bundle/hash.hpp"

#include <sodium.h>

#include <algorithm>
#include <optional>

#include "bytes.hpp"

namespace menshen::bundle {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

bool is_name_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

bool is_base64_character(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/' ||
           c == '=';
}

/// The number of bytes. libsodium 1.0.18 takes 0xAF for '/': the alphabet is judged here.
std::optional<std::size_t> decode_base64(std::string_view text, std::span<std::uint8_t> out) {
    if (!std::all_of(text.begin(), text.end(), is_base64_character)) return std::nullopt;
    std::size_t length = 0;
    const int failed = sodium_base642bin(out.data(), out.size(), text.data(), text.size(), nullptr, &length, nullptr,
                                         sodium_base64_VARIANT_ORIGINAL);
    return failed == 0 ? std::optional(length) : std::nullopt;
}

}  // namespace

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= max_name && std::all_of(text.begin(), text.end(), is_name_character);
}

Salt new_salt() {
    Salt salt{};
    randombytes_buf(salt.data(), salt.size());
    return salt;
}

std::string to_hex(ByteView bytes) {
    std::string hex;
    hex.reserve(bytes.size() * 2);
    for (const auto byte : bytes) {
        hex += hex_digits[byte >> 4];
        hex += hex_digits[byte & 15];
    }
    return hex;
}

bool from_hex(std::string_view hex, std::span<std::uint8_t> out) {
    if (hex.size() != out.size() * 2) return false;
    for (std::size_t i = 0; i < out.size(); ++i) {
        const auto high = hex_digits.find(hex[2 * i]);
        const auto low = hex_digits.find(hex[2 * i + 1]);
        if (high == std::string_view::npos || low == std::string_view::npos) return false;
        out[i] = static_cast<std::uint8_t>(high << 4 | low);
    }
    return true;
}

Result<Hash> hash_from_hex(std::string_view hex) {
    Hash hash{};
    if (!from_hex(hex, hash)) return {Errc::invalid, "a SHA-256 is 64 digits of 0-9 and a-f"};
    return hash;
}

std::string to_base64(ByteView bytes) {
    std::string text(sodium_base64_ENCODED_LEN(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
    sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), sodium_base64_VARIANT_ORIGINAL);
    text.pop_back();  // libsodium's terminating zero
    return text;
}

Result<std::string> from_base64(std::string_view text, std::size_t most) {
    if (text.size() > (most + 2) / 3 * 4) return {Errc::invalid, "more than " + std::to_string(most) + " bytes"};
    std::string out(text.size() / 4 * 3, '\0');
    const auto length = decode_base64(text, {reinterpret_cast<std::uint8_t*>(out.data()), out.size()});
    if (!length || *length > most) {
        return {Errc::invalid, "no base64 as it is written here (padded, no white space)"};
    }
    out.resize(*length);
    return out;
}

bool from_base64(std::string_view text, std::span<std::uint8_t> out) {
    return decode_base64(text, out) == out.size();
}

}  // namespace menshen::bundle
