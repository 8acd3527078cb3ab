// menshen-gate: the edge process of one gate box.
#include <CLI/CLI.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>

#include <iostream>

#include "build.hpp"
#include "bus_barriers.hpp"
#include "display_maker.hpp"
#include "gate.hpp"
#include "loop/serve.hpp"
#include "panel/server.hpp"

namespace {

using namespace menshen;

/// All mistakes in one go. 0 = none.
int check(const std::string& file) {
    auto loaded = site::load(file);
    if (loaded.site) {
        gate::BusBarriers::check(*loaded.site, loaded.mistakes);
        for (auto& mistake : loaded.mistakes) mistake.file = file;
    }
    for (const auto& mistake : loaded.mistakes) std::cerr << site::format(mistake) << '\n';
    if (!loaded.mistakes.empty()) {
        std::cerr << fmt::format("{}: {} mistake{}\n", file, loaded.mistakes.size(),
                                 loaded.mistakes.size() == 1 ? "" : "s");
        return 1;
    }
    return 0;
}

int serve(const std::string& file) {
    auto site = std::move(*site::load(file).site);
    boost::asio::io_context loop(1);
    gate::SystemClock clock(gate::build_time());
    gate::BusBarriers barriers(loop, site);
    gate::Gate gate(loop, site, clock);
    if (auto status =
            gate.start(barriers, [&](const site::Lane& lane) { return gate::make_display(loop, lane, clock, gate); });
        !status) {
        spdlog::critical("{}", status.error().message);
        return 1;
    }
    panel::Config config;
    config.address = site.panel.address;
    config.port = site.panel.port;
    config.certificate = site.panel.certificate;
    config.key = site.panel.key;
    auto panel = panel::Server::start(loop, gate, clock, config);
    if (!panel) {
        spdlog::critical("panel: {}", panel.error().message);
        return 1;
    }
    const boost::json::object line{{"ready", true}, {"panel", panel->get()->url()}};
    loop::serve(loop, boost::json::serialize(line), [&] {
        panel->get()->stop();
        gate.stop();
        loop.stop();
    });
    spdlog::info("stopped");
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"menshen-gate: decides who may pass, and drives barriers"};
    app.set_version_flag("--version", std::string(gate::build_id()));
    std::string file, check_file;
    bool lane_table = false;
    app.add_option("--site", file, "the site file (TOML)");
    app.add_option("--check", check_file, "names every mistake of a site file, and ends");
    app.add_flag("--lane-table", lane_table, "prints how a lane behaves, for the electrician, and ends");
    CLI11_PARSE(app, argc, argv);

    if (lane_table) return std::cout << lane::transition_table(), 0;
    if (!check_file.empty()) {
        const int mistakes = check(check_file);
        if (mistakes == 0) std::cout << check_file << ": good\n";
        return mistakes;
    }
    if (file.empty()) return std::cerr << "say which site: menshen-gate --site SITE.toml (or --help)\n", 2;
    if (check(file) != 0) return 1;
    spdlog::set_default_logger(spdlog::stderr_logger_mt("gate"));
    loop::prepare_process(2);
    umask(0027);
    return serve(file);
}
