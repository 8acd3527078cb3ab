#include "pages/pages.hpp"

#include <algorithm>
#include <array>

namespace menshen::pages {
namespace {

constexpr std::array fields{
    Field{"Content-Security-Policy",
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
          "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
    Field{"X-Content-Type-Options", "nosniff"},
    Field{"X-Frame-Options", "DENY"},
    Field{"Referrer-Policy", "no-referrer"},
    Field{"Cross-Origin-Opener-Policy", "same-origin"},
    Field{"Cross-Origin-Resource-Policy", "same-origin"},
    Field{"Permissions-Policy", "camera=(), microphone=(), geolocation=(), usb=(), serial=()"},
};

}  // namespace

std::optional<Page> find(std::span<const File> files, std::string_view path) {
    if (path == "/") path = "/index.html";
    const auto file = std::ranges::find(files, path, &File::path);
    if (file == files.end()) return std::nullopt;
    // The names of assets hold a digest of their content; the start page names them.
    const bool asset = path.starts_with("/assets/");
    return Page{file->type, file->bytes, asset ? "public, max-age=31536000, immutable" : "no-cache"};
}

std::span<const Field> security_fields() {
    return fields;
}

}  // namespace menshen::pages
