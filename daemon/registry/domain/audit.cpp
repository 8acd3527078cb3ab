#include "registry/audit.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>

#include "hash.hpp"

namespace menshen::registry {

std::string hex_of(std::span<const std::uint8_t> bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string hex;
    hex.reserve(bytes.size() * 2);
    for (const auto byte : bytes) {
        hex += digits[byte >> 4];
        hex += digits[byte & 15];
    }
    return hex;
}

Salt new_salt() {
    Salt salt{};
    randombytes_buf(salt.data(), salt.size());
    return salt;
}

Digest hash_of_body(const Salt& salt, std::string_view body) {
    return Sha256().bytes(salt).bytes({reinterpret_cast<const std::uint8_t*>(body.data()), body.size()}).end();
}

Digest next_link(const Digest& before, const AuditEntry& entry) {
    return Sha256()
        .bytes(before)
        .number(entry.number)
        .number(entry.utc.time_since_epoch().count())
        .number(entry.actor.user)
        .text(entry.actor.name)
        .text(entry.actor.from)
        .text(entry.action)
        .text(entry.scope)
        .text(entry.kind)
        .number(entry.id)
        .bytes(entry.body_hash)
        .end();
}

std::string audit_body(std::string_view before, std::string_view after, std::string_view why) {
    std::string out = R"({"before":)";
    out.append(before.empty() ? "null" : before).append(R"(,"after":)").append(after.empty() ? "null" : after);
    out.append(R"(,"why":)").append(boost::json::serialize(boost::json::string_view(why.data(), why.size())));
    return out + "}";
}

}  // namespace menshen::registry
