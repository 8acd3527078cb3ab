#include "director/site.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace menshen::director {
namespace asio = boost::asio;
namespace json = boost::json;
using namespace std::chrono_literals;

namespace {

constexpr auto blocked_plate = "粤B3C741";
constexpr auto answers_within = 3s;
constexpr auto starts_within = 20s;
constexpr auto list_within = 20s;
constexpr auto cameras_within = 60s;  // the networks are read from disk first

json::object status_request() {
    return {{"verb", "status"}};
}

std::string read_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

void replace(std::string& text, const std::string& what, const std::string& with) {
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) {
        text.replace(at, what.size(), with);
    }
}

/// The last lines of a text.
std::string tail(const std::string& text, int lines) {
    auto at = text.size();
    for (int n = 0; n <= lines && at != std::string::npos && at > 0; ++n) at = text.rfind('\n', at - 1);
    return at == std::string::npos || at == 0 ? text : text.substr(at + 1);
}

}  // namespace

struct Site::Lane {
    explicit Lane(const asio::any_io_executor& loop, std::string lane)
        : id(std::move(lane)), barrier(loop), camera(loop) {}
    std::string id;
    LineLink barrier, camera;
    int modbus = 0;
    std::string url;
    std::vector<std::string> waiting;  // cars before the arm that the camera shows, first one first
    [[nodiscard]] std::string first() const { return waiting.empty() ? std::string{} : waiting.front(); }
};

Site::Site(asio::any_io_executor loop, Options options)
    : loop_(loop), options_(std::move(options)), observed_(loop), names_{"in", "out"}, admin_(loop), events_(loop) {
    if (!options_.stand_alone)
        central_ = std::make_unique<Central>(options_, [this](Command made) -> Child& { return add(std::move(made)); });
    for (const auto& name : names_) lanes_.emplace(name, std::make_unique<Lane>(loop_, name));
}

Site::~Site() = default;

bool Site::drawn(const std::string& lane) const {
    return lane != "in" || options_.camera.empty();
}

/// How each program of the site is called.
Command Site::command(const std::string& name, const std::string& lane) const {
    const auto program = [this](const char* file) { return options_.programs + "/" + file; };
    const auto site = options_.data + "/site.toml";
    Command made;
    made.name = lane.empty() ? name : name + "-" + lane;
    made.log = log_of(made.name);
    if (name == "barrier")
        made.arguments = {program("menshen-twin-barrier"), "--config", options_.config + "/barrier.toml"};
    if (name == "camera") made.arguments = {program("menshen-twin-camera"), "--size", options_.size, "--cameras", lane};
    if (name == "gate") made.arguments = {program("menshen-gate"), "--site", site};
    if (name == "eye") made.arguments = {program("menshen-eye"), "--site", site};
    if (name == "block") {
        made.arguments = {
            program("menshen"),      "block",      "--socket", options_.data + "/run/admin.sock", "--reason",
            "多次冲卡 ran the gate", blocked_plate};
    }
    if (name == "import") {
        made.arguments = {program("menshen"),
                          "import",
                          "--yes",
                          "--socket",
                          options_.data + "/run/admin.sock",
                          options_.config + "/permits.csv"};
    }
    return made;
}

Child& Site::add(Command command) {
    children_.push_back(std::make_unique<Child>(loop_, std::move(command)));
    auto* child = children_.back().get();
    child->on_lost = [this, child] {
        if (stopping_) return;
        fmt::print("{} ended ({}); its log: {}\n", child->command().name, child->end(), child->command().log);
        if (options_.restarts) asio::co_spawn(loop_, again(child), asio::detached);
    };
    return *child;
}

Task<void> Site::again(Child* lost) {
    co_await pause(1s);
    if (stopping_) co_return;
    auto command = lost->command();
    std::erase_if(children_, [lost](const auto& child) { return child.get() == lost; });
    auto& child = add(command);
    if (const auto started = child.start(); !started) fmt::print("{}: {}\n", command.name, started.error().message);
    if (command.name == "gate" && co_await child.ready(starts_within)) (void)follow();
}

Task<Status> Site::start() {
    std::error_code error;
    std::filesystem::create_directories(options_.data + "/log", error);
    std::filesystem::create_directories(options_.data + "/run", error);
    if (error) co_return Error{Errc::io, options_.data + ": " + error.message()};
    for (const auto& name : names_) {
        if (auto done = co_await start_twins(*lanes_.at(name)); !done) co_return done;
    }
    if (auto done = write_site_file(); !done) co_return done;
    if (auto done = co_await start_inner(); !done) co_return done;
    if (auto done = co_await start_eye(); !done) co_return done;
    co_return co_await cameras_running();
}

/// Outside the coroutine: GCC 12 destroys what a conditional in co_await's operand has made twice.
Task<Status> Site::start_inner() {
    if (central_) return start_enrolled();
    return start_alone();
}

Task<Status> Site::start_alone() {
    if (auto done = co_await start_gate(); !done) co_return done;
    if (auto done = co_await use_tool("import"); !done) co_return done;
    co_return co_await use_tool("block");
}

Task<Status> Site::start_enrolled() {
    if (auto done = co_await central_->start(); !done) co_return done;
    if (auto done = co_await central_->fill(); !done) co_return done;
    if (auto done = co_await central_->enrol(); !done) co_return done;
    if (auto done = co_await start_gate(); !done) co_return done;
    if (auto done = central_->start_courier(); !done) co_return done;
    co_return co_await list_arrived();
}

/// The courier has brought what the administrator had changed by now.
Task<Status> Site::list_arrived() {
    const auto deadline = Steady::now() + list_within;
    while (Steady::now() < deadline) {
        const auto answer = co_await admin_.ask(status_request(), answers_within);
        if (!answer) co_return answer.error().in("status");
        const auto& list = object_of(answer.value(), "list");
        const auto* scopes = list.if_contains("scopes");
        if (scopes != nullptr && scopes->is_array()) {
            for (const auto& each : scopes->get_array()) {
                if (each.is_object() && number_of(each.get_object(), "rows") > 0) co_return Status{};
            }
        }
        co_await pause(100ms);
    }
    co_return Error{Errc::timeout, "no list came from the registry"};
}

Task<Status> Site::start_twins(Lane& lane) {
    auto& barrier = add(command("barrier", lane.id));
    if (auto started = barrier.start(); !started) co_return started;
    Child* camera = nullptr;
    if (drawn(lane.id)) {
        camera = &add(command("camera", lane.id));
        if (auto started = camera->start(); !started) co_return started;
    }
    const auto board = co_await barrier.ready(starts_within);
    if (!board) co_return board.error();
    lane.modbus = static_cast<int>(number_of(*board, "modbus"));
    lane.barrier.on_event = [this, &lane](const json::object& line) { barrier_said(lane, line); };
    if (auto up = lane.barrier.connect(static_cast<unsigned short>(number_of(*board, "control"))); !up) co_return up;
    lane.url = options_.camera;
    if (camera == nullptr) co_return Status{};
    const auto stream = co_await camera->ready(starts_within);
    if (!stream) co_return stream.error();
    lane.url = text_of(object_of(*stream, "cameras"), lane.id);
    lane.camera.on_event = [this, &lane](const json::object& line) { observed_.take_camera(lane.id, line); };
    co_return lane.camera.connect(static_cast<unsigned short>(number_of(*stream, "control")));
}

Status Site::write_site_file() {
    auto text = read_file(options_.config + "/site.toml");
    if (text.empty()) return {Errc::not_found, options_.config + "/site.toml is missing or empty"};
    replace(text, "{data}", options_.data);
    replace(text, "{run}", options_.data + "/run");
    replace(text, "{panel}", std::to_string(options_.panel));
    for (const auto& [name, lane] : lanes_) {
        replace(text, "{" + name + "-modbus}", std::to_string(lane->modbus));
        replace(text, "{" + name + "-camera}", lane->url);
    }
    if (central_) text += central_->site_section();
    std::ofstream out(options_.data + "/site.toml");
    out << text << std::flush;
    if (!out) return {Errc::io, options_.data + "/site.toml cannot be written"};
    return {};
}

Task<Status> Site::start_gate() {
    auto& gate = add(command("gate"));
    if (auto started = gate.start(); !started) co_return started;
    const auto ready = co_await gate.ready(starts_within);
    if (!ready) co_return ready.error();
    panel_ = text_of(*ready, "panel");
    events_.on_event = [this](const json::object& line) { observed_.take_journal(line); };
    co_return follow();
}

Status Site::follow() {
    const auto socket = options_.data + "/run/admin.sock";
    if (auto up = admin_.connect(socket); !up) return up;
    if (auto up = events_.connect(socket); !up) return up;
    events_.tell({{"verb", "events"}, {"after", observed_.last_sequence()}, {"follow", true}});
    return {};
}

Task<Status> Site::use_tool(std::string verb) {
    auto& tool = add(command(verb));
    tool.on_lost = [this] { observed_.changed.notify(); };
    if (auto started = tool.start(); !started) co_return started;
    co_await observed_.changed.until([&tool] { return !tool.running(); }, starts_within);
    if (tool.running() || tool.end() != "exit 0") co_return Error{Errc::invalid, "menshen " + verb + ": " + tool.end()};
    co_return Status{};
}

Task<Status> Site::start_eye() {
    auto& eye = add(command("eye"));
    co_return eye.start();
}

Task<Status> Site::cameras_running() {
    const auto deadline = Steady::now() + cameras_within;
    std::string seen;
    while (Steady::now() < deadline) {
        const auto answer = co_await admin_.ask(status_request(), answers_within);
        if (!answer) co_return answer.error().in("status");
        bool all = true;
        seen.clear();
        const auto* lanes = answer.value().if_contains("lanes");
        if (lanes == nullptr) lanes = object_of(answer.value(), "status").if_contains("lanes");
        if (lanes == nullptr || !lanes->is_array()) co_return Error{Errc::internal, "status names no lanes"};
        for (const auto& lane : lanes->get_array()) {
            const auto state = text_of(object_of(lane.as_object(), "camera"), "state");
            seen += text_of(lane.as_object(), "id") + " " + (state.empty() ? "not there" : state) + "; ";
            all = all && state == "running";
        }
        if (all) co_return Status{};
        co_await pause(200ms);
    }
    co_return Error{Errc::timeout, "the cameras do not run: " + seen};
}

void Site::barrier_said(Lane& lane, const json::object& line) {
    const auto what = text_of(line, "event");
    const auto arm = text_of(line, "arm");
    if (drawn(lane.id)) {
        if (what == "arm") lane.camera.tell({{"do", "arm"}, {"up", arm == "up" ? 1.0 : arm == "down" ? 0.0 : 0.5}});
        // The picture's first car drives when the arm is up, or when the loop under it says that it does already.
        const bool drives = (what == "arm" && arm == "up") || (what == "under" && text_of(line, "id") == lane.first());
        if (drives && !lane.waiting.empty()) {
            lane.camera.tell({{"do", "go"}, {"id", lane.waiting.front()}});
            lane.waiting.erase(lane.waiting.begin());
        }
    }
    observed_.take_barrier(lane.id, line);
}

namespace {

// The requests are made outside coroutines: GCC 12 cannot keep an initializer list over a suspension.

json::object shown(const Car& car, std::string_view what) {
    std::string style = car.night ? "night" : car.rain ? "rain" : "day";
    if (car.unreadable) style += "+covered";
    return {{"do", what},           {"id", car.id},   {"plate", car.plate},
            {"colour", car.colour}, {"style", style}, {"seed", car.seed}};
}

json::object driven(const Car& car, bool tailgates) {
    return {{"do", "arrive"}, {"lane", 0}, {"id", car.id}, {"tailgate", tailgates}, {"metres_per_second", 4.0}};
}

Task<Status> order(LineLink& twin, json::object request, std::string who) {
    const auto answer = co_await twin.ask(std::move(request), answers_within);
    if (!answer) co_return answer.error().in(who);
    co_return Status{};
}

}  // namespace

Task<Status> Site::arrive(const std::string& id, const Car& car) {
    auto& lane = *lanes_.at(id);
    if (drawn(id)) {
        if (auto seen = co_await order(lane.camera, shown(car, "arrive"), "camera"); !seen) co_return seen;
        lane.waiting.push_back(car.id);
    }
    co_return co_await order(lane.barrier, driven(car, false), "barrier");
}

Task<Status> Site::tailgate(const std::string& id, const Car& car) {
    return order(lanes_.at(id)->barrier, driven(car, true), "barrier");
}

Task<Status> Site::park(const std::string& id, const Car& car) {
    return order(lanes_.at(id)->camera, shown(car, "park"), "camera");
}

Task<Status> Site::clear(const std::string& id) {
    lanes_.at(id)->waiting.clear();
    return order(lanes_.at(id)->camera, {{"do", "clear"}}, "camera");
}

Task<Status> Site::back_out(const std::string& id, const Car& car) {
    auto& lane = *lanes_.at(id);
    std::erase(lane.waiting, car.id);
    if (drawn(id)) lane.camera.tell({{"do", "back"}, {"id", car.id}});
    return order(lane.barrier, {{"do", "leave"}, {"lane", 0}, {"id", car.id}}, "barrier");
}

Task<Status> Site::board(const std::string& id, bool alive) {
    return order(lanes_.at(id)->barrier, {{"do", alive ? "alive" : "dead"}}, "barrier");
}

Task<Status> Site::camera(const std::string& id, bool whole) {
    return order(lanes_.at(id)->camera, {{"do", whole ? "restore" : "cut"}}, "camera");
}

Task<void> Site::stop() {
    stopping_ = true;
    for (auto child = children_.rbegin(); child != children_.rend(); ++child) co_await (*child)->stop(5s);
    admin_.close();
    events_.close();
}

std::string Site::tails(int lines) const {
    std::string text;
    for (const auto& child : children_) {
        const auto& log = child->command().log;
        text += fmt::format("---- {} ({})\n{}", child->command().name, log, tail(read_file(log), lines));
    }
    return text;
}

}  // namespace menshen::director
