// Who is signed in where, between one command and the next.
#pragma once

#include <optional>
#include <string>

#include "link/config_folder.hpp"
#include "link/http.hpp"

namespace menshen::link {

struct Session {
    std::string registry;  // address
    std::string user;      // name
    std::string token;
    std::string site;  // the scope that commands mean; empty: the only one there is
    Trust trust;
};

/// Nothing: nobody is signed in. Errc::denied, Errc::io as ConfigFolder::read; Errc::corrupt: not written by us.
[[nodiscard]] Result<std::optional<Session>> load_session(const ConfigFolder& folder);
[[nodiscard]] Status save_session(const ConfigFolder& folder, const Session& session);
[[nodiscard]] Status forget_session(const ConfigFolder& folder);

/// The authority that was accepted for that registry, PEM; it outlives sessions.
[[nodiscard]] Result<std::optional<std::string>> trusted_authority(const ConfigFolder& folder,
                                                                   const std::string& address);
[[nodiscard]] Status trust_authority(const ConfigFolder& folder, const std::string& address, const std::string& pem);

}  // namespace menshen::link
