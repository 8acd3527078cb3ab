#include "modbus/profile.hpp"

#include <doctest/doctest.h>

#include <string>

namespace menshen::modbus {
namespace {

const std::string good = R"(name = "x"
title = "X"
relays = 4
inputs = 4
[read_inputs]
function = 2
address = 0
[read_relays]
function = 1
address = 0
[pulse]
function = 5
address = 0x0200
unit_ms = 100
max_units = 20
[on]
function = 5
address = 0
value = 0xFF00
[off]
function = 5
address = 0
value = 0
)";

std::string with(const std::string& what, const std::string& instead) {
    std::string text = good;
    text.replace(text.find(what), what.size(), instead);
    return text;
}

std::string mistake(const std::string& toml) {
    const auto profile = parse_profile(toml, "board.toml");
    return profile.ok() ? "none" : profile.error().message;
}

}  // namespace

TEST_CASE("the built-in profiles read, and their requests are those of the manuals") {
    const auto profiles = Profiles::load();
    REQUIRE_MESSAGE(profiles.ok(), profiles.error().message);
    CHECK(profiles->names() == "eletechsup-n4d8b08, waveshare-8");
    using Bytes = std::vector<std::uint8_t>;
    const Profile& waveshare = *profiles->find("waveshare-8");
    CHECK(waveshare.pulse_request(0, milliseconds(700)) == Bytes{5, 0x02, 0x00, 0x00, 0x07});
    CHECK(waveshare.pulse_request(3, milliseconds(100)) == Bytes{5, 0x02, 0x03, 0x00, 0x01});
    CHECK(waveshare.switch_request(7, true) == Bytes{5, 0, 7, 0xFF, 0});
    CHECK(waveshare.switch_request(7, false) == Bytes{5, 0, 7, 0, 0});
    CHECK(waveshare.init.size() == 8);
    CHECK(write_request(waveshare.init[7]) == Bytes{6, 0x10, 0x07, 0, 0});
    const Profile& eletechsup = *profiles->find("eletechsup-n4d8b08");
    CHECK(eletechsup.pulse_request(2, seconds(1)) == Bytes{6, 0, 3, 0x06, 0x01});
    CHECK(eletechsup.switch_request(0, false) == Bytes{6, 0, 1, 0x02, 0x00});
    CHECK(eletechsup.read_inputs.address == 0x81);
    CHECK(write_request(eletechsup.init.at(0)) == Bytes{6, 0x00, 0xFD, 0, 0});
}

TEST_CASE("a pulse that the board cannot time is refused with what it can") {
    const auto profiles = Profiles::load();
    const Profile& eletechsup = *profiles->find("eletechsup-n4d8b08");
    CHECK(eletechsup.check_pulse(seconds(1)).ok());
    CHECK(eletechsup.check_pulse(milliseconds(700)).error().message.find("steps of 1000 ms") != std::string::npos);
    CHECK_FALSE(eletechsup.check_pulse(milliseconds(0)).ok());
    CHECK_FALSE(eletechsup.check_pulse(seconds(256)).ok());
    CHECK_FALSE(profiles->find("waveshare-8")->check_pulse(milliseconds(650)).ok());
}

TEST_CASE("every mistake in a profile is named with file and line") {
    CHECK(mistake(good) == "none");
    CHECK(mistake(with("relays = 4", "relays = 99")) == "board.toml:3: relays must be a whole number from 1 to 32");
    CHECK(mistake(with("unit_ms = 100", "unit_s = 1")).find("board.toml:") == 0);
    CHECK(mistake(with("unit_ms = 100", "unit_s = 1")).find("\"unit_s\" means nothing here") != std::string::npos);
    CHECK(mistake(with("function = 2", "function = 9")) == "board.toml:6: function must be a whole number from 1 to 4");
    CHECK(mistake(with("[off]", "[of]")).find("\"of\" means nothing here") != std::string::npos);
    CHECK(mistake(with("inputs = 4\n", "")).find("inputs is missing: write inputs = NUMBER") != std::string::npos);
    CHECK(mistake(with("title = \"X\"", "title = \"X")).find("board.toml:2") == 0);
    CHECK(mistake("").find("name is missing") != std::string::npos);
}

}  // namespace menshen::modbus
