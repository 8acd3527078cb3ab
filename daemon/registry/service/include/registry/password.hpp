// Passwords: argon2id as libsodium does it, and what is too easy to guess.
#pragma once

#include <string>
#include <string_view>

#include "values/result.hpp"

namespace menshen::registry {

/// About 0.1 s and 64 MiB for each hash; tests take less.
struct PasswordCost {
    unsigned long long passes = 3;
    std::size_t memory = std::size_t{64} << 20U;  // bytes
};

/// Errc::invalid says what is wrong: 10 to 200 characters, not the name, not one character over and over, no row.
[[nodiscard]] Status check_password(std::string_view password, std::string_view name);
[[nodiscard]] Result<std::string> hash_password(std::string_view password, const PasswordCost& cost);
[[nodiscard]] bool password_matches(const std::string& hash, std::string_view password);

}  // namespace menshen::registry
