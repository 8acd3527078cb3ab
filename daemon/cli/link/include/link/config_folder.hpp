// What the tool keeps for the person who uses it: session, certificates it believes, requests without an answer.
// The folder has mode 0700, its files 0600.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "values/result.hpp"

namespace menshen::link {

class ConfigFolder {
  public:
    explicit ConfigFolder(std::filesystem::path path) : path_(std::move(path)) {}
    /// $XDG_CONFIG_HOME/menshen, or ~/.config/menshen. Made when something is first written.
    [[nodiscard]] static ConfigFolder of_this_user();

    /// Nothing: there is no such file. Errc::denied: others can read it, or it is somebody else's; the message says
    /// what to do. Errc::io. `name` may have one folder in front: "trusted/host.pem".
    [[nodiscard]] Result<std::optional<std::string>> read(const std::string& name) const;
    /// All of it or nothing, on the disk when this returns. Errc::io.
    [[nodiscard]] Status write(const std::string& name, std::string_view text) const;
    /// Nothing there is no mistake.
    [[nodiscard]] Status remove(const std::string& name) const;

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

}  // namespace menshen::link
