// A folder of its own for one test, removed at its end.
#pragma once

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace menshen::support {

class TemporaryFolder {
  public:
    // in memory where there is such a place: a sync of the disk costs time and shows a test nothing
    TemporaryFolder() : TemporaryFolder(memory()) {}
    explicit TemporaryFolder(const std::filesystem::path& parent) {
        std::string pattern = (parent / "menshen-test-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
        path_ = pattern;
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    [[nodiscard]] std::filesystem::path operator/(const char* name) const { return path_ / name; }

  private:
    static std::filesystem::path memory() {
        const std::filesystem::path folder = "/dev/shm";
        return ::access(folder.c_str(), W_OK) == 0 ? folder : std::filesystem::temp_directory_path();
    }
    std::filesystem::path path_;
};

}  // namespace menshen::support
