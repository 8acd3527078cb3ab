// What does not fit into one message, and a line that breaks in the middle of it.
#include <doctest/doctest.h>

#include <filesystem>
#include <random>
#include <regex>

#include "story.hpp"

namespace menshen::test {

namespace {

namespace json = boost::json;

/// Permits of one commit, each with a plate and a note that no compressor shortens much.
void issue_many(const Centre& centre, int from, int count) {
    std::mt19937_64 random(static_cast<std::uint64_t>(from));
    json::array changes;
    for (int i = 0; i < count; ++i) {
        std::string note;
        while (note.size() < 176) note += fmt::format("{:016x}", random());
        const auto n = from + i;
        const auto put = [&](const char* kind, std::int64_t id, json::object value) {
            json::object one{{"kind", kind}, {"id", id}, {"scope", "main"}, {"value", std::move(value)}};
            changes.push_back(json::object{{"put", std::move(one)}});
        };
        put("permit", -1 - i, {{"holder", fmt::format("holder {}", n)}, {"note", note}});
        const auto plate = fmt::format("浙{}{:05}", "ABCDEFGH"[n / 100'000 % 8], n % 100'000);
        put("credential", 0, {{"permit", -1 - i}, {"kind", "plate"}, {"value", plate}});
    }
    const auto heard = centre.admin.post("/v1/commits", {{"changes", std::move(changes)}});
    if (heard.status != 200) FAIL(heard.body.substr(0, 500));
}

std::uintmax_t spooled(const Box& box) {
    std::error_code failed;
    std::uintmax_t bytes = 0;
    for (const auto& each : std::filesystem::directory_iterator(box.folder / "sync/spool", failed)) {
        const auto size = each.file_size(failed);
        if (!failed) bytes += size;
    }
    return bytes;
}

}  // namespace

TEST_CASE("changes of more than one message go in parts, scope by scope") {
    Story story;
    auto& centre = story.centre;
    auto& box = story.box;
    REQUIRE(until([&] { return story.same_list(); }));
    box.line.cut();
    for (int i = 0; i < 4; ++i) issue_many(centre, i * 2'000, 2'000);
    box.line.restore();
    REQUIRE(until([&] { return story.same_list(); }, seconds(90)));
    CHECK(box.courier_log().find("carrying=parts scope=main") != std::string::npos);
    story.check_end();
}

TEST_CASE("a snapshot whose line breaks, and whose courier is killed, goes on at the byte where it stopped") {
    Story story;
    auto& centre = story.centre;
    auto& box = story.box;
    box.kill_courier();
    for (int i = 0; i < 6; ++i) issue_many(centre, i * 2'000, 2'000);
    std::filesystem::remove_all(box.folder / "sync/spool");
    box.line.delay(milliseconds(8));
    box.start_courier();
    REQUIRE(until([&] { return spooled(box) > 100'000; }));
    box.line.cut();
    box.line.restore();
    const auto before = spooled(box);
    REQUIRE(until([&] { return spooled(box) > before + 50'000; }));
    box.kill_courier();
    const auto kept = spooled(box);
    CHECK(kept > 150'000);
    box.line.delay(milliseconds(0));
    box.start_courier();
    REQUIRE(until([&] { return story.same_list(); }, seconds(90)));
    CHECK(box.courier_log().find(fmt::format("resumed_from={}", kept)) != std::string::npos);
    CHECK(until([&] { return spooled(box) == 0; }));  // the gate has the list a moment before the courier hears of it
    story.check_end();
}

TEST_CASE("I2: while a whole list is on its way, what changes in another scope is at the gate at once") {
    Story story;
    auto& centre = story.centre;
    auto& box = story.box;
    REQUIRE(until([&] { return story.same_list(); }));
    box.kill_courier();
    box.gate.reset();
    for (int i = 0; i < 6; ++i) issue_many(centre, i * 2'000, 2'000);
    for (const auto& each : std::filesystem::directory_iterator(box.folder.path())) {
        if (each.path().filename().string().starts_with("whitelist-main-")) std::filesystem::remove(each.path());
    }
    box.start_gate();
    REQUIRE(box.at("main").empty());
    box.line.delay(milliseconds(150));
    box.start_courier();
    REQUIRE(until([&] { return spooled(box) > 0; }));
    const auto before = box.at("common");
    REQUIRE(centre.admin.post("/v1/blocks", {{"scope", "common"}, {"block", {{"plate", "苏A88888"}, {"reason", "x"}}}})
                .status == 201);
    CHECK(until([&] { return box.at("common") != before; }));
    CHECK(box.at("main").empty());
    CHECK(spooled(box) > 0);
    box.line.delay(milliseconds(0));
    CHECK(until([&] { return story.same_list() && story.same_events(); }, seconds(90)));
}

}  // namespace menshen::test
