#include "vote.hpp"

#include <doctest/doctest.h>

#include "scene.hpp"

using namespace menshen;
using namespace menshen::scene;

namespace {

CharacterRead one(std::string c, float p) {
    return {{{std::move(c), p}}};
}

Read plain(std::string_view text, float each) {
    Read r;
    for (const auto& c : characters(text)) r.characters.push_back(one(std::string(c), each));
    return r;
}

std::vector<Candidate> vote_of(const std::vector<Read>& reads, PlateColour colour = PlateColour::blue) {
    Vote vote;
    for (const Read& r : reads) vote.add(ballot_of(r, 1));
    return vote.candidates(colour, 0.9);
}

}  // namespace

TEST_CASE("one read is believed as far as it says, not further") {
    const auto got = vote_of({plain("苏B12345", 0.9F)});
    REQUIRE_FALSE(got.empty());
    CHECK(got[0].plate == "苏B12345");
    CHECK(got[0].likelihood < 0.7);  // 0.9^7 = 0.48, and the grammar takes away some of the rest
    CHECK(vote_of({plain("苏B12345", 0.9995F)})[0].likelihood > 0.98);
}

TEST_CASE("the grammar decides between what may stand and what may not") {
    Read r = plain("苏412345", 0.95F);
    r.characters[1] = {{{"4", 0.6F}, {"A", 0.35F}}};
    const auto got = vote_of({r, r, r});
    REQUIRE_FALSE(got.empty());
    CHECK(got[0].plate == "苏A12345");
}

TEST_CASE("reads that disagree leave both candidates and no certainty") {
    const auto got = vote_of({plain("苏B12345", 0.97F), plain("苏B1Z345", 0.97F)});
    REQUIRE(got.size() >= 2);
    CHECK(got[0].likelihood < 0.9);
    CHECK(got[1].likelihood > 0.1);
}

TEST_CASE("what a standing car shows again and again in the same way does not become certain by that") {
    const auto likely = [](float x, float width) {  // one character is mistaken, by every look in the same way
        Read r = plain("皖MFG423", 0.999F);
        r.characters[3] = {{{"G", 0.7F}, {"6", 0.3F}}};
        r.corners = {Point{x, 500}, Point{x + width, 500}, Point{x + width, 540}, Point{x, 540}};
        return r;
    };
    const auto stands = vote_of(std::vector(16, likely(900, 300)));
    REQUIRE(stands.size() >= 2);
    CHECK(stands[0].plate == "皖MFG423");
    CHECK(stands[0].likelihood < 0.9);
    CHECK(stands[1].plate == "皖MF6423");
    std::vector<Read> comes;
    for (int i = 0; i < 16; ++i) {
        const auto way = static_cast<float>(i);
        comes.push_back(likely(600 + 20 * way, 80 + 20 * way));
    }
    CHECK(vote_of(comes)[0].likelihood > stands[0].likelihood);
}

TEST_CASE("a lost or doubled character is aligned, not voted beside the others") {
    auto reads =
        std::vector{plain("苏B12345", 0.9F), plain("苏B12345", 0.9F), plain("苏B1345", 0.9F), plain("苏B122345", 0.9F)};
    CHECK(vote_of(reads)[0].plate == "苏B12345");
    reads = {plain("苏AD12345", 0.9F), plain("苏AD12345", 0.9F), plain("苏AD1234", 0.9F)};
    CHECK(vote_of(reads, PlateColour::green)[0].plate == "苏AD12345");
    CHECK(vote_of({plain("苏AD12345", 0.9F), plain("苏AD1234", 0.9F)}, PlateColour::green)[0].plate == "苏AD12345");
    CHECK(vote_of({plain("苏AD12345", 0.9F), plain("苏AD1234", 0.9F)}, PlateColour::blue)[0].plate == "苏AD1234");
}

TEST_CASE("plates outside the general grammar stand too; nonsense does not") {
    for (const auto* text : {"VA12345", "WJ京1234X", "使014578", "粤Z1234港", "京A1234警", "民航A1234"}) {
        CAPTURE(text);
        const auto got = vote_of({plain(text, 0.97F), plain(text, 0.97F)}, PlateColour::white);
        REQUIRE_FALSE(got.empty());
        CHECK(got[0].plate == text);
    }
    CHECK(vote_of({plain("ABCDEFG", 0.97F)}).empty());
    CHECK(vote_of({plain("苏B12", 0.97F)}).empty());
    CHECK(vote_of({Read{}}).empty());
}

TEST_CASE("a recogniser without likelihoods per character is heard too") {
    Read r;
    r.text = "苏B·12345";
    r.likelihood = 0.95F;
    const auto got = vote_of({r, r});
    REQUIRE_FALSE(got.empty());
    CHECK(got[0].plate == "苏B12345");
}

TEST_CASE("voting beats the best single read, and a high likelihood is right as often as it says") {
    Recogniser eye;
    eye.noise.wrong = 0.12;
    int vote_right = 0, single_right = 0, claimed_sure = 0, sure_right = 0;
    double promised = 0;
    constexpr int cars = 400;
    for (int car = 0; car < cars; ++car) {
        std::string plate = "苏B";
        for (int i = 0; i < 5; ++i) plate += "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"[eye.random() % 34];
        Vote vote;
        Read best;
        for (int i = 0; i < 6; ++i) {
            const Read r = eye.read(plate, {900, 500}, 90 + 30 * static_cast<float>(i), at(0), 1);  // it comes nearer
            if (r.likelihood > best.likelihood) best = r;
            vote.add(ballot_of(r, static_cast<double>(r.sharpness)));
        }
        const auto got = vote.candidates(PlateColour::blue, 0.9);
        const bool right = !got.empty() && got[0].plate == plate;
        vote_right += right ? 1 : 0;
        single_right += best.text == plate ? 1 : 0;
        if (!got.empty()) promised += got[0].likelihood;
        if (!got.empty() && got[0].likelihood >= 0.9) {  // where a gate opens
            ++claimed_sure;
            sure_right += right ? 1 : 0;
        }
    }
    MESSAGE("vote " << vote_right << ", best single read " << single_right << " of " << cars << "; sure "
                    << claimed_sure << ", of those right " << sure_right << "; promised " << promised);
    CHECK(vote_right > single_right);
    CHECK(vote_right >= cars * 95 / 100);
    CHECK(claimed_sure >= cars / 2);
    CHECK(sure_right >= claimed_sure * 98 / 100);
    CHECK(promised <= vote_right + cars * 3 / 100);  // never promises much more than it keeps
}

TEST_CASE("edit distance counts characters, not bytes") {
    CHECK(edit_distance("苏B12345", "苏B12345") == 0);
    CHECK(edit_distance("苏B12345", "京B12345") == 1);
    CHECK(edit_distance("苏B12345", "苏B1234") == 1);
    CHECK(edit_distance("", "苏B") == 2);
}
