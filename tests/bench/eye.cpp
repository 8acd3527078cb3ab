// bench-eye [--quick]: what the eye costs, on drawn frames of 1920 x 1080 (a car that comes, waits and goes).
//   eye.crop.*         one straightened plate read, on one thread; ours beside the baseline, aim 8 ms
//   eye.scene.*        one whole frame: plates found, their corners put right, read, on one thread; aim 60 ms
//   eye.stages.*       the same frames with the reading on a second thread, as a camera's process has it, beside one
//                      thread: frames a second, and how long from taking a frame to telling its plates
//   eye.empty_lane.*   of a core, in percent, for a lane where nothing happens, 15 frames a second through Attention:
//                      the comparing alone, beside one plain cv::resize of each frame; and all with the looks, aim 5 %
//   eye.prints.scene   the JPEG of one scene, which a stage of its own makes
//   eye.decoder.*      one picture of a camera sent, received and decoded, and its colours: not contained in the
//   looking
// *.p50 and *.p95 are by the clock on the wall, *.cpu is the median of the thread's own time, which neighbours change
// less.
#include <opencv2/core/utility.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <time.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "../contract/camera/peer.hpp"
#include "camera/grabber.hpp"
#include "eye/attention.hpp"
#include "eye/pictures.hpp"
#include "eye/reading.hpp"
#include "measure.hpp"
#include "twin-scene/scene.hpp"

using namespace menshen;
using namespace menshen::bench;
using eye::Networks;
using eye::PlateReader;

namespace {

const cv::Size full_hd(1920, 1080);
constexpr double aim_scene = 60, aim_crop = 8, aim_empty = 5;  // ms, ms, percent of a core

struct Sizes {
    int frames, crops, rounds, empty_seconds, decoded;
};
constexpr Sizes usual{24, 60, 3, 120, 60};
constexpr Sizes quick{1, 1, 1, 1, 2};

void leave_out(const std::string& what) {
    std::fprintf(stderr, "bench-eye: left out: %s\n", what.c_str());
}

double cpu_ms(clockid_t clock = CLOCK_THREAD_CPUTIME_ID) {
    timespec t{};
    ::clock_gettime(clock, &t);
    return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) / 1e6;
}

/// Milliseconds of many runs.
struct Times {
    std::vector<double> wall, cpu;
    template <class Work>
    void add(Work work) {
        const double before = cpu_ms();
        wall.push_back(micros(work) / 1000);
        cpu.push_back(cpu_ms() - before);
    }
};

/// `peer`: what the same run measured for comparison, or none; without it the aim stands beside.
void print(const std::string& name, Times& times, double aim, Times* peer = nullptr) {
    bench::print((name + ".p50").c_str(), percentile(times.wall, 0.5), "ms", peer ? percentile(peer->wall, 0.5) : aim);
    bench::print((name + ".p95").c_str(), percentile(times.wall, 0.95), "ms", aim);
    bench::print((name + ".cpu").c_str(), percentile(times.cpu, 0.5), "ms", peer ? percentile(peer->cpu, 0.5) : aim);
}

// ---- what is looked at

struct Drawn {
    std::vector<cv::Mat> arrival;
    cv::Mat empty;
    std::vector<cv::Mat> crops;
};

std::optional<Drawn> draw(int frames) {
    auto glyphs = synth::Glyphs::load();
    if (!glyphs) {
        leave_out(glyphs.error().message);
        return std::nullopt;
    }
    twin::Scene scene(std::move(*glyphs), {full_hd, 15, 1});
    Drawn drawn;
    drawn.empty = scene.render(Duration{}).bgr.clone();
    twin::Arrival car;
    car.id = "car";
    car.plate = "浙A12345";
    if (const auto status = scene.arrive(car, Duration{}); !status) {
        leave_out(status.error().message);
        return std::nullopt;
    }
    for (int i = 1; i <= frames; ++i) {  // from where it can be read to where it stands
        const auto frame = scene.render(milliseconds(1000 + 2000 * i / frames));
        drawn.arrival.push_back(frame.bgr.clone());
        for (const auto& sight : frame.sights) {
            if (!sight.readable) continue;
            eye::Quad quad;
            for (std::size_t c = 0; c < 4; ++c) quad[c] = cv::Point2f(sight.plate[c]);
            drawn.crops.push_back(eye::straightened(drawn.arrival.back(), quad, {384, 96}));
        }
    }
    return drawn;
}

// ---- one thread

Times crops(PlateReader& reader, const Drawn& drawn, int count) {
    Times times;
    (void)reader.read_crop(drawn.crops.front());
    for (int i = 0; i < count; ++i) {
        const auto& crop = drawn.crops[static_cast<std::size_t>(i) % drawn.crops.size()];
        times.add([&] { (void)reader.read_crop(crop); });
    }
    return times;
}

Times scenes(PlateReader& reader, const Drawn& drawn) {
    Times times;
    (void)reader.read(drawn.arrival.front(), {});
    for (const auto& frame : drawn.arrival) times.add([&] { (void)reader.read(frame, {}); });
    return times;
}

// ---- stages

struct Run {
    double fps = 0;
    std::vector<double> told;  // ms from taking a frame to telling its plates
};

double ms_since(Instant from) {
    return std::chrono::duration<double, std::milli>(camera::boot_now() - from).count();
}

Run on_one_thread(PlateReader& reader, const Drawn& drawn) {
    Run run;
    const Instant began = camera::boot_now();
    for (const auto& frame : drawn.arrival) {
        const Instant taken = camera::boot_now();
        (void)reader.read(frame, {});
        run.told.push_back(ms_since(taken));
    }
    run.fps = 1000 * static_cast<double>(drawn.arrival.size()) / ms_since(began);
    return run;
}

Run on_two_threads(PlateReader& reader, const Drawn& drawn) {
    Run run;
    const Instant began = camera::boot_now();
    {
        eye::Reading reading(
            [&](eye::Look& look) {
                if (auto seen = reader.read_found(look.image, look.found)) look.seen = std::move(*seen);
            },
            [&](eye::Look& look) { run.told.push_back(ms_since(look.captured)); });
        for (const auto& frame : drawn.arrival) {
            while (!reading.ready(seconds(1))) {
            }
            eye::Look look;
            look.captured = camera::boot_now();
            look.image = frame;
            if (auto found = reader.find(frame, {})) look.found = std::move(*found);
            reading.give(std::move(look));
        }
        while (!reading.idle(seconds(1))) {
        }
    }
    run.fps = 1000 * static_cast<double>(drawn.arrival.size()) / ms_since(began);
    return run;
}

/// The best of several, for neighbours only ever take.
void stages(const std::string& name, PlateReader& reader, const Drawn& drawn, int rounds) {
    Run one, two;
    for (int i = 0; i < rounds; ++i) {
        if (auto run = on_one_thread(reader, drawn); run.fps > one.fps) one = std::move(run);
        if (auto run = on_two_threads(reader, drawn); run.fps > two.fps) two = std::move(run);
    }
    bench::print(("eye.stages." + name + ".frames").c_str(), two.fps, "1/s", one.fps);
    bench::print(("eye.stages." + name + ".told.p50").c_str(), percentile(two.told, 0.5), "ms",
                 percentile(one.told, 0.5));
    bench::print(("eye.stages." + name + ".told.p95").c_str(), percentile(two.told, 0.95), "ms",
                 percentile(one.told, 0.95));
}

// ---- nobody there

struct Empty {
    double comparing = 0, all = 0;  // percent of a core
};

/// `frame` again and again at 15 a second of its own time; what Attention wants to see is looked at if
/// there is a reader.
Empty empty_lane(PlateReader* reader, const cv::Mat& bgr, const cv::Mat& plain, int seconds_long) {
    eye::Attention attention({}, 12);
    double comparing = 0, looking = 0;
    for (int i = 0; i < 15 * seconds_long; ++i) {
        const Instant at = Instant(seconds(1000)) + milliseconds(i * 1000 / 15);
        double before = cpu_ms();
        const auto glance = attention.next(plain, at, at);
        comparing += cpu_ms() - before;
        if (!glance) continue;
        before = cpu_ms();
        if (reader != nullptr) (void)reader->read(bgr, {});
        looking += cpu_ms() - before;
        attention.looked(*glance, {}, at, at);
    }
    return {comparing / (10 * seconds_long), (comparing + looking) / (10 * seconds_long)};
}

void empty_lanes(const std::string& name, PlateReader& reader, const Drawn& drawn, int seconds_long) {
    Times plain;
    for (int i = 0; i < 15; ++i) {
        plain.add([&] {
            cv::Mat small;
            cv::resize(drawn.empty, small, {80, 48}, 0, 0, cv::INTER_AREA);
        });
    }
    const double floor = percentile(plain.cpu, 0.5) * 15 / 10;
    cv::Mat brightness;
    cv::cvtColor(drawn.empty, brightness, cv::COLOR_BGR2GRAY);
    const auto stream = empty_lane(&reader, drawn.empty, brightness, seconds_long);
    const auto clip = empty_lane(nullptr, drawn.empty, drawn.empty, seconds_long);
    bench::print(("eye.empty_lane." + name + ".comparing").c_str(), stream.comparing, "%", floor);
    bench::print(("eye.empty_lane." + name + ".comparing_bgr").c_str(), clip.comparing, "%", floor);
    bench::print(("eye.empty_lane." + name + ".all").c_str(), stream.all, "%", aim_empty);
}

// ---- beside the looking

void prints(const Drawn& drawn, int count) {
    Times times;
    for (int i = 0; i < count; ++i) {
        times.add([&] { (void)eye::jpeg_of(drawn.arrival.back(), 1280, 80); });
    }
    bench::print("eye.prints.scene", percentile(times.cpu, 0.5), "ms");
}

void decoder(const Drawn& drawn, int count) {
    std::vector<std::uint8_t> bytes;
    cv::imencode(".jpg", drawn.empty, bytes);
    std::string jpeg(bytes.begin(), bytes.end());
    test::HttpPeer peer([&](const test::Client& client) { test::serve_mjpeg(client, [&](int) { return jpeg; }); });
    camera::Options options;
    options.url = peer.url();
    camera::Grabber grabber(options);
    auto frame = grabber.newer_than(0, seconds(10));
    if (!frame) return leave_out("the decoder: " + grabber.status().detail);
    const auto first = frame->number;
    const double before = cpu_ms(CLOCK_PROCESS_CPUTIME_ID);
    while (frame && frame->number < first + static_cast<std::uint64_t>(count)) {
        frame = grabber.newer_than(frame->number, seconds(5));
    }
    if (!frame) return leave_out("the decoder: " + grabber.status().detail);
    const double all = cpu_ms(CLOCK_PROCESS_CPUTIME_ID) - before;
    bench::print("eye.decoder.mjpeg", all / static_cast<double>(frame->number - first), "ms");
    Times colours;
    for (int i = 0; i < count; ++i) colours.add([&] { (void)frame->picture.bgr(); });
    bench::print("eye.decoder.colours", percentile(colours.cpu, 0.5), "ms");
}

Result<PlateReader> load(const std::string& models, Networks detector, Networks recogniser) {
    eye::ReaderOptions options;
    options.detector = detector;
    options.recogniser = recogniser;
    auto reader = PlateReader::load(models, options);
    if (!reader) leave_out(reader.error().message);
    return reader;
}

void measure(const std::string& models, const Drawn& drawn, const Sizes& sizes) {
    auto baseline = load(models, Networks::baseline, Networks::baseline);
    auto half = load(models, Networks::baseline, Networks::ours);
    auto ours = load(models, Networks::ours, Networks::ours);
    if (!baseline) return;
    auto crop = crops(*baseline, drawn, sizes.crops);
    auto scene = scenes(*baseline, drawn);
    print("eye.crop.baseline", crop, aim_crop);
    if (half) {
        auto times = crops(*half, drawn, sizes.crops);
        print("eye.crop.ours", times, aim_crop, &crop);
    }
    print("eye.scene.baseline", scene, aim_scene);
    if (ours) {
        auto times = scenes(*ours, drawn);
        print("eye.scene.ours", times, aim_scene, &scene);
    }
    stages("baseline", *baseline, drawn, sizes.rounds);
    if (half && drawn.arrival.size() > 1) stages("our_recogniser", *half, drawn, sizes.rounds);
    if (ours) stages("ours", *ours, drawn, sizes.rounds);
    empty_lanes("baseline", *baseline, drawn, sizes.empty_seconds);
    if (ours) empty_lanes("ours", *ours, drawn, sizes.empty_seconds);
}

}  // namespace

int main(int argc, char** argv) {
    const char* tiny = std::getenv("MENSHEN_BENCH");
    const bool small =
        (argc > 1 && std::strcmp(argv[1], "--quick") == 0) || (tiny != nullptr && std::strcmp(tiny, "tiny") == 0);
    const Sizes& sizes = small ? quick : usual;
    cv::setNumThreads(1);
    const auto models = eye::find_models({});
    const auto drawn = draw(sizes.frames);
    if (!models) leave_out(models.error().message);
    if (!models || !drawn || drawn->crops.empty()) return 0;
    measure(*models, *drawn, sizes);
    prints(*drawn, sizes.rounds * 10);
    decoder(*drawn, sizes.decoded);
    return 0;
}
