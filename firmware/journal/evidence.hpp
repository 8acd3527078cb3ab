// The files of the evidence folder: evidence/ab/cd/<sha256>.jpg. Which event binds them is in the database.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "journal/records.hpp"
#include "values/result.hpp"
#include "values/time.hpp"

namespace menshen::journal {

class EvidenceFolder {
  public:
    explicit EvidenceFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}

    /// On the disk when it returns, and whole at every instant. Errc::exhausted: the disk is full.
    [[nodiscard]] Status write(const std::string& sha256, std::span<const std::uint8_t> bytes);
    /// Errc::not_found: there is no such file. Errc::corrupt: it is damaged. Errc::io: it may be there, but cannot be
    /// opened now.
    [[nodiscard]] Result<std::vector<std::uint8_t>> read(std::string_view sha256) const;
    [[nodiscard]] bool has(const std::string& sha256) const;
    /// Missing or damaged, for certain.
    [[nodiscard]] bool is_lost(const std::string& sha256) const;
    void remove(const std::string& sha256);

    /// Pictures in the top folder 0..255, and removes what an interrupted write left behind.
    [[nodiscard]] std::vector<PictureRef> list(int top) const;
    void remove_unfinished();

    // Written but not bound by an event yet.
    struct Unbound {
        std::int64_t bytes = 0;
        Instant since{};
    };
    std::unordered_map<std::string, Unbound> unbound;
    std::int64_t bytes = 0;  // of all pictures, bound or not

  private:
    [[nodiscard]] std::filesystem::path path_of(std::string_view sha256) const;
    std::filesystem::path folder_;
};

}  // namespace menshen::journal
