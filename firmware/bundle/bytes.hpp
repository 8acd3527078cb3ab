// Bytes and text, as hashes and signatures take them.
#pragma once

#include <sodium.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "bundle/hash.hpp"

namespace menshen::bundle {

[[nodiscard]] inline ByteView bytes_of(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
[[nodiscard]] inline std::string_view text_of(ByteView bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Standard alphabet, padded, no white space.
[[nodiscard]] std::string to_base64(ByteView bytes);
/// Only what to_base64 writes: one text for the same bytes. At most `most` bytes.
[[nodiscard]] Result<std::string> from_base64(std::string_view text, std::size_t most);
/// The same into exactly `out.size()` bytes, which need not be wiped after it fails; false otherwise.
[[nodiscard]] bool from_base64(std::string_view text, std::span<std::uint8_t> out);
/// Exactly `out.size()` bytes in lower-case hex; false otherwise.
[[nodiscard]] bool from_hex(std::string_view hex, std::span<std::uint8_t> out);

class Sha256 {
  public:
    Sha256() { crypto_hash_sha256_init(&state_); }
    Sha256& bytes(ByteView bytes) {
        crypto_hash_sha256_update(&state_, bytes.data(), bytes.size());
        return *this;
    }
    Sha256& raw(std::string_view text) { return bytes(bytes_of(text)); }
    /// 8 bytes, big-endian.
    Sha256& number(std::uint64_t value) {
        std::array<std::uint8_t, 8> big{};
        for (auto at = big.rbegin(); at != big.rend(); ++at, value >>= 8) *at = static_cast<std::uint8_t>(value & 0xFF);
        return bytes(big);
    }
    Sha256& text(std::string_view text) { return number(text.size()).raw(text); }
    [[nodiscard]] Hash end() {
        Hash hash{};
        crypto_hash_sha256_final(&state_, hash.data());
        return hash;
    }

  private:
    crypto_hash_sha256_state state_{};
};

}  // namespace menshen::bundle
