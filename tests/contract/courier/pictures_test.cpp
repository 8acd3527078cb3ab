// Pictures after their events, by their hash.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "bundle/hash.hpp"
#include "story.hpp"

namespace menshen::test {

namespace {

std::vector<std::uint8_t> jpeg_of(std::size_t size, unsigned shift) {
    std::vector<std::uint8_t> jpeg(size);
    for (std::size_t i = 0; i < jpeg.size(); ++i) jpeg[i] = static_cast<std::uint8_t>(i * i >> shift);
    return jpeg;
}

/// The newest event that names the picture, as the registry shows it: its sequence, and whether the picture is gone.
std::optional<std::pair<std::int64_t, bool>> named_in(const Centre& centre, const std::string& sha256) {
    for (const auto& event : centre.events()) {
        for (const auto& picture : event.at("pictures").as_array()) {
            if (picture.at("sha256").as_string() != sha256.c_str()) continue;
            return std::pair(event.at("sequence").to_number<std::int64_t>(), picture.at("gone").as_bool());
        }
    }
    return std::nullopt;
}

/// The highest word on pictures that the gate has taken of its courier.
std::int64_t acknowledged_pictures(const Box& box) {
    constexpr std::string_view before = "carried=evidence epoch=";
    std::ifstream log(box.file("courier.log"));
    std::int64_t highest = 0;
    for (std::string line; std::getline(log, line);) {
        const auto upto = line.find(" upto=");
        if (line.find(before) == std::string::npos || upto == std::string::npos) continue;
        highest = std::max<std::int64_t>(highest, std::stoll(line.substr(upto + 6)));
    }
    return highest;
}

}  // namespace

TEST_CASE("an event's pictures follow it to the registry, also over lost answers") {
    Story story;
    auto& [folder, centre, box] = story;
    REQUIRE(until([&] { return story.same_list(); }));
    centre.issue("浙A12345");
    REQUIRE(until([&] { return story.same_list(); }));
    const auto jpeg = jpeg_of(900'000, 3);
    const auto sha256 = bundle::to_hex(bundle::sha256(jpeg));
    box.show_picture(jpeg);
    box.line.lose_answers(1);
    CHECK(box.opens_for("浙A12345"));
    const auto id = centre.gate("north").at("id").as_int64();
    Heard heard;
    CHECK(until([&] {
        heard = centre.admin.get(fmt::format("/v1/gates/{}/pictures/{}", id, sha256));
        return heard.status == 200;
    }));
    CHECK(heard.body.size() == jpeg.size());
    CHECK(bundle::to_hex(bundle::sha256(heard.body)) == sha256);
    story.check_end();
}

TEST_CASE("a picture that was deleted from the gate's disk holds up no other, and is shown as gone") {
    Story story;
    auto& [folder, centre, box] = story;
    REQUIRE(until([&] { return story.same_list(); }));
    centre.issue("浙A12345");
    centre.issue("浙A54321");
    REQUIRE(until([&] { return story.same_list(); }));
    box.kill_courier();
    const auto first = jpeg_of(50'000, 3), second = jpeg_of(50'000, 4);
    const auto lost = bundle::to_hex(bundle::sha256(first)), kept = bundle::to_hex(bundle::sha256(second));
    box.show_picture(first);
    CHECK(box.opens_for("浙A12345"));
    const auto file = box.folder / "evidence" / lost.substr(0, 2) / lost.substr(2, 2) / (lost + ".jpg");
    REQUIRE(until([&] { return std::filesystem::exists(file); }));
    std::filesystem::remove(file);
    box.show_picture(second);
    CHECK(box.opens_for("浙A54321"));
    box.start_courier();

    const auto id = centre.gate("north").at("id").as_int64();
    CHECK(until([&] { return centre.admin.get(fmt::format("/v1/gates/{}/pictures/{}", id, kept)).status == 200; }));
    CHECK(until([&] {
        const auto named = named_in(centre, lost);
        return named && named->second;
    }));
    const auto named = named_in(centre, kept);
    REQUIRE(named);
    CHECK_FALSE(named->second);
    CHECK(until([&] { return acknowledged_pictures(box) >= named->first; }));
    CHECK(centre.admin.get(fmt::format("/v1/gates/{}/pictures/{}", id, lost)).status == 404);
    story.check_end();
}

}  // namespace menshen::test
