#include "link/session.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "link/address.hpp"
#include "values/json_fields.hpp"

namespace menshen::link {

namespace {

namespace json = boost::json;

constexpr const char* session_name = "session.json";

bool load_whole(const JsonNode& node, Session& out) {
    const JsonFields fields(node);
    return fields("registry", out.registry) && fields("user", out.user) && fields("token", out.token) &&
           fields("site", out.site) && fields("authority", out.trust.authority);
}

std::string trusted_name(const std::string& address) {
    return "trusted/" + file_name_of(address) + ".pem";
}

}  // namespace

Result<std::optional<Session>> load_session(const ConfigFolder& folder) {
    auto text = folder.read(session_name);
    if (!text) return text.error();
    if (!*text) return std::optional<Session>{};
    boost::system::error_code failed;
    const auto value = json::parse(**text, failed);
    auto session = failed ? Result<Session>(Errc::corrupt, "not JSON") : read_document<Session>(value, load_whole);
    if (!session) {
        return {Errc::corrupt, (folder.path() / session_name).string() + ": damaged; sign in again: menshen login"};
    }
    return std::optional(std::move(session).value());
}

Status save_session(const ConfigFolder& folder, const Session& session) {
    return folder.write(session_name, json::serialize(json::object{{"registry", session.registry},
                                                                   {"user", session.user},
                                                                   {"token", session.token},
                                                                   {"site", session.site},
                                                                   {"authority", session.trust.authority}}) +
                                          "\n");
}

Status forget_session(const ConfigFolder& folder) {
    return folder.remove(session_name);
}

Result<std::optional<std::string>> trusted_authority(const ConfigFolder& folder, const std::string& address) {
    return folder.read(trusted_name(address));
}

Status trust_authority(const ConfigFolder& folder, const std::string& address, const std::string& pem) {
    return folder.write(trusted_name(address), pem);
}

}  // namespace menshen::link
