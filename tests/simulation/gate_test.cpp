// What a guard and a driver would see of the whole box.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "fixture.hpp"
#include "store/database.hpp"

using namespace menshen;
using test::Box;
using Action = GuardCommand::Action;

namespace {

std::size_t index_of(const std::vector<Event>& events, EventKind kind) {
    const auto it = std::find_if(events.begin(), events.end(), [&](const Event& e) { return e.kind == kind; });
    return static_cast<std::size_t>(it - events.begin());
}

}  // namespace

TEST_CASE("a listed car is let in once, and every step is in the journal (I7, I8, I15)") {
    Box box;
    box.import({{"浙A12345", ""}});
    box.approach("in", Level::occupied);
    box.see("in", "浙A12345");
    CHECK(box.reason() == "permit_valid");
    REQUIRE(box.board("in").opened == 1);
    box.see("in", "浙A12345", 10);
    box.drive_through("in");
    CHECK(box.board("in").opened == 1);

    const auto events = box.events();
    CHECK(index_of(events, EventKind::decision) < index_of(events, EventKind::intent));
    CHECK(index_of(events, EventKind::intent) < index_of(events, EventKind::outcome));
    CHECK(index_of(events, EventKind::outcome) < index_of(events, EventKind::passage));
    REQUIRE(box.events(EventKind::outcome).size() == 1);
    const auto outcome = box.events(EventKind::outcome).front();
    CHECK(outcome.body.at("outcome") == "opened");
    CHECK(outcome.body.at("pictures").as_array().size() == 1);
    REQUIRE(box.events(EventKind::passage).size() == 1);
    CHECK(box.events(EventKind::passage).front().body.at("plate") == "浙A12345");
}

TEST_CASE("no car on the approach loop: a picture of a plate opens nothing") {
    Box box;
    box.import({{"浙A12345", ""}});
    box.see("in", "浙A12345");
    box.pass_time(seconds(3));
    CHECK(box.reason() == "permit_valid");
    CHECK(box.board("in").opened == 0);
    CHECK(box.events(EventKind::intent).empty());
}

TEST_CASE("a permit that ends while the car waits for the loop opens nothing (I1, I2)") {
    Box box;
    box.import({{"浙A12345", "2026-11-23T09:00:20"}});
    box.see("in", "浙A12345");
    box.pass_time(seconds(25));
    box.approach("in", Level::occupied);
    CHECK(box.board("in").opened == 0);
    CHECK(box.reason() == "expired");
    CHECK(box.events(EventKind::intent).empty());
}

TEST_CASE("an unknown car goes to the guard, who admits it with a reason") {
    Box box;
    box.import({{"浙A12345", ""}});
    box.approach("in", Level::occupied);
    box.see("in", "京N88888");
    CHECK(box.reason() == "unknown_plate");
    CHECK(box.board("in").opened == 0);
    const auto arrival = box.referred();
    REQUIRE(arrival != 0);
    CHECK(box.command(Action::admit, "in", arrival, "京N88888"));
    CHECK(box.board("in").opened == 1);
    CHECK(box.referred() == 0);
    CHECK_FALSE(box.command(Action::admit, "in", arrival, "京N88888"));  // once
    const auto events = box.events();
    CHECK(index_of(events, EventKind::guard_action) < index_of(events, EventKind::intent));
    CHECK(box.events(EventKind::intent).front().body.at("by") == "李四");
}

TEST_CASE("a guard's touch without a reason, or for no lane, is refused and nothing moves") {
    Box box;
    GuardCommand command;
    command.lane = "in";
    std::optional<Status> answer;
    box.gate().command(command, [&](const Status& s) { answer = s; });
    REQUIRE(answer);
    CHECK_FALSE(*answer);
    CHECK_FALSE(box.command(Action::open, "side-door"));
    CHECK(box.board("in").opened == 0);
}

TEST_CASE("the journal says who was at the panel: created, login, refused, logout, expired") {
    Box box;
    const auto settle = [&box](std::function<void(std::function<void(Status)>)> ask) {
        bool done = false;
        ask([&done](const Status&) { done = true; });
        REQUIRE(box.until([&done] { return done; }));
    };
    settle([&](auto done) { box.gate().create_guard("王", "271828", done); });
    box.gate().guard_changed("王", GuardChange::created, "李");
    settle([&](auto done) { box.gate().check_guard("王", "271828", done); });
    settle([&](auto done) { box.gate().check_guard("王", "000001", done); });
    box.gate().guard_changed("王", GuardChange::logout, {});
    box.gate().guard_changed("王", GuardChange::expired, {});
    box.settle();
    std::vector<std::string> said;
    for (const auto& event : box.events(EventKind::guard_session)) {
        CHECK(event.body.at("guard") == "王");
        said.emplace_back(event.body.at("action").as_string());
    }
    CHECK(said == std::vector<std::string>{"created", "login", "refused", "logout", "expired"});
}

TEST_CASE("a guard opens by hand: intent first, then the relay") {
    Box box;
    CHECK(box.command(Action::open, "in"));
    CHECK(box.board("in").opened == 1);
    REQUIRE(box.events(EventKind::intent).size() == 1);
    CHECK(box.events(EventKind::intent).front().body.at("by") == "李四");
}

TEST_CASE("a visitor registered while the car waits is let in") {
    Box box;
    box.import({{"浙A12345", ""}});
    box.approach("in", Level::occupied);
    box.see("in", "苏B23456");
    REQUIRE(box.referred() != 0);
    CHECK(box.command(Action::register_visitor, "", 0, "苏B23456"));
    CHECK(box.until([&] { return box.board("in").opened == 1; }));
    CHECK(box.referred() == 0);
    CHECK(box.reason() == "visitor_valid");
}

TEST_CASE("a car on the loop that no camera reads goes to the guard") {
    Box box;
    box.import({{"浙A12345", ""}});
    box.approach("in", Level::occupied);
    box.pass_time(seconds(6));
    CHECK(box.reason() == "unreadable");
    CHECK(box.referred() != 0);
    box.approach("in", Level::clear);
    box.pass_time(seconds(1));
    CHECK(box.referred() == 0);
}

TEST_CASE("an unknown car may leave, and is recorded") {
    Box box;
    box.import({{"浙A12345", ""}});
    box.approach("out", Level::occupied);
    box.see("out", "京N88888");
    CHECK(box.reason() == "exit_open");
    CHECK(box.board("out").opened == 1);
}

TEST_CASE("lockdown denies a listed car, and survives a restart") {
    Box box;
    box.import({{"浙A12345", ""}});
    CHECK(box.command(Action::lockdown, ""));
    box.approach("in", Level::occupied);
    box.see("in", "浙A12345");
    CHECK(box.reason() == "lockdown");
    CHECK(box.board("in").opened == 0);
    box.keep_folder();
    const auto folder = box.folder();
    box.end();
    Box again(folder);
    CHECK(again.gate().snapshot().at("mode") == "lockdown");
    again.approach("in", Level::occupied);
    again.see("in", "浙A12345");
    CHECK(again.board("in").opened == 0);
}

TEST_CASE("a dead board is a fault; its return opens nothing by itself (I16)") {
    Box box;
    box.import({{"浙A12345", ""}});
    box.board("in").link(false);
    box.settle();
    CHECK(box.gate().snapshot().at("faults").as_array().size() >= 1);
    box.see("in", "浙A12345");
    CHECK(box.board("in").opened == 0);
    box.board("in").link(true);
    box.settle();
    box.pass_time(seconds(2));
    CHECK(box.board("in").opened == 0);
    CHECK(box.events(EventKind::fault_raised).size() >= 1);
}

TEST_CASE("presence: in, out, in again; twice in without leaving goes to the guard (soft anti-passback)") {
    Box box;
    box.import({{"浙A12345", ""}});
    box.approach("in", Level::occupied);
    box.see("in", "浙A12345");
    box.drive_through("in");
    box.pass_time(seconds(90));
    box.approach("in", Level::occupied);
    box.see("in", "浙A12345");
    CHECK(box.reason() == "already_inside");
    CHECK(box.board("in").opened == 1);
}

TEST_CASE("a damaged list is set aside: nobody is let in by menshen, the guard still works, an import heals it") {
    Box box;
    box.import({{"浙A12345", ""}});
    const auto folder = box.folder();
    box.keep_folder();
    box.end();
    std::filesystem::resize_file(folder + "/whitelist.db", 5000);
    Box again(folder);
    CHECK(again.gate().snapshot().at("list").at("usable") == false);
    again.approach("in", Level::occupied);
    again.see("in", "浙A12345");
    CHECK(again.reason() == "list_unavailable");
    CHECK(again.board("in").opened == 0);
    CHECK(again.command(Action::open, "in"));
    CHECK(again.board("in").opened == 1);
    again.drive_through("in");
    again.keep_folder();
    again.end();
    Box third(folder);
    CHECK(third.gate().snapshot().at("list").at("usable") == false);  // an empty new list is no list
    third.import({{"浙A12345", ""}});
    CHECK(third.gate().snapshot().at("list").at("usable") == true);
    const auto snapshot = third.gate().snapshot();
    for (const auto& fault : snapshot.at("faults").as_array()) CHECK(fault.at("fault") != "list_set_aside");
    third.keep_folder();
    third.end();
    Box last(folder);
    CHECK(last.gate().snapshot().at("list").at("usable") == true);
}

TEST_CASE("a large journal.db with damage that only its use shows is set aside at the start") {
    Box box;
    box.keep_folder();
    box.end();
    const auto file = box.folder() + "/journal.db";
    std::int64_t page = 0;
    {
        auto raw = store::Database::open(file, {});
        REQUIRE(raw->execute("CREATE TABLE filler (x); INSERT INTO filler VALUES (zeroblob(70000000))"));
        page = raw->number("SELECT (rootpage - 1) * page_size FROM sqlite_schema, pragma_page_size WHERE name = 'mode'")
                   .value()
                   .value();
        REQUIRE(raw->checkpoint());
    }
    std::fstream damage(file, std::ios::in | std::ios::out | std::ios::binary);
    damage.seekp(page) << std::string(4096, 'x');
    damage.close();
    Box again(box.folder());
    const auto snapshot = again.gate().snapshot();
    const auto& faults = snapshot.at("faults").as_array();
    CHECK(
        std::any_of(faults.begin(), faults.end(), [](const auto& f) { return f.at("fault") == "journal_set_aside"; }));
    CHECK(again.command(Action::open, "in"));
    CHECK(again.board("in").opened == 1);
}

TEST_CASE("the same arrivals give the same story (I25)") {
    const auto story = [] {
        Box box;
        box.import({{"浙A12345", ""}, {"浙B77777", "2026-01-01T00:00:00"}});
        box.approach("in", Level::occupied);
        box.see("in", "浙B77777");
        box.see("in", "浙A12345", 4, 300);
        box.drive_through("in");
        std::string told;
        for (const auto& e : box.events())
            told += std::string(to_string(e.kind)) + " " + e.lane + " " + std::to_string(e.arrival) + "\n";
        return told;
    };
    CHECK(story() == story());
}
