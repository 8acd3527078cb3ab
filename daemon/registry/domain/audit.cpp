#include "registry/audit.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>

#include "bundle/sha256.hpp"

namespace menshen::registry {

Digest next_link(const Digest& before, const AuditEntry& entry) {
    return bundle::Sha256()
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
