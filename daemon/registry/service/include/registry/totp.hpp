// Codes of the day's second factor: TOTP, RFC 6238 with SHA-1, six digits, thirty seconds (what every telephone's app
// does).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "values/result.hpp"
#include "values/time.hpp"

namespace menshen::registry {

/// 20 random bytes.
[[nodiscard]] std::string new_totp_secret();
[[nodiscard]] std::string base32(std::string_view bytes);
/// Upper or lower case, blanks ignored. Errc::invalid otherwise.
[[nodiscard]] Result<std::string> from_base32(std::string_view text);
/// What a QR code for the app holds.
[[nodiscard]] std::string totp_address(std::string_view secret, std::string_view user, std::string_view registry);

[[nodiscard]] std::int64_t totp_step(UtcTime now);
[[nodiscard]] std::string totp_code(std::string_view secret, std::int64_t step, int digits = 6);
/// The step of that code, if it is of now, the step before or the one after, and later than `used`.
[[nodiscard]] std::optional<std::int64_t> match_totp(std::string_view secret, std::string_view code, UtcTime now,
                                                     std::int64_t used);

}  // namespace menshen::registry
