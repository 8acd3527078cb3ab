#include "config_file.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <toml++/toml.h>

#include <array>
#include <charconv>
#include <set>

namespace menshen::registry {
namespace {

/// One table of the file: what is asked for is read, what nobody asked for is a mistake.
class Table {
  public:
    Table(const toml::table* table, std::string name, std::string file, std::vector<std::string>& mistakes)
        : table_(table), name_(std::move(name)), file_(std::move(file)), mistakes_(mistakes) {}

    void text(std::string_view key, std::string& into) {
        const auto* node = find(key);
        if (node == nullptr) return;
        if (const auto value = node->value_exact<std::string>()) {
            into = *value;
        } else {
            wrong(node, key, "must be a text in quotes");
        }
    }
    /// A whole number of `least` to `most`, in units of T.
    template <class T>
    void number(std::string_view key, T& into, std::int64_t least, std::int64_t most) {
        const auto* node = find(key);
        if (node == nullptr) return;
        const auto value = node->value_exact<std::int64_t>();
        if (value && *value >= least && *value <= most) {
            into = T(static_cast<typename Count<T>::type>(*value));
        } else {
            wrong(node, key, fmt::format("must be a whole number of {} to {}", least, most));
        }
    }
    void listen(std::string_view key, server::Listen& into) {
        std::string text;
        const auto* node = find(key);
        this->text(key, text);
        if (node == nullptr || text.empty()) return;
        const auto colon = text.rfind(':');
        std::uint16_t port = 0;
        const char* from = colon == std::string::npos ? text.data() + text.size() : text.data() + colon + 1;
        const auto [end, failed] = std::from_chars(from, text.data() + text.size(), port);
        const bool whole = failed == std::errc() && end == text.data() + text.size();
        auto address = text.substr(0, colon == std::string::npos ? 0 : colon);
        if (address.starts_with('[') && address.ends_with(']')) address = address.substr(1, address.size() - 2);
        if (!whole || !is_address(address)) return wrong(node, key, R"(must be "ADDRESS:PORT", as "0.0.0.0:8430")");
        into.address = address;
        into.port = port;
    }
    void finish() {
        if (table_ == nullptr) return;
        for (const auto& [key, node] : *table_) {
            if (!asked_.contains(std::string(key.str()))) wrong(&node, key.str(), "nothing of that name is known");
        }
    }
    [[nodiscard]] Table section(std::string_view key) {
        const auto* node = find(key);
        const auto* table = node != nullptr ? node->as_table() : nullptr;
        if (node != nullptr && table == nullptr) wrong(node, key, fmt::format("must be a table: [{}]", key));
        return {table, std::string(key), file_, mistakes_};
    }
    void wrong(const toml::node* node, std::string_view key, std::string_view what) {
        const auto line = node != nullptr ? node->source().begin.line : 0;
        mistakes_.push_back(
            fmt::format("{}:{}: {}{}: {}", file_, line, name_.empty() ? "" : "[" + name_ + "] ", key, what));
    }

  private:
    template <class T>
    struct Count {
        using type = T;
    };
    template <class R, class P>
    struct Count<std::chrono::duration<R, P>> {
        using type = R;
    };
    static bool is_address(const std::string& text) {
        std::array<unsigned char, 16> bytes{};
        return inet_pton(AF_INET, text.c_str(), bytes.data()) == 1 ||
               inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1;
    }
    const toml::node* find(std::string_view key) {
        asked_.emplace(key);
        return table_ != nullptr ? table_->get(key) : nullptr;
    }

    const toml::table* table_;
    std::string name_, file_;
    std::vector<std::string>& mistakes_;
    std::set<std::string> asked_;
};

void read_door(Table table, server::Listen& into) {
    table.listen("listen", into);
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
    std::error_code failed;
    if (!std::filesystem::is_regular_file(file, failed)) {
        read.mistakes.push_back(name + ": there is no such file");
        return read;
    }
    toml::table parsed;
    try {
        parsed = toml::parse_file(name);
    } catch (const toml::parse_error& error) {
        read.mistakes.push_back(
            fmt::format("{}:{}: {}", name, error.source().begin.line, std::string(error.description())));
        return read;
    }
    Table whole(&parsed, "", name, read.mistakes);
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
