// The site file: one TOML file a gate box. Read once at start by the gate and the eye; every mistake is named with its
// line and with what to write instead, all in one go, so that an installer on a ladder climbs once.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "decide/decide.hpp"
#include "identify/identify.hpp"
#include "lane/lane.hpp"
#include "values/claim.hpp"

namespace menshen::site {

/// One RS485 line or one Modbus TCP address.
struct Bus {
    int line = 0;  // of its table in the file, for messages
    std::string id;
    bool tcp = true;
    std::string ip;  // literal; libmodbus resolves no names
    std::uint16_t port = 502;
    std::string device;  // "/dev/ttyUSB0"
    int baud = 9600;
    char parity = 'N';  // N, E, O
    milliseconds timeout{500};
};

struct Board {
    int line = 0;
    std::string id;
    std::string bus;
    int unit = 1;         // 1..247
    std::string profile;  // "waveshare-8"
    milliseconds poll{50};
};

struct Relay {
    int number = 0;           // 0-based, as the board's manual counts coils
    milliseconds pulse{700};  // timed by the board
};

/// A dry contact. normally_open: closed contact = active. A photocell and a fire contact are usually normally closed,
/// so that a cut wire shows.
struct Wire {
    int input = 0;  // 0-based
    bool normally_open = true;
};

struct Led {
    std::string ip;  // literal, of a serial server; empty: a serial line
    std::uint16_t port = 0;
    std::string device;  // "/dev/ttyUSB1"
    int baud = 9600;
    int mute_from = 22 * 60, mute_to = 6 * 60;  // minutes of the day without voice
};

struct Lane {
    int line = 0;
    std::string id;
    std::string name;
    Direction direction = Direction::in;
    std::string zone = "site";
    std::string board;
    Relay open;
    std::optional<Relay> close, stop;
    std::optional<Wire> approach, under, photocell, arm_up, arm_down, fire;
    std::optional<Led> led;
    lane::Config machine;       // has_* flags follow from the wires above
    Policy policy;              //
    IdentifyPolicy identify;    //
    milliseconds unread{5000};  // a car on the approach loop that nobody could read goes to the guard after this
};

struct Camera {
    int line = 0;
    std::string id;
    std::string url;          // rtsp://…, http://…, a file, a folder, or /dev/videoN. Never holds a password
    std::string credentials;  // file "user:password" that only the eye can read; empty = none
    std::string lane;
    std::vector<std::array<double, 2>> roi;  // polygon, fractions of width and height; empty = all
    bool loop = false;                       // files and folders begin again at their end
    double max_fps = 12;                     // frames looked at per second at most
};

struct Panel {
    std::string address = "127.0.0.1";
    std::uint16_t port = 8080;
    std::string certificate, key;  // PEM files; without them the panel listens on localhost only
};

/// A gate that a registry keeps the list of. Its keys lie in data/registry (gate/enrolment.hpp).
struct Registry {
    int line = 0;
    std::string scope;   // of this site, as the registry calls it
    std::string gate;    // this gate, as the registry calls it
    bool common = true;  // the registry has a scope `common` beside it: blocks and calendars of all sites
    std::string group = "menshen-courier";  // whose members may speak at courier.sock, where there is such a group
};

struct Site {
    std::string name;
    std::string data;  // folder of whitelist.db, journal.db, evidence/
    std::string run;   // folder of the sockets
    Panel panel;
    std::optional<Registry> registry;              // none: a stand-alone gate
    std::uint64_t evidence_quota = 2'000'000'000;  // bytes
    std::uint64_t reserve = 64'000'000;            // bytes kept for events when the disk is full
    std::vector<Bus> buses;
    std::vector<Board> boards;
    std::vector<Camera> cameras;
    std::vector<Lane> lanes;
};

struct Mistake {
    std::string file;
    int line = 0;  // 1-based; 0 = the file as a whole
    std::string text;
};
/// "site.toml:12: [[lane]] in: …"
[[nodiscard]] std::string format(const Mistake& mistake);

struct Loaded {
    std::optional<Site> site;  // only without mistakes
    std::vector<Mistake> mistakes;
};

/// Reads and checks a file; relative paths in it are taken from the file's folder. Never throws.
[[nodiscard]] Loaded load(const std::string& path);
/// The same for text in memory; `file` is used in messages and for relative paths.
[[nodiscard]] Loaded parse(std::string_view toml, const std::string& file);

}  // namespace menshen::site
