#include "link/address.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace menshen::link {

namespace {

constexpr std::string_view scheme = "https://";

bool is_host_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
           c == '_' || c == ':' || c == '[' || c == ']';
}

std::string encoded(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                           c == '_' || c == '.' || c == '~';
        out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
}

}  // namespace

Result<std::string> registry_address(std::string_view written) {
    if (written.starts_with("http://")) {
        return {Errc::invalid, fmt::format("{}: a registry is reached by https:// only", written)};
    }
    auto host = written.starts_with(scheme) ? written.substr(scheme.size()) : written;
    while (host.ends_with('/')) host.remove_suffix(1);
    const bool sound = !host.empty() && std::all_of(host.begin(), host.end(), is_host_character);
    if (!sound || host.starts_with(':')) {
        return {Errc::invalid,
                fmt::format("'{}' is not a registry's address; write it as https://registry.example:8430",
                            written.substr(0, 100))};
    }
    const auto colon = host.rfind(':');
    const auto bracket = host.rfind(']');
    const bool has_port = colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
    return fmt::format("{}{}{}", scheme, host, has_port ? "" : ":8430");
}

std::string file_name_of(std::string_view address) {
    if (address.starts_with(scheme)) address.remove_prefix(scheme.size());
    std::string name(address);
    std::replace_if(
        name.begin(), name.end(), [](char c) { return c == ':' || c == '/' || c == '[' || c == ']'; }, '_');
    return name;
}

std::string with_query(std::string_view path, const Query& query) {
    std::string out(path);
    char before = '?';
    for (const auto& [name, value] : query) {
        if (value.empty()) continue;
        out += fmt::format("{}{}={}", std::exchange(before, '&'), encoded(name), encoded(value));
    }
    return out;
}

}  // namespace menshen::link
