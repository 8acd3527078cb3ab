// The built pages, linked into the program. Generated at build time; without them (MENSHEN_WEB=OFF) there are none.
#pragma once

#include <span>
#include <string_view>

namespace menshen::panel {

struct WebFile {
    std::string_view path;  // "/index.html"
    std::string_view type;
    std::string_view bytes;
};

[[nodiscard]] std::span<const WebFile> web_files();

}  // namespace menshen::panel
