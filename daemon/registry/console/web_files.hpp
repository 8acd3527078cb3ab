// The built pages, linked into the program (menshen_web).
#pragma once

#include <span>

#include "pages/pages.hpp"

namespace menshen::registry::console {

[[nodiscard]] std::span<const pages::File> web_files();

}  // namespace menshen::registry::console
