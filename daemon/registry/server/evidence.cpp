#include "evidence.hpp"

#include "files/read.hpp"
#include "files/write.hpp"
#include "values/evidence.hpp"

namespace menshen::registry::server {
namespace {

namespace fs = std::filesystem;

/// Apart from those that are whole, so that one look at the start finds what a crash has left. A backup takes none of
/// that name.
fs::path unfinished(const DataFolder& folder) {
    return folder.evidence() / "unfinished.coming";
}

}  // namespace

Status keep_picture(const DataFolder& folder, const std::string& sha256, std::string_view bytes) {
    const auto file = evidence_file(folder, sha256);
    const auto there = files::read_small(file, static_cast<std::size_t>(max_picture_bytes));
    Status done;
    if (!there || *there != bytes) {
        std::error_code failed;
        fs::create_directories(file.parent_path(), failed);
        if (failed) return {Errc::io, file.parent_path().string() + ": " + failed.message()};
        done = files::replace(file, bytes, {.unfinished = unfinished(folder)});
    } else {
        done = files::sync_folder(file.parent_path());  // a crash may have come between its name and this
    }
    for (const auto& each : {folder.evidence(), folder.path}) {
        if (done) done = files::sync_folder(each);
    }
    return done ? done : files::as_io(done.error());  // ours, not the gate's: it shall try again
}

void remove_unfinished_pictures(const DataFolder& folder) {
    std::error_code ignored;
    fs::remove(unfinished(folder), ignored);
}

}  // namespace menshen::registry::server
