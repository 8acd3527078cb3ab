#include "witness.hpp"

#include <doctest/doctest.h>

using namespace menshen;

namespace {

Witness look_at(float x, float width, double weight = 1) {
    return {{{x, 500}, width}, weight};
}

double worth(const std::vector<Witness>& witnesses) {
    double sum = 0;
    for (const auto& w : witnesses) sum += w.weight;
    return sum * independent_share(witnesses);
}

}  // namespace

TEST_CASE("one look is worth what it is, none nothing") {
    CHECK(independent_share({look_at(900, 150, 0.3)}) == doctest::Approx(1));
    CHECK(independent_share({}) == 1);
    CHECK(independent_share({look_at(900, 150, 0), look_at(900, 150, 0)}) == 1);
}

TEST_CASE("a second look is worth something, less than the first, and most where it shows the plate otherwise") {
    const double again = worth({look_at(900, 150), look_at(900, 150)});
    const double nearer = worth({look_at(900, 150), look_at(900, 200)});
    const double elsewhere = worth({look_at(900, 150), look_at(1100, 300)});
    CHECK(again > 1.05);
    CHECK(again < nearer);
    CHECK(nearer < elsewhere);
    CHECK(elsewhere < 2);
}

TEST_CASE(
    "a car that stands there does not become surer without end; one that comes nearer goes on being worth a look") {
    std::vector<Witness> stands, comes;
    for (int i = 0; i < 16; ++i) {
        stands.push_back(look_at(900, 150));
        comes.push_back(look_at(900, 80.0F + 20.0F * static_cast<float>(i)));
        CHECK(worth(stands) < 3);
    }
    CHECK(worth(comes) > 1.5 * worth(stands));
}

TEST_CASE("a faint look more takes little from the others, and the order says nothing") {
    const double three = worth({look_at(900, 100), look_at(900, 150), look_at(900, 220)});
    CHECK(worth({look_at(900, 100), look_at(900, 150), look_at(900, 220), look_at(900, 150, 0.1)}) > 0.9 * three);
    CHECK(worth({look_at(900, 220), look_at(900, 100), look_at(900, 150)}) == doctest::Approx(three));
}
