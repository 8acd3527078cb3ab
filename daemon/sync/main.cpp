// menshen-sync: the courier between a gate and its registry.
#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json/serialize.hpp>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>

#include <csignal>
#include <iostream>

#include "loop/serve.hpp"
#include "sync/courier.hpp"

namespace {

using namespace menshen;

UtcTime utc_now() {
    return std::chrono::floor<milliseconds>(std::chrono::system_clock::now());
}

/// One line each, as systemd's journal takes them: its own time, then key=value.
void log_to_stderr(const std::string& level) {
    auto logger = spdlog::stderr_logger_mt("sync");
    logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z level=%l %v");
    logger->set_level(spdlog::level::from_str(level));
    spdlog::set_default_logger(std::move(logger));
}

int carry(const sync::Config& config) {
    boost::asio::io_context loop(1);
    sync::Courier courier(loop, config, utc_now);
    if (auto started = courier.start(); !started) {
        spdlog::critical("started=no why=\"{}\"", started.error().message);
        return 1;
    }
    spdlog::info("started=yes registry={} gate={}", config.registry, config.gate);
    loop::serve(loop, boost::json::serialize(boost::json::object{{"ready", true}}), [&] { courier.stop(); });
    spdlog::info("stopped=yes");
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"menshen-sync: carries the registry's lists to the gate and the gate's events to the registry"};
    std::string file, level = "info";
    bool check_only = false;
    app.add_option("--config", file, "the configuration (TOML)")->required();
    app.add_flag("--check", check_only, "names every mistake of the configuration, and ends");
    app.add_option("--log", level, "debug, info, warning or error")
        ->check(CLI::IsMember({"debug", "info", "warning", "error"}))
        ->capture_default_str();
    CLI11_PARSE(app, argc, argv);
    umask(0077);
    const auto read = sync::read_config(file);
    for (const auto& mistake : read.mistakes) std::cerr << mistake << '\n';
    if (!read.mistakes.empty()) return 1;
    if (check_only) return std::cout << file << ": good\n", 0;
    log_to_stderr(level);
    loop::prepare_process(2);
    return carry(read.config);
}
