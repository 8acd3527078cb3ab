// `menshen-registry init`: a new registry out of nothing.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "registry/digest.hpp"
#include "values/result.hpp"
#include "values/time.hpp"

namespace menshen::registry {

struct SetUp {
    std::filesystem::path data;      // not there yet, or empty
    std::filesystem::path root_key;  // the offline root is written here, to be taken away
    std::vector<std::string> names;  // host names and addresses under which the registry is reached
    std::string scope = "main";      // the first site
    std::string title = "Main site";
};

struct Made {
    std::string code;        // makes the first administrator, once
    std::string root_kid;    //
    Digest authority{};      // SHA-256 of the authority's certificate: gates compare it when they enrol
    std::int64_t epoch = 0;  //
};

/// All of it, or nothing: what was begun is removed again. Errc::conflict: the folder is not empty, or there is a root
/// key file already.
[[nodiscard]] Result<Made> set_up(const SetUp& wanted, const Now& now);

}  // namespace menshen::registry
