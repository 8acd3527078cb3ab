// The LED driver against a slave with a decoder of its own.
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json/array.hpp>
#include <boost/json/value_to.hpp>
#include <doctest/doctest.h>

#include "display/led_board.hpp"
#include "process.hpp"

namespace menshen::test {
namespace {

namespace json = boost::json;

class FixedClock : public Clock {
  public:
    explicit FixedClock(const char* local) : local_(parse_local(local).value()) {}
    [[nodiscard]] Now now() const override {
        Now now;
        now.local = local_;
        return now;
    }

  private:
    LocalTime local_;
};

struct Slave {
    Process process{{TWIN_LED}};
    json::object ready = process.line();
    [[nodiscard]] display::Config tcp() const {
        return {"led", display::Tcp{"127.0.0.1", json::value_to<std::uint16_t>(ready.at("port"))}};
    }
    [[nodiscard]] display::Config serial() const {
        return {"led", display::Serial{json::value_to<std::string>(ready.at("serial")), 9600}};
    }
};

DisplayMessage welcome() {
    return {"浙B12345", "欢迎光临", 7, Verdict::grant, Reason::permit_valid};
}

const FixedClock noon("2026-11-22T12:00:00");
const FixedClock night("2026-11-22T23:30:00");

void shows_and_speaks(display::Config config, Slave& slave) {
    boost::asio::io_context io;
    auto board = display::LedBoard::create(io.get_executor(), std::move(config), noon);
    REQUIRE(board.ok());
    (*board)->show(welcome());
    const auto frame = slave.process.line();
    REQUIRE(!frame.empty());
    CHECK(frame.at("crc").as_string() == "ok");
    CHECK_FALSE(frame.contains("wrong"));
    CHECK(frame.at("command").as_int64() == 0x6F);
    const auto& lines = frame.at("lines").as_array();
    REQUIRE(lines.size() == 2);
    CHECK(lines[0].as_string() == "浙B12345");
    CHECK(lines[1].as_string() == "欢迎光临 剩余7天");
    CHECK(frame.at("voice").as_string() == "浙B12345，欢迎光临，剩余7天");
}

}  // namespace

TEST_CASE("a message is shown and spoken over TCP") {
    Slave slave;
    shows_and_speaks(slave.tcp(), slave);
}

TEST_CASE("a message is shown and spoken over a serial line") {
    Slave slave;
    shows_and_speaks(slave.serial(), slave);
}

TEST_CASE("in mute hours it is shown line by line and not spoken") {
    Slave slave;
    display::Config config = slave.tcp();
    config.mute = display::MuteHours{22 * 60, 7 * 60};
    boost::asio::io_context io;
    auto board = display::LedBoard::create(io.get_executor(), config, night);
    REQUIRE(board.ok());
    (*board)->show(welcome());
    for (const std::string text : {"浙B12345", "欢迎光临 剩余7天"}) {
        const auto frame = slave.process.line();
        REQUIRE(!frame.empty());
        CHECK(frame.at("command").as_int64() == 0x62);
        CHECK(frame.at("crc").as_string() == "ok");
        CHECK_FALSE(frame.contains("wrong"));
        CHECK(frame.at("text").as_string() == text);
    }
}

TEST_CASE("the link is told once, and a board that is not there never blocks") {
    boost::asio::io_context io;
    auto board =
        display::LedBoard::create(io.get_executor(), {"led", display::Serial{"/dev/does-not-exist", 9600}}, noon);
    REQUIRE(board.ok());
    const auto work = boost::asio::make_work_guard(io);  // run_one_for waits instead of returning at once
    std::vector<bool> links;
    (*board)->on_link = [&](bool up, const std::string&) { links.push_back(up); };
    for (int n = 0; n < 100; ++n) (*board)->show(welcome());
    for (int n = 0; n < 100 && links.empty(); ++n) {
        io.restart();
        io.run_one_for(std::chrono::milliseconds(50));
    }
    CHECK(links == std::vector<bool>{false});
}

}  // namespace menshen::test
