// The built pages, linked into the program (menshen_web).
#pragma once

#include <span>

#include "pages/pages.hpp"

namespace menshen::panel {

[[nodiscard]] std::span<const pages::File> web_files();

}  // namespace menshen::panel
