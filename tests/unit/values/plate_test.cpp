#include "values/plate.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>

using namespace menshen;

namespace {

PlateClass class_of(std::string_view text) {
    const auto plate = Plate::parse(text);
    CAPTURE(text);
    REQUIRE_MESSAGE(plate.ok(), plate.error().message);
    return plate->plate_class();
}

std::string problem(std::string_view text) {
    const auto plate = Plate::parse(text);
    REQUIRE_FALSE(plate.ok());
    CHECK(plate.error().code == Errc::invalid);
    return plate.error().message;
}

bool says(const std::string& message, std::string_view part) {
    CAPTURE(message);
    return message.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("every class of plate is recognised") {
    CHECK(class_of("苏A12345") == PlateClass::small_car);
    CHECK(class_of("京O12345") == PlateClass::small_car);
    CHECK(class_of("苏AD12345") == PlateClass::new_energy_small);
    CHECK(class_of("京AFB1234") == PlateClass::new_energy_small);
    CHECK(class_of("沪A12345D") == PlateClass::new_energy_large);
    CHECK(class_of("京A1234警") == PlateClass::police);
    CHECK(class_of("VA12345") == PlateClass::army);
    CHECK(class_of("WJ京1234X") == PlateClass::armed_police);
    CHECK(class_of("WJ01B1234") == PlateClass::armed_police);
    CHECK(class_of("使014578") == PlateClass::embassy);
    CHECK(class_of("014578使") == PlateClass::embassy);
    CHECK(class_of("沪A0023领") == PlateClass::consulate);
    CHECK(class_of("沪00301领") == PlateClass::consulate);
    CHECK(class_of("粤Z1234港") == PlateClass::hong_kong);
    CHECK(class_of("粤ZF123澳") == PlateClass::macao);
    CHECK(class_of("鲁B1234学") == PlateClass::learner);
    CHECK(class_of("鲁B1234挂") == PlateClass::trailer);
    CHECK(class_of("民航A1234") == PlateClass::civil_aviation);
}

TEST_CASE("what people type is folded") {
    CHECK(Plate::parse("苏a·12345")->text() == "苏A12345");
    CHECK(Plate::parse(" 苏Ａ－１２３４５\r\n")->text() == "苏A12345");
    CHECK(Plate::parse("苏A•123 45")->text() == "苏A12345");
    CHECK(Plate::parse("\xEF\xBB\xBF苏A.12345")->text() == "苏A12345");
}

TEST_CASE("an error names the character and what to write") {
    CHECK(says(problem("苏A12I45"), "character 5 is 'I'"));
    CHECK(says(problem("苏A12I45"), "write the digit 1"));
    CHECK(says(problem("苏A12O45"), "write the digit 0"));
    CHECK(says(problem("苏112345"), "character 2 is '1'"));
    CHECK(says(problem("A112345"), "character 1 is 'A'"));
    CHECK(says(problem("苏A警2345"), "character 3 is '警'"));
    CHECK(says(problem("苏A1234苏"), "first place"));
    CHECK(says(problem("苏A1234港"), "粤Z"));
    CHECK(says(problem("苏AZ12345"), "character 3 is 'Z'"));
    CHECK(says(problem("苏AD123A5"), "character 7 is 'A'"));
    CHECK(says(problem("苏A1234"), "6 characters"));
    CHECK(says(problem(""), "empty"));
    CHECK(says(problem("苏A12\xFF"
                       "45"),
               "byte 0xFF"));
}

TEST_CASE("input of any length and any bytes is safe and answered shortly") {
    CHECK(problem(std::string(4096, 'A')).size() < 200);
    CHECK(problem(std::string(4096, '\xF0')).size() < 200);
    CHECK(problem(std::string(1 << 20, '0')).size() < 200);
    CHECK(rc::check("random bytes never crash; a parsed plate parses to itself", [](const std::string& text) {
        const auto plate = Plate::parse(text);
        (void)may_stand(text, 3, 7);
        if (plate.ok()) RC_ASSERT(Plate::parse(plate->text())->text() == plate->text());
        std::size_t bytes = 0;
        for (const auto& c : characters(text)) bytes += c.size();
        RC_ASSERT(bytes == text.size());
    }));
}

TEST_CASE("may_stand is the general grammar") {
    CHECK(may_stand("苏", 0, 7));
    CHECK_FALSE(may_stand("A", 0, 7));
    CHECK_FALSE(may_stand("I", 1, 7));
    CHECK_FALSE(may_stand("4", 1, 7));
    CHECK_FALSE(may_stand("O", 3, 7));
    CHECK(may_stand("警", 6, 7));
    CHECK_FALSE(may_stand("警", 5, 7));
    CHECK_FALSE(may_stand("警", 7, 8));
    CHECK_FALSE(may_stand("1", 7, 7));
    CHECK_FALSE(may_stand("1", -1, 7));
    CHECK(provinces().size() == 31);
}

TEST_CASE("look-alikes are symmetric and never the same") {
    std::vector<std::string_view> alphabet(provinces().begin(), provinces().end());
    const std::string ascii = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    for (const char& c : ascii) alphabet.emplace_back(&c, 1);
    for (int position = 0; position < 8; ++position) {
        for (const auto& c : alphabet) {
            for (const auto& other : confusable_with(c, position)) {
                CAPTURE(c);
                CHECK(other != c);
                const auto back = confusable_with(other, position);
                CHECK(std::count(back.begin(), back.end(), c) == 1);
            }
        }
    }
    CHECK(confusable_with("A", 1).size() == 1);
    CHECK(confusable_with("A", 3).empty());
    CHECK(confusable_with("A", -1).empty());
}

TEST_CASE("look-alike plates differ in one confusable character") {
    const auto plate = Plate::parse("苏B12345").value();
    const auto all = look_alikes(plate);
    CHECK(all.size() == 4);  // 1→T L, 2→Z, 5→S; second place: B→8 breaks the grammar; 苏 has none
    for (const auto& other : all) {
        CHECK(are_look_alikes(plate, other));
        CHECK(are_look_alikes(other, plate));
    }
    CHECK_FALSE(are_look_alikes(plate, plate));
    CHECK_FALSE(are_look_alikes(plate, Plate::parse("苏B1Z34S").value()));
    CHECK_FALSE(are_look_alikes(plate, Plate::parse("苏B12346").value()));
    CHECK(are_look_alikes(Plate::parse("浙A12345").value(), Plate::parse("沪A12345").value()));
}
