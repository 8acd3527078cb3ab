#include "evidence.hpp"

#include "values/evidence.hpp"

namespace menshen::registry::server {
namespace {

namespace fs = std::filesystem;

/// Apart from those that are whole, so that one look at the start finds what a crash has left. A backup takes none of
/// that name.
fs::path unfinished(const DataFolder& folder) {
    return folder.evidence() / "unfinished.coming";
}

Status write_and_rename(const fs::path& coming, const fs::path& file, std::string_view bytes) {
    std::error_code failed;
    fs::create_directories(file.parent_path(), failed);
    if (failed) return {Errc::io, file.parent_path().string() + ": " + failed.message()};
    fs::remove(coming, failed);
    if (auto done = write_new_file(coming, bytes, true); !done) return done;
    fs::rename(coming, file, failed);
    return failed ? Status(Errc::io, file.string() + ": " + failed.message()) : Status();
}

}  // namespace

Status keep_picture(const DataFolder& folder, const std::string& sha256, std::string_view bytes) {
    const auto file = evidence_file(folder, sha256);
    const auto there = read_file(file, static_cast<std::size_t>(max_picture_bytes));
    if (!there || *there != bytes) {
        if (auto done = write_and_rename(unfinished(folder), file, bytes); !done) return done;
    }
    // also of one that was there: a crash may have come between its name and this
    for (const auto& each : {file.parent_path(), folder.evidence(), folder.path}) {
        if (auto done = sync_folder(each); !done) return done;
    }
    return {};
}

void remove_unfinished_pictures(const DataFolder& folder) {
    std::error_code ignored;
    fs::remove(unfinished(folder), ignored);
}

}  // namespace menshen::registry::server
