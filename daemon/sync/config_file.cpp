#include <boost/url/parse.hpp>

#include "settings/table.hpp"
#include "sync/config.hpp"

namespace menshen::sync {

namespace {

bool is_origin(std::string& text, std::string_view scheme) {
    while (text.ends_with('/')) text.pop_back();
    const auto url = boost::urls::parse_uri(text);
    return url && std::string_view(url->scheme()) == scheme && !url->host().empty() && url->path().empty() &&
           !url->has_query() && !url->has_fragment() && !url->has_userinfo();
}

void read_address(settings::Table& table, std::string_view key, std::string_view scheme, std::string& into) {
    const auto* node = table.text(key, into);
    if (into.empty() || is_origin(into, scheme)) return;
    table.wrong(node, key, "must be \"" + std::string(scheme) + "://HOST:PORT\"");
}

void read_limits(settings::Table table, Config& into) {
    std::int64_t mib = into.spool >> 20, kib = into.pictures_per_second >> 10;
    table.number("spool_mib", mib, 0, 64 << 10);
    table.number("pictures_kib_per_second", kib, 8, 1 << 20);
    seconds retry = std::chrono::duration_cast<seconds>(into.longest_retry);
    table.number("longest_retry_seconds", retry, 1, 3600);
    into.longest_retry = retry;
    into.spool = mib << 20;
    into.pictures_per_second = kib << 10;
    table.finish();
}

}  // namespace

ConfigFile read_config(const std::string& file) {
    ConfigFile read;
    const auto parsed = settings::parse(file, read.mistakes);
    if (!parsed) return read;
    settings::Table whole(&*parsed, "", file, read.mistakes);
    read_address(whole, "registry", "https", read.config.registry);
    if (read.config.registry.empty()) {
        whole.wrong(nullptr, "registry",
                    R"(is missing: registry = "https://HOST:8431", the registry's door for gates)");
    }
    read_address(whole, "proxy", "http", read.config.proxy);
    whole.text("gate", read.config.gate);
    std::string folder = read.config.folder.path;
    whole.text("data", folder);
    read.config.folder = {folder};
    read_limits(whole.section("limits"), read.config);
    whole.finish();
    return read;
}

}  // namespace menshen::sync
