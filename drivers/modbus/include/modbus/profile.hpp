// What a kind of relay board understands, as data: drivers/modbus/profiles/*.toml, built in; a folder may add and
// override.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "values/result.hpp"
#include "values/time.hpp"

namespace menshen::modbus {

/// Relay or input n is at address + n. Function 1 or 2: one bit each; 3 or 4: one register each, 0 = off.
struct ReadMap {
    int function = 2;
    int address = 0;
};

/// Function 5 or 6 with `value` to address + n.
struct WriteMap {
    int function = 5;
    int address = 0;
    int value = 0;
};

/// A pulse that the board times itself: function 5 or 6, `value` + number of units, to address + n.
struct PulseMap {
    WriteMap write;
    milliseconds unit{100};
    int max_units = 1;
};

struct Profile {
    std::string name;
    std::string title;
    int relays = 0;  // 1..32, named 0..relays-1
    int inputs = 0;  // 1..32, named 0..inputs-1
    ReadMap read_inputs;
    ReadMap read_relays;
    PulseMap pulse;
    WriteMap on;
    WriteMap off;
    std::vector<WriteMap> init;  // written at every connect, before anything else; each to its own address

    /// The request (function code and data) for one relay; `relay` must exist.
    [[nodiscard]] std::vector<std::uint8_t> pulse_request(int relay, milliseconds length) const;
    [[nodiscard]] std::vector<std::uint8_t> switch_request(int relay, bool closed) const;
    /// Errc::invalid if this board cannot time such a pulse, saying which lengths it can.
    [[nodiscard]] Status check_pulse(milliseconds length) const;
};

/// Function code, address, value: the request of FC05 and FC06.
[[nodiscard]] std::vector<std::uint8_t> write_request(const WriteMap& write, int offset = 0);

/// Errc::invalid with "source:line: what is wrong and what to write".
[[nodiscard]] Result<Profile> parse_profile(std::string_view toml, const std::string& source);

class Profiles {
  public:
    /// The built-in profiles, and over them every *.toml of `folder`.
    [[nodiscard]] static Result<Profiles> load(const std::optional<std::filesystem::path>& folder = std::nullopt);
    /// Null if there is none of that name.
    [[nodiscard]] const Profile* find(const std::string& name) const;
    /// "eletechsup-n4d8b08, waveshare-8", for messages.
    [[nodiscard]] std::string names() const;

  private:
    std::map<std::string, Profile> profiles_;
};

}  // namespace menshen::modbus
