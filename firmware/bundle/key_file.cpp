#include "bundle/key_file.hpp"

#include <sodium.h>

#include <memory>
#include <span>

#include "bytes.hpp"
#include "files/read.hpp"
#include "files/write.hpp"

namespace menshen::bundle {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view secret_label = "menshen-ed25519-secret";
constexpr std::string_view public_label = "menshen-ed25519-public";
constexpr std::size_t key_bytes = 32;
constexpr std::size_t key_base64 = 44;  // characters
constexpr std::size_t max_key_text = 22 + 1 + max_name + 1 + key_base64 + 1;

struct WipeText {
    void operator()(char* text) const { sodium_free(text); }
};
using GuardedText = std::unique_ptr<char, WipeText>;

GuardedText guarded(std::size_t size) {
    return sodium_init() < 0 ? nullptr : GuardedText(static_cast<char*>(sodium_malloc(size)));
}

struct KeyLine {
    std::string_view kid;
    std::string_view base64;
};

Result<KeyLine> split_key_line(std::string_view text, std::string_view label) {
    const Error wrong{Errc::invalid, "a key's file is one line: " + std::string(label) + " KID BASE64"};
    if (text.ends_with('\n')) text.remove_suffix(1);
    if (!text.starts_with(label) || text.substr(label.size(), 1) != " ") return wrong;
    text.remove_prefix(label.size() + 1);
    const auto space = text.find(' ');
    if (space == std::string_view::npos) return wrong;
    const KeyLine line{text.substr(0, space), text.substr(space + 1)};
    if (!is_name(line.kid) || line.base64.size() != key_base64) return wrong;
    return line;
}

Status check_owner_only(const fs::path& file) {
    std::error_code failed;
    const auto status = fs::symlink_status(file, failed);
    if (failed || !fs::exists(status)) return {Errc::io, file.string() + ": is not there"};
    if (!fs::is_regular_file(status))
        return {Errc::denied, file.string() + ": a secret key is a regular file, no link"};
    if ((status.permissions() & ~(fs::perms::owner_read | fs::perms::owner_write)) != fs::perms::none) {
        return {Errc::denied, file.string() + ": others may touch this secret key; write  chmod 600 " + file.string()};
    }
    return {};
}

Result<std::size_t> read_text(const fs::path& file, std::span<char> into) {
    const auto size = files::read_into(file, into);
    return size ? size : files::as_io(size.error());
}

}  // namespace

Result<NamedSecret> parse_secret_key(std::string_view text) {
    auto line = split_key_line(text, secret_label);
    if (!line) return line.error();
    const auto seed = guarded(key_bytes);
    if (!seed) return {Errc::exhausted, "no guarded memory for a secret key"};
    const std::span<std::uint8_t> bytes(reinterpret_cast<std::uint8_t*>(seed.get()), key_bytes);
    if (!from_base64(line->base64, bytes)) return {Errc::invalid, "the key is no base64 of 32 bytes"};
    auto key = SecretKey::from_seed(bytes);
    if (!key) return key.error();
    return NamedSecret{std::string(line->kid), std::move(key).value()};
}

Result<NamedSecret> read_secret_file(const fs::path& file) {
    if (auto good = check_owner_only(file); !good) return good.error();
    const auto text = guarded(max_key_text + 1);
    if (!text) return {Errc::exhausted, "no guarded memory for a secret key"};
    const auto size = read_text(file, {text.get(), max_key_text + 1});
    if (!size) return size.error();
    auto secret = parse_secret_key({text.get(), *size});
    if (!secret) return secret.error().in(file.string());
    return secret;
}

Status write_secret_file(const fs::path& file, const NamedSecret& secret) {
    if (!is_name(secret.kid)) return {Errc::invalid, "a key is called by 1 to 32 of a-z, 0-9, '_' and '-'"};
    const auto text = guarded(max_key_text + 1);
    if (!text) return {Errc::exhausted, "no guarded memory for a secret key"};
    const std::string begin = std::string(secret_label) + " " + secret.kid + " ";
    std::copy(begin.begin(), begin.end(), text.get());
    const auto seed = secret.key.seed();
    sodium_bin2base64(text.get() + begin.size(), key_base64 + 1, seed.data(), seed.size(),
                      sodium_base64_VARIANT_ORIGINAL);
    text.get()[begin.size() + key_base64] = '\n';
    auto done = files::write_new(file, {text.get(), begin.size() + key_base64 + 1});
    return done || done.error().code == Errc::conflict ? done : files::as_io(done.error());
}

std::string public_key_text(const NamedKey& key) {
    return std::string(public_label) + " " + key.kid + " " + to_base64(key.key.bytes) + "\n";
}

Result<NamedKey> parse_public_key(std::string_view text) {
    auto line = split_key_line(text, public_label);
    if (!line) return line.error();
    NamedKey key{std::string(line->kid), {}};
    if (!from_base64(line->base64, std::span(key.key.bytes)))
        return {Errc::invalid, "the key is no base64 of 32 bytes"};
    return key;
}

Result<NamedKey> read_public_file(const fs::path& file) {
    std::string text(max_key_text + 1, '\0');
    const auto size = read_text(file, text);
    if (!size) return size.error();
    auto key = parse_public_key(std::string_view(text).substr(0, *size));
    if (!key) return key.error().in(file.string());
    return key;
}

}  // namespace menshen::bundle
