#include "eye/plate_maps.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <limits>
#include <random>

using namespace menshen;
using eye::Detection;
using eye::PlateMap;
using eye::Quad;

namespace {

/// A map that says nothing, to write cells into.
class Drawn {
  public:
    Drawn(int rows, int columns, int stride)
        : rows_(rows),
          columns_(columns),
          stride_(stride),
          values_(static_cast<std::size_t>(PlateMap::channels * rows * columns), 0.F) {
        for (int i = 0; i < rows * columns; ++i) values_[static_cast<std::size_t>(i)] = -12;
    }
    void say(int row, int column, float plate, const Quad& corners, float two_rows = -5) {
        const auto s = static_cast<float>(stride_);
        const cv::Point2f centre((static_cast<float>(column) + 0.5F) * s - 0.5F,
                                 (static_cast<float>(row) + 0.5F) * s - 0.5F);
        at(0, row, column) = plate;
        for (int c = 0; c < 4; ++c) {
            const auto offset = (corners[static_cast<std::size_t>(c)] - centre) / (4 * s);
            at(1 + 2 * c, row, column) = offset.x;
            at(2 + 2 * c, row, column) = offset.y;
        }
        at(9, row, column) = two_rows;
    }
    float& at(int channel, int row, int column) {
        return values_[static_cast<std::size_t>((channel * rows_ + row) * columns_ + column)];
    }
    [[nodiscard]] PlateMap map() const { return {values_.data(), rows_, columns_, stride_}; }

  private:
    int rows_, columns_, stride_;
    std::vector<float> values_;
};

Quad box(float x, float y, float w, float h) {
    return {cv::Point2f(x, y), {x + w, y}, {x + w, y + h}, {x, y + h}};
}

void check_corners(const Quad& quad, const Quad& expected) {
    for (std::size_t i = 0; i < 4; ++i) CHECK(cv::norm(quad[i] - expected[i]) < 0.01);
}

}  // namespace

TEST_CASE("one cell that is sure gives its plate, in pixels of the input") {
    Drawn map(48, 80, 8);
    const Quad plate{cv::Point2f(100, 100), {150, 104}, {149, 121}, {99, 117}};
    map.say(13, 15, 3, plate, 4);
    const auto found = eye::plates_of({map.map()}, 0.3F, 32);
    REQUIRE(found.size() == 1);
    check_corners(found[0].corners, plate);
    CHECK(found[0].score == doctest::Approx(0.9526).epsilon(0.001));
    CHECK(found[0].two_rows > 0.9F);
}

TEST_CASE("a silent map holds no plate") {
    const Drawn map(48, 80, 8);
    CHECK(eye::plates_of({map.map()}, 0.3F, 32).empty());
    CHECK(eye::plates_of({}, 0.3F, 32).empty());
}

TEST_CASE("cells and maps that mean one plate become one, with the mean of their corners") {
    Drawn fine(48, 80, 8), coarse(24, 40, 16);
    fine.say(13, 15, 2, box(100, 100, 60, 20));
    fine.say(13, 16, 2, box(102, 100, 60, 20));
    coarse.say(6, 8, 2, box(101, 103, 60, 20));
    const auto found = eye::plates_of({fine.map(), coarse.map()}, 0.3F, 32);
    REQUIRE(found.size() == 1);
    check_corners(found[0].corners, box(101, 101, 60, 20));
}

TEST_CASE("an unsure cell, or one that only touches, does not move the corners of a sure one") {
    Drawn map(48, 80, 8);
    map.say(13, 15, 6, box(100, 100, 60, 20));
    map.say(13, 16, -0.5F, box(104, 102, 60, 20));
    map.say(13, 17, 5, box(116, 104, 60, 20));  // the same plate by half, other corners
    const auto found = eye::plates_of({map.map()}, 0.3F, 32);
    REQUIRE(found.size() >= 1);
    check_corners(found[0].corners, box(100, 100, 60, 20));
}

TEST_CASE("two plates stay two, the surer first, and no more than asked for") {
    Drawn map(48, 80, 8);
    map.say(5, 5, 1, box(20, 30, 50, 16));
    map.say(30, 60, 2, box(460, 230, 50, 16));
    map.say(40, 20, 0, box(140, 310, 50, 16));
    const auto found = eye::plates_of({map.map()}, 0.3F, 32);
    REQUIRE(found.size() == 3);
    check_corners(found[0].corners, box(460, 230, 50, 16));
    CHECK(found[1].score > found[2].score);
    CHECK(eye::plates_of({map.map()}, 0.3F, 2).size() == 2);
}

TEST_CASE("corners that make no plate are left out: crossed, turned over, not numbers") {
    Drawn map(48, 80, 8);
    const Quad plain = box(100, 100, 60, 20);
    map.say(13, 15, 5, {plain[0], plain[2], plain[1], plain[3]});
    map.say(20, 15, 5, {plain[1], plain[0], plain[3], plain[2]});
    map.say(30, 15, 5, plain);
    map.at(3, 30, 15) = std::numeric_limits<float>::quiet_NaN();
    map.say(40, 15, std::numeric_limits<float>::quiet_NaN(), plain);
    CHECK(eye::plates_of({map.map()}, 0.3F, 32).empty());
}

TEST_CASE("whatever the maps hold, plates are convex, bounded in number, and in order") {
    rc::check([] {
        const auto seed = *rc::gen::arbitrary<unsigned>();
        std::mt19937 random(seed);
        std::normal_distribution<float> some(0, 3);
        std::vector<float> values(static_cast<std::size_t>(PlateMap::channels) * 12 * 20);
        for (auto& value : values) value = some(random);
        const auto found = eye::plates_of({{values.data(), 12, 20, 8}, {values.data(), 6, 10, 16}}, 0.3F, 16);
        RC_ASSERT(found.size() <= 16U);
        for (std::size_t i = 0; i < found.size(); ++i) {
            RC_ASSERT(found[i].score >= 0.3F);
            if (i > 0) RC_ASSERT(found[i].score <= found[i - 1].score);  // RC_ASSERT looks at both sides of an ||
        }
    });
}

TEST_CASE("overlap of quadrilaterals") {
    CHECK(eye::overlap(box(0, 0, 10, 10), box(0, 0, 10, 10)) == doctest::Approx(1));
    CHECK(eye::overlap(box(0, 0, 10, 10), box(5, 0, 10, 10)) == doctest::Approx(1.0 / 3));
    CHECK(eye::overlap(box(0, 0, 10, 10), box(20, 0, 10, 10)) == 0);
    CHECK(eye::convex(box(0, 0, 10, 10)));
    CHECK_FALSE(eye::convex(box(0, 0, -10, 10)));
    CHECK_FALSE(eye::convex(box(0, 0, 0, 0)));
}
