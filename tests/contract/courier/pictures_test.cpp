// Pictures after their events, by their hash.
#include <doctest/doctest.h>

#include "bundle/hash.hpp"
#include "story.hpp"

namespace menshen::test {

TEST_CASE("an event's pictures follow it to the registry, also over lost answers") {
    Story story;
    auto& [folder, centre, box] = story;
    REQUIRE(until([&] { return story.same_list(); }));
    centre.issue("浙A12345");
    REQUIRE(until([&] { return story.same_list(); }));
    std::vector<std::uint8_t> jpeg(900'000);
    for (std::size_t i = 0; i < jpeg.size(); ++i) jpeg[i] = static_cast<std::uint8_t>(i * i >> 3U);
    const std::string sha256 =
        bundle::to_hex(bundle::sha256({reinterpret_cast<const char*>(jpeg.data()), jpeg.size()}));
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

}  // namespace menshen::test
