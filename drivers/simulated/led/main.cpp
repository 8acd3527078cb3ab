// menshen-twin-led: an LED and voice board on TCP and on a pseudo terminal. Prints
// {"ready":true,"port":PORT,"serial":"…"}, then one line of JSON for every frame:
// {"event":"frame","command":111,"crc":"ok","lines":["…"],"voice":"…"}.
#include <CLI/CLI.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/serialize.hpp>
#include <fcntl.h>
#include <pty.h>
#include <sys/prctl.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>
#include <utility>

#include "decoder.hpp"

namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using asio::ip::tcp;

void print(const json::object& line) {
    std::cout << json::serialize(line) << '\n' << std::flush;
}

template <class Stream>
asio::awaitable<void> listen_to(Stream stream) {
    menshen::twin::Decoder decoder;
    decoder.on_frame = print;
    std::array<std::uint8_t, 512> chunk{};
    try {
        for (;;) {
            const std::size_t got = co_await stream.async_read_some(asio::buffer(chunk), asio::use_awaitable);
            decoder.take(std::span(chunk).first(got));
        }
    } catch (const std::exception&) {
        // the line is gone
    }
}

asio::awaitable<void> accept(tcp::acceptor& acceptor) {
    for (;;) {
        tcp::socket socket = co_await acceptor.async_accept(asio::use_awaitable);
        asio::co_spawn(acceptor.get_executor(), listen_to(std::move(socket)), asio::detached);
    }
}

/// The name of a new pseudo terminal whose other end is listened to. `keep` holds it open while drivers come and go.
std::string open_pty(asio::io_context& io, int& keep) {
    int master = -1;
    std::array<char, 128> name{};
    if (openpty(&master, &keep, name.data(), nullptr, nullptr) != 0) throw std::runtime_error("no pseudo terminal");
    termios settings{};
    tcgetattr(keep, &settings);
    cfmakeraw(&settings);
    tcsetattr(keep, TCSANOW, &settings);
    asio::co_spawn(io, listen_to(asio::posix::stream_descriptor(io, master)), asio::detached);
    return name.data();
}

void serve(std::uint16_t port) {
    asio::io_context io(1);
    asio::signal_set signals(io, SIGTERM, SIGINT);
    signals.async_wait([&](const boost::system::error_code&, int) { io.stop(); });
    tcp::acceptor acceptor(io, tcp::endpoint(asio::ip::address_v4::loopback(), port));
    asio::co_spawn(io, accept(acceptor), asio::detached);
    int keep = -1;
    const std::string serial = open_pty(io, keep);
    print({{"ready", true}, {"port", acceptor.local_endpoint().port()}, {"serial", serial}});
    io.run();
    ::close(keep);
}

}  // namespace

int main(int argc, char** argv) {
    const pid_t parent = getppid();
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent) return 0;  // it died before we asked
    CLI::App app{"An LED and voice board that prints what it is told, one JSON object a line"};
    std::uint16_t port = 0;
    app.add_option("--port", port, "TCP port, 0 for a free one");
    CLI11_PARSE(app, argc, argv);
    try {
        serve(port);
    } catch (const std::exception& error) {
        std::cerr << "menshen-twin-led: " << error.what() << '\n';
        return 1;
    }
    return 0;
}
