#include "eye/beam.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "values/plate.hpp"

using namespace menshen;
using eye::Column;
using eye::spell;

namespace {

const eye::Alphabet& alphabet() {
    static const eye::Alphabet one;
    return one;
}

Column blank_column(float blank = 1) {
    Column column;
    column.symbols.assign(alphabet().size(), 0);
    column.blank = blank;
    return column;
}

/// A column that shows each character with its probability, the rest blank.
Column showing(std::initializer_list<std::pair<const char*, float>> shown) {
    Column column = blank_column();
    for (const auto& [character, p] : shown) {
        column.symbols.at(static_cast<std::size_t>(alphabet().find(character))) = p;
        column.blank -= p;
    }
    return column;
}

/// A clear picture of a text: a column a character, a blank between.
std::vector<Column> clear(std::string_view text, float p = 0.98F) {
    std::vector<Column> columns;
    for (const auto c : characters(text)) {
        columns.push_back(showing({{std::string(c).c_str(), p}}));
        columns.push_back(blank_column());
    }
    return columns;
}

}  // namespace

TEST_CASE("plates of every class are spelled from clear columns") {
    for (const char* plate :
         {"皖AG898R", "粤BD12345", "京A12345D", "苏A1234警", "粤Z1234港", "浙A1234学", "鲁B1234挂", "WJ12345",
          "WJ京1234X", "使123456", "123456使", "VA12345", "沪00301领", "沪A0023领", "粤ZF123澳", "民航A1234"}) {
        CAPTURE(plate);
        const auto spelled = spell(alphabet(), clear(plate), true);
        REQUIRE_FALSE(spelled.plates.empty());
        CHECK(spelled.plates.front().plate == plate);
        CHECK(spelled.plates.front().likelihood > 0.8);
        CHECK(spelled.grammar > 0.5);  // a service is rarer, not less a plate
    }
}

TEST_CASE("a common plate goes before one of the services that its picture may also be") {
    auto columns = clear("沪00301领");
    columns[2] = showing({{"0", 0.6F}, {"D", 0.4F}});
    columns[12] = showing({{"领", 0.5F}, {"1", 0.5F}});
    const auto spelled = spell(alphabet(), columns, true);
    REQUIRE_FALSE(spelled.plates.empty());
    CHECK(spelled.plates.front().plate == "沪D03011");
    CHECK(spell(alphabet(), clear("沪00301领"), false).plates.empty());  // nor on blue or yellow ground
}

TEST_CASE("the same character twice needs a blank between") {
    const auto spelled = spell(alphabet(), clear("皖A88888"), false);
    REQUIRE_FALSE(spelled.plates.empty());
    CHECK(spelled.plates.front().plate == "皖A88888");
}

TEST_CASE("grammar decides what the picture leaves open") {
    auto columns = clear("皖A12345");
    columns[4] = showing({{"I", 0.5F}, {"1", 0.4F}});   // third place: no I
    columns[0] = showing({{"A", 0.6F}, {"皖", 0.3F}});  // first place of a blue plate: a province
    const auto spelled = spell(alphabet(), columns, false);
    REQUIRE_FALSE(spelled.plates.empty());
    CHECK(spelled.plates.front().plate == "皖A12345");
}

TEST_CASE("an unsure character looks unsure: its alternatives share the likelihood") {
    auto columns = clear("皖A12345");
    columns[6] = showing({{"2", 0.5F}, {"Z", 0.45F}});
    const auto spelled = spell(alphabet(), columns, false);
    REQUIRE(spelled.characters.size() == 7);
    const auto& fourth = spelled.characters[3].alternatives;
    REQUIRE(fourth.size() >= 2);
    CHECK(fourth[0].character == "2");
    CHECK(fourth[0].likelihood == doctest::Approx(0.5 / 0.95).epsilon(0.05));
    CHECK(fourth[1].character == "Z");
    CHECK(spelled.plates.front().likelihood < 0.6);
}

TEST_CASE("what spells no plate has no likelihood to be one") {
    CHECK(spell(alphabet(), std::vector<Column>(24, blank_column()), true).plates.empty());
    CHECK(spell(alphabet(), clear("12345"), true).plates.empty());
    CHECK(spell(alphabet(), {}, true).plates.empty());
    // most of every column is something that no plate holds
    auto columns = clear("皖A12345", 0.1F);
    for (auto& column : columns) column.blank *= 0.3F;
    CHECK(spell(alphabet(), columns, false).grammar < 1e-3);
}

TEST_CASE("property: likelihoods are a distribution, best first, and every plate keeps the grammar") {
    rc::check([] {
        const auto count = *rc::gen::inRange<std::size_t>(0, 30);
        std::vector<Column> columns;
        for (std::size_t t = 0; t < count; ++t) {
            Column column = blank_column(0);
            const auto weights = *rc::gen::container<std::vector<unsigned>>(6, rc::gen::inRange(0U, 1000U));
            const auto symbols =
                *rc::gen::container<std::vector<std::size_t>>(5, rc::gen::inRange<std::size_t>(0, alphabet().size()));
            float sum = 1;
            for (const auto w : weights) sum += static_cast<float>(w);
            column.blank = static_cast<float>(weights[5]) / sum;
            for (std::size_t i = 0; i < symbols.size(); ++i)
                column.symbols[symbols[i]] += static_cast<float>(weights[i]) / sum;
            columns.push_back(column);
        }
        const auto spelled = spell(alphabet(), columns, true);
        double total = 0, before = 1;
        for (const auto& spelling : spelled.plates) {
            RC_ASSERT(Plate::parse(spelling.plate).ok());
            RC_ASSERT(spelling.likelihood <= before + 1e-9);
            before = spelling.likelihood;
            total += spelling.likelihood;
        }
        RC_ASSERT(total <= 1 + 1e-6);
        RC_ASSERT(spelled.grammar >= 0 && spelled.grammar <= 1);
        for (const auto& character : spelled.characters) {
            float sum = 0;
            for (const auto& alternative : character.alternatives) sum += alternative.likelihood;
            RC_ASSERT(sum <= 1.0001F);
            RC_ASSERT(character.alternatives.size() <= 8);
        }
    });
}
