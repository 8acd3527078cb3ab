#include "evidence.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "chain.hpp"
#include "values/evidence.hpp"

namespace menshen::journal {

namespace fs = std::filesystem;

namespace {

Error failure(const fs::path& path) {
    const Errc code = errno == ENOSPC || errno == EDQUOT ? Errc::exhausted : Errc::io;
    return {code, fmt::format("{}: {}", path.string(), std::strerror(errno))};
}

Status sync_folder(const fs::path& folder) {
    const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return failure(folder);
    const int failed = ::fsync(descriptor);
    ::close(descriptor);
    return failed == 0 ? Status() : Status(failure(folder));
}

Status write_all(const fs::path& file, std::span<const std::uint8_t> bytes) {
    const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
    if (descriptor < 0) return failure(file);
    Status done;
    while (done && !bytes.empty()) {
        const auto written = ::write(descriptor, bytes.data(), bytes.size());
        if (written >= 0) {
            bytes = bytes.subspan(static_cast<std::size_t>(written));
        } else if (errno != EINTR) {
            done = failure(file);
        }
    }
    if (done && ::fsync(descriptor) != 0) done = failure(file);
    ::close(descriptor);
    return done;
}

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
    const fs::path unfinished = folder_ / (sha256 + ".tmp");
    auto done = write_all(unfinished, content);
    if (done && ::rename(unfinished.c_str(), target.c_str()) != 0) done = failure(target);
    if (!done) {
        ::unlink(unfinished.c_str());
        return done;
    }
    done = sync_folder(target.parent_path());
    if (done && new_folder) done = sync_folder(target.parent_path().parent_path());
    if (done && new_folder) done = sync_folder(folder_);
    return done;
}

Result<std::vector<std::uint8_t>> EvidenceFolder::read(std::string_view sha256_name) const {
    if (!is_sha256_name(sha256_name)) return {Errc::invalid, "a picture's name is 64 hex digits"};
    const auto file = path_of(sha256_name);
    std::ifstream in(file, std::ios::binary);
    std::error_code failed;
    const bool there = fs::exists(file, failed);
    if (!there && !failed) return {Errc::not_found, fmt::format("picture {} is not here (any more)", sha256_name)};
    const auto size = in ? fs::file_size(file, failed) : 0;
    if (!in || failed) return {Errc::io, fmt::format("picture {} cannot be opened", sha256_name)};
    // whatever lies there is not read into memory because of its name
    std::vector<std::uint8_t> content(size <= max_picture_bytes ? size : 0);
    in.read(reinterpret_cast<char*>(content.data()), static_cast<std::streamsize>(content.size()));
    // a disk that fails to read today may read tomorrow: that does not make it another picture
    if (!in) return {Errc::io, fmt::format("picture {} cannot be read", sha256_name)};
    if (to_hex(sha256(content)) != sha256_name) {
        return {Errc::corrupt, fmt::format("picture {} is not what its name says", sha256_name)};
    }
    return content;
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
        if (entry.path().extension() == ".tmp") fs::remove(entry.path(), ignored);
    }
}

}  // namespace menshen::journal
