#include "evidence.hpp"

#include <fmt/format.h>

#include "chain.hpp"
#include "files/read.hpp"
#include "files/write.hpp"
#include "values/evidence.hpp"

namespace menshen::journal {

namespace fs = std::filesystem;

namespace {

constexpr const char* unfinished = ".tmp";  // in the top folder, where one look finds them all

}  // namespace

fs::path EvidenceFolder::path_of(std::string_view sha256) const {
    return folder_ / sha256.substr(0, 2) / sha256.substr(2, 2) / (std::string(sha256) + ".jpg");
}

Status EvidenceFolder::write(const std::string& sha256, std::span<const std::uint8_t> content) {
    const fs::path target = path_of(sha256);
    std::error_code failed;
    const bool new_folder = !fs::exists(target.parent_path(), failed);
    fs::create_directories(target.parent_path(), failed);
    if (failed) {
        const bool full = failed == std::errc::no_space_on_device;
        return {full ? Errc::exhausted : Errc::io,
                fmt::format("{}: {}", target.parent_path().string(), failed.message())};
    }
    const std::string_view jpeg(reinterpret_cast<const char*>(content.data()), content.size());
    auto done = files::replace(target, jpeg, {.mode = 0640, .unfinished = folder_ / (sha256 + unfinished)});
    if (done && new_folder) done = files::sync_folder(target.parent_path().parent_path());
    if (done && new_folder) done = files::sync_folder(folder_);
    return done;
}

Result<std::vector<std::uint8_t>> EvidenceFolder::read(std::string_view sha256_name) const {
    if (!is_sha256_name(sha256_name)) return {Errc::invalid, "a picture's name is 64 hex digits"};
    // whatever lies there is not read into memory because of its name
    const auto content = files::read_small(path_of(sha256_name), static_cast<std::size_t>(max_picture_bytes));
    if (!content && content.error().code == Errc::not_found) {
        return {Errc::not_found, fmt::format("picture {} is not here (any more)", sha256_name)};
    }
    // a disk that fails to read today may read tomorrow: that does not make it another picture, as being longer does
    if (!content && content.error().code != Errc::invalid) return files::as_io(content.error());
    if (!content || to_hex(sha256(*content)) != sha256_name) {
        return {Errc::corrupt, fmt::format("picture {} is not what its name says", sha256_name)};
    }
    return std::vector<std::uint8_t>(content->begin(), content->end());
}

bool EvidenceFolder::has(const std::string& sha256) const {
    std::error_code failed;
    return fs::exists(path_of(sha256), failed);
}

bool EvidenceFolder::is_lost(const std::string& sha256) const {
    const auto content = read(sha256);
    return !content && content.error().code != Errc::io;
}

void EvidenceFolder::remove(const std::string& sha256) {
    ::unlink(path_of(sha256).c_str());
}

std::vector<PictureRef> EvidenceFolder::list(int top) const {
    std::vector<PictureRef> found;
    std::error_code failed;
    const fs::path folder = folder_ / fmt::format("{:02x}", top);
    for (fs::recursive_directory_iterator at(folder, failed), end; !failed && at != end; at.increment(failed)) {
        const std::string name = at->path().stem().string();
        if (!at->is_regular_file(failed) || !is_sha256_name(name)) continue;
        found.push_back({"", name, static_cast<std::int64_t>(at->file_size(failed))});
    }
    return found;
}

void EvidenceFolder::remove_unfinished() {
    std::error_code failed;
    for (const auto& entry : fs::directory_iterator(folder_, failed)) {
        std::error_code ignored;
        if (entry.path().extension() == unfinished) fs::remove(entry.path(), ignored);
    }
}

}  // namespace menshen::journal
