// A panel with a gate that plays what the browser test tells it. Speaks one JSON object a line:
//   in   {"do":"guard","name","pin"} {"do":"picture","id","base64"} {"do":"state","value":Snapshot}
//   {"do":"update","value":…}
//        {"do":"view","value":CameraView::seen,"base64"}
//        {"do":"listing","plate","value":…} {"do":"fail","code":"conflict"|"","message"} {"do":"leave"} {"do":"return"}
//   out  {"ready":true,"url":…} first, {"did":…} for each line, {"command":{action,guard,lane,arrival,plate,why,until}}
//   as they come
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/beast/core/detail/base64.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <sys/prctl.h>

#include <csignal>
#include <cstdio>
#include <istream>
#include <memory>

#include "fake_gate.hpp"
#include "panel/server.hpp"

namespace {

using namespace menshen;
namespace asio = boost::asio;
namespace json = boost::json;
namespace base64 = boost::beast::detail::base64;

void print(const json::object& line) {
    std::fputs((json::serialize(line) + "\n").c_str(), stdout);
    std::fflush(stdout);
}

Picture decoded(std::string_view text) {
    std::vector<std::uint8_t> bytes(base64::decoded_size(text.size()));
    bytes.resize(base64::decode(bytes.data(), text.data(), text.size()).first);
    return std::make_shared<const std::vector<std::uint8_t>>(std::move(bytes));
}

constexpr const char* names[] = {"open",   "close",      "stop",  "hold",   "release",          "lockdown",
                                 "unlock", "fire_reset", "admit", "refuse", "register_visitor", "confirm_clock"};

class Stage {
  public:
    explicit Stage(asio::io_context& io) : io_(io), in_(io, ::dup(0)), buffer_(4 << 20) {
        gate_.on_command = [](const GuardCommand& command) {
            print({{"command",
                    {{"action", names[static_cast<int>(command.action)]},
                     {"guard", command.guard},
                     {"lane", command.lane},
                     {"arrival", command.arrival},
                     {"plate", command.plate},
                     {"why", command.why},
                     {"until", command.until}}}});
        };
        open(0);
        print({{"ready", true}, {"url", server_->url()}});
        listen();
    }

  private:
    void open(std::uint16_t port) {
        panel::Config config;
        config.port = port;
        config.heartbeat = milliseconds(500);
        auto started = panel::Server::start(io_, gate_, clock_, config);
        if (!started) {
            std::fprintf(stderr, "%s\n", started.error().message.c_str());
            std::exit(1);
        }
        server_ = std::move(started.value());
        port_ = server_->port();
    }

    void listen() {
        asio::async_read_until(in_, buffer_, '\n', [this](boost::system::error_code ec, std::size_t) {
            if (ec) return io_.stop();  // the test has gone
            std::istream stream(&buffer_);
            std::string line;
            std::getline(stream, line);
            play(json::parse(line).as_object());
            listen();
        });
    }

    void play(const json::object& line) {
        const std::string what(line.at("do").as_string());
        const auto text = [&](std::string_view name) { return std::string(line.at(name).as_string()); };
        if (what == "guard") gate_.guards[text("name")] = text("pin");
        if (what == "picture") gate_.pictures[text("id")] = decoded(line.at("base64").as_string());
        if (what == "view") show(line);
        if (what == "state") gate_.state = line.at("value").as_object();
        if (what == "update") gate_.publish(line.at("value").as_object());
        if (what == "listing") gate_.listings[text("plate")] = line.at("value");
        if (what == "fail")
            gate_.command_answer = text("message").empty() ? Status{} : Status{Errc::conflict, text("message")};
        if (what == "now") clock_.time.local = *parse_local(text("local"));
        if (what == "leave") server_.reset();
        if (what == "return") open(port_);
        print({{"did", what}});
    }

    void show(const json::object& line) {
        auto& view = gate_.views[std::string(line.at("value").at("camera").as_string())];
        view.seen = line.at("value").as_object();
        view.picture = decoded(line.at("base64").as_string());
        ++view.number;
    }

    asio::io_context& io_;
    asio::posix::stream_descriptor in_;
    asio::streambuf buffer_;
    test::FakeGate gate_;
    test::FakeClock clock_;
    std::unique_ptr<panel::Server> server_;
    std::uint16_t port_ = 0;
};

}  // namespace

int main() {
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    asio::io_context io;
    asio::signal_set signals(io, SIGTERM, SIGINT);
    signals.async_wait([&io](auto, int) { io.stop(); });
    const Stage stage(io);
    io.run();
    return 0;
}
