// Programs, run by the shell.
#pragma once

#include <array>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

namespace menshen::registry::server::test {

/// Standard output of a shell command.
inline std::string said(const std::string& command) {
    std::string out;
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(::popen(command.c_str(), "r"), ::pclose);
    std::array<char, 4096> bytes{};
    while (const auto got = std::fread(bytes.data(), 1, bytes.size(), pipe.get())) out.append(bytes.data(), got);
    return out;
}

/// Where our own lie.
inline std::string programs() {
    return std::filesystem::read_symlink("/proc/self/exe").parent_path().string();
}

}  // namespace menshen::registry::server::test
