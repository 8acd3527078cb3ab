#include "web_files.hpp"

namespace menshen::panel {

std::span<const WebFile> web_files() {
    return {};
}

}  // namespace menshen::panel
