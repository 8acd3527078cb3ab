#include "pages.hpp"

#include <algorithm>

#include "web_files.hpp"

namespace menshen::panel {
namespace {

constexpr std::string_view not_built =
    "<!doctype html><html lang=\"zh\"><meta charset=\"utf-8\"><title>menshen</title>"
    "<h1>门岗终端</h1><p>此程序未包含网页。请安装 nodejs 与 npm，以 MENSHEN_WEB=ON 重新构建。</p>"
    "<p>This build has no pages: install nodejs and npm and build again with MENSHEN_WEB=ON. The gate itself "
    "works.</p>";

}  // namespace

Reply page(std::string_view path) {
    if (path == "/") path = "/index.html";
    const auto files = web_files();
    const auto file = std::ranges::find(files, path, &WebFile::path);
    Reply reply;
    if (file != files.end()) {
        reply.type = file->type;
        reply.view = file->bytes;
        // The names of assets hold a digest of their content; the start page names them.
        const bool asset = path.starts_with("/assets/");
        reply.fields.emplace_back(http::field::cache_control,
                                  asset ? "public, max-age=31536000, immutable" : "no-cache");
    } else if (files.empty() && path == "/index.html") {
        reply.type = "text/html; charset=utf-8";
        reply.view = not_built;
        reply.fields.emplace_back(http::field::cache_control, "no-cache");
    } else {
        reply = problem(http::status::not_found, "not-found", {"没有这个地址", "There is nothing at this address"});
    }
    return reply;
}

void add_security_fields(http::fields& fields, bool tls) {
    fields.set("Content-Security-Policy",
               "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
               "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    fields.set("X-Content-Type-Options", "nosniff");
    fields.set("X-Frame-Options", "DENY");
    fields.set("Referrer-Policy", "no-referrer");
    fields.set("Cross-Origin-Opener-Policy", "same-origin");
    fields.set("Cross-Origin-Resource-Policy", "same-origin");
    fields.set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), usb=(), serial=()");
    if (tls) fields.set(http::field::strict_transport_security, "max-age=31536000");
}

}  // namespace menshen::panel
