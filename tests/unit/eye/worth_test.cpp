#include "eye/worth.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <string>
#include <vector>

#include "values/plate.hpp"

using namespace menshen;
using eye::unread_characters;
using eye::worth_telling;

namespace {

/// A text that spells no plate by itself, on a blue ground, four times as wide as high.
eye::Seen unsure(const std::string& raw, PlateColour colour = PlateColour::blue) {
    eye::Seen seen;
    seen.raw_text = raw;
    seen.read.colour = colour;
    seen.read.colour_likelihood = 0.9F;
    seen.read.corners = {Point{0, 0}, Point{200, 0}, Point{200, 50}, Point{0, 50}};
    return seen;
}

}  // namespace

TEST_CASE("whole plates of every class have nothing unread") {
    for (const char* plate : {"皖AG898R", "皖A·G898R", "粤BD12345", "京A12345D", "苏A1234警", "粤Z1234港", "浙A1234学",
                              "鲁B1234挂", "WJ苏12345", "使123456", "VA12345", "民航12345", "皖AI23O5"}) {
        CAPTURE(plate);
        CHECK(unread_characters(plate) == 0);
    }
}

TEST_CASE("a likely reading is told; below that, nothing which the recogniser takes for no plate") {
    eye::Seen seen = unsure("皖AG898R");
    CHECK(worth_telling(seen));  // as a plate that nobody could read
    seen.kind = eye::PlateKind::none;
    seen.read.likelihood = eye::least_likelihood / 2;
    CHECK_FALSE(worth_telling(seen));
    seen.read.likelihood = eye::least_likelihood;
    CHECK(worth_telling(seen));
}

TEST_CASE("a character that is missing, misread or too many counts as one") {
    CHECK(unread_characters("AG898R") == 1);
    CHECK(unread_characters("话AG898R") == 1);
    CHECK(unread_characters("皖A898R") == 1);
    CHECK(unread_characters("皖AG898R1") == 1);
    CHECK(unread_characters("G898R") == 2);
    CHECK(unread_characters("皖A警898R") == 1);
    CHECK(unread_characters("11032022") > 2);   // not an embassy without its mark
    CHECK(unread_characters("皖AGHJ8R") == 2);  // four letters: a serial has two
    CHECK(unread_characters("") >= 7);
}

TEST_CASE("what could not be read but may be a plate is told, so that a person looks") {
    for (const char* raw : {"AG898R", "皖A898", "话J82188", "TAAP881", "12345", "A123警", "皖A1234"}) {
        CAPTURE(raw);
        CHECK(worth_telling(unsure(raw)));
    }
}

TEST_CASE("signs, makers, telephone numbers and dates are not told, on whatever ground") {
    for (const char* raw : {"门卫室A1", "停车场P1", "限速5公里", "HONDA", "TAKSI", "means", "Platesaa.m",
                            "ELECTRIC BUS", "13805518888", "0551-62638888", "11-03-2022", "A1B2", "出口EXIT",
                            "收费5元/时", "扫码即送3小时", "1号门", "", "·", "东方名邸"}) {
        CAPTURE(std::string(raw));
        for (const auto ground : {PlateColour::blue, PlateColour::yellow, PlateColour::green, PlateColour::white}) {
            CHECK_FALSE(worth_telling(unsure(raw, ground)));
        }
    }
}

TEST_CASE("on white and black ground one character may be unread, on no ground none") {
    CHECK(worth_telling(unsure("A1234警", PlateColour::white)));
    CHECK_FALSE(worth_telling(unsure("1234警", PlateColour::white)));
    CHECK(worth_telling(unsure("1234警", PlateColour::blue)));
    CHECK_FALSE(worth_telling(unsure("A1234警", PlateColour::unknown)));
}

TEST_CASE("a line of text with a plate's characters and not its form is not told; what spells a plate always is") {
    auto banner = unsure("A12345");
    banner.read.corners = {Point{0, 0}, Point{400, 0}, Point{400, 50}, Point{0, 50}};
    CHECK_FALSE(worth_telling(banner));
    banner.read.likelihood = 0.5F;
    CHECK(worth_telling(banner));
}

TEST_CASE("property: one change of a plate is at most one unread character; texts of any kind are judged") {
    rc::check([] {
        auto plate = std::vector<std::string>{"皖", "A", "1", "2", "3", "4", "5"};
        const auto at = *rc::gen::inRange<std::size_t>(0, 7);
        switch (*rc::gen::inRange(0, 3)) {
            case 0:
                plate.erase(plate.begin() + static_cast<std::ptrdiff_t>(at));
                break;
            case 1:
                plate[at] = "家";
                break;
            default:
                plate.insert(plate.begin() + static_cast<std::ptrdiff_t>(at), "家");
        }
        std::string text;
        for (const auto& c : plate) text += c;
        RC_ASSERT(unread_characters(text) == 1);
    });
    rc::check([](const std::string& text) {
        const int unread = unread_characters(text);
        RC_ASSERT(unread >= 0 && unread <= 9);
    });
}
