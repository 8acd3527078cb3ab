// menshen-twin-barrier: a relay board with one or two barriers on it, for tests and the simulated site.
#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/json/serialize.hpp>
#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>
#include <exception>
#include <iostream>
#include <optional>

#include "control.hpp"
#include "rtu_server.hpp"
#include "tcp_server.hpp"

namespace {

using namespace menshen::twin;

struct Options {
    Config config;
    int lanes = 1;
    std::string close_by = "barrier";
    std::string file;
};

void describe(CLI::App& app, Options& options) {
    app.add_option("--modbus", options.config.modbus_port, "Modbus TCP port, 0 for a free one")
        ->check(CLI::Range(0, 65535));
    app.add_option("--control", options.config.control_port, "control port, 0 for a free one")
        ->check(CLI::Range(0, 65535));
    app.add_option("--rtu", options.config.rtu, "serial device of the RTU slave, or pty to make a pseudo terminal");
    app.add_option("--baud", options.config.baud, "of the RTU slave")->check(CLI::Range(1200, 921600));
    app.add_option("--unit", options.config.unit, "address on the bus")->check(CLI::Range(1, 247));
    app.add_option("--lanes", options.lanes, "1 or 2 with the usual wiring")->check(CLI::Range(1, 2));
    app.add_option("--close", options.close_by, "who closes the arm")->check(CLI::IsMember({"barrier", "menshen"}));
    app.add_option("--speed", options.config.speed, "of cars and arms")->check(CLI::Range(0.01, 100.0));
    app.add_option("--config", options.file, "TOML file with the wiring")->check(CLI::ExistingFile);
}

Config finished(Options options) {
    for (int lane = 0; lane < options.lanes; ++lane) {
        options.config.lanes.push_back(default_lane(lane));
        options.config.lanes.back().manner.closes_itself = options.close_by == "barrier";
    }
    if (!options.file.empty()) read_config(options.file, options.config);
    return std::move(options.config);
}

void serve(const Config& config) {
    boost::asio::io_context io(1);
    boost::asio::signal_set signals(io, SIGTERM, SIGINT);
    signals.async_wait([&](const boost::system::error_code&, int) { io.stop(); });
    Site site(io, config);
    TcpServer tcp(io, site, static_cast<std::uint16_t>(config.modbus_port));
    std::optional<RtuServer> rtu;
    if (!config.rtu.empty()) rtu.emplace(io, site, config.rtu, config.baud);
    Control control(io, site, static_cast<std::uint16_t>(config.control_port));
    boost::json::object ready{{"ready", true}, {"control", control.port()}, {"modbus", tcp.port()}};
    if (rtu) ready["rtu"] = rtu->device();
    std::cout << boost::json::serialize(ready) << '\n' << std::flush;
    io.run();
}

}  // namespace

int main(int argc, char** argv) {
    const pid_t parent = getppid();
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent) return 0;  // it died before we asked
    std::signal(SIGPIPE, SIG_IGN);
    CLI::App app{"A Waveshare-8-compatible relay board with up to two barriers, on Modbus TCP and RTU"};
    Options options;
    describe(app, options);
    CLI11_PARSE(app, argc, argv);
    try {
        serve(finished(std::move(options)));
    } catch (const std::exception& error) {
        std::cerr << "menshen-twin-barrier: " << error.what() << '\n';
        return 1;
    }
    return 0;
}
