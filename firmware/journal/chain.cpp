#include "chain.hpp"

#include <sodium.h>

#include <algorithm>

#include "clock_names.hpp"

namespace menshen::journal {

namespace {

class Hasher {
  public:
    Hasher() { crypto_hash_sha256_init(&state_); }
    Hasher& bytes(ByteView bytes) {
        crypto_hash_sha256_update(&state_, bytes.data(), bytes.size());
        return *this;
    }
    Hasher& number(std::uint64_t value) {
        std::array<std::uint8_t, 8> big{};
        for (auto at = big.rbegin(); at != big.rend(); ++at, value >>= 8) *at = static_cast<std::uint8_t>(value & 0xFF);
        return bytes(big);
    }
    Hasher& raw(std::string_view text) {
        return bytes({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
    }
    Hasher& text(std::string_view text) { return number(text.size()).raw(text); }
    [[nodiscard]] Hash end() {
        Hash hash{};
        crypto_hash_sha256_final(&state_, hash.data());
        return hash;
    }

  private:
    crypto_hash_sha256_state state_{};
};

}  // namespace

Hash sha256(ByteView bytes) {
    return Hasher().bytes(bytes).end();
}

Hash first_link(std::string_view log_id) {
    return Hasher().raw(log_id).end();
}

Hash hash_body(ByteView salt, std::string_view body) {
    return Hasher().bytes(salt).raw(body).end();
}

Hash next_link(const Hash& before, const Event& event, ByteView body_hash) {
    const Hash content = Hasher()
                             .number(event.sequence)
                             .number(static_cast<std::uint64_t>(event.utc.time_since_epoch().count()))
                             .text(name_of(event.clock))
                             .text(event.lane)
                             .text(to_string(event.kind))
                             .number(event.arrival)
                             .number(event.authorisation)
                             .bytes(body_hash)
                             .end();
    return Hasher().bytes(before).bytes(content).end();
}

Salt new_salt() {
    Salt salt{};
    randombytes_buf(salt.data(), salt.size());
    return salt;
}

std::string to_hex(ByteView bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string hex;
    hex.reserve(bytes.size() * 2);
    for (const auto byte : bytes) {
        hex += digits[byte >> 4];
        hex += digits[byte & 15];
    }
    return hex;
}

bool is_sha256_name(std::string_view name) {
    const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
    return name.size() == 64 && std::all_of(name.begin(), name.end(), is_digit);
}

}  // namespace menshen::journal
