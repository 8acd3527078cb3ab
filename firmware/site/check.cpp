#include "check.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

namespace menshen::site {

namespace {

/// Collects mistakes with the file's name filled in.
struct Check {
    const Site& site;
    const std::string& file;
    std::vector<Mistake>& mistakes;
    void wrong(int line, std::string text) const { mistakes.push_back({file, line, std::move(text)}); }
};

bool is_id(const std::string& id) {
    return !id.empty() && id.size() <= 32 &&
           id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos;
}

template <class T>
const T* find(const std::vector<T>& all, const std::string& id) {
    const auto it = std::find_if(all.begin(), all.end(), [&](const T& x) { return x.id == id; });
    return it == all.end() ? nullptr : &*it;
}

template <class T>
void check_ids(const Check& c, const std::vector<T>& all, std::string_view kind) {
    std::set<std::string> seen;
    for (const auto& x : all) {
        if (x.id.empty()) continue;  // named already as missing
        if (!is_id(x.id)) {
            c.wrong(x.line, fmt::format("[[{}]] id \"{}\": use 1 to 32 of a-z, 0-9 and '-'", kind, x.id));
        }
        if (!seen.insert(x.id).second) c.wrong(x.line, fmt::format("[[{}]] {}: this id is used twice", kind, x.id));
    }
}

template <class T>
void check_reference(const Check& c, const std::vector<T>& all, const std::string& id, int line, std::string_view from,
                     std::string_view kind) {
    if (id.empty() || find(all, id) != nullptr) return;
    std::string known;
    for (const auto& x : all) known += (known.empty() ? "" : ", ") + x.id;
    c.wrong(line,
            fmt::format("{}: there is no [[{}]] \"{}\"; there is: {}", from, kind, id, known.empty() ? "none" : known));
}

/// Every relay and every input of a board drives or reads one thing. A fire contact may serve several lanes.
void check_wires(const Check& c) {
    std::map<std::pair<std::string, int>, std::string> relays, inputs;
    const auto take = [&](auto& taken, const Lane& lane, int number, const std::string& what, std::string_view kind) {
        const auto [it, fresh] = taken.try_emplace({lane.board, number}, what);
        if (!fresh) {
            c.wrong(lane.line, fmt::format("[[lane]] {}: {} {} of board {} is already the {}", lane.id, kind, number,
                                           lane.board, it->second));
        }
    };
    for (const auto& lane : c.site.lanes) {
        const auto relay = [&](const Relay& r, std::string_view what) {
            take(relays, lane, r.number, fmt::format("{} of lane {}", what, lane.id), "relay");
        };
        const auto input = [&](const std::optional<Wire>& w, std::string_view what) {
            if (w) take(inputs, lane, w->input, fmt::format("{} of lane {}", what, lane.id), "input");
        };
        relay(lane.open, "open");
        if (lane.close) relay(*lane.close, "close");
        if (lane.stop) relay(*lane.stop, "stop");
        input(lane.approach, "approach loop");
        input(lane.under, "loop under the arm");
        input(lane.photocell, "photocell");
        input(lane.arm_up, "arm_up switch");
        input(lane.arm_down, "arm_down switch");
    }
    for (const auto& lane : c.site.lanes) {
        if (lane.fire && inputs.contains({lane.board, lane.fire->input})) {
            c.wrong(lane.line, fmt::format("[[lane]] {}: the fire contact's input {} is already the {}", lane.id,
                                           lane.fire->input, inputs.at({lane.board, lane.fire->input})));
        }
    }
}

void check_lane(const Check& c, const Lane& lane) {
    const auto where = fmt::format("[[lane]] {}", lane.id);
    check_reference(c, c.site.boards, lane.board, lane.line, where, "board");
    if (lane.machine.close == lane::CloseBy::menshen) {
        if (!lane.close)
            c.wrong(lane.line, where + ": close_by = \"menshen\" needs a relay; write close = { relay = 1 }");
        if (!lane.under && !lane.photocell) {
            c.wrong(lane.line,
                    where +
                        ": close_by = \"menshen\" needs a loop under the arm or a photocell, or the arm would "
                        "come down on a car; wire one, or write close_by = \"barrier\"");
        }
    }
    if (lane.machine.fire == lane::FireAction::hold_coil && !lane.fire) {
        c.wrong(lane.line, where + ": fire action needs an input");
    }
}

bool is_localhost(const std::string& ip) {
    return ip == "::1" || ip.starts_with("127.");
}

void check_panel(const Check& c) {
    const auto& panel = c.site.panel;
    const bool tls = !panel.certificate.empty() && !panel.key.empty();
    if (!is_localhost(panel.address) && !tls) {
        c.wrong(0, fmt::format(
                       "[panel] listen = \"{}\" is reachable from outside, so it needs certificate = \"…\" and key = "
                       "\"…\" (PEM files); or listen on 127.0.0.1",
                       panel.address));
    }
    if (panel.certificate.empty() != panel.key.empty())
        c.wrong(0, "[panel] certificate and key belong together; one is missing");
}

}  // namespace

bool read_endpoint(const std::string& text, std::string& ip, std::uint16_t& port) {
    const auto colon = text.rfind(':');
    if (colon == std::string::npos) return false;
    std::string host = text.substr(0, colon);
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
    in6_addr six{};
    in_addr four{};
    if (inet_pton(AF_INET, host.c_str(), &four) != 1 && inet_pton(AF_INET6, host.c_str(), &six) != 1) return false;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data() + colon + 1, end, port);
    ip = host;
    return error == std::errc{} && stop == end && colon + 1 < text.size();
}

void check(const Site& site, const std::string& file, std::vector<Mistake>& mistakes) {
    const Check c{site, file, mistakes};
    check_ids(c, site.buses, "bus");
    check_ids(c, site.boards, "board");
    check_ids(c, site.cameras, "camera");
    check_ids(c, site.lanes, "lane");
    for (const auto& board : site.boards) {
        check_reference(c, site.buses, board.bus, board.line, fmt::format("[[board]] {}", board.id), "bus");
    }
    for (const auto& camera : site.cameras) {
        check_reference(c, site.lanes, camera.lane, camera.line, fmt::format("[[camera]] {}", camera.id), "lane");
    }
    for (const auto& lane : site.lanes) check_lane(c, lane);
    if (site.lanes.empty()) c.wrong(0, "there is no [[lane]]; a gate needs at least one");
    check_wires(c);
    check_panel(c);
}

}  // namespace menshen::site
