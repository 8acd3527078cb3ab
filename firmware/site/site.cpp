#include "site/site.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>

#include "check.hpp"
#include "section.hpp"

namespace menshen::site {

namespace {

constexpr milliseconds one_ms{1};
constexpr milliseconds one_s{1000};

std::string beside(const std::string& file, const std::string& path) {
    if (path.empty() || std::filesystem::path(path).is_absolute()) return path;
    return (std::filesystem::path(file).parent_path() / path).lexically_normal().string();
}

/// Runs `read` on the table `key` of `parent`, if it is there and is a table.
void below(Section& parent, std::string_view key, const std::function<void(Section&)>& read) {
    const auto* node = parent.node(key);
    if (node == nullptr) return;
    if (const auto* table = node->as_table()) {
        Section section(*table, fmt::format("{} {}", parent.where(), key), parent.file(), parent.mistakes());
        read(section);
    } else {
        parent.wrong(key, fmt::format("\"{}\" must be a table, like {} = {{ … }}", key, key));
    }
}

/// Runs `read` on every [[key]] of `parent`.
void each(Section& parent, std::string_view key, const std::function<void(Section&, const std::string&)>& read) {
    const auto* node = parent.node(key);
    if (node == nullptr) return;
    const auto* array = node->as_array();
    if (array == nullptr || !array->is_homogeneous(toml::node_type::table)) {
        parent.wrong(key, fmt::format("write [[{}]] with two brackets, once for each {}", key, key));
        return;
    }
    for (const auto& element : *array) {
        const auto& table = *element.as_table();
        const auto id = table["id"].value_or(std::string{});
        Section section(table, fmt::format("[[{}]] {}", key, id), parent.file(), parent.mistakes());
        (void)section.node("id");
        section.required("id", "\"a-name\"");
        read(section, id);
    }
}

std::optional<Relay> read_relay(Section& lane, std::string_view key) {
    std::optional<Relay> relay;
    below(lane, key, [&](Section& s) {
        relay.emplace();
        s.required("relay", "0");
        s.number("relay", relay->number, 0, 63);
        s.duration("pulse_ms", relay->pulse, 100, 30'000, one_ms);
    });
    return relay;
}

std::optional<Wire> read_wire(Section& lane, std::string_view key, const std::function<void(Section&)>& more = {}) {
    std::optional<Wire> wire;
    const auto* node = lane.node(key);
    if (node != nullptr && node->is_integer()) {
        wire.emplace();
        lane.number(key, wire->input, 0, 63);
        return wire;
    }
    below(lane, key, [&](Section& s) {
        wire.emplace();
        s.required("input", "0");
        s.number("input", wire->input, 0, 63);
        if (const auto normally = s.choice("normally", {"open", "closed"})) wire->normally_open = *normally == 0;
        if (more) more(s);
    });
    return wire;
}

Bus read_bus(Section& s, const std::string& id) {
    Bus bus;
    bus.line = s.line();
    bus.id = id;
    if (const auto kind = s.choice("kind", {"tcp", "rtu"})) bus.tcp = *kind == 0;
    std::string address;
    s.text("address", address);
    if (bus.tcp) {
        s.required("address", "\"192.168.1.200:502\"");
        if (!address.empty() && !read_endpoint(address, bus.ip, bus.port)) {
            s.wrong("address", fmt::format("\"{}\" is no address; write an IP and a port, like \"192.168.1.200:502\" "
                                           "(names are not looked up)",
                                           address));
        }
    } else {
        s.required("device", "\"/dev/ttyUSB0\"");
    }
    s.text("device", bus.device);
    s.number("baud", bus.baud, 1200, 921'600);
    if (const auto parity = s.choice("parity", {"none", "even", "odd"})) bus.parity = "NEO"[*parity];
    s.duration("timeout_ms", bus.timeout, 20, 5'000, one_ms);
    return bus;
}

Board read_board(Section& s, const std::string& id) {
    Board board{.line = s.line(), .id = id, .bus = {}, .profile = {}};
    s.required("bus", "\"gatehouse\"");
    s.text("bus", board.bus);
    s.number("unit", board.unit, 1, 247);
    s.required("profile", "\"waveshare-8\"");
    s.text("profile", board.profile);
    s.duration("poll_ms", board.poll, 10, 2'000, one_ms);
    return board;
}

void read_roi(Section& s, Camera& camera) {
    const auto* node = s.node("roi");
    if (node == nullptr) return;
    bool good = node->is_array() && node->as_array()->size() >= 3;
    for (std::size_t i = 0; good && i < node->as_array()->size(); ++i) {
        const auto* point = node->as_array()->get(i)->as_array();
        if (point == nullptr || point->size() != 2) {
            good = false;
            break;
        }
        const auto x = point->get(0)->value<double>().value_or(-1);
        const auto y = point->get(1)->value<double>().value_or(-1);
        good = x >= 0 && x <= 1 && y >= 0 && y <= 1;
        camera.roi.push_back({x, y});
    }
    if (!good)
        s.wrong(
            "roi",
            "\"roi\" must list three or more corners as fractions of the picture, like [[0,0.3],[1,0.3],[1,1],[0,1]]");
}

Camera read_camera(Section& s, const std::string& id) {
    Camera camera{.line = s.line(), .id = id, .url = {}, .credentials = {}, .lane = {}, .roi = {}};
    s.required("url", "\"rtsp://192.168.1.64:554/stream1\"");
    s.text("url", camera.url);
    if (const auto at = camera.url.find('@'); camera.url.find("://") != std::string::npos && at != std::string::npos) {
        s.wrong("url",
                "a password does not belong in this file; put \"user:password\" into a file that only the eye can "
                "read and write credentials = \"that file\"");
    }
    s.text("credentials", camera.credentials);
    camera.credentials = beside(s.file(), camera.credentials);
    s.required("lane", "\"in\"");
    s.text("lane", camera.lane);
    s.flag("loop", camera.loop);
    s.fraction("max_fps", camera.max_fps, 0.5, 60);
    read_roi(s, camera);
    return camera;
}

void read_policy(Section& lane, Lane& target) {
    below(lane, "policy", [&](Section& s) {
        s.fraction("grant_likelihood", target.policy.grant_likelihood, 0.5, 1);
        s.flag("look_alike_grant", target.policy.look_alike_grant);
        s.fraction("look_alike_likelihood", target.policy.look_alike_likelihood, 0.9, 1);
        s.flag("anti_passback", target.policy.soft_anti_passback);
        s.duration("presence_expires_h", target.policy.presence_expires, 1, 24 * 31, one_s * 3600);
        s.flag("exit_open", target.policy.exit_open);
        if (const auto capacity = s.integer("zone_capacity", 1, 100'000)) {
            target.policy.zone_capacity = static_cast<int>(*capacity);
        }
        s.number("min_reads", target.identify.min_reads, 1, 50);
        s.fraction("sure", target.identify.sure, 0.5, 1);
        s.number("min_plate_width", target.identify.min_plate_width, 10, 1000);
        s.duration("settle_ms", target.identify.settle, 50, 10'000, one_ms);
        s.duration("same_car_s", target.identify.same_car, 1, 3'600, one_s);
    });
}

void read_times(Section& lane, Lane& target) {
    auto& m = target.machine;
    below(lane, "times", [&](Section& s) {
        s.duration("grant_waits_s", m.grant_waits, 1, 600, one_s);
        s.duration("open_within_ms", m.open_within, 200, 10'000, one_ms);
        s.duration("arm_moves_s", m.arm_moves, 1, 60, one_s);
        s.duration("passage_within_s", m.passage_within, 5, 600, one_s);
        s.duration("clear_before_close_ms", m.clear_before_close, 500, 60'000, one_ms);
        s.duration("loop_stuck_s", m.loop_stuck, 10, 86'400, one_s);
        s.duration("photocell_blind_s", m.photocell_blind, 5, 86'400, one_s);
        s.duration("unread_ms", target.unread, 500, 60'000, one_ms);
    });
}

void read_led(Section& lane, Lane& target) {
    below(lane, "led", [&](Section& s) {
        target.led.emplace();
        auto& led = *target.led;
        std::string address;
        s.text("address", address);
        s.text("device", led.device);
        if (!address.empty() && !read_endpoint(address, led.ip, led.port)) {
            s.wrong("address",
                    fmt::format("\"{}\" is no address; write an IP and a port, like \"192.168.1.210:9100\"", address));
        }
        if (address.empty() == led.device.empty()) {
            s.wrong("device",
                    "write device = \"/dev/ttyUSB1\" for a serial line, or address = \"IP:port\" for a serial server");
        }
        s.number("baud", target.led->baud, 1200, 921'600);
        s.number("mute_from_minute", target.led->mute_from, 0, 1440);
        s.number("mute_to_minute", target.led->mute_to, 0, 1440);
    });
}

void read_wires(Section& s, Lane& lane) {
    lane.approach = read_wire(s, "approach");
    lane.under = read_wire(s, "under");
    lane.photocell = read_wire(s, "photocell");
    lane.arm_up = read_wire(s, "arm_up");
    lane.arm_down = read_wire(s, "arm_down");
    lane.fire = read_wire(s, "fire", [&](Section& fire) {
        const std::array actions{lane::FireAction::none, lane::FireAction::pulse, lane::FireAction::hold_coil};
        if (const auto action = fire.choice("action", {"none", "pulse", "hold-coil"})) {
            lane.machine.fire = actions.at(*action);
        }
    });
    lane.machine.has_approach = lane.approach.has_value();
    lane.machine.has_under = lane.under.has_value();
    lane.machine.has_photocell = lane.photocell.has_value();
    lane.machine.has_arm = lane.arm_up.has_value() || lane.arm_down.has_value();
    if (!lane.fire) lane.machine.fire = lane::FireAction::none;
}

Lane read_lane(Section& s, const std::string& id) {
    Lane lane;
    lane.line = s.line();
    lane.id = id;
    lane.machine.id = id;
    lane.name = id;
    s.text("name", lane.name);
    s.required("direction", "\"in\"");
    if (const auto direction = s.choice("direction", {"in", "out"})) {
        lane.direction = *direction == 0 ? Direction::in : Direction::out;
    }
    s.text("zone", lane.zone);
    s.required("board", "\"board-1\"");
    s.text("board", lane.board);
    s.required("open", "{ relay = 0, pulse_ms = 700 }");
    if (const auto open = read_relay(s, "open")) lane.open = *open;
    lane.close = read_relay(s, "close");
    lane.stop = read_relay(s, "stop");
    if (const auto by = s.choice("close_by", {"barrier", "menshen"})) {
        lane.machine.close = *by == 0 ? lane::CloseBy::barrier : lane::CloseBy::menshen;
    }
    read_wires(s, lane);
    read_policy(s, lane);
    read_times(s, lane);
    read_led(s, lane);
    return lane;
}

void read_site(Section& root, Site& site) {
    root.required("site", "a table: [site] with a name and a data folder");
    below(root, "site", [&](Section& s) {
        s.required("name", "\"North gate\"");
        s.text("name", site.name);
        s.required("data", "\"/var/lib/menshen\"");
        s.text("data", site.data);
        site.run = "/run/menshen";
        s.text("run", site.run);
        site.data = beside(s.file(), site.data);
        site.run = beside(s.file(), site.run);
    });
    below(root, "panel", [&](Section& s) {
        std::string listen;
        s.text("listen", listen);
        if (!listen.empty() && !read_endpoint(listen, site.panel.address, site.panel.port)) {
            s.wrong("listen",
                    fmt::format("\"{}\" is no address; write an IP and a port, like \"127.0.0.1:8080\"", listen));
        }
        s.text("certificate", site.panel.certificate);
        s.text("key", site.panel.key);
        site.panel.certificate = beside(s.file(), site.panel.certificate);
        site.panel.key = beside(s.file(), site.panel.key);
    });
    below(root, "evidence", [&](Section& s) {
        if (const auto mb = s.integer("quota_mb", 10, 10'000'000))
            site.evidence_quota = static_cast<std::uint64_t>(*mb) * 1'000'000;
        if (const auto mb = s.integer("reserve_mb", 0, 10'000))
            site.reserve = static_cast<std::uint64_t>(*mb) * 1'000'000;
    });
}

bool is_registry_name(const std::string& text) {
    const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-'; };
    return !text.empty() && text.size() <= 32 && std::all_of(text.begin(), text.end(), fits);
}

void read_registry(Section& root, Site& site) {
    below(root, "registry", [&](Section& s) {
        auto& registry = site.registry.emplace();
        registry.line = s.line();
        const std::pair<const char*, std::string*> names[] = {{"scope", &registry.scope}, {"gate", &registry.gate}};
        for (const auto& [key, name] : names) {
            s.required(key, "\"a-name\"");
            s.text(key, *name);
            if (s.has(key) && !is_registry_name(*name)) {
                s.wrong(key, fmt::format("\"{}\" is no name; write 1 to 32 of a-z, 0-9, _ and -", *name));
            }
        }
        if (registry.scope == "local" || registry.scope == "common") {
            s.wrong("scope", fmt::format("\"{}\" has a meaning of its own; name the site's scope", registry.scope));
        }
        s.flag("common", registry.common);
        s.text("group", registry.group);
    });
}

void read_all(Section& root, Site& site) {
    read_site(root, site);
    read_registry(root, site);
    each(root, "bus", [&](Section& s, const std::string& id) { site.buses.push_back(read_bus(s, id)); });
    each(root, "board", [&](Section& s, const std::string& id) { site.boards.push_back(read_board(s, id)); });
    each(root, "camera", [&](Section& s, const std::string& id) { site.cameras.push_back(read_camera(s, id)); });
    each(root, "lane", [&](Section& s, const std::string& id) { site.lanes.push_back(read_lane(s, id)); });
    for (auto& camera : site.cameras) {
        const bool is_path = camera.url.find("://") == std::string::npos;
        if (is_path) camera.url = beside(root.file(), camera.url);
    }
}

}  // namespace

std::string format(const Mistake& mistake) {
    return mistake.line > 0 ? fmt::format("{}:{}: {}", mistake.file, mistake.line, mistake.text)
                            : fmt::format("{}: {}", mistake.file, mistake.text);
}

Loaded parse(std::string_view text, const std::string& file) {
    Loaded loaded;
    Site site;
    try {
        const toml::table table = toml::parse(text, file);
        {
            Section root(table, "site file", file, loaded.mistakes);
            read_all(root, site);
        }
        check(site, file, loaded.mistakes);
    } catch (const toml::parse_error& e) {
        loaded.mistakes.push_back({file, static_cast<int>(e.source().begin.line), std::string(e.description())});
    }
    std::stable_sort(loaded.mistakes.begin(), loaded.mistakes.end(),
                     [](const Mistake& a, const Mistake& b) { return a.line < b.line; });
    if (loaded.mistakes.empty()) loaded.site = std::move(site);
    return loaded;
}

Loaded load(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    if (!in) return {std::nullopt, {{path, 0, "cannot be read; does it exist, and may this user read it?"}}};
    return parse(text.str(), path);
}

}  // namespace menshen::site
