#pragma once

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace menshen::support {

/// All that a file holds, as it is; empty where it cannot be read.
inline std::string text_in(const std::filesystem::path& file) {
    std::ostringstream text;
    text << std::ifstream(file, std::ios::binary).rdbuf();
    return text.str();
}

}  // namespace menshen::support
