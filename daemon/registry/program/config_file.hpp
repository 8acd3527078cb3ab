// The registry's configuration, one TOML file. Every mistake is named with its line, all in one go.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "registry/server.hpp"

namespace menshen::registry {

struct ConfigFile {
    server::Config config;
    std::vector<std::string> mistakes;  // "FILE:LINE: what, and what to write instead"; none: it is good
};

[[nodiscard]] ConfigFile read_config(const std::filesystem::path& file);

}  // namespace menshen::registry
