// Cameras, administrators and disks that do their worst: the other lane keeps deciding, memory stays bounded, the guard
// can still open.
#include <boost/asio/write.hpp>
#include <doctest/doctest.h>
#include <sqlite3.h>

#include <atomic>
#include <fstream>
#include <map>
#include <random>

#include "fixture.hpp"
#include "support/processes.hpp"
#include "support/temporary_folder.hpp"
#include "support/watched_disk.hpp"
#include "values/eye_message.hpp"

using namespace menshen;
using test::Box;
using test::listed;
using Action = GuardCommand::Action;
using Socket = boost::asio::local::stream_protocol::socket;

namespace {

Socket connect(Box& box, const std::string& name) {
    Socket socket(box.loop);
    socket.connect(boost::asio::local::stream_protocol::endpoint(box.folder() + "/" + name));
    socket.non_blocking(true);
    box.settle();
    return socket;
}

std::string bytes_of(const eye_message::Message& message) {
    const auto bytes = eye_message::encode(message);
    REQUIRE(bytes);
    return {bytes->begin(), bytes->end()};
}

/// As much of `bytes` as the peer takes now.
std::size_t send_some(Socket& socket, std::string_view bytes) {
    boost::system::error_code error;
    return socket.write_some(boost::asio::buffer(bytes.data(), bytes.size()), error);
}

Socket eye(Box& box, const char* camera, const char* lane) {
    auto socket = connect(box, "eye.sock");
    eye_message::Hello hello;
    hello.camera = camera;
    hello.lane = lane;
    boost::asio::write(socket, boost::asio::buffer(bytes_of(hello)));
    box.settle();
    return socket;
}

double resident_mib() {
    std::ifstream in("/proc/self/statm");
    double pages = 0;
    in >> pages >> pages;
    return pages * 4096 / (1 << 20);
}

bool has_fault(Box& box, const std::string& fault) {
    const auto snapshot = box.gate().snapshot();
    for (const auto& each : snapshot.at("faults").as_array()) {
        if (each.at("fault").as_string() == fault.c_str()) return true;
    }
    return false;
}

std::size_t how_many_referred(Box& box) {
    return box.gate().snapshot().at("referred").as_array().size();
}

/// Every intent has one outcome, whatever the disk did meanwhile (I8).
void check_outcomes(Box& box) {
    std::map<AuthorisationId, int> outcomes;
    for (const auto& outcome : box.events(EventKind::outcome)) ++outcomes[outcome.authorisation];
    const auto intents = box.events(EventKind::intent);
    CHECK(outcomes.size() == intents.size());
    for (const auto& intent : intents) CHECK(outcomes[intent.authorisation] == 1);
}

}  // namespace

TEST_CASE("a plate text of 4 kB: no candidate, no opening, and the other lane decides") {
    Box box;
    box.import({{listed, ""}});
    box.approach("in", Level::occupied);
    auto read = support::make_read("in", 1, box.clock.now().mono, listed, 800, 500);
    read.text.assign(4096, 'A');
    for (auto& position : read.characters) position.alternatives.front().character.assign(4096, '8');
    for (int i = 0; i < 50; ++i) {
        box.clock.forward(milliseconds(40));
        read.captured = box.clock.now().mono;
        ++read.frame;
        box.gate().eye_handlers().on_read(read);
        box.settle();
    }
    box.pass_time(seconds(3));
    CHECK(box.board("in").opened == 0);
    box.approach("out", Level::occupied);
    box.see("out", listed);
    CHECK(box.board("out").opened == 1);
    for (const auto& decision : box.events(EventKind::decision)) {
        for (const auto& candidate : decision.body.at("input").at("claim").at("candidates").as_array()) {
            CHECK(candidate.at("plate").as_string().size() <= 64);
        }
    }
}

TEST_CASE("I17: while one camera sends reads without end, the other lane's car is in before 10,000 of them are read") {
    const support::TemporaryFolder folder;
    Box box(folder.path().string());
    box.import({{listed, ""}});
    box.approach("out", Level::occupied);
    auto flood = eye(box, "cam-in", "in");
    auto calm = eye(box, "cam-out", "out");

    std::mt19937 random(3);
    std::string torrent;
    std::size_t reads = 0, sent = 0;
    const auto refill = [&] {
        while (torrent.size() < 256U * 1024U) {
            const auto plate = "京N" + std::to_string(10'000 + random() % 90'000);
            torrent +=
                bytes_of(support::make_read("in", ++reads, box.clock.now().mono, plate,
                                            static_cast<float>(random() % 1700), static_cast<float>(random() % 1000)));
        }
        const auto taken = send_some(flood, torrent);
        torrent.erase(0, taken);
        sent += taken;
    };
    for (int i = 0; i < 100; ++i) refill(), box.loop.restart(), box.loop.poll_one();
    const auto before = reads;
    for (std::uint64_t frame = 1; frame <= 4; ++frame) {
        box.clock.forward(milliseconds(40));
        boost::asio::write(
            calm,
            boost::asio::buffer(bytes_of(support::make_read("out", frame, box.clock.now().mono, listed, 800, 500))));
    }
    while (box.board("out").opened == 0 && reads - before < 10'000) {
        refill();
        box.loop.restart();
        box.loop.run_one_for(milliseconds(1));
    }
    CHECK(box.board("out").opened == 1);
    CHECK(sent > 100 * 1024);
    CHECK(box.board("in").opened == 0);
}

TEST_CASE("pictures of 4 MiB at full rate: memory stays bounded, a read behind them is heard") {
    const support::TemporaryFolder folder;
    Box box(folder.path().string());
    box.import({{listed, ""}});
    box.approach("in", Level::occupied);
    auto camera = eye(box, "cam-in", "in");
    const auto send_all = [&](std::string_view bytes) {
        while (!bytes.empty()) {
            bytes.remove_prefix(send_some(camera, bytes));
            box.loop.restart();
            box.loop.poll();
        }
    };
    const auto before = resident_mib();
    std::vector<std::uint8_t> jpeg(4 * 1024 * 1024 - 1024, 0xff);
    for (int i = 0; i < 40; ++i) {
        send_all(bytes_of(eye_message::Picture{"p" + std::to_string(i), "in", i % 2 == 0 ? "scene" : "crop", jpeg}));
    }
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    CHECK(resident_mib() - before < 48);
#else
    (void)before;
#endif
    for (std::uint64_t frame = 1; frame <= 4; ++frame) {
        box.clock.forward(milliseconds(40));
        send_all(bytes_of(support::make_read("in", frame, box.clock.now().mono, listed, 800, 500)));
    }
    CHECK(box.until([&] { return box.board("in").opened == 1; }));
}

TEST_CASE("nonsense from administrators during an arrival: they get errors or nothing, the car gets in") {
    const support::TemporaryFolder folder;
    Box box(folder.path().string());
    box.import({{listed, ""}});
    box.approach("in", Level::occupied);
    std::mt19937 random(5);
    std::vector<Socket> administrators;
    administrators.reserve(40);
    for (int i = 0; i < 40; ++i) administrators.push_back(connect(box, "admin.sock"));
    const std::vector<std::string> nonsense{
        "{\"verb\":\"events\",\"after\":-9223372036854775808,\"limit\":-1,\"follow\":true}\n",
        "{\"verb\":\"events\",\"after\":\"\",\"limit\":{}}\n",
        "{\"verb\":[]}\n",
        "{\"verb\":\"import\",\"by\":7,\"rows\":[[[[]]]]}\n",
        "{\"verb\":\"import\",\"by\":\"x\",\"dry_run\":false,\"rows\":[{\"line\":1,\"plate\":\"" +
            std::string(4096, 'A') + "\"}]}\n",
        std::string(2000, '[') + "\n",
        std::string(1 << 16, 'x'),  // a line that never ends
        std::string("\0\n\xff\xfe\n", 5)};
    for (int frame = 1; frame <= 4; ++frame) {
        for (auto& administrator : administrators) (void)send_some(administrator, nonsense[random() % nonsense.size()]);
        box.see("in", listed, 1);
        if (frame == 2) administrators.erase(administrators.begin(), administrators.begin() + 20);
    }
    CHECK(box.until([&] { return box.board("in").opened == 1; }));
    CHECK(box.ask({{"verb", "status"}}).at("ok") == true);
    CHECK(box.events(EventKind::list_changed).size() == 1);
}

TEST_CASE("a full disk: the car goes to the guard, who can open; all is written once there is room (rule 2, I8, I14)") {
    const support::TemporaryFolder folder;
    std::atomic<bool> full = false;
    support::watch_disk([&](support::DiskStep step, const std::filesystem::path& file) {
        const bool refused =
            full && step == support::DiskStep::write && file.filename().string().starts_with("journal.db");
        return refused ? SQLITE_FULL : SQLITE_OK;
    });
    {
        Box box(folder.path().string());
        box.import({{listed, ""}});
        box.approach("in", Level::occupied);
        full = true;
        box.see("in", listed);
        CHECK(box.until([&] { return how_many_referred(box) == 1; }));
        CHECK(box.board("in").opened == 0);
        CHECK(has_fault(box, "journal_unwritable"));
        CHECK(box.command(Action::open, "in"));
        box.pass_time(seconds(1));
        CHECK(box.board("in").opened == 1);
        box.drive_through("in");
        full = false;
        CHECK(box.until([&] { return !has_fault(box, "journal_unwritable"); }));
        box.settle();
        CHECK(box.events(EventKind::decision).size() >= 1);
        REQUIRE(box.events(EventKind::intent).size() == 1);
        CHECK(box.events(EventKind::intent).front().body.at("by") == "李四");
        CHECK(box.events(EventKind::guard_action).size() == 1);
        CHECK(box.events(EventKind::passage).size() == 1);
        check_outcomes(box);
        full = true;
        CHECK(box.command(Action::lockdown, ""));
        CHECK(box.gate().snapshot().at("mode") == "lockdown");
        full = false;
        CHECK(box.until([&] { return !has_fault(box, "journal_unwritable"); }));
        box.keep_folder();
    }
    {
        Box again(folder.path().string());
        CHECK(again.gate().snapshot().at("mode") == "lockdown");
    }
    support::watch_disk({});
}

TEST_CASE(
    "a disk that takes for ever: a fault, then the guard, who can open; what comes late opens nothing (rule 2, I8)") {
    bool stays_in_view = true;
    SUBCASE("the car stays in view") {}
    SUBCASE("the camera loses sight of it") {
        stays_in_view = false;
    }
    CAPTURE(stays_in_view);
    const support::TemporaryFolder folder;
    std::atomic<bool> slow = false;
    support::watch_disk([&](support::DiskStep step, const std::filesystem::path& file) {
        if (step == support::DiskStep::sync && file.filename() == "journal.db-wal") slow.wait(true);
        return SQLITE_OK;
    });
    {
        Box box(folder.path().string());
        box.import({{listed, ""}});
        box.approach("in", Level::occupied);
        slow = true;
        std::uint64_t frame = 0;
        const auto pass = [&](Duration time, bool in_view = true) {  // nobody waits for the disk
            for (Duration passed{}; passed < time; passed += milliseconds(100)) {
                box.clock.forward(milliseconds(100));
                if (in_view)
                    box.gate().eye_handlers().on_read(
                        support::make_read("in", ++frame, box.clock.now().mono, listed, 800, 500));
                box.gate().tick();
                box.loop.restart();
                box.loop.poll();
            }
        };
        pass(milliseconds(300));
        CHECK(box.until([&] { return box.lane_view("in").at("phase") == "recording"; }));
        pass(milliseconds(700));
        CHECK(has_fault(box, "slow_storage"));
        CHECK(how_many_referred(box) == 0);
        pass(milliseconds(2600), stays_in_view);
        CHECK(how_many_referred(box) == 1);
        const auto snapshot = box.gate().snapshot();
        const auto& waits = snapshot.at("referred").as_array().front().as_object();
        CHECK(waits.at("candidates").as_array().front().at("plate") == listed);
        CHECK(box.board("in").opened == 0);
        GuardCommand open;
        open.action = Action::open;
        open.guard = "李四";
        open.lane = "in";
        open.why = "test";
        box.gate().command(open, [](const Status& status) { CHECK(status); });
        pass(milliseconds(700));
        CHECK(box.board("in").opened == 1);
        slow = false;
        slow.notify_all();
        box.settle();
        box.drive_through("in");
        box.settle();
        CHECK(box.board("in").opened == 1);
        CHECK(box.events(EventKind::intent).size() == 2);
        check_outcomes(box);
    }
    support::watch_disk({});
}
