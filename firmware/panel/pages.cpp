#include "pages.hpp"

#include "pages/pages.hpp"
#include "web_files.hpp"

namespace menshen::panel {

Reply page(std::string_view path) {
    const auto found = pages::find(web_files(), path);
    if (!found) {
        return problem(http::status::not_found, "not-found", {"没有这个地址", "There is nothing at this address"});
    }
    Reply reply;
    reply.type = found->type;
    reply.view = found->bytes;
    reply.fields.emplace_back(http::field::cache_control, found->cache);
    return reply;
}

void add_security_fields(http::fields& fields, bool tls) {
    for (const auto& [name, value] : pages::security_fields()) fields.set(name, value);
    if (tls) fields.set(pages::strict_transport.first, pages::strict_transport.second);
}

}  // namespace menshen::panel
