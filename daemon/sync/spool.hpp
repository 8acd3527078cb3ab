// The bytes of one snapshot, kept while they come, so that a courier which was ended need not begin anew. Nothing here
// is believed: the gate checks every byte, and what it refuses is thrown away.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "files/descriptor.hpp"
#include "values/result.hpp"

namespace menshen::sync {

class Spool {
  public:
    /// Goes on with the file of that name if it is there; other files of the folder are removed. A snapshot of more
    /// than `most` bytes is not kept, nor is one where the folder cannot be written: it then comes whole each time.
    Spool(const std::filesystem::path& folder, const std::string& name, std::int64_t size, std::int64_t most);
    Spool(const Spool&) = delete;
    Spool& operator=(const Spool&) = delete;

    [[nodiscard]] std::int64_t kept() const { return kept_; }
    /// At most `most` of the bytes from there. Errc::io.
    [[nodiscard]] Result<std::string> read(std::int64_t from, std::size_t most) const;
    void append(std::string_view bytes);
    void discard();

  private:
    std::filesystem::path file_;
    files::Descriptor out_;  // nothing is kept where none is open
    std::int64_t kept_ = 0;
};

}  // namespace menshen::sync
