// A file that is being written: under another name until it is whole and on the disk, so that a power cut at any
// instant leaves the old file or the new one, never a part. It goes away unless it is put in its place. Blocks; any
// thread, one at a time.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string_view>

#include "files/descriptor.hpp"
#include "files/error.hpp"

namespace menshen::files {

struct Owner {
    uid_t user = 0;
    gid_t group = 0;
};

class Unfinished {
  public:
    /// Under that name, which is a new file's: what a power cut left there is removed, and no link followed. One writer
    /// of a name at a time. On the file system of what it is to become.
    [[nodiscard]] static Result<Unfinished> create(const std::filesystem::path& name);
    /// "FILE." and six random characters: any number of writers. What a power cut leaves stays until somebody looks.
    [[nodiscard]] static Result<Unfinished> create_beside(const std::filesystem::path& file);
    Unfinished(Unfinished&&) noexcept = default;
    Unfinished& operator=(Unfinished&&) = delete;
    ~Unfinished();

    [[nodiscard]] Status append(std::string_view bytes);
    /// Exactly this mode, whatever the umask: 0600 until then. Errc::denied: only root gives files away.
    [[nodiscard]] Status give(mode_t mode, const std::optional<Owner>& owner = {});
    /// Bytes on the disk, then the name, then the folder on the disk. In the place of what is there.
    [[nodiscard]] Status put(const std::filesystem::path& file);
    /// The same, but over nothing. Errc::conflict: something is there, and stays.
    [[nodiscard]] Status put_new(const std::filesystem::path& file);

  private:
    Unfinished(std::filesystem::path name, Descriptor out) : name_(std::move(name)), out_(std::move(out)) {}
    [[nodiscard]] Status sync_bytes() const;

    std::filesystem::path name_;
    Descriptor out_;  // open while the file has that name
};

}  // namespace menshen::files
