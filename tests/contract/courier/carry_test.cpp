// The straight line: an administrator's change is at the gate, an event at the registry.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <regex>
#include <set>

#include "story.hpp"

namespace menshen::test {

TEST_CASE("I1, I2: a permit issued at the registry opens for that plate, and its cancellation refuses it") {
    Story story;
    auto& centre = story.centre;
    auto& box = story.box;
    CHECK_FALSE(box.opens_for("浙B54321"));
    const auto permit = centre.issue("浙A12345");
    REQUIRE(until([&] { return story.same_list(); }));
    CHECK(box.opens_for("浙A12345"));
    centre.cancel(permit);
    REQUIRE(until([&] { return story.same_list(); }));
    CHECK_FALSE(box.opens_for("浙A12345"));
    CHECK(until([&] { return story.same_events(); }));
    story.check_end();
}

TEST_CASE(
    "administrators see the gate's list, its faults and how far it is; the guard sees that the registry is away") {
    Story story;
    auto& centre = story.centre;
    auto& box = story.box;
    REQUIRE(until([&] { return story.same_list(); }));
    centre.issue("浙A12345");
    REQUIRE(until([&] {
        const auto seen = centre.gate("north");
        if (!seen.contains("heads")) return false;
        for (const auto& head : seen.at("heads").as_array()) {
            if (!head.at("newest").as_bool()) return false;
        }
        return true;
    }));
    box.line.cut();
    centre.issue("浙A22222");
    CHECK(until([&] { return box.has_fault("registry_unreachable"); }));
    box.line.restore();
    CHECK(until([&] { return story.same_list(); }));
    CHECK(until([&] { return !box.has_fault("registry_unreachable"); }));
}

TEST_CASE("a revoked gate is told so, and keeps its list; taken back, it goes on") {
    Story story;
    auto& centre = story.centre;
    auto& box = story.box;
    REQUIRE(until([&] { return story.same_list(); }));
    const auto before = box.at("main");
    const auto id = centre.gate("north").at("id").as_int64();
    REQUIRE(centre.admin.post(fmt::format("/v1/gates/{}/revoke", id), {{"why", "test"}}).status == 200);
    centre.issue("浙A33333");
    CHECK(until([&] { return box.has_fault("registry_refuses"); }));
    CHECK(box.at("main") == before);
    REQUIRE(centre.admin.post(fmt::format("/v1/gates/{}/activate", id), {{"why", "test"}}).status == 200);
    CHECK(until([&] { return story.same_list(); }));
    CHECK(until([&] { return !box.has_fault("registry_refuses"); }));
}

TEST_CASE("a revoked gate's courier asks ever less often, and goes on by itself when the gate is enrolled anew") {
    Story story;
    auto& centre = story.centre;
    auto& box = story.box;
    REQUIRE(until([&] { return story.same_list(); }));
    const auto id = centre.gate("north").at("id").as_int64();
    REQUIRE(centre.admin.post(fmt::format("/v1/gates/{}/revoke", id), {{"why", "test"}}).status == 200);
    centre.issue("浙A33333");
    const auto longest_wait = [&] {
        static const std::regex again("failed=revoked .*again_in_ms=([0-9]+)");
        const auto log = box.courier_log();
        long longest = 0;
        for (std::sregex_iterator at(log.begin(), log.end(), again), end; at != end; ++at) {
            longest = std::max(longest, std::stol((*at)[1]));
        }
        return longest;
    };
    CHECK(until([&] { return longest_wait() > 2'000; }));  // for whatever else goes wrong it is one second here
    CHECK(box.has_fault("registry_refuses"));
    REQUIRE(centre.admin.post(fmt::format("/v1/gates/{}/activate", id), {{"why", "test"}}).status == 200);
    const auto invited = centre.admin.post(fmt::format("/v1/gates/{}/code", id), {{"why", "test"}});
    REQUIRE_MESSAGE(invited.status / 100 == 2, invited.body);
    box.gate.reset();
    const auto enrolled = box.enrol(invited.text("code"), invited.text("authority_sha256"));
    REQUIRE_MESSAGE(enrolled, enrolled.error().message);
    box.start_gate();
    CHECK(until([&] { return story.same_list(); }));
    CHECK(until([&] { return !box.has_fault("registry_refuses"); }));
    CHECK(box.courier_log().find("identity=new") != std::string::npos);
}

}  // namespace menshen::test
