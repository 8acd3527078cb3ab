// What only shows when the whole site is known: references, wires used twice, settings that would be dangerous
// together.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "site/site.hpp"

namespace menshen::site {

void check(const Site& site, const std::string& file, std::vector<Mistake>& mistakes);

/// "127.0.0.1:502" or "[::1]:502": a literal address and a port.
[[nodiscard]] bool read_endpoint(const std::string& text, std::string& ip, std::uint16_t& port);

}  // namespace menshen::site
