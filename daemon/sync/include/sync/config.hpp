// The courier's configuration, one TOML file (config/sync/courier.toml). Every mistake is named with its line, all in
// one go.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "sync/credentials.hpp"
#include "values/time.hpp"

namespace menshen::sync {

struct Config {
    std::string registry;                            // "https://HOST:PORT": the gates' door
    std::string proxy;                               // "http://HOST:PORT"; empty: none
    std::string gate = "/run/menshen/courier.sock";  //
    CourierFolder folder{"/var/lib/menshen-sync"};   //
    std::int64_t pictures_per_second = 512 << 10;    // bytes
    std::int64_t spool = std::int64_t{1} << 30;      // bytes; a larger snapshot is not kept over a restart
    seconds wait{55};                                // of a poll
    milliseconds first_retry{500}, longest_retry{30'000};
    milliseconds longest_revoked_retry{900'000};  // where the registry has revoked this gate
};

struct ConfigFile {
    Config config;
    std::vector<std::string> mistakes;  // "FILE:LINE: what, and what to write instead"; none: it is good
};

[[nodiscard]] ConfigFile read_config(const std::string& file);

}  // namespace menshen::sync
