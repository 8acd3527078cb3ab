// menshen-twin-camera: a camera at a gate, drawn. See --help; the control port is described in control.hpp and
// twin.cpp.
#include <CLI/CLI.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/json/serialize.hpp>
#include <opencv2/core.hpp>
#include <opencv2/core/utility.hpp>
#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <iostream>

#include "clip.hpp"
#include "twin.hpp"

namespace {

using menshen::twin::ClipOptions;
using menshen::twin::TwinOptions;

struct CommandLine {
    TwinOptions twin;
    ClipOptions clip;
    std::string size = "1280x720";
    std::string style = "day";
};

void describe(CLI::App& app, CommandLine& line) {
    app.add_option("--cameras", line.twin.cameras, "names of the cameras, e.g. in,out: /in.mjpg, /out.mjpg")
        ->delimiter(',');
    app.add_option("--size", line.size, "picture size, e.g. 1280x720");
    app.add_option("--fps", line.twin.scene.fps, "frames a second")->check(CLI::Range(1.0, 60.0));
    app.add_option("--seed", line.twin.scene.seed, "the street's look and the noise");
    app.add_option("--port", line.twin.port, "HTTP port on 127.0.0.1; 0: a free one");
    app.add_option("--control", line.twin.control, "control port on 127.0.0.1; 0: a free one");
    app.add_flag("--rtsp", line.twin.rtsp, "serve H.264 over RTSP too");
    app.add_option("--rtsp-port", line.twin.rtsp_port, "RTSP port on 127.0.0.1; 0: a free one");
    app.add_option("--font", line.twin.font, "font with Chinese characters; default: Noto Sans CJK of Debian");
    app.add_option("--write", line.clip.file,
                   "write one arrival to this file (.mp4, or .png/.jpg: the car as it waits, and its line for "
                   "labels.csv) and end");
    app.add_option("--plate", line.clip.arrival.plate, "with --write: the plate");
    app.add_option("--style", line.style, "with --write: day, night, rain, dirty, covered, no_plate, joined by +");
    app.add_option("--car", line.clip.arrival.seed, "with --write: seed of the car");
}

menshen::Status complete(CommandLine& line) {
    cv::Size size;
    char rest = 0;
    if (std::sscanf(line.size.c_str(), "%dx%d%c", &size.width, &size.height, &rest) != 2 ||
        size.width < 160 ||  // NOLINT
        size.height < 90 || size.width > 3840 || size.height > 2160 || size.width % 2 != 0 || size.height % 2 != 0)
        return {menshen::Errc::invalid, "--size: write WIDTHxHEIGHT, even, 160x90 to 3840x2160"};
    line.twin.scene.size = size;
    for (const std::string& name : line.twin.cameras)
        if (name.empty() || name.size() > 32 ||
            name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_") != std::string::npos)
            return {menshen::Errc::invalid, "--cameras: names of a-z, 0-9, - and _, joined by commas"};
    auto style = menshen::twin::Style::parse(line.style);
    if (!style) return style.error();
    line.clip.arrival.style = *style;
    line.clip.scene = line.twin.scene;
    line.clip.font = line.twin.font;
    return {};
}

int fail(const menshen::Error& error) {
    std::cerr << "menshen-twin-camera: " << error.message << "\n";
    return 1;
}

/// Writes what --write asks for; of a picture, prints its line for labels.csv: file, plate, corners.
int write(const ClipOptions& clip) {
    const auto corners = menshen::twin::write_clip(clip);
    if (!corners) return fail(corners.error());
    if (!*corners) return 0;
    std::cout << std::filesystem::path(clip.file).filename().string() << ',' << clip.arrival.plate;
    for (const auto& corner : **corners) std::cout << ',' << corner.x << ',' << corner.y;
    std::cout << std::endl;
    return 0;
}

int serve(const TwinOptions& options) {
    boost::asio::io_context io;
    boost::asio::signal_set signals(io, SIGTERM, SIGINT);
    signals.async_wait([&io](const boost::system::error_code&, int) { io.stop(); });
    auto twin = menshen::twin::Twin::start(io, options);
    if (!twin) return fail(twin.error());
    std::cout << boost::json::serialize((*twin)->ready()) << std::endl;
    io.run();
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    const pid_t parent = getppid();
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent) return 1;  // it died before we could ask
    CLI::App app("menshen-twin-camera: draws cars that come to a gate and serves them as a camera does");
    CommandLine line;
    describe(app, line);
    CLI11_PARSE(app, argc, argv);
    if (const menshen::Status status = complete(line); !status) return fail(status.error());
    cv::setNumThreads(1);
    try {
        if (line.clip.file.empty()) return serve(line.twin);
        return write(line.clip);
    } catch (const std::exception& error) {  // a port in use
        return fail({menshen::Errc::io, error.what()});
    }
    return 0;
}
