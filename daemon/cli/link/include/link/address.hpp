// A registry's address as people write it.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "values/result.hpp"

namespace menshen::link {

/// "https://host:8430": https where nothing is written, port 8430 where none is, no path. Errc::invalid: http, a path,
/// a name that is none.
[[nodiscard]] Result<std::string> registry_address(std::string_view written);
/// "host_8430", for names of files.
[[nodiscard]] std::string file_name_of(std::string_view address);

using Query = std::map<std::string, std::string>;
/// path?a=b&c=d, encoded; empty values are left out.
[[nodiscard]] std::string with_query(std::string_view path, const Query& query);

}  // namespace menshen::link
