#include "hearing.hpp"

#include <doctest/doctest.h>

#include <fstream>

#include "support/temporary_folder.hpp"

using namespace menshen;
using namespace menshen::eval;

namespace {

constexpr const char* mine = "苏B12345";

Labelled clip(const std::string& text) {
    Labelled out{"a.mp4", {}};
    if (!text.empty()) out.plates.push_back({text, PlateClass::small_car, std::nullopt});
    return out;
}

Read read(const std::string& text, float each) {
    Read r;
    r.corners = {Point{500, 400}, Point{700, 400}, Point{700, 460}, Point{500, 460}};
    r.text = text;
    r.likelihood = 1;
    for (const auto& c : characters(text)) {
        r.characters.push_back({{{std::string(c), each}}});
        r.likelihood *= each;
    }
    r.colour = PlateColour::blue;
    r.colour_likelihood = r.sharpness = 0.9F;
    r.frame_width = 1280;
    r.frame_height = 720;
    return r;
}

/// Ten looks a second; an empty text is a look that saw nothing.
std::vector<Look> looks(const std::vector<std::string>& texts, float each = 0.995F) {
    std::vector<Look> out;
    Instant at{seconds(1000)};
    for (const auto& text : texts) {
        Look look{out.size() + 1, at, at + milliseconds(100), {}};
        if (!text.empty()) look.reads.push_back(read(text, each));
        out.push_back(look);
        at += milliseconds(100);
    }
    return out;
}

Clip heard(const Labelled& about, const std::vector<Look>& all, double grant = 0.9) {
    Hearing hearing(about, grant);
    for (const auto& look : all) hearing.hear(look);
    return hearing.finish();
}

const std::vector<std::string> mostly_right{"苏B12Z45", mine, "", mine, "苏B1Z345", mine, mine, "12345", mine, mine};

}  // namespace

TEST_CASE("frames by themselves, the first that says a plate, and the vote over all") {
    const auto seen = heard(clip(mine), looks(mostly_right));
    CHECK(seen.frames.all.of == 10);
    CHECK(seen.frames.all.right == 6);
    CHECK(seen.frames.all.wrong == 2);
    CHECK(seen.frames.all.silent() == 2);  // nothing told, and what is no plate
    CHECK(seen.frames.at_grant.right == 6);
    CHECK(seen.frames.at_grant.wrong == 2);
    CHECK(seen.hasty.all.wrong == 1);
    CHECK(seen.hasty.at_grant.wrong == 1);
    CHECK(seen.told == 9);
    CHECK(seen.verdict_text == mine);
    CHECK(seen.arrivals == 1);
    CHECK(seen.granted_right);
    CHECK(seen.wrong_at_grant == 0);
    CHECK(seen.reads >= 2);
    CHECK(seen.claim > milliseconds(100));
}

TEST_CASE("what no gate would open for is counted beside what it would") {
    const auto unsure = heard(clip(mine), looks(mostly_right, 0.9F));  // 0.9^7 = 0.48
    CHECK(unsure.frames.at_grant.right == 0);
    CHECK(unsure.frames.at_grant.silent() == 10);
    CHECK(unsure.hasty.at_grant.silent() == 1);
    const auto wrong = heard(clip("苏B12346"), looks({mine, mine, mine}));
    CHECK(wrong.wrong_at_grant == 1);
    CHECK_FALSE(wrong.granted_right);
}

TEST_CASE("clips are added up, those without a car by themselves") {
    ArrivalsTally tally;
    CHECK(tally.count(clip(mine), heard(clip(mine), looks(mostly_right))) == Verdict::right);
    CHECK(tally.count(clip("苏B12346"), heard(clip("苏B12346"), looks({mine, mine}))) == Verdict::wrong);
    CHECK(tally.count(clip(mine), heard(clip(mine), looks({"", "", ""}))) == Verdict::unread);
    CHECK(tally.count(clip(""), heard(clip(""), looks({mine, mine}))) == Verdict::false_plate);
    CHECK(tally.count(clip(""), heard(clip(""), looks({"", ""}))) == Verdict::quiet);
    CHECK(tally.voted.all.of == 3);
    CHECK(tally.voted.all.right == 1);
    CHECK(tally.voted.all.silent() == 1);
    CHECK(tally.voted.at_grant.wrong == 1);
    CHECK(tally.frames.all.of == 15);
    CHECK(tally.empty == 2);
    CHECK(tally.false_claims == 1);
    CHECK(tally.empty_frames.at_grant.wrong == 2);
    CHECK(tally.wrong_at_grant == 2);
    CHECK(tally.classes.at("small_car").all.of == 3);
    CHECK(tally.reads.size() == 2);
    CHECK(tally.voted_certainty.between(0.9, 1.1).of == 2);
    CHECK(tally.voted_certainty.between(0.9, 1.1).right == 1);
    CHECK(tally.frames_certainty.between(0.9, 1.1).of == 10);
}

TEST_CASE("looks that were kept are voted on with the same result; a bad line is named") {
    const support::TemporaryFolder folder;
    const auto path = (folder / "looks.jsonl").string();
    const auto all = looks(mostly_right);
    std::ofstream(path) << to_line("a.mp4", all) << to_line("b.mp4", {});
    const auto kept = load_looks(path);
    REQUIRE(kept.ok());
    REQUIRE(kept->size() == 2);
    REQUIRE(kept->at("a.mp4").size() == all.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
        CHECK(kept->at("a.mp4")[i].reads == all[i].reads);
        CHECK(kept->at("a.mp4")[i].captured == all[i].captured);
        CHECK(kept->at("a.mp4")[i].told == all[i].told);
    }
    CHECK(heard(clip(mine), kept->at("a.mp4")).likelihood == heard(clip(mine), all).likelihood);
    std::ofstream(path, std::ios::app) << "{\"clip\": 7}\n";
    REQUIRE_FALSE(load_looks(path).ok());
    CHECK(load_looks(path).error().message.find("looks.jsonl:3") != std::string::npos);
    CHECK(load_looks("/nowhere").error().code == Errc::io);
}
