#include "story.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <mutex>

#include "audit.hpp"
#include "child.hpp"
#include "fixture.hpp"
#include "support/watched_disk.hpp"

namespace menshen::test {

namespace {

using support::DiskStep;
using Action = GuardCommand::Action;

constexpr const char* known_plate = "浙A12345";
constexpr const char* listed_too = "浙B77777";
constexpr const char* visitor = "苏C23456";
constexpr const char* later = "浙D45678";

/// Counts what comes by and ends the process when it is the point's turn.
class Fuse {
  public:
    Fuse(const Point& point, Told& told) : point_(point), told_(told) {}

    void enter(Stage stage) {
        const std::lock_guard lock(mutex_);
        stage_ = stage;
        seen_ = point_.stage == Stage::over ? seen_ : 0;
    }
    void pass(std::string_view at) {
        const std::lock_guard lock(mutex_);
        if (at != point_.at || (point_.stage != Stage::over && point_.stage != stage_)) return;
        if (++seen_ == point_.nth) ::raise(SIGKILL);
    }
    int disk(DiskStep step, const std::filesystem::path& file) {
        static constexpr std::array names{"write", "sync", "synced"};
        if (step == DiskStep::synced) support::remember_synced(file);
        pass(std::string(names.at(static_cast<std::size_t>(step))) + " " + file.filename().string());
        ++told_.disk_steps;
        pass("disk");
        return 0;
    }

  private:
    Point point_;
    Told& told_;
    std::mutex mutex_;
    Stage stage_ = Stage::start;
    int seen_ = 0;
};

void watch_boards(Box& box, Fuse& fuse, Told& told) {
    for (const auto& [n, lane] : {std::pair{0, "in"}, std::pair{1, "out"}}) {
        box.board(lane).on_open = [&fuse, &told, n = n](bool done) {
            if (!done) ++told.pulses[n];
            fuse.pass(done ? "pulsed" : "pulse");
        };
    }
}

void follow_journal(Box& box, Fuse& fuse) {
    box.gate().admin({{"verb", "events"}, {"after", 0}, {"follow", true}}, [&fuse](const boost::json::object& line) {
        if (const auto* event = line.if_contains("event")) fuse.pass(event->at("kind").as_string());
        return true;
    });
    box.settle();
}

void come(Box& box, const std::string& lane, const std::string& plate, float x) {
    box.pass_time(seconds(1));
    box.approach(lane, Level::occupied);
    box.see(lane, plate, 4, x);
}

void morning(const std::filesystem::path& folder, Fuse& fuse, Told& told) {
    Box box(folder.string());
    box.keep_folder();
    watch_boards(box, fuse, told);
    follow_journal(box, fuse);

    fuse.enter(Stage::import);
    box.import({{known_plate, ""}, {listed_too, ""}});
    told.imported = true;

    fuse.enter(Stage::admission);
    come(box, "in", known_plate, 300);
    box.drive_through("in");

    fuse.enter(Stage::visitor);
    come(box, "in", visitor, 900);
    REQUIRE(box.command(Action::register_visitor, "", 0, visitor));
    told.registered = true;
    REQUIRE(box.until([&] { return box.board("in").opened == 2; }));
    box.drive_through("in");

    fuse.enter(Stage::by_hand);
    box.pass_time(seconds(1));
    REQUIRE(box.command(Action::open, "in"));
    box.drive_through("in");

    fuse.enter(Stage::leaving);
    come(box, "out", known_plate, 300);
    box.drive_through("out");

    fuse.enter(Stage::lockdown);
    REQUIRE(box.command(Action::lockdown, ""));
    come(box, "in", listed_too, 1500);
    REQUIRE(box.board("in").opened == 3);
    REQUIRE(box.command(Action::unlock, ""));
    REQUIRE(box.until([&] { return box.board("in").opened == 4; }));
    box.drive_through("in");

    fuse.enter(Stage::second_import);
    box.import({{later, ""}});
    told.imported_more = true;
    fuse.enter(Stage::over);
    told.over = true;
}

bool is_listed(Box& box, const char* plate) {
    std::optional<bool> found;
    box.gate().look_up(
        plate, [&](const Result<boost::json::object>& answer) { found = answer && answer->at("listed").as_bool(); });
    REQUIRE(box.until([&] { return found.has_value(); }));
    return *found;
}

/// Nothing was set aside, and no half made database lies there.
void check_quiet(Box& box, const std::filesystem::path& folder) {
    const auto snapshot = box.gate().snapshot();
    for (const auto& fault : snapshot.at("faults").as_array()) {
        CHECK_FALSE(fault.at("fault").as_string().ends_with("_set_aside"));
    }
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        const auto name = entry.path().filename().string();
        CHECK(name.find("set-aside") == std::string::npos);
        CHECK_FALSE(name.ends_with(".db.new"));
    }
}

}  // namespace

Told play(const std::filesystem::path& folder, const Point& point, End end) {
    const Shared<Told> told;
    support::all_synced(folder);
    (void)killed([&] {
        Fuse fuse(point, *told.value);
        support::watch_disk([&](DiskStep step, const std::filesystem::path& file) { return fuse.disk(step, file); });
        morning(folder, fuse, *told.value);
    });
    if (end == End::power_cut) support::power_cut(folder);
    return *told.value;
}

bool play_start(const std::filesystem::path& folder, int nth, End end) {
    support::all_synced(folder);
    const bool was_killed = killed([&] {
        std::atomic<int> steps = 0;
        support::watch_disk([&](DiskStep step, const std::filesystem::path& file) {
            if (step == DiskStep::synced) support::remember_synced(file);
            if (++steps == nth) ::raise(SIGKILL);
            return 0;
        });
        Box(folder.string()).keep_folder();
    });
    if (end == End::power_cut) support::power_cut(folder);
    return was_killed;
}

void check_after(const std::filesystem::path& folder, const Told& told) {
    int opened[2] = {0, 0};
    {
        Box box(folder.string());
        box.keep_folder();
        if (told.imported) CHECK(is_listed(box, known_plate));
        if (told.registered) CHECK(is_listed(box, visitor));
        if (told.imported_more) CHECK(is_listed(box, later));
        check_quiet(box, folder);
        // nothing is sent again by itself, although a car stands there
        for (const char* lane : {"in", "out"}) box.approach(lane, Level::occupied);
        box.pass_time(seconds(2));
        CHECK(box.board("in").opened + box.board("out").opened == 0);
        for (const char* lane : {"in", "out"}) box.approach(lane, Level::clear);

        REQUIRE(box.command(Action::unlock, ""));
        box.import({{"粤E56789", ""}});
        come(box, "in", "粤E56789", 600);
        CHECK(box.board("in").opened == 1);
        box.drive_through("in");
        CHECK(box.events(EventKind::passage).back().body.at("plate") == "粤E56789");
        opened[0] = box.board("in").opened;
        opened[1] = box.board("out").opened;
    }
    auto found = audit(folder);
    for (const int n : {0, 1}) CHECK(told.pulses[n] + opened[n] <= found.intents[n == 0 ? "in" : "out"]);  // I7, I15
}

void check_first_start(const std::filesystem::path& folder) {
    Box box(folder.string());
    box.keep_folder();
    check_quiet(box, folder);
    CHECK(box.gate().snapshot().at("list").at("usable").as_bool());
    CHECK_FALSE(is_listed(box, known_plate));
    box.import({{known_plate, ""}});
    CHECK(is_listed(box, known_plate));
}

bool says_set_aside(const std::filesystem::path& folder) {
    Box box(folder.string());
    box.keep_folder();
    const auto snapshot = box.gate().snapshot();
    const auto& faults = snapshot.at("faults").as_array();
    return std::any_of(faults.begin(), faults.end(),
                       [](const auto& fault) { return fault.at("fault").as_string() == "list_set_aside"; });
}

}  // namespace menshen::test
