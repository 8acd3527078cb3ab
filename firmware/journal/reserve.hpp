// A file that only takes up room. When the disk is full it is removed, so that events still commit.
#pragma once

#include <cstdint>
#include <filesystem>

#include "values/result.hpp"

namespace menshen::journal {

class Reserve {
  public:
    Reserve(std::filesystem::path file, std::int64_t bytes) : file_(std::move(file)), bytes_(bytes) {}

    /// Takes the room, if it is not taken and as much again would stay free. Errc::exhausted if it would not.
    [[nodiscard]] Status take();
    /// Gives the room back. false: there was none to give.
    bool release();
    [[nodiscard]] bool held() const;
    /// Bytes that a process may still write on this disk.
    [[nodiscard]] std::int64_t free_bytes() const;

  private:
    std::filesystem::path file_;
    std::int64_t bytes_;
};

}  // namespace menshen::journal
