// Ed25519 keys and signatures (RFC 8032, by libsodium).
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "bundle/hash.hpp"

namespace menshen::bundle {

using Signature = std::array<std::uint8_t, 64>;

struct PublicKey {
    std::array<std::uint8_t, 32> bytes{};
    /// Of exactly these bytes. False also for keys and signatures that another encoding could imitate (not canonical,
    /// of small order).
    [[nodiscard]] bool verifies(std::string_view message, const Signature& signature) const;
    friend bool operator==(const PublicKey&, const PublicKey&) = default;
};

/// A key and what documents call it: `kid`, a name (is_name) that its owner gives.
struct NamedKey {
    std::string kid;
    PublicKey key;
    friend bool operator==(const NamedKey&, const NamedKey&) = default;
};

/// A secret half: in memory that is locked where the system allows, not in core dumps, read-only, fenced by guard
/// pages, and wiped at the end. Moved, never copied; a moved-from key may only be assigned to or destroyed.
class SecretKey {
  public:
    /// Errc::exhausted: no such memory to be had (also from_seed).
    [[nodiscard]] static Result<SecretKey> generate();
    /// 32 bytes. Errc::invalid: another length.
    [[nodiscard]] static Result<SecretKey> from_seed(ByteView seed);

    [[nodiscard]] PublicKey public_key() const;
    [[nodiscard]] Signature sign(std::string_view message) const;
    /// The 32 bytes themselves, where they are guarded: for who writes the key's file.
    [[nodiscard]] ByteView seed() const;

  private:
    struct Wipe {
        void operator()(std::uint8_t* bytes) const;
    };
    using Guarded = std::unique_ptr<std::uint8_t, Wipe>;
    explicit SecretKey(Guarded bytes) : bytes_(std::move(bytes)) {}
    Guarded bytes_;  // seed ‖ public key
};

struct NamedSecret {
    std::string kid;
    SecretKey key;
};

}  // namespace menshen::bundle
