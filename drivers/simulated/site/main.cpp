// menshen-twin-site: starts a whole simulated site and plays cars on it. See ./run.
#include <CLI/CLI.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "director/programme.hpp"
#include "director/smoke.hpp"

namespace {

using namespace menshen::director;
using namespace std::chrono_literals;
namespace asio = boost::asio;

constexpr auto smoke_bound = 120s;
constexpr auto smoke_end = 12s;  // of it, kept for stopping everything

struct Arguments {
    Options site;
    bool smoke = false;
    bool keep = false;
    std::uint32_t seed = 7;
    std::string scenario;
};

class Director {
  public:
    Director(asio::io_context& io, Arguments arguments, bool own_folder)
        : io_(io),
          arguments_(std::move(arguments)),
          own_folder_(own_folder),
          signals_(io, SIGINT, SIGTERM, SIGHUP),
          site_(io.get_executor(), arguments_.site) {
        signals_.async_wait([this](const boost::system::error_code& error, int) {
            if (!error) asio::co_spawn(io_, end(130), asio::detached);
        });
    }

    void begin() { asio::co_spawn(io_, run(), asio::detached); }
    [[nodiscard]] int status() const { return status_; }

  private:
    asio::awaitable<void> run() {
        const auto begun = Steady::now();
        if (const auto up = co_await site_.start(); !up) {
            fmt::print("the simulated site did not start: {}\n", up.error().message);
            failed_ = true;
            co_return co_await end(1);
        }
        if (ending_) co_return;
        fmt::print("site started in {:.1f} s\n", std::chrono::duration<double>(Steady::now() - begun).count());
        if (arguments_.smoke) {
            co_await smoke(begun + smoke_bound - smoke_end);
        } else {
            show();
        }
    }

    asio::awaitable<void> smoke(Steady::time_point until) {
        const auto steps = read_scenario(arguments_.scenario);
        bool good = false;
        if (steps) {
            good = co_await play_smoke(site_, steps.value(), until);
        } else {
            fmt::print("{}\n", steps.error().message);
        }
        failed_ = !good;
        co_await end(good ? 0 : 1);
    }

    void show() {
        auto cars = read_cars(arguments_.site.config + "/cars.toml");
        if (!cars) {
            fmt::print("{}\n", cars.error().message);
            asio::co_spawn(io_, end(1), asio::detached);
            return;
        }
        fmt::print("\n  The guard's panel:  {}\n", site_.panel_url());
        if (const auto* central = site_.central()) tell_of(*central);
        fmt::print("  Data, site file and logs:  {}\n  Ctrl-C ends everything.\n\n", arguments_.site.data);
        std::fflush(stdout);
        programme_ = std::make_unique<Programme>(site_, std::move(cars.value()), arguments_.seed);
        for (const auto& lane : site_.lanes()) asio::co_spawn(io_, programme_->play(lane), asio::detached);
    }

    /// What an administrator can do from another terminal, and from a browser.
    static void tell_of(const Central& central) {
        fmt::print("  The registry's console:  {}\n", central.console_url());
        if (!central.invitation().empty())
            fmt::print("      become an administrator there by the one-time code  {}\n", central.invitation());
        fmt::print(
            "  The administrator's tool, e.g. for the car that waits at the entry now and then:\n"
            "      {} permit issue 浙A12345 --class parking --holder 张三\n",
            central.tool());
    }

    asio::awaitable<void> end(int status) {
        if (std::exchange(ending_, true)) co_return;
        status_ = status;
        co_await site_.stop();
        const auto left = left_behind(2s);
        for (const auto& process : left) fmt::print("left behind, now killed: {}\n", process);
        if (!left.empty()) status_ = 1;
        if (failed_) fmt::print("{}", site_.tails(15));
        if (failed_ || arguments_.keep) {
            fmt::print("kept for a look: {}\n", arguments_.site.data);
        } else if (own_folder_) {
            std::error_code ignored;
            std::filesystem::remove_all(arguments_.site.data, ignored);
        }
        io_.stop();
    }

    asio::io_context& io_;
    Arguments arguments_;
    bool own_folder_;
    asio::signal_set signals_;
    Site site_;
    std::unique_ptr<Programme> programme_;
    bool ending_ = false;
    bool failed_ = false;
    int status_ = 0;
};

void describe(CLI::App& app, Arguments& arguments) {
    app.add_option("--camera", arguments.site.camera,
                   "a stream (rtsp://, http://) or a clip for the entry instead of the drawn one");
    app.add_option("--size", arguments.site.size, "of the drawn pictures, e.g. 1920x1080");
    app.add_flag("--smoke", arguments.smoke, "play the scenario within two minutes and compare with what it expects");
    app.add_option("--seed", arguments.seed, "of the order in which cars come");
    app.add_option("--data", arguments.site.data, "folder for databases and logs; kept. Default: a temporary one");
    app.add_option("--config", arguments.site.config,
                   "folder of site.toml, barrier.toml, permits.csv, cars.toml, smoke.toml")
        ->check(CLI::ExistingDirectory);
    app.add_option("--scenario", arguments.scenario, "another scenario than smoke.toml")->check(CLI::ExistingFile);
    app.add_option("--panel", arguments.site.panel, "port of the panel; 0 for a free one")->check(CLI::Range(0, 65535));
    app.add_option("--console", arguments.site.console, "port of the registry's console; 0 for a free one")
        ->check(CLI::Range(0, 65535));
    app.add_flag("--stand-alone", arguments.site.stand_alone, "a gate with a list of its own: no registry, no courier");
    app.add_flag("--keep", arguments.keep, "keep the temporary folder");
}

/// A clip beside the caller is no clip beside the site file.
std::string absolute_camera(const std::string& camera) {
    if (camera.empty() || camera.find("://") != std::string::npos) return camera;
    return std::filesystem::absolute(camera).string();
}

std::string temporary_folder() {
    auto name = (std::filesystem::temp_directory_path() / "menshen-site-XXXXXX").string();
    return mkdtemp(name.data()) != nullptr ? name : std::string{};
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"A simulated site: gate, eye, barriers and cameras, and cars that come and go"};
    Arguments arguments;
    arguments.site.programs = std::filesystem::read_symlink("/proc/self/exe").parent_path().string();
    arguments.site.config = arguments.site.programs + "/../../../config/simulated";
    describe(app, arguments);
    CLI11_PARSE(app, argc, argv);
    std::signal(SIGPIPE, SIG_IGN);
    arguments.site.config = std::filesystem::weakly_canonical(arguments.site.config).string();
    arguments.site.camera = absolute_camera(arguments.site.camera);
    arguments.site.restarts = !arguments.smoke;
    if (arguments.scenario.empty()) arguments.scenario = arguments.site.config + "/smoke.toml";
    const bool own_folder = arguments.site.data.empty();
    if (own_folder) arguments.site.data = temporary_folder();
    if (!own_folder) arguments.site.data = std::filesystem::absolute(arguments.site.data).string();
    adopt_orphans();
    asio::io_context io(1);
    Director director(io, std::move(arguments), own_folder);
    director.begin();
    io.run();
    return director.status();
}
