// menshen-registry: the central registry. `init` makes one, `serve` is one, keeping.cpp keeps it.
#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <ctime>
#include <iostream>

#include "config_file.hpp"
#include "keeping.hpp"
#include "loop/serve.hpp"
#include "registry/set_up.hpp"

namespace {

using namespace menshen;

/// The registry's own machine has a clock that others set.
Now read_clocks() {
    timespec boot{};
    clock_gettime(CLOCK_BOOTTIME, &boot);
    Now now;
    now.mono = Instant(seconds(boot.tv_sec) + std::chrono::nanoseconds(boot.tv_nsec));
    now.utc = std::chrono::floor<milliseconds>(std::chrono::system_clock::now());
    const std::time_t t = std::chrono::system_clock::to_time_t(now.utc);
    std::tm civil{};
    localtime_r(&t, &civil);
    now.local = LocalTime(now.utc.time_since_epoch() < milliseconds(0) ? seconds(0) : seconds(t + civil.tm_gmtoff));
    now.clock = ClockState::trusted;
    return now;
}

std::string host_name() {
    std::array<char, 256> name{};
    return ::gethostname(name.data(), name.size() - 1) == 0 ? std::string(name.data()) : std::string("localhost");
}

int init(registry::SetUp wanted, bool as_json) {
    if (wanted.names.empty()) wanted.names = {host_name(), "localhost", "127.0.0.1"};
    const auto made = registry::set_up(wanted, read_clocks());
    if (!made) return std::cerr << "menshen-registry init: " << made.error().message << '\n', 1;
    if (as_json) {
        std::cout << boost::json::serialize(boost::json::object{{"code", made->code},
                                                                {"root_key", wanted.root_key.string()},
                                                                {"authority_sha256", bundle::to_hex(made->authority)}})
                  << '\n';
        return 0;
    }
    std::cout << fmt::format(
        "A registry was made in {}.\n\n"
        "  The first administrator's one-time code, good for an hour:\n\n      {}\n\n"
        "  The offline root key is in {}.\n"
        "  Take it away now, onto two sticks in two places, and remove it here: it is needed only to change\n"
        "  signing keys and after a restore from a backup, and whoever has it can command every gate.\n\n"
        "  Authority of gates and server, SHA-256: {}\n\n"
        "Then: menshen-registry serve --config /etc/menshen/registry.toml\n",
        wanted.data.string(), made->code, wanted.root_key.string(), bundle::to_hex(made->authority));
    return 0;
}

/// 0: none.
int check(const registry::ConfigFile& file) {
    for (const auto& mistake : file.mistakes) std::cerr << mistake << '\n';
    return file.mistakes.empty() ? 0 : 1;
}

std::string ready_line(const registry::server::Server& server, const registry::server::Config& config) {
    const auto address = [](const registry::server::Listen& listen, std::uint16_t port) {
        return fmt::format("https://{}:{}/", listen.address == "0.0.0.0" ? "localhost" : listen.address, port);
    };
    return boost::json::serialize(boost::json::object{{"ready", true},
                                                      {"admin", address(config.admin, server.admin_port())},
                                                      {"gates", address(config.gates, server.gate_port())}});
}

int serve(registry::server::Config config) {
    boost::asio::io_context loop(1);
    config.now = read_clocks;
    auto server = registry::server::Server::start(loop, config);
    if (!server) {
        spdlog::critical("{}", server.error().message);
        return 1;
    }
    loop::serve(loop, ready_line(**server, config), [&] { (*server)->stop([&] { loop.stop(); }); });
    spdlog::info("stopped");
    return 0;
}

struct Arguments {
    registry::SetUp set_up;
    std::string data, root_key = "menshen-root.key", config;
    bool check_only = false, as_json = false;
};

CLI::App* describe_init(CLI::App& app, Arguments& arguments) {
    auto* init = app.add_subcommand("init", "makes a registry: database, keys, certificates, first administrator");
    init->add_option("--data", arguments.data, "the folder; not there yet, or empty")->required();
    init->add_option("--root-key", arguments.root_key, "where the offline root key is written")->capture_default_str();
    init->add_option("--name", arguments.set_up.names, "a host name or address of the registry; may be repeated");
    init->add_option("--site", arguments.set_up.scope, "the first site: a-z, 0-9 and -")->capture_default_str();
    init->add_option("--title", arguments.set_up.title, "its name for people")->capture_default_str();
    init->add_flag("--json", arguments.as_json, "for programs: code, authority_sha256, root_key");
    return init;
}

CLI::App* describe_serve(CLI::App& app, Arguments& arguments) {
    auto* serve = app.add_subcommand("serve", "serves administrators and gates");
    serve->add_option("--config", arguments.config, "the configuration (TOML)")->required();
    serve->add_flag("--check", arguments.check_only, "names every mistake of the configuration, and ends");
    return serve;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"menshen-registry: the central registry"};
    app.require_subcommand(1);
    Arguments arguments;
    const auto* init_command = describe_init(app, arguments);
    describe_serve(app, arguments);
    const auto keeping = registry::describe_keeping(app);
    CLI11_PARSE(app, argc, argv);
    umask(0027);
    if (init_command->parsed()) {
        arguments.set_up.data = arguments.data;
        arguments.set_up.root_key = arguments.root_key;
        return init(std::move(arguments.set_up), arguments.as_json);
    }
    if (const auto done = keeping(read_clocks())) return *done;
    auto file = registry::read_config(arguments.config);
    if (check(file) != 0) return 1;
    if (arguments.check_only) return std::cout << arguments.config << ": good\n", 0;
    spdlog::set_default_logger(spdlog::stderr_logger_mt("registry"));
    loop::prepare_process(4);
    return serve(std::move(file.config));
}
