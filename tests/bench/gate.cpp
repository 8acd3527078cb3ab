// bench-gate [--quick]: the real menshen-gate between an eye and a relay board that both are this program.
//   gate.pulse           from the read that completes the claim, given to eye.sock, to the pulse's bytes at the board;
//                        beside it, in the same run and file system, a raw append of 4 KiB + fdatasync, and the aim:
//                        p99 within 2 ms of it
//   gate.first_decision  from the start of the process to the decision event on admin.sock, with a million
//                        credentials; the aim is 1 s
//   gate.import          a million rows through the tool `menshen import` into the running gate (seconds, dry run
//   included), and
//                        what cars and the loop feel of it meanwhile
//   gate.rss             resident memory after the arrivals, with a hundred thousand; the aim is 64 MiB
// Where others use the processor too,  chrt -f 5 bench-gate  (as root) measures the gate and not its neighbours.
#include <boost/json/value.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <random>

#include "board_peer.hpp"
#include "measure.hpp"
#include "support/processes.hpp"
#include "whitelist/writer.hpp"

using namespace menshen;
using namespace menshen::bench;
using support::two_lanes;
using Clock = BoardPeer::Clock;

namespace {

struct Sizes {
    int arrivals, credentials, many;
};
constexpr Sizes usual{220, 100'000, 1'000'000};
constexpr Sizes quick{20, 10'000, 10'000};

[[noreturn]] void fail(const std::string& why) {
    std::fprintf(stderr, "bench-gate: %s\n", why.c_str());
    std::exit(1);
}

std::string plate(int n) {
    return fmt::format("浙{}{:05}", "ABCDEFGHJKLMNPQRST"[n / 100'000], n % 100'000);
}

double since(Clock::time_point from, Clock::time_point to) {
    return std::chrono::duration<double, std::micro>(to - from).count();
}

template <class Done>
bool until(Done done, milliseconds limit = seconds(5)) {
    const auto end = Clock::now() + limit;
    while (!done()) {
        if (Clock::now() > end) return false;
        ::usleep(500);
    }
    return true;
}

/// Seconds that it took.
double import(const std::string& folder, int credentials) {
    auto opened = whitelist::WhitelistWriter::open(folder + "/whitelist.db", UtcTime{});
    if (!opened) fail(opened.error().message);
    whitelist::ImportRequest request;
    request.by = "bench";
    request.dry_run = false;
    for (int n = 0; n < credentials; ++n) {
        whitelist::ImportRow row;
        row.line = n + 1;
        row.plate = plate(n);
        row.holder = "张三";
        row.unit = "财政局";
        request.rows.push_back(std::move(row));
    }
    const double took = micros([&] {
        const auto report = opened->writer.import(request, UtcTime{});
        if (!report || !report->committed) fail("the import was refused");
    });
    return took / 1e6;
}

/// Plates that nobody would take for one shown a moment ago, each once; a short list of them comes to its end.
class Plates {
  public:
    explicit Plates(int credentials) : credentials_(credentials) {}
    std::optional<std::string> next() {
        for (int tries = 0; tries < 100'000; ++tries) {
            auto text = plate(static_cast<int>(random_() % static_cast<unsigned>(credentials_)));
            const auto near = [&](const std::string& other) {
                int differ = 0;
                for (std::size_t i = 0; i < text.size(); ++i) differ += text[i] != other[i] ? 1 : 0;
                return differ < 3;
            };
            if (std::any_of(shown_.end() - std::min<long>(40, static_cast<long>(shown_.size())), shown_.end(), near))
                continue;
            if (std::find(shown_.begin(), shown_.end(), text) != shown_.end()) continue;
            shown_.push_back(text);
            return text;
        }
        return std::nullopt;
    }
    std::string must() {
        auto text = next();
        if (!text) fail("the list is too short for so many cars");
        return *std::move(text);
    }

  private:
    int credentials_;
    std::mt19937 random_{1};
    std::vector<std::string> shown_;
};

/// The gate, its board, its eyes, and one who follows its journal.
struct Scene {
    explicit Scene(const std::string& in) : folder(in), site(support::write_site(in, board.port(), 20)) {
        for (const auto& w : two_lanes) board.input(w.arm_down, true);
    }
    void start() {
        began = Clock::now();
        gate.emplace(std::vector<std::string>{support::program_folder() + "/menshen-gate", "--site", site},
                     folder + "/gate.log");
        for (const auto& w : two_lanes) eyes.emplace_back(folder + "/eye.sock", w.camera, w.lane);
        journal.emplace(support::LineSocket::to_file(folder + "/admin.sock"));
        journal->send({{"verb", "events"}, {"after", 0}, {"follow", true}});
    }
    Instant show(std::size_t lane, const std::string& text, float x) {
        const auto captured = support::boot_now();
        ++frame;
        const float y = 500 + static_cast<float>(frame % 40);
        eyes[lane].send(support::make_read(two_lanes[lane].lane, frame, captured, text, x, y));
        return captured;
    }
    /// The decision about this plate; empty: none came.
    boost::json::object decision(const std::string& text, int wait_ms) {
        while (const auto line = journal->line(wait_ms)) {
            const auto* event = line->if_contains("event");
            if (event == nullptr || event->at("kind").as_string() != "decision") continue;
            const auto& body = event->at("body").as_object();
            if (body.at("decision").at("plate").as_string() == text) return body;
        }
        return {};
    }
    /// Until the gate has seen what the contacts say now.
    void seen() {
        const auto now = board.polls();
        if (!until([&] { return board.polls() >= now + 2; })) fail("the gate does not read the board");
        ::usleep(2'000);
    }
    void contact(int input, bool on) {
        board.input(input, on);
        seen();
    }

    BoardPeer board;
    std::string folder, site;
    Clock::time_point began;
    std::optional<support::Program> gate;
    std::vector<support::EyeSocket> eyes;
    std::optional<support::LineSocket> journal;
    std::uint64_t frame = 0;
};

/// One car from the approach loop to the arm's coming down; `quiet` is called when the gate has nothing to do.
/// Microseconds from the completing read to the pulse.
double arrival(Scene& scene, int number, const std::string& text, const std::function<void()>& quiet) {
    const auto lane = static_cast<std::size_t>(number % 2);
    const auto& w = two_lanes[lane];
    const float x = 200 + 400 * static_cast<float>(number / 2 % 4);
    scene.contact(w.approach, true);
    ::usleep(10'000);
    quiet();
    quiet();
    const auto pulses = scene.board.pulses();
    std::map<std::int64_t, Clock::time_point> sent;  // by capture time
    // A camera looks on for as long as a car stands there: a busy machine may show its first read late.
    for (int i = 0; i < 80 && scene.board.pulses() == pulses; ++i) {
        const auto now = Clock::now();
        sent[scene.show(lane, text, x).time_since_epoch().count()] = now;
        (void)until([&] { return scene.board.pulses() > pulses; }, milliseconds(60));
    }
    if (scene.board.pulses() == pulses) fail("no pulse for " + text + ", see " + scene.folder);
    const auto pulsed = scene.board.pulsed_at();
    const auto decision = scene.decision(text, 5'000);
    if (decision.empty()) fail("no decision about " + text);
    const auto completed = sent.find(decision.at("input").at("claim").at("last_seen").to_number<std::int64_t>());
    if (completed == sent.end()) fail("a claim that no read of ours completed");
    scene.contact(w.arm_down, false);
    scene.contact(w.arm_up, true);
    scene.contact(w.under, true);
    scene.contact(w.approach, false);
    scene.contact(w.under, false);
    scene.contact(w.arm_up, false);
    scene.contact(w.arm_down, true);
    return since(completed->second, pulsed);
}

double resident_mib(pid_t pid, const std::string& which = "VmRSS:") {
    std::ifstream in(fmt::format("/proc/{}/status", pid));
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with(which)) return std::stod(line.substr(6)) / 1024;
    }
    return 0;
}

/// How long the gate's loop takes to answer, asked again and again on a thread of its own.
class Pinger {
  public:
    explicit Pinger(const std::string& socket)
        : socket_(support::LineSocket::to_file(socket)), thread_([this](const std::stop_token& stop) {
              while (!stop.stop_requested()) {
                  times_.push_back(micros([&] {
                      socket_.send({{"verb", "status"}});
                      if (!socket_.line()) fail("the gate does not answer");
                  }));
                  ::usleep(2'000);
              }
          }) {}
    std::vector<double> end() {
        thread_.request_stop();
        thread_.join();
        return std::move(times_);
    }

  private:
    support::LineSocket socket_;
    std::vector<double> times_;
    std::jthread thread_;
};

void write_csv(const std::string& file, int rows) {
    std::ofstream out(file);
    out << "车牌号,姓名,单位\n";
    for (int n = 0; n < rows; ++n) out << plate(n) << ",张三,财政局\n";
}

/// Cars that come while the tool imports, and the loop's answers.
struct Meanwhile {
    std::vector<double> pulses, pings;
};

Meanwhile before_import(Scene& scene, Plates& plates, int arrivals) {
    Meanwhile before;
    Pinger pinger(scene.folder + "/admin.sock");
    for (int n = 0; n < arrivals; ++n) before.pulses.push_back(arrival(scene, n, plates.must(), [] {}));
    before.pings = pinger.end();
    return before;
}

void measure_import(const std::string& folder, const Sizes& sizes) {
    const int listed = sizes.many / 10;
    (void)import(folder, listed);
    write_csv(folder + "/list.csv", sizes.many);
    Scene scene(folder);
    scene.start();
    scene.seen();
    Plates plates(listed);
    auto before = before_import(scene, plates, sizes.arrivals / 4);
    const double small = resident_mib(scene.gate->pid());
    Meanwhile during;
    Pinger pinger(folder + "/admin.sock");
    const auto began = Clock::now();
    support::Program tool({support::program_folder() + "/menshen", "import", "--yes", "--json", "--socket",
                           folder + "/admin.sock", folder + "/list.csv"},
                          folder + "/import.log");
    boost::json::object report;
    for (int n = 0; report.empty(); ++n) {
        // on a busy machine the import outlasts a short list
        if (const auto text = plates.next()) during.pulses.push_back(arrival(scene, n, *text, [] {}));
        report = tool.line(1);
        if (since(began, Clock::now()) > 1e9) fail("the import does not end");
    }
    const double took = since(began, Clock::now()) / 1e6;
    during.pings = pinger.end();
    if (!report.contains("committed") || !report.at("committed").as_bool()) fail("the import failed, see " + folder);
    print("gate.import.tool", took, "s");
    print("gate.import.loop_longest", percentile(during.pings, 1) / 1000, "ms", percentile(before.pings, 1) / 1000);
    print("gate.import.loop_p99", percentile(during.pings, 0.99) / 1000, "ms", percentile(before.pings, 0.99) / 1000);
    print("gate.import.pulse_p50", percentile(during.pulses, 0.5) / 1000, "ms", percentile(before.pulses, 0.5) / 1000);
    print("gate.import.pulse_longest", percentile(during.pulses, 1) / 1000, "ms", percentile(before.pulses, 1) / 1000);
    print("gate.import.rss_most", resident_mib(scene.gate->pid(), "VmHWM:"), "MiB", small);
    scene.gate->end();
}

void measure_arrivals(const std::string& folder, const Sizes& sizes) {
    (void)import(folder, sizes.credentials);
    Scene scene(folder);
    scene.start();
    scene.seen();
    const int raw = ::open((folder + "/raw").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    const std::string block(4096, 'x');
    Plates plates(sizes.credentials);
    std::vector<double> pulses, raws;
    for (int n = 0; n < sizes.arrivals; ++n) {
        pulses.push_back(arrival(scene, n, plates.must(), [&] {
            raws.push_back(micros([&] {
                if (::write(raw, block.data(), block.size()) < 0 || ::fdatasync(raw) != 0)
                    fail("the disk does not take a raw append");
            }));
        }));
    }
    ::close(raw);
    const double p99 = percentile(pulses, 0.99), floor = percentile(raws, 0.99);
    print("gate.pulse.p50", percentile(pulses, 0.50), "us", percentile(raws, 0.50));
    print("gate.pulse.p90", percentile(pulses, 0.90), "us", percentile(raws, 0.90));
    print("gate.pulse.p99", p99, "us", floor);
    print("gate.pulse.p99_beyond_floor", p99 - floor, "us", 2'000);
    print("gate.rss", resident_mib(scene.gate->pid()), "MiB", 64);
    scene.gate->end();
}

void measure_start(const std::string& folder, int credentials) {
    print("gate.import.alone", import(folder, credentials), "s");
    Scene scene(folder);
    scene.board.input(two_lanes[0].approach, true);
    const auto text = plate(credentials / 3 * 2);
    scene.start();
    boost::json::object decision;
    for (int i = 0; i < 500 && decision.empty(); ++i) {
        (void)scene.show(0, text, 800);
        decision = scene.decision(text, 10);
    }
    const auto took = since(scene.began, Clock::now());
    if (decision.empty() || decision.at("decision").at("reason").as_string() != "permit_valid")
        fail("no right decision after the start");
    print("gate.first_decision", took / 1000, "ms", 1'000);
    print("gate.rss.first_decision", resident_mib(scene.gate->pid()), "MiB");
    scene.gate->end();
}

}  // namespace

int main(int argc, char** argv) {
    const char* tiny = std::getenv("MENSHEN_BENCH");
    const bool small =
        (argc > 1 && std::strcmp(argv[1], "--quick") == 0) || (tiny != nullptr && std::strcmp(tiny, "tiny") == 0);
    const auto& sizes = small ? quick : usual;
    std::string folder = "/var/tmp/menshen-bench-XXXXXX";  // on a disk, and short enough for a socket's name
    if (::mkdtemp(folder.data()) == nullptr) fail("no folder in /var/tmp");
    for (const char* part : {"/arrivals", "/import", "/start"}) std::filesystem::create_directory(folder + part);
    measure_arrivals(folder + "/arrivals", sizes);
    measure_import(folder + "/import", sizes);
    measure_start(folder + "/start", sizes.many);
    std::filesystem::remove_all(folder);
    return 0;
}
