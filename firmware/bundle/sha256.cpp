#include "bundle/sha256.hpp"

#include <openssl/evp.h>

#include <array>
#include <new>

#include "bytes.hpp"

namespace menshen::bundle {
namespace {

/// Looked up once: OpenSSL 3 takes longer to find an algorithm than to hash a row with it.
const EVP_MD* algorithm() {
    static const EVP_MD* const found = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    return found;
}

/// What fails here is memory, as in any container.
void must(int done) {
    if (done != 1) throw std::bad_alloc();
}

}  // namespace

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
    must(EVP_DigestInit_ex2(context_.get(), algorithm(), nullptr));
}

void Sha256::Free::operator()(evp_md_ctx_st* context) const {
    EVP_MD_CTX_free(context);
}

Sha256& Sha256::bytes(ByteView bytes) {
    must(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()));
    return *this;
}

Sha256& Sha256::raw(std::string_view text) {
    return bytes(bytes_of(text));
}

Sha256& Sha256::number(std::uint64_t value) {
    std::array<std::uint8_t, 8> big{};
    for (auto at = big.rbegin(); at != big.rend(); ++at, value >>= 8) *at = static_cast<std::uint8_t>(value & 0xFF);
    return bytes(big);
}

Hash Sha256::end() {
    Hash hash{};
    must(EVP_DigestFinal_ex(context_.get(), hash.data(), nullptr));
    return hash;
}

Hash sha256(ByteView bytes) {
    return Sha256().bytes(bytes).end();
}

Hash sha256(std::string_view bytes) {
    return Sha256().raw(bytes).end();
}

}  // namespace menshen::bundle
