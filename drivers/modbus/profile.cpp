#include "modbus/profile.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <stdexcept>

#include "builtin_profiles.hpp"

namespace menshen::modbus {
namespace {

constexpr std::int64_t largest_word = 0xFFFF;

/// Reads one table and remembers where things are; the first mistake is thrown as text and caught in parse_profile.
class Reader {
  public:
    Reader(const toml::table& table, std::string source) : table_(table), source_(std::move(source)) {}

    [[noreturn]] void fail(const toml::node& at, const std::string& what) const {
        throw std::runtime_error(fmt::format("{}:{}: {}", source_, at.source().begin.line, what));
    }

    int number(const char* name, std::int64_t from, std::int64_t to,
               std::optional<int> otherwise = std::nullopt) const {
        const toml::node* node = table_.get(name);
        if (node == nullptr && otherwise) return *otherwise;
        if (node == nullptr) fail(table_, fmt::format("{} is missing: write {} = NUMBER", name, name));
        const auto value = node->value<std::int64_t>();
        if (!value || *value < from || *value > to)
            fail(*node, fmt::format("{} must be a whole number from {} to {}", name, from, to));
        return static_cast<int>(*value);
    }

    std::string text(const char* name) const {
        const toml::node* node = table_.get(name);
        if (node == nullptr) fail(table_, fmt::format("{} is missing: write {} = \"…\"", name, name));
        const auto value = node->value<std::string>();
        if (!value || value->empty()) fail(*node, fmt::format("{} must be a text in quotes", name));
        return *value;
    }

    Reader section(const char* name) const {
        const toml::node* node = table_.get(name);
        if (node == nullptr) fail(table_, fmt::format("section [{}] is missing", name));
        if (!node->is_table()) fail(*node, fmt::format("{} must be a section: write [{}]", name, name));
        return {*node->as_table(), source_};
    }

    /// A misspelt name must not be taken for a default.
    void only(std::initializer_list<std::string_view> known) const {
        for (const auto& [key, node] : table_) {
            if (std::find(known.begin(), known.end(), key.str()) == known.end()) {
                fail(node, fmt::format("\"{}\" means nothing here; known: {}", key.str(), fmt::join(known, ", ")));
            }
        }
    }

    Reader entry(const toml::node& node, const char* name) const {
        if (!node.is_table()) fail(node, fmt::format("write [[{}]]", name));
        return {*node.as_table(), source_};
    }

    const toml::table& table() const { return table_; }

  private:
    const toml::table& table_;
    std::string source_;
};

ReadMap read_map(const Reader& in, int count) {
    in.only({"function", "address"});
    return {in.number("function", 1, 4), in.number("address", 0, largest_word + 1 - count)};
}

WriteMap write_map(const Reader& in, std::optional<int> value = std::nullopt) {
    return {in.number("function", 5, 6), in.number("address", 0, largest_word),
            in.number("value", 0, largest_word, value)};
}

PulseMap pulse_map(const Reader& in) {
    in.only({"function", "address", "value", "unit_ms", "max_units"});
    PulseMap pulse;
    pulse.write = write_map(in, 0);
    pulse.unit = milliseconds(in.number("unit_ms", 1, 60'000));
    pulse.max_units = in.number("max_units", 1, largest_word - pulse.write.value);
    return pulse;
}

void read_init(const Reader& in, Profile& profile) {
    const toml::node* node = in.table().get("init");
    if (node == nullptr) return;
    const toml::array* list = node->as_array();
    if (list == nullptr || list->size() > 16) in.fail(*node, "init must be up to 16 sections: write [[init]]");
    for (const toml::node& item : *list) {
        const Reader entry = in.entry(item, "init");
        entry.only({"function", "address", "value", "repeat"});
        const WriteMap write = write_map(entry);
        const int repeat = entry.number("repeat", 1, 32, 1);
        for (int n = 0; n < repeat; ++n) profile.init.push_back({write.function, write.address + n, write.value});
    }
}

Profile read_profile(const Reader& in) {
    in.only({"name", "title", "relays", "inputs", "read_inputs", "read_relays", "pulse", "on", "off", "init"});
    Profile profile;
    profile.name = in.text("name");
    profile.title = in.text("title");
    profile.relays = in.number("relays", 1, 32);
    profile.inputs = in.number("inputs", 1, 32);
    profile.read_inputs = read_map(in.section("read_inputs"), profile.inputs);
    profile.read_relays = read_map(in.section("read_relays"), profile.relays);
    profile.pulse = pulse_map(in.section("pulse"));
    for (const auto& [name, map] : {std::pair{"on", &profile.on}, std::pair{"off", &profile.off}}) {
        const Reader section = in.section(name);
        section.only({"function", "address", "value"});
        *map = write_map(section);
    }
    read_init(in, profile);
    return profile;
}

std::string read_whole(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace

std::vector<std::uint8_t> write_request(const WriteMap& write, int offset) {
    const auto address = static_cast<unsigned>(write.address + offset);
    const auto value = static_cast<unsigned>(write.value);
    return {static_cast<std::uint8_t>(write.function), static_cast<std::uint8_t>(address >> 8U & 0xFFU),
            static_cast<std::uint8_t>(address & 0xFFU), static_cast<std::uint8_t>(value >> 8U & 0xFFU),
            static_cast<std::uint8_t>(value & 0xFFU)};
}

std::vector<std::uint8_t> Profile::pulse_request(int relay, milliseconds length) const {
    WriteMap write = pulse.write;
    write.value += static_cast<int>(length / pulse.unit);
    return write_request(write, relay);
}

std::vector<std::uint8_t> Profile::switch_request(int relay, bool closed) const {
    return write_request(closed ? on : off, relay);
}

Status Profile::check_pulse(milliseconds length) const {
    const auto units = length / pulse.unit;
    if (length.count() > 0 && length % pulse.unit == milliseconds(0) && units <= pulse.max_units) return {};
    return {Errc::invalid,
            fmt::format("a pulse of {} ms is not possible: {} counts in steps of {} ms up to {} ms", length.count(),
                        title, pulse.unit.count(), pulse.unit.count() * pulse.max_units)};
}

Result<Profile> parse_profile(std::string_view toml, const std::string& source) {
    try {
        const toml::table table = toml::parse(toml, source);
        return read_profile(Reader(table, source));
    } catch (const toml::parse_error& error) {
        return {Errc::invalid, fmt::format("{}:{}: {}", source, error.source().begin.line, error.description())};
    } catch (const std::runtime_error& error) {
        return {Errc::invalid, error.what()};
    }
}

Result<Profiles> Profiles::load(const std::optional<std::filesystem::path>& folder) {
    Profiles all;
    std::vector<std::pair<std::string, std::string>> files;
    files.reserve(builtin_profiles.size());
    for (const auto& [name, text] : builtin_profiles) files.emplace_back(name, text);
    if (folder) {
        std::error_code error;
        for (const auto& entry : std::filesystem::directory_iterator(*folder, error)) {
            if (entry.path().extension() == ".toml")
                files.emplace_back(entry.path().string(), read_whole(entry.path()));
        }
        if (error)
            return {Errc::invalid,
                    fmt::format("{}: {}; name the folder of board profiles", folder->string(), error.message())};
    }
    for (const auto& [source, text] : files) {
        auto profile = parse_profile(text, source);
        if (!profile) return profile.error();
        all.profiles_[profile->name] = *profile;
    }
    return all;
}

const Profile* Profiles::find(const std::string& name) const {
    const auto found = profiles_.find(name);
    return found == profiles_.end() ? nullptr : &found->second;
}

std::string Profiles::names() const {
    std::string names;
    for (const auto& [name, profile] : profiles_) names += (names.empty() ? "" : ", ") + name;
    return names;
}

}  // namespace menshen::modbus
