// A parent and its child under the signals that real life sends.
#include <doctest/doctest.h>
#include <signal.h>

#include "rig.hpp"

using namespace menshen;
using namespace menshen::test;

namespace {

const auto steady = [](const Client& client) { serve_mjpeg(client, [](int n) { return jpeg(640, 360, n); }); };

}  // namespace

TEST_CASE("a child gains no privileges and leaves no core behind") {
    HttpPeer camera(steady);
    Rig rig(camera.url());
    REQUIRE(rig.gate.hears(20'000, beat("opening")));
    const auto of_child = [&](const std::string& file, const std::string& start) {
        std::ifstream lines("/proc/" + std::to_string(rig.child) + "/" + file);
        for (std::string line; std::getline(lines, line);) {
            if (line.starts_with(start)) return line;
        }
        return std::string();
    };
    CHECK(of_child("status", "NoNewPrivs:") == "NoNewPrivs:\t1");
    CHECK(of_child("limits", "Max core file size        0 ").size() > 0);
    CHECK(of_child("limits", "Max address space").find("1610612736") != std::string::npos);
}

TEST_CASE("kill -9 of a child: the gate hears of it, the next child goes on") {
    HttpPeer camera(steady);
    Rig rig(camera.url());
    REQUIRE(rig.child > 0);
    REQUIRE(rig.gate.hears(20'000, beat("running")));
    CHECK(rig.gate.hears(5000, [](const auto& m) {
        const auto* picture = std::get_if<eye_message::Picture>(&m);
        return picture != nullptr && picture->id == "live-entry" && picture->kind == "scene" &&
               picture->jpeg.size() > 500;
    }));
    rig.gate.clear();
    const int first = rig.child;
    ::kill(first, SIGKILL);
    CHECK(rig.gate.hears(5000, beat("failed", "died")));
    CHECK(rig.next_child(5000) != first);
    CHECK(rig.gate.hears(20'000, beat("running")));
    CHECK_FALSE(rig.gate.offended());
    rig.eye.signal(SIGTERM);
    CHECK(rig.eye.ended(5000) == 0);
    CHECK(eventually(2000, [&] { return ::kill(rig.child, 0) != 0; }));
}

TEST_CASE("views come while the gate asks, several a second, with the frame's size and rates") {
    HttpPeer camera(steady);
    Rig rig(camera.url());
    REQUIRE(rig.gate.hears(20'000, beat("running")));
    std::uint64_t views = 0;
    const auto view = [&](const eye_message::Message& m) {
        const auto* seen = std::get_if<eye_message::View>(&m);
        if (seen == nullptr) return false;
        ++views;
        return seen->width == 640 && seen->height == 360 && seen->frames > 0 && seen->jpeg.size() > 500;
    };
    CHECK_FALSE(rig.gate.hears(500, view));
    CHECK(views == 0);
    rig.gate.ask_views();
    CHECK(rig.gate.hears(5000, view));
    // they end by themselves
    CHECK(eventually(15'000, [&] {
        rig.gate.clear();
        return !rig.gate.hears(1500, [](const auto& m) { return std::holds_alternative<eye_message::View>(m); });
    }));
    CHECK_FALSE(rig.gate.offended());
}

TEST_CASE("the parent's death ends the child") {
    HttpPeer camera(steady);
    Rig rig(camera.url());
    REQUIRE(rig.gate.hears(20'000, beat("running")));
    rig.eye.signal(SIGKILL);
    CHECK(rig.eye.ended(5000) == 1000 + SIGKILL);
    CHECK(eventually(5000, [&] { return ::kill(rig.child, 0) != 0; }));
}

TEST_CASE("a gate that comes late, and comes again, hears hello first") {
    HttpPeer camera(steady);
    TemporaryFolder folder;
    const auto socket = (folder.path() / "eye.sock").string();
    const Program eye(Rig::command(camera.url(), socket, false));
    for (int round = 0; round < 2; ++round) {
        FakeGate gate(socket);
        CHECK(gate.hears(20'000, [](const auto& m) {
            const auto* hello = std::get_if<eye_message::Hello>(&m);
            return hello != nullptr && hello->camera == "entry" && hello->lane == "in" && hello->version == 1;
        }));
        CHECK(gate.hears(20'000, beat("running")));
    }
}

TEST_CASE("wrong addresses end at once with a word, missing cameras are tried again") {
    Program wrong({MENSHEN_EYE, "--camera", "ftp://x/y", "--lane", "in"}, false);
    CHECK(wrong.ended(10'000) == 2);
    Rig rig("http://127.0.0.1:9/none");
    CHECK(rig.gate.hears(20'000, beat("failed", "nothing listens on port 9")));
}
