// A courier who comes and goes while the disk takes its time: what he has asked for stays bounded, the gate's own
// events are not behind it, and a list that was found damaged stays out of use, whatever was under way.
#include <boost/asio/write.hpp>
#include <doctest/doctest.h>
#include <sqlite3.h>

#include <atomic>
#include <vector>

#include "enrolled.hpp"
#include "support/watched_disk.hpp"

using namespace menshen;
using namespace menshen::test;

namespace {

/// Stops at the next sync of a file until it is let go.
class HeldDisk {
  public:
    HeldDisk() {
        support::watch_disk([this](support::DiskStep step, const std::filesystem::path& file) {
            if (step == support::DiskStep::sync && held_ && file.filename().string() == name_) {
                reached = true;
                held_.wait(true);
            }
            return SQLITE_OK;
        });
    }
    HeldDisk(const HeldDisk&) = delete;
    HeldDisk& operator=(const HeldDisk&) = delete;
    ~HeldDisk() { support::watch_disk({}); }

    void hold(const std::string& name) {
        name_ = name;
        reached = false;
        held_ = true;
    }
    void let_go() {
        held_ = false;
        held_.notify_all();
    }
    std::atomic<bool> reached = false;

  private:
    std::string name_;
    std::atomic<bool> held_ = false;
};

struct Held {
    HeldDisk disk;
    EnrolledBox box;
    ~Held() { disk.let_go(); }  // or the box's threads would never end
};

/// A courier's connection, by hand.
class Caller {
  public:
    explicit Caller(Box& box) : socket_(box.loop) {
        socket_.connect(boost::asio::local::stream_protocol::endpoint(box.folder() + "/courier.sock"));
        socket_.non_blocking(true);
    }
    void ask(boost::json::object header) {
        const auto bytes = courier_message::encode({std::move(header), {}}).value();
        boost::system::error_code ignored;
        boost::asio::write(socket_, boost::asio::buffer(bytes), ignored);
    }
    /// Reads what is there.
    [[nodiscard]] bool has_answer() {
        std::array<char, 4096> buffer{};
        boost::system::error_code error;
        const auto size = socket_.read_some(boost::asio::buffer(buffer), error);
        cut_off = error && error != boost::asio::error::would_block;
        parser_.feed({buffer.data(), size});
        const auto frame = parser_.next();
        return frame && frame->has_value();
    }
    bool cut_off = false;

  private:
    boost::asio::local::stream_protocol::socket socket_;
    courier_message::Parser parser_{courier_message::max_frame};
};

void turn(Box& box) {
    for (int i = 0; i < 5; ++i) {
        box.loop.restart();
        box.loop.poll();
    }
}

/// Somebody who comes now, and again where there was no place, gets his answer.
bool serves(EnrolledBox& box) {
    return box.until([&] {
        Caller caller(box);
        caller.ask({{"verb", "where"}});
        bool answered = false;
        (void)box.until([&] { return answered = caller.has_answer(), answered || caller.cut_off; });
        return answered;
    });
}

boost::json::object all_events_after(std::int64_t last) {
    return {{"verb", "events"}, {"after", last}, {"wait_ms", 30'000}};
}

std::int64_t last_event(EnrolledBox& box) {
    return box.ask_courier({{"verb", "where"}}).at("last").to_number<std::int64_t>();
}

}  // namespace

TEST_CASE("I23: a courier that waits for events and hangs up is noticed at once: his place is the next one's") {
    EnrolledBox box;
    const auto last = last_event(box);
    for (int round = 0; round < 5; ++round) {
        {
            std::vector<Caller> callers;
            for (std::size_t i = 0; i < gate::CourierServer::places; ++i)
                callers.emplace_back(box).ask(all_events_after(last));
            box.settle();
        }
        CHECK(serves(box));
    }
}

TEST_CASE("I17, I23: questions whose askers hang up do not pile up while the disk does not answer") {
    Held held;
    auto& disk = held.disk;
    auto& box = held.box;
    const auto last = last_event(box);
    disk.hold("journal.db-wal");
    GuardCommand lockdown;
    lockdown.action = GuardCommand::Action::lockdown;
    lockdown.guard = "李四";
    lockdown.why = "test";
    box.gate().command(lockdown, [](const Status&) {});
    REQUIRE(box.until([&] { return disk.reached.load(); }));
    std::size_t taken = 0;
    for (int i = 0; i < 200; ++i) {
        Caller caller(box);
        caller.ask(all_events_after(i % 2 == 0 ? 0 : last));
        turn(box);
        CHECK_FALSE(caller.has_answer());
        if (!caller.cut_off) ++taken;
    }
    CHECK(taken == gate::CourierServer::places);
    disk.let_go();
    CHECK(serves(box));
    CHECK(box.events(EventKind::guard_action).size() == 1);
}

TEST_CASE("I17: an event of the gate's own is behind one question of a courier's at most") {
    Held held;
    auto& disk = held.disk;
    auto& box = held.box;
    auto& host = static_cast<gate::LaneHost&>(box.gate());
    disk.hold("journal.db-wal");
    host.record({}, [](const auto&) {});
    REQUIRE(box.until([&] { return disk.reached.load(); }));
    int answers = 0;
    for (int i = 0; i < 8; ++i) {
        const auto question = i % 2 == 0 ? boost::json::object{{"verb", "where"}} : all_events_after(0);
        box.gate().courier()->ask({question, {}}, box.session(), [&](const auto&) { ++answers; });
    }
    std::optional<int> before;
    host.record({}, [&](const auto&) { before = answers; });
    disk.let_go();
    REQUIRE(box.until([&] { return before && answers == 8; }));
    CHECK(*before <= 1);
}

TEST_CASE("I2, I4: a list found damaged while another scope's commit is under way does not come back with it") {
    Held held;
    auto& disk = held.disk;
    auto& box = held.box;
    Centre centre(box.clock.now().utc);
    centre.yard.permit(5);
    centre.yard.credential(6, "京B66666", 5);  // common blocks it
    box.fill(centre);
    const auto damage = [&](const std::string& file, const std::string& from, const std::string& to) {
        auto database = store::Database::open(box.folder() + "/" + file, {});
        REQUIRE(database.ok());
        REQUIRE(database->execute("UPDATE row SET body = replace(body, '" + from + "', '" + to + "')").ok());
    };
    std::string damaged, other, lines;
    SUBCASE("the site's own list") {
        damaged = "yard";
        other = "common";
        centre.common.block(2, "京B77777");
        lines = centre.common.changes_since(1);
        disk.hold("whitelist-common-1.db-wal");
    }
    SUBCASE("the one with the blocks: they hold") {
        damaged = "common";
        other = "yard";
        centre.yard.permit(9);
        lines = centre.yard.changes_since(centre.yard.at.seq - 1);
        disk.hold("whitelist-yard-2.db-wal");
    }
    std::optional<courier_message::Frame> said;
    box.gate().courier()->ask({{{"verb", "changes"}, {"scope", other}}, lines}, box.session(),
                              [&](courier_message::Frame answer) { said = std::move(answer); });
    REQUIRE(box.until([&] { return disk.reached.load(); }));  // the commit itself: nothing before it syncs the list
    if (damaged == "yard") damage("whitelist-yard-2.db", "parking", "parkinG");
    if (damaged == "common") damage("whitelist-common-1.db", "stolen", "stolem");
    (void)box.knows("京B66666");
    REQUIRE(box.until([&] { return box.has_fault("list_missing"); }));
    CHECK_FALSE(said);
    disk.let_go();
    REQUIRE(box.until([&] { return said.has_value(); }));
    CHECK(said->header.at("ok").as_bool());
    box.settle();
    CHECK(box.where(damaged) == "0:0");
    CHECK_FALSE(box.gate().snapshot().at("list").at("usable").as_bool());
    CHECK(box.has_fault("list_missing"));
    box.approach("in", Level::occupied);
    box.see("in", "京B66666");
    box.pass_time(seconds(1));
    CHECK(box.board("in").opened == 0);

    auto& feed = damaged == "yard" ? centre.yard : centre.common;
    CHECK(box.changes(damaged, feed.changes_since(0)).at("ok").as_bool());
    CHECK(box.gate().snapshot().at("list").at("usable").as_bool());
    box.pass_time(seconds(1));
    CHECK(box.board("in").opened == 0);
    CHECK(box.knows(listed));
}

TEST_CASE("I4: what is committed into a list that was found damaged meanwhile counts for nothing") {
    Held held;
    auto& disk = held.disk;
    auto& box = held.box;
    Centre centre(box.clock.now().utc);
    box.fill(centre);
    REQUIRE(box.command(GuardCommand::Action::register_visitor, "", 0, "京D55555").ok());
    centre.yard.permit(9);
    disk.hold("whitelist-yard-2.db-wal");
    std::optional<courier_message::Frame> said;
    box.gate().courier()->ask(
        {{{"verb", "changes"}, {"scope", "yard"}}, centre.yard.changes_since(centre.yard.at.seq - 1)}, box.session(),
        [&](courier_message::Frame answer) { said = std::move(answer); });
    REQUIRE(box.until([&] { return disk.reached.load(); }));
    {
        auto database = store::Database::open(box.folder() + "/whitelist.db", {});
        REQUIRE(database.ok());
        REQUIRE(database->execute("UPDATE permit SET body = 'x'").ok());
    }
    (void)box.knows("京D55555");
    REQUIRE(box.until([&] { return box.has_fault("list_set_aside"); }));
    disk.let_go();
    REQUIRE(box.until([&] { return said.has_value(); }));
    CHECK(box.has_fault("list_set_aside"));
    CHECK_FALSE(box.gate().snapshot().at("list").at("usable").as_bool());
    box.settle();
    CHECK(box.where("yard") == "0:0");
    REQUIRE(box.until([&] { return box.changes("yard", centre.yard.changes_since(0)).at("ok").as_bool(); }));
    CHECK_FALSE(box.gate().snapshot().at("list").at("usable").as_bool());
    CHECK(box.changes("common", centre.common.changes_since(0)).at("ok").as_bool());
    CHECK(box.gate().snapshot().at("list").at("usable").as_bool());
    CHECK(box.knows(listed));
}
