#include "bundle/keys.hpp"

#include <sodium.h>

#include <algorithm>

#include "bytes.hpp"

namespace menshen::bundle {

static_assert(std::tuple_size_v<Signature> == crypto_sign_BYTES);
static_assert(sizeof(PublicKey::bytes) == crypto_sign_PUBLICKEYBYTES);

bool PublicKey::verifies(std::string_view message, const Signature& signature) const {
    const auto view = bytes_of(message);
    return crypto_sign_verify_detached(signature.data(), view.data(), view.size(), bytes.data()) == 0;
}

void SecretKey::Wipe::operator()(std::uint8_t* bytes) const {
    sodium_free(bytes);  // wipes
}

Result<SecretKey> SecretKey::generate() {
    if (sodium_init() < 0) return {Errc::internal, "libsodium does not start"};
    Guarded bytes(static_cast<std::uint8_t*>(sodium_malloc(crypto_sign_SECRETKEYBYTES)));
    if (!bytes) return {Errc::exhausted, "no guarded memory for a secret key"};
    PublicKey unused;
    crypto_sign_keypair(unused.bytes.data(), bytes.get());
    sodium_mprotect_readonly(bytes.get());
    return SecretKey(std::move(bytes));
}

Result<SecretKey> SecretKey::from_seed(ByteView seed) {
    if (sodium_init() < 0) return {Errc::internal, "libsodium does not start"};
    if (seed.size() != crypto_sign_SEEDBYTES) return {Errc::invalid, "the seed of an Ed25519 key has 32 bytes"};
    Guarded bytes(static_cast<std::uint8_t*>(sodium_malloc(crypto_sign_SECRETKEYBYTES)));
    if (!bytes) return {Errc::exhausted, "no guarded memory for a secret key"};
    PublicKey unused;
    crypto_sign_seed_keypair(unused.bytes.data(), bytes.get(), seed.data());
    sodium_mprotect_readonly(bytes.get());
    return SecretKey(std::move(bytes));
}

PublicKey SecretKey::public_key() const {
    PublicKey out;
    std::copy_n(bytes_.get() + crypto_sign_SEEDBYTES, out.bytes.size(), out.bytes.begin());
    return out;
}

ByteView SecretKey::seed() const {
    return {bytes_.get(), crypto_sign_SEEDBYTES};
}

Signature SecretKey::sign(std::string_view message) const {
    const auto view = bytes_of(message);
    Signature signature{};
    crypto_sign_detached(signature.data(), nullptr, view.data(), view.size(), bytes_.get());
    return signature;
}

}  // namespace menshen::bundle
