#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>

namespace menshen::registry {

using Digest = std::array<std::uint8_t, 32>;  // SHA-256

[[nodiscard]] std::string hex_of(std::span<const std::uint8_t> bytes);

}  // namespace menshen::registry
