// SHA-256 over fields that cannot run into each other.
#pragma once

#include <sodium.h>

#include <span>
#include <string>
#include <string_view>

#include "registry/digest.hpp"

namespace menshen::registry {

class Sha256 {
  public:
    Sha256() { crypto_hash_sha256_init(&state_); }
    Sha256& bytes(std::span<const std::uint8_t> bytes) {
        crypto_hash_sha256_update(&state_, bytes.data(), bytes.size());
        return *this;
    }
    /// Eight bytes, big-endian.
    Sha256& number(std::int64_t value) {
        auto rest = static_cast<std::uint64_t>(value);
        std::array<std::uint8_t, 8> big{};
        for (auto at = big.rbegin(); at != big.rend(); ++at, rest >>= 8) *at = static_cast<std::uint8_t>(rest & 0xFF);
        return bytes(big);
    }
    /// With its length before it.
    Sha256& text(std::string_view text) {
        number(static_cast<std::int64_t>(text.size()));
        return bytes({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
    }
    [[nodiscard]] Digest end() {
        Digest digest{};
        crypto_hash_sha256_final(&state_, digest.data());
        return digest;
    }

  private:
    crypto_hash_sha256_state state_{};
};

}  // namespace menshen::registry
