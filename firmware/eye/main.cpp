#include <CLI/CLI.hpp>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <csignal>
#include <iostream>
#include <iterator>
#include <map>

#include "camera/address.hpp"
#include "eye/child.hpp"
#include "eye/parent.hpp"
#include "read_command.hpp"
#include "site/site.hpp"

namespace {

using namespace menshen;

constexpr int heartbeat_fd = 3;  // as the parent sets it up

int child() {
    const std::string text{std::istreambuf_iterator<char>(std::cin), {}};
    const auto options = eye::camera_options_from(text);
    if (!options) {
        std::cerr << "menshen-eye: " << options.error().message << '\n';
        return 2;
    }
    return eye::run_child(*options, heartbeat_fd);
}

/// The site file's cameras; what the command line says of socket, models and memory holds for all.
int watch_site(const std::string& path, const eye::CameraOptions& common, bool socket_given) {
    const auto loaded = site::load(path);
    for (const auto& mistake : loaded.mistakes) std::cerr << site::format(mistake) << '\n';
    if (!loaded.site) return 2;
    if (loaded.site->cameras.empty()) {
        std::cerr << path << ": there is no [[camera]]; the eye has nothing to do\n";
        return 2;
    }
    std::vector<eye::CameraOptions> cameras;
    for (const auto& entry : loaded.site->cameras) {
        eye::CameraOptions camera = common;
        camera.id = entry.id;
        camera.lane = entry.lane;
        camera.url = entry.url;
        camera.credentials = entry.credentials;
        for (const auto& [x, y] : entry.roi) camera.region.emplace_back(static_cast<float>(x), static_cast<float>(y));
        camera.loop = entry.loop;
        camera.max_fps = entry.max_fps;
        if (!socket_given) camera.socket = loaded.site->run + "/eye.sock";
        cameras.push_back(std::move(camera));
    }
    return eye::run_parent(cameras, "/proc/self/exe");
}

int watch(eye::CameraOptions camera) {
    const auto address = camera::parse_address(camera.url);
    if (!address && address.error().code == Errc::invalid) {
        std::cerr << "menshen-eye: " << address.error().message << '\n';
        return 2;
    }
    if (camera.id.empty()) camera.id = camera.lane;
    return eye::run_parent({camera}, "/proc/self/exe");
}

}  // namespace

int main(int argc, char** argv) {
    spdlog::set_default_logger(spdlog::stderr_logger_mt("eye"));
    CLI::App app("menshen-eye: looks at a gate's cameras and sends what it reads to the gate");
    eye::CameraOptions camera;
    std::string site;
    bool is_child = false;
    auto* camera_option =
        app.add_option("--camera", camera.url, "rtsp://…, http://…, a clip, a folder of pictures, v4l2:0");
    app.add_option("--site", site, "site file: every [[camera]] of it is watched")->excludes(camera_option);
    app.add_option("--lane", camera.lane, "the lane it watches");
    app.add_option("--id", camera.id, "the camera's name; the lane's if not given");
    app.add_option("--credentials", camera.credentials, "file with one line user:password");
    auto* socket = app.add_option("--socket", camera.socket, "the gate's socket for eyes")->capture_default_str();
    app.add_option("--models", camera.models, "folder of the networks");
    app.add_option("--memory-mb", camera.memory_mb, "address space of a camera's process")->capture_default_str();
    app.add_flag("--loop", camera.loop, "play a clip or folder again and again");
    app.add_flag("--child", is_child)->group("");
    camera.socket = "/run/menshen/eye.sock";

    eye::ReadCommand read;
    auto* command =
        app.add_subcommand("read", "read the plates of pictures, folders and clips; prints a JSON line for each");
    command->add_option("input", read.inputs, "pictures, folders of pictures, clips")->required();
    command->add_option("--models", read.models, "folder of the networks");
    command->add_option("--every", read.every, "of a clip: every n-th frame")->check(CLI::PositiveNumber);
    const std::map<std::string, eye::Networks> networks{{"ours", eye::Networks::ours},
                                                        {"baseline", eye::Networks::baseline}};
    command->add_option("--detector", read.detector, "ours or baseline: whose network finds the plates")
        ->transform(CLI::CheckedTransformer(networks));
    command->add_option("--recogniser", read.recogniser, "ours or baseline: whose network reads the characters")
        ->transform(CLI::CheckedTransformer(networks));
    command->add_flag("--crops", read.crops, "every picture is one plate, edge to edge");
    CLI11_PARSE(app, argc, argv);

    if (is_child) return child();
    if (command->parsed()) return eye::run_read(read);
    if (!site.empty()) return watch_site(site, camera, socket->count() > 0);
    if (!camera.url.empty() && !camera.lane.empty()) return watch(camera);
    std::cerr << app.help();
    return 2;
}
