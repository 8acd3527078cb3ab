#include "fixture.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

namespace menshen::test {

namespace {

constexpr const char* site_file = R"([site]
name = "test gate"
data = "."
run = "."
[evidence]
reserve_mb = 1
[[bus]]
id = "bus"
kind = "tcp"
address = "127.0.0.1:1"
[[board]]
id = "board"
bus = "bus"
profile = "waveshare-8"
[[camera]]
id = "cam-in"
url = "in.mp4"
lane = "in"
[[camera]]
id = "cam-out"
url = "out.mp4"
lane = "out"
[[lane]]
id = "in"
direction = "in"
board = "board"
open = { relay = 0 }
close = { relay = 1 }
stop = { relay = 2 }
approach = 0
under = 1
photocell = 2
arm_up = 6
arm_down = 7
[[lane]]
id = "out"
direction = "out"
board = "board"
open = { relay = 4 }
approach = 3
under = 4
photocell = 5
)";

std::string new_folder() {
    std::string name = (std::filesystem::temp_directory_path() / "menshen-box-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    return name;
}

}  // namespace

HandClock::HandClock() {
    now_.mono = Instant(std::chrono::hours(1));
    now_.utc = std::chrono::sys_days(std::chrono::year(2026) / 11 / 23) + std::chrono::hours(1);
    now_.local = *parse_local("2026-11-23T09:00:00");  // a Monday
    now_.clock = ClockState::trusted;
}

void HandClock::forward(Duration by) {
    now_.mono += by;
    const auto old = std::chrono::floor<seconds>(now_.utc);
    now_.utc += std::chrono::duration_cast<milliseconds>(by);
    now_.local += std::chrono::floor<seconds>(now_.utc) - old;
}

void FakeBoard::open(Instant, Done done) {
    ++opened;
    if (on_open) on_open(false);
    done(answer);
    if (on_open) on_open(true);
}
void FakeBoard::close(Instant, Done done) {
    ++closed;
    done(answer);
}
void FakeBoard::stop(Done done) {
    ++stopped;
    done(answer);
}
void FakeBoard::hold(bool on, Done done) {
    held = on;
    done(answer);
}
void FakeBoard::link(bool up) {
    on_link(up, up ? "" : "no answer");
    if (up) report();
}

Box::Box(std::string folder, const std::function<void(HandClock&)>& before_start, const std::string& more)
    : folder_(folder.empty() ? new_folder() : std::move(folder)) {
    if (before_start) before_start(clock);
    const auto loaded = site::parse(std::string(site_file) + more, folder_ + "/site.toml");
    for (const auto& mistake : loaded.mistakes) MESSAGE(site::format(mistake));
    REQUIRE(loaded.site);
    gate_ = std::make_unique<gate::Gate>(loop, *loaded.site, clock);
    const auto started = gate_->start(*this, [](const site::Lane&) { return nullptr; });
    if (!started) MESSAGE(started.error().message);
    REQUIRE(started);
    settle();
}

Box::~Box() {
    end();
    if (!keep_) std::filesystem::remove_all(folder_);
}

/// As the program ends: what the loop still holds is dropped, not run.
void Box::end() {
    gate_.reset();
}

Result<std::shared_ptr<Barrier>> Box::make(const site::Lane& lane) {
    return std::shared_ptr<Barrier>(boards_[lane.id] = std::make_shared<FakeBoard>());
}

void Box::start() {
    for (auto& [id, board] : boards_) board->link(true);
}

bool Box::until(const std::function<bool()>& done) {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    while (!done()) {
        if (std::chrono::steady_clock::now() > limit) return false;
        loop.restart();
        loop.run_one_for(std::chrono::milliseconds(2));
    }
    return true;
}

void Box::settle() {
    // Each worker answers in order, so an answer to a question asked now comes after all that was asked before; twice,
    // because an answer may ask again.
    for (int i = 0; i < 3; ++i) {
        bool journal = false, list = false;
        gate_->events(0, 1, [&](const auto&) { journal = true; });
        gate_->look_up("京A00000", [&](const auto&) { list = true; });
        REQUIRE(until([&] { return journal && list; }));
    }
}

void Box::pass_time(Duration time) {
    for (Duration passed{}; passed < time; passed += milliseconds(100)) {
        clock.forward(milliseconds(100));
        gate_->tick();
        settle();
    }
}

void Box::import(const std::vector<std::pair<std::string, std::string>>& plates) {
    boost::json::array rows;
    std::int64_t line = 2;
    for (const auto& [plate, until] : plates) {
        boost::json::object row{
            {"line", line++}, {"plate", plate}, {"class", "parking"}, {"holder", "张三"}, {"unit", "财政局"}};
        if (!until.empty()) row["valid_until"] = until;
        rows.push_back(std::move(row));
    }
    const auto report = ask({{"verb", "import"}, {"by", "test"}, {"dry_run", false}, {"rows", std::move(rows)}});
    REQUIRE(report.at("ok") == true);
    settle();
}

boost::json::object Box::ask(boost::json::object request) {
    std::optional<boost::json::object> got;
    gate_->admin(request, [&](const boost::json::object& answer) {
        if (!got) got = answer;
        return true;
    });
    REQUIRE(until([&] { return got.has_value(); }));
    return *got;
}

void Box::see(const std::string& lane, const std::string& plate, int frames, float x, float likelihood) {
    const auto text = characters(plate);
    for (int i = 0; i < frames; ++i) {
        clock.forward(milliseconds(100));
        Read read;
        read.lane = lane;
        read.frame = ++frame_;
        read.captured = clock.now().mono;
        const float y = 500 + static_cast<float>(i) * 4, height = 50 * scale;
        const float width = (driving ? 130 + 12 * static_cast<float>(i) : 90) * scale;
        read.corners = {Point{x, y}, Point{x + width, y}, Point{x + width, y + height}, Point{x, y + height}};
        read.text = plate;
        for (const auto character : text) read.characters.push_back({{{std::string(character), likelihood}}});
        read.colour = PlateColour::blue;
        read.colour_likelihood = 0.9F;
        read.detection = 0.95F;
        read.sharpness = 0.8F;
        read.likelihood = likelihood;
        read.frame_width = 1920;
        read.frame_height = 1080;
        read.picture = "p" + std::to_string(frame_);
        gate_->eye_handlers().on_read(read);
        gate_->eye_handlers().on_picture(
            {read.picture, lane, "scene", {0xff, 0xd8, static_cast<std::uint8_t>(i), 0xff, 0xd9}});
        settle();
    }
}

void Box::approach(const std::string& lane, Level level) {
    board(lane).sensors.approach = level;
    board(lane).report();
    settle();
}

void Box::drive_through(const std::string& lane) {
    auto& b = board(lane);
    const auto show = [&](Level approach, Level under, Arm arm) {
        b.sensors = {approach, under, under, lane == "in" ? arm : Arm::unknown, Contact::quiet};
        b.report();
        settle();
        pass_time(milliseconds(500));
    };
    show(Level::occupied, Level::clear, Arm::between);
    show(Level::occupied, Level::clear, Arm::up);
    show(Level::occupied, Level::occupied, Arm::up);
    show(Level::clear, Level::occupied, Arm::up);
    show(Level::clear, Level::clear, Arm::up);
    show(Level::clear, Level::clear, Arm::between);
    show(Level::clear, Level::clear, Arm::down);
}

std::vector<Event> Box::events() {
    std::vector<Event> all;
    const auto lines = std::make_shared<std::vector<boost::json::object>>();
    bool done = false;
    gate_->admin({{"verb", "events"}, {"after", 0}}, [&, lines](const boost::json::object& answer) {
        if (answer.contains("end"))
            done = true;
        else
            lines->push_back(answer);
        return true;
    });
    REQUIRE(until([&] { return done; }));
    for (const auto& line : *lines) {
        const auto& e = line.at("event").as_object();
        Event event;
        event.sequence = e.at("sequence").to_number<std::uint64_t>();
        event.lane = e.at("lane").as_string();
        event.kind = *event_kind_from(e.at("kind").as_string());
        event.arrival = e.at("arrival").to_number<std::uint64_t>();
        event.authorisation = e.at("authorisation").to_number<std::uint64_t>();
        event.body = e.at("body").as_object();
        all.push_back(std::move(event));
    }
    return all;
}

std::vector<Event> Box::events(EventKind kind) {
    auto all = events();
    std::erase_if(all, [&](const Event& e) { return e.kind != kind; });
    return all;
}

std::string Box::reason() {
    const auto decisions = events(EventKind::decision);
    return decisions.empty() ? "" : std::string(decisions.back().body.at("decision").at("reason").as_string());
}

Status Box::command(GuardCommand::Action action, const std::string& lane, ArrivalId arrival, const std::string& plate) {
    std::optional<Status> answer;
    GuardCommand command;
    command.action = action;
    command.guard = "李四";
    command.lane = lane;
    command.arrival = arrival;
    command.plate = plate;
    command.why = "test";
    gate_->command(command, [&](const Status& status) { answer = status; });
    REQUIRE(until([&] { return answer.has_value(); }));
    settle();
    return *answer;
}

ArrivalId Box::referred() {
    const auto snapshot = gate().snapshot();
    const auto& list = snapshot.at("referred").as_array();
    return list.empty() ? 0 : list.front().at("arrival").to_number<ArrivalId>();
}

boost::json::object Box::lane_view(const std::string& lane) {
    const auto snapshot = gate_->snapshot();
    for (const auto& view : snapshot.at("lanes").as_array()) {
        if (view.at("id").as_string() == lane) return view.as_object();
    }
    return {};
}

}  // namespace menshen::test
