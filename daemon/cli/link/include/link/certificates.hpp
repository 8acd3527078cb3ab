// Certificates as people compare them.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "values/result.hpp"

namespace menshen::link {

/// SHA-256 of the first certificate of a PEM text, 64 hex digits in lower case. Errc::invalid: there is none.
[[nodiscard]] Result<std::string> fingerprint_of(std::string_view pem);
/// As people write one: upper case, blanks and colons between. Errc::invalid: not 64 hex digits.
[[nodiscard]] Result<std::string> fingerprint_from(std::string_view written);
/// In groups of four, to be read aloud.
[[nodiscard]] std::string grouped(std::string_view fingerprint);

}  // namespace menshen::link
