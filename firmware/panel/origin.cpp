#include "origin.hpp"

#include <algorithm>

namespace menshen::panel {
namespace {

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

/// "localhost:8420" → "localhost", "[::1]:8420" → "[::1]".
std::string_view without_port(std::string_view host) {
    const auto from = host.starts_with('[') ? host.find(']') : 0;
    if (from == std::string_view::npos) return {};
    return host.substr(0, std::min(host.find(':', from), host.size()));
}

std::string_view field(const Request& request, http::field name) {
    // A second field of the same name is an attempt to be read two ways.
    if (request.count(name) != 1) return {};
    const auto value = request[name];
    return {value.data(), value.size()};
}

}  // namespace

bool host_is_ours(const Request& request, const std::vector<std::string>& names) {
    const auto host = lower(without_port(field(request, http::field::host)));
    return !host.empty() && std::ranges::find(names, host) != names.end();
}

bool origin_is_ours(const Request& request, bool tls) {
    const auto origin = field(request, http::field::origin);
    const auto host = field(request, http::field::host);
    return !host.empty() && lower(origin) == (tls ? "https://" : "http://") + lower(host);
}

std::string_view token_of(const Request& request) {
    auto rest = field(request, http::field::cookie);
    while (!rest.empty()) {
        const auto end = std::min(rest.find(';'), rest.size());
        auto pair = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        while (pair.starts_with(' ')) pair.remove_prefix(1);
        if (pair.starts_with(cookie_name) && pair.substr(cookie_name.size()).starts_with('=')) {
            return pair.substr(cookie_name.size() + 1);
        }
    }
    return {};
}

std::string session_cookie(std::string_view token, bool tls, long max_age_s) {
    std::string cookie(cookie_name);
    cookie.append("=").append(token).append("; Path=/; HttpOnly; SameSite=Strict; Max-Age=");
    cookie.append(std::to_string(max_age_s));
    if (tls) cookie.append("; Secure");
    return cookie;
}

}  // namespace menshen::panel
