#include "registry/console.hpp"

#include "web_files.hpp"

namespace menshen::registry::console {

std::optional<pages::Page> page(std::string_view path) {
    return pages::find(web_files(), path);
}

}  // namespace menshen::registry::console
