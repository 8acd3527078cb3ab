#include "registry/data_folder.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "bundle/key_file.hpp"

namespace menshen::registry {

namespace {

Error of_system(const std::filesystem::path& file) {
    const Errc code = errno == EEXIST ? Errc::conflict : Errc::io;
    return {code, file.string() + ": " + std::strerror(errno)};
}

bool write_all(int fd, std::string_view text) {
    while (!text.empty()) {
        const auto written = ::write(fd, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return ::fsync(fd) == 0;
}

Result<std::vector<bundle::NamedSecret>> load_secrets(const std::filesystem::path& folder) {
    std::vector<bundle::NamedSecret> secrets;
    std::error_code failed;
    for (const auto& entry : std::filesystem::directory_iterator(folder, failed)) {
        auto secret = bundle::read_secret_file(entry.path());
        if (!secret) return secret.error();
        secrets.push_back(std::move(secret).value());
    }
    if (failed) return {Errc::io, folder.string() + ": " + failed.message()};
    return secrets;
}

}  // namespace

Status write_new_file(const std::filesystem::path& file, std::string_view text, bool secret) {
    const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, secret ? 0600 : 0644);
    if (fd < 0) return of_system(file);
    const bool written = write_all(fd, text);
    const auto error = of_system(file);
    ::close(fd);
    if (written) return {};
    ::unlink(file.c_str());
    return error;
}

Status sync_folder(const std::filesystem::path& folder) {
    const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool synced = fd >= 0 && ::fsync(fd) == 0;
    const auto error = of_system(folder);
    if (fd >= 0) ::close(fd);
    return synced ? Status() : Status(error);
}

Result<std::string> read_file(const std::filesystem::path& file, std::size_t most) {
    std::error_code failed;
    const auto size = std::filesystem::file_size(file, failed);
    if (failed) {
        const bool missing = failed == std::errc::no_such_file_or_directory;
        return {missing ? Errc::not_found : Errc::io, file.string() + ": " + failed.message()};
    }
    if (size > most) return {Errc::invalid, file.string() + ": too large"};
    std::ifstream in(file, std::ios::binary);
    std::string text(size, '\0');
    if (!in.read(text.data(), static_cast<std::streamsize>(size))) return {Errc::io, file.string() + ": not readable"};
    return text;
}

Result<Signer> load_signer(const DataFolder& folder) {
    auto root = bundle::read_public_file(folder.root_key());
    if (!root) return root.error();
    auto line = read_file(folder.key_set());
    if (!line) return line.error();
    while (line->ends_with('\n')) line->pop_back();
    auto secrets = load_secrets(folder.signing_keys());
    if (!secrets) return secrets.error();
    return Signer::create(*line, *root, std::move(secrets).value());
}

Result<Identity> load_identity(const std::filesystem::path& stem) {
    auto certificate = read_file(stem.string() + ".pem");
    if (!certificate) return certificate.error();
    auto key = read_file(stem.string() + ".key");
    if (!key) return key.error();
    return Identity{std::move(certificate).value(), std::move(key).value()};
}

}  // namespace menshen::registry
