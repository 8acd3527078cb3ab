#include "registry/password.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>

#include "registry/fields.hpp"

namespace menshen::registry {

namespace {

constexpr std::size_t least_characters = 10;
constexpr std::size_t most_bytes = 200;

/// aaaa…, abcd…, 9876…
bool is_row(std::string_view text, int step) {
    return std::ranges::adjacent_find(text, [&](char a, char b) { return b - a != step; }) == text.end();
}

}  // namespace

Status check_password(std::string_view password, std::string_view name) {
    if (characters(password).size() < least_characters || password.size() > most_bytes) {
        return {Errc::invalid, "a password has at least 10 characters and at most 200 bytes"};
    }
    if (is_row(password, 0) || is_row(password, 1) || is_row(password, -1)) {
        return {Errc::invalid, "this password is the first that anybody would try; take another"};
    }
    if (!name.empty() && folded(password).find(folded(name)) != std::string::npos) {
        return {Errc::invalid, "a password does not contain its user's name"};
    }
    return {};
}

Result<std::string> hash_password(std::string_view password, const PasswordCost& cost) {
    std::array<char, crypto_pwhash_STRBYTES> hash{};
    if (crypto_pwhash_str_alg(hash.data(), password.data(), password.size(), cost.passes, cost.memory,
                              crypto_pwhash_ALG_ARGON2ID13) != 0) {
        return {Errc::exhausted, "not enough memory to hash a password"};
    }
    return std::string(hash.data());
}

bool password_matches(const std::string& hash, std::string_view password) {
    return hash.size() < crypto_pwhash_STRBYTES &&
           crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

}  // namespace menshen::registry
