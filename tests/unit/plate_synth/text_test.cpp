// What is written on drawn plates keeps the grammar that the gate knows, and its characters are numbered as the eye
// does.
#include "plate-synth/text.hpp"

#include <doctest/doctest.h>

#include <map>
#include <set>

using namespace menshen;
using namespace menshen::synth;

TEST_CASE("every text of every sort keeps the grammar of its class") {
    Rng rng(1);
    for (int sort = 0; sort < sort_count; ++sort) {
        for (int i = 0; i < 200; ++i) {
            const PlateText text = random_text(rng, static_cast<Sort>(sort));
            const auto plate = Plate::parse(text.text);
            REQUIRE_MESSAGE(plate.ok(), text.text);
            CHECK(plate->text() == text.text);
            CHECK(text.length == layout_of(form_of(text.sort)).count);
        }
    }
}

TEST_CASE("a sort's texts are of its class") {
    Rng rng(2);
    const std::map<Sort, PlateClass> classes{{Sort::blue, PlateClass::small_car},
                                             {Sort::energy_small, PlateClass::new_energy_small},
                                             {Sort::energy_large, PlateClass::new_energy_large},
                                             {Sort::police, PlateClass::police},
                                             {Sort::armed_police, PlateClass::armed_police},
                                             {Sort::army, PlateClass::army},
                                             {Sort::embassy, PlateClass::embassy},
                                             {Sort::embassy_old, PlateClass::embassy},
                                             {Sort::consulate, PlateClass::consulate},
                                             {Sort::hong_kong, PlateClass::hong_kong},
                                             {Sort::macao, PlateClass::macao},
                                             {Sort::learner, PlateClass::learner},
                                             {Sort::trailer, PlateClass::trailer},
                                             {Sort::civil_aviation, PlateClass::civil_aviation}};
    for (const auto& [sort, plate_class] : classes) {
        for (int i = 0; i < 50; ++i) CHECK(Plate::parse(random_text(rng, sort).text)->plate_class() == plate_class);
    }
}

TEST_CASE("symbols are the characters of plates, numbered without a gap") {
    std::set<std::string_view> seen;
    for (int s = 0; s < symbol_count; ++s) {
        CHECK(symbol_of(symbol_text(s)) == s);
        seen.insert(symbol_text(s));
    }
    CHECK(seen.size() == symbol_count);
    CHECK(symbol_of("台") == -1);
    CHECK(symbol_text(symbol_count).empty());
    CHECK(symbol_text(first_digit) == "0");
}

TEST_CASE("provinces are balanced and all sorts come") {
    Rng rng(3);
    std::map<std::uint8_t, int> first;
    std::map<Sort, int> sorts;
    for (int i = 0; i < 20000; ++i) {
        const Sort sort = random_sort(rng);
        ++sorts[sort];
        if (sort == Sort::blue) ++first[random_text(rng, sort).symbols[0]];
    }
    CHECK(sorts.size() == sort_count);
    CHECK(sorts[Sort::blue] > 7500);
    CHECK(sorts[Sort::blue] < 9000);
    CHECK(first.size() == 31);
    for (const auto& [province, count] : first) CHECK(count > 150);
}
