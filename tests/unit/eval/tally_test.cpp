#include "tally.hpp"

#include <doctest/doctest.h>

using namespace menshen;
using namespace menshen::eval;

namespace {

constexpr std::array<Point, 4> box(float x, float y, float width, float height) {
    return {Point{x, y}, Point{x + width, y}, Point{x + width, y + height}, Point{x, y + height}};
}
Labelled picture(const std::string& text) {
    Labelled out{"a.jpg", {}};
    if (!text.empty()) out.plates.push_back({text, Plate::parse(text)->plate_class(), box(100, 100, 100, 30)});
    return out;
}
Reading reading(const std::string& text, double likelihood, float x = 100) {
    return {text, likelihood, Plate::parse(text).ok(), likelihood >= 0.02, box(x, 100, 100, 30)};
}

}  // namespace

TEST_CASE("the overlap of two quadrilaterals, also of crossed corners") {
    CHECK(overlap(box(0, 0, 10, 10), box(0, 0, 10, 10)) == doctest::Approx(1));
    CHECK(overlap(box(0, 0, 10, 10), box(5, 0, 10, 10)) == doctest::Approx(1.0 / 3));
    CHECK(overlap(box(0, 0, 10, 10), box(20, 0, 10, 10)) == doctest::Approx(0));
    CHECK(overlap(box(0, 0, 10, 10), {Point{0, 0}, Point{10, 10}, Point{10, 0}, Point{0, 10}}) == doctest::Approx(1));
    CHECK(overlap(box(0, 0, 0, 0), box(0, 0, 0, 0)) == 0);
}

TEST_CASE("texts lie upon each other with what was lost and what was added") {
    const auto lost = aligned("皖AG898R", "皖A898R");
    REQUIRE(lost.size() == 7);
    CHECK(lost[2].is == "G");
    CHECK(lost[2].read.empty());
    CHECK(lost[3].position == 3);
    const auto added = aligned("皖A1", "皖AB1");
    REQUIRE(added.size() == 4);
    CHECK(added[2].is.empty());
    CHECK(added[2].read == "B");
    CHECK(aligned("", "").empty());
    CHECK(aligned("皖", "苏").at(0).read == "苏");
}

TEST_CASE("the first is the most certain plate's answer, any is any plate's, and a plate must be where it is") {
    Tally tally(0.9);
    CHECK(tally.count(picture("皖AG898R"), {{reading("皖AG898R", 0.99)}, 10, 9}) == Verdict::right);
    CHECK(tally.count(picture("皖AG898R"), {{reading("皖AG898B", 0.95, 500), reading("皖AG898R", 0.6)}, 20, 9}) ==
          Verdict::wrong);
    CHECK(tally.count(picture("皖AG898R"), {{reading("AG898R", 0.1)}, 30, 9}) == Verdict::unread);
    CHECK(tally.count(picture("皖AG898R"), {{}, 40, 9}) == Verdict::unread);
    CHECK(tally.first().right == 1);
    CHECK(tally.any().right == 2);
    CHECK(tally.first().of == 4);
    CHECK(tally.wrong() == 1);
    CHECK(tally.unread() == 2);
    CHECK(tally.detected().right == 3);
    CHECK(tally.ms(0.5) == doctest::Approx(30));
    CHECK(tally.ms(1) == doctest::Approx(40));
    CHECK(tally.wrong_at_grant().right == 1);
    CHECK(tally.wrong_at_grant().of == 2);
    CHECK(tally.classes().at("small_car").first.of == 4);
    CHECK(tally.widths().at(2).detected.right == 3);  // 80 to 120 pixels
    REQUIRE(tally.positions().size() == 7);
    CHECK(tally.positions()[0].right == 2);  // "AG898R" lost its province; who was not found says nothing
    CHECK(tally.positions()[0].of == 3);
    CHECK(tally.confusions().at(0).first.is == "皖");
}

TEST_CASE("a whole plate told where there is none is false; a sign is not, nor is what the gate never hears") {
    Tally tally(0.9);
    CHECK(tally.count(picture(""), {{reading("皖AG898R", 0.93)}, 1, 1}) == Verdict::false_plate);
    CHECK(tally.count(picture(""), {{reading("COOD", 0.3)}, 1, 1}) == Verdict::quiet);
    CHECK(tally.count(picture(""), {{reading("皖AG898R", 0.01)}, 1, 1}) == Verdict::quiet);
    CHECK(tally.count(picture(""), {{}, 1, 1}) == Verdict::quiet);
    CHECK(tally.false_plates().right == 1);
    CHECK(tally.false_plates().of == 4);
    CHECK(tally.wrong_at_grant().right == 1);
    CHECK(tally.false_at_grant().right == 1);
    CHECK(tally.false_at_grant().of == 4);
    CHECK(tally.false_told().right == 2);  // the sign is told, too: somebody looks at it
    CHECK(tally.first().of == 0);
    CHECK(tally.count(picture(""), {{reading("皖AG898R", 0.5)}, 1, 1}) == Verdict::false_plate);
    CHECK(tally.false_plates().right == 2);
    CHECK(tally.false_at_grant().right == 1);
}

TEST_CASE("a plate that nobody can read counts where plates are found, not where they are read") {
    Labelled dirty{"a.jpg", {{"", PlateClass::unknown, box(100, 100, 100, 30)}}};
    Tally tally(0.9);
    CHECK(tally.count(dirty, {{reading("皖AG898R", 0.3)}, 1, 1}) == Verdict::unlabelled);
    CHECK(tally.detected().right == 1);
    CHECK(tally.first().of == 0);
    CHECK(tally.false_plates().of == 0);
}

TEST_CASE("the calibration error is what likelihoods promise too much or too little") {
    Tally honest(0.9), boastful(0.9);
    for (int i = 0; i < 10; ++i) {
        (void)honest.count(picture("皖AG898R"), {{reading(i < 7 ? "皖AG898R" : "皖AG898B", 0.7)}, 1, 1});
        (void)boastful.count(picture("皖AG898R"), {{reading(i < 7 ? "皖AG898R" : "皖AG898B", 1.0)}, 1, 1});
    }
    CHECK(honest.calibration_error() == doctest::Approx(0));
    CHECK(boastful.calibration_error() == doctest::Approx(0.3));
    CHECK(boastful.certainty().between(0.995, 1.1).of == 10);
    CHECK(boastful.certainty().between(0.995, 1.1).right == 7);
    CHECK(Tally(0.9).calibration_error() == 0);
    CHECK(Tally(0.9).certainty().surest_wrong() == 0);
    CHECK(boastful.certainty().surest_wrong() > 0.99);
}
