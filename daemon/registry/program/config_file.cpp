#include "config_file.hpp"

#include <arpa/inet.h>

#include <array>
#include <charconv>

#include "settings/table.hpp"

namespace menshen::registry {
namespace {

using settings::Table;

bool is_address(const std::string& text) {
    std::array<unsigned char, 16> bytes{};
    return inet_pton(AF_INET, text.c_str(), bytes.data()) == 1 || inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1;
}

void read_listen(Table& table, server::Listen& into) {
    std::string text;
    const auto* node = table.text("listen", text);
    if (node == nullptr || text.empty()) return;
    const auto colon = text.rfind(':');
    std::uint16_t port = 0;
    const char* from = colon == std::string::npos ? text.data() + text.size() : text.data() + colon + 1;
    const auto [end, failed] = std::from_chars(from, text.data() + text.size(), port);
    const bool whole = failed == std::errc() && end == text.data() + text.size();
    auto address = text.substr(0, colon == std::string::npos ? 0 : colon);
    if (address.starts_with('[') && address.ends_with(']')) address = address.substr(1, address.size() - 2);
    if (!whole || !is_address(address)) {
        return table.wrong(node, "listen", R"(must be "ADDRESS:PORT", as "0.0.0.0:8430")");
    }
    into.address = address;
    into.port = port;
}

void read_door(Table table, server::Listen& into) {
    read_listen(table, into);
    table.text("certificate", into.certificate);
    table.text("key", into.key);
    if (into.certificate.empty() != into.key.empty()) {
        table.wrong(nullptr, "certificate", "certificate and key come together, or neither does");
    }
    table.finish();
}

void read_limits(Table table, server::Config& into) {
    table.number("connections", into.connections, 1, 1'000'000);
    table.number("connections_per_peer", into.connections_per_peer, 1, 1'000'000);
    table.number("readers", into.readers, 1, 64);
    table.finish();
}

void read_retention(Table table, server::Config& into) {
    table.number("pictures_days", into.keep_pictures, 1, 3'650);
    table.number("events_days", into.keep_events, 1, 36'500);
    if (into.keep_events < into.keep_pictures) {
        table.wrong(nullptr, "events_days", "events are kept at least as long as their pictures");
    }
    table.finish();
}

void read_times(Table heads, Table gates, server::Config& into) {
    heads.number("fresh_minutes", into.heads.fresh, 2, 24 * 60);
    std::chrono::days expires{30};
    heads.number("expire_days", expires, 1, 3'650);
    into.heads.expires = expires;
    heads.finish();
    gates.number("code_hours", into.gate_code, 1, 24 * 30);
    gates.number("certificate_days", into.gate_certificate, 1, 3'650);
    gates.number("grace_days", into.grace, 0, 3'650);
    gates.finish();
}

}  // namespace

ConfigFile read_config(const std::filesystem::path& file) {
    ConfigFile read;
    const auto name = file.string();
    const auto parsed = settings::parse(name, read.mistakes);
    if (!parsed) return read;
    Table whole(&*parsed, "", name, read.mistakes);
    std::string data;
    whole.text("data", data);
    if (data.empty()) whole.wrong(nullptr, "data", R"(is missing: data = "/var/lib/menshen-registry")");
    read.config.data = data;
    read_door(whole.section("admin"), read.config.admin);
    read_door(whole.section("gates"), read.config.gates);
    read_times(whole.section("heads"), whole.section("enrolment"), read.config);
    read_retention(whole.section("retention"), read.config);
    read_limits(whole.section("limits"), read.config);
    whole.finish();
    return read;
}

}  // namespace menshen::registry
