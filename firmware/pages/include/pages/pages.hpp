// Built web pages inside of a program, and the fields that keep a browser from doing more with them than it should.
// menshen_web() (toolchains/menshen_web.cmake) makes the files of one program.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <utility>

namespace menshen::pages {

struct File {
    std::string_view path;  // "/index.html"
    std::string_view type;
    std::string_view bytes;
};

struct Page {
    std::string_view type;
    std::string_view bytes;
    std::string_view cache;  // Cache-Control
};

/// "/" is the start page.
[[nodiscard]] std::optional<Page> find(std::span<const File> files, std::string_view path);

using Field = std::pair<std::string_view, std::string_view>;
/// For every answer that a browser may get: nothing from elsewhere, no frames, no inline script, no guessing of types.
[[nodiscard]] std::span<const Field> security_fields();
/// And where it came over TLS.
inline constexpr Field strict_transport{"Strict-Transport-Security", "max-age=31536000"};

}  // namespace menshen::pages
