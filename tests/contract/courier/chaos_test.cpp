// Everything breaks, again and again; at the end all ends hold the same list, and the registry has every event once.
#include <doctest/doctest.h>

#include <random>

#include "story.hpp"

namespace menshen::test {

TEST_CASE("I4, I9, I18: network cut, answers lost, registry and courier killed at random moments") {
    Story story;
    auto& [folder, centre, box] = story;
    REQUIRE(until([&] { return story.same_list(); }));
    std::mt19937 random(7);
    std::vector<std::int64_t> permits;
    for (int round = 0; round < 24; ++round) {
        CAPTURE(round);
        switch (random() % 6) {
            case 0:
                box.line.cut();
                break;
            case 1:
                box.line.lose_answers(static_cast<int>(random() % 3));
                break;
            case 2:
                box.kill_courier();
                break;
            case 3:
                centre.kill();
                centre.start();
                box.line.retarget(centre.gate_port());
                break;
            case 4:
                box.line.delay(milliseconds(random() % 30));
                break;
            default:
                break;
        }
        if (permits.size() > 3 && random() % 3 == 0) {
            centre.cancel(permits.back());
            permits.pop_back();
        } else {
            permits.push_back(centre.issue(fmt::format("浙A{:05}", 10'000 + round * 137)));
        }
        if (random() % 3 == 0) {  // events of the gate itself, while nobody carries them
            support::EyeSocket(box.file("eye.sock"), support::two_lanes[1].camera, support::two_lanes[1].lane);
        }
        // it may get anywhere meanwhile; the kill comes at whichever moment this is
        (void)until([&] { return story.same_list(); }, seconds(random() % 2));
        box.line.restore();
        box.line.delay(milliseconds(0));
        if (!box.courier) box.start_courier();
    }
    box.line.lose_answers(0);
    story.check_end();
}

TEST_CASE("the gate killed in between keeps list and events, and the courier goes on by itself") {
    Story story;
    auto& [folder, centre, box] = story;
    REQUIRE(until([&] { return story.same_list(); }));
    for (int round = 0; round < 3; ++round) {
        centre.issue(fmt::format("浙A{:05}", 20'000 + round));
        if (round == 1) (void)until([&] { return story.same_list(); });
        box.gate->end(SIGKILL);
        box.start_gate();
    }
    story.check_end();
}

TEST_CASE("every question twice, and answers of the gate lost: nothing is doubled at either end") {
    Story story([](Box& box) {
        box.socket.emplace(box.file("proxy.sock"), box.file("courier.sock"));
        box.socket->repeat(2);
    });
    auto& [folder, centre, box] = story;
    REQUIRE(until([&] { return story.same_list(); }));
    for (int round = 0; round < 6; ++round) {
        box.socket->lose_answers(round % 3);
        box.line.lose_answers((round + 1) % 2);
        centre.issue(fmt::format("浙A{:05}", 30'000 + round));
        (void)until([&] { return story.same_list(); }, seconds(2));
    }
    box.socket->lose_answers(0);
    story.check_end();
}

}  // namespace menshen::test
