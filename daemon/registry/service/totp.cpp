#include "registry/totp.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>

#include <array>

namespace menshen::registry {

namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr std::int64_t step_seconds = 30;
constexpr std::size_t secret_bytes = 20;
constexpr int usual_digits = 6;

std::array<std::uint8_t, 20> hmac_sha1(std::string_view key, std::int64_t counter) {
    std::array<std::uint8_t, 8> message{};
    auto rest = static_cast<std::uint64_t>(counter);
    for (auto at = message.rbegin(); at != message.rend(); ++at, rest >>= 8)
        *at = static_cast<std::uint8_t>(rest & 0xFF);
    std::array<std::uint8_t, 20> mac{};
    unsigned size = mac.size();
    HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()), message.data(), message.size(), mac.data(), &size);
    return mac;
}

/// As RFC 3986 wants it in a path or query.
std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                           c == '.' || c == '_';
        out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
}

}  // namespace

std::string new_totp_secret() {
    std::string secret(secret_bytes, '\0');
    randombytes_buf(secret.data(), secret.size());
    return secret;
}

std::string base32(std::string_view bytes) {
    std::string out;
    unsigned held = 0;
    unsigned bits = 0;
    for (const char c : bytes) {
        held = (held << 8U) | static_cast<unsigned char>(c);
        for (bits += 8; bits >= 5; bits -= 5) out += alphabet[(held >> (bits - 5)) & 31U];
    }
    if (bits > 0) out += alphabet[(held << (5 - bits)) & 31U];
    return out;
}

Result<std::string> from_base32(std::string_view text) {
    std::string out;
    unsigned held = 0;
    unsigned bits = 0;
    for (char c : text) {
        if (c == ' ' || c == '=') continue;
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
        const auto at = alphabet.find(c);
        if (at == std::string_view::npos) return {Errc::invalid, "a TOTP secret has letters and the digits 2 to 7"};
        held = (held << 5U) | static_cast<unsigned>(at);
        bits += 5;
        if (bits < 8) continue;
        bits -= 8;
        out += static_cast<char>((held >> bits) & 0xFFU);
    }
    return out;
}

std::string totp_address(std::string_view secret, std::string_view user, std::string_view registry) {
    return fmt::format("otpauth://totp/{}:{}?secret={}&issuer={}", escaped(registry), escaped(user), base32(secret),
                       escaped(registry));
}

std::int64_t totp_step(UtcTime now) {
    return std::chrono::floor<seconds>(now).time_since_epoch().count() / step_seconds;
}

std::string totp_code(std::string_view secret, std::int64_t step, int digits) {
    const auto mac = hmac_sha1(secret, step);
    const std::size_t offset = mac.back() & 15U;
    const std::uint32_t number = (static_cast<std::uint32_t>(mac[offset] & 0x7FU) << 24U) |
                                 (static_cast<std::uint32_t>(mac[offset + 1]) << 16U) |
                                 (static_cast<std::uint32_t>(mac[offset + 2]) << 8U) | mac[offset + 3];
    std::uint32_t modulus = 1;
    for (int i = 0; i < digits; ++i) modulus *= 10;
    return fmt::format("{:0{}}", number % modulus, digits);
}

std::optional<std::int64_t> match_totp(std::string_view secret, std::string_view code, UtcTime now, std::int64_t used) {
    if (secret.size() < secret_bytes || code.size() != usual_digits) return std::nullopt;
    const auto present = totp_step(now);
    for (const auto step : {present, present - 1, present + 1}) {
        const auto right = totp_code(secret, step);
        if (step > used && sodium_memcmp(right.data(), code.data(), code.size()) == 0) return step;
    }
    return std::nullopt;
}

}  // namespace menshen::registry
