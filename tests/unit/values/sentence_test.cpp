#include <doctest/doctest.h>

#include <set>

#include "values/decision.hpp"
#include "values/event.hpp"
#include "values/sensors.hpp"

using namespace menshen;

TEST_CASE("every reason has its own key and a sentence that fits the LED board") {
    std::set<std::string_view> keys;
    std::set<int> codes;
    for (const Reason reason : all_reasons()) {
        CAPTURE(to_string(reason));
        CHECK(keys.insert(to_string(reason)).second);
        CHECK(codes.insert(static_cast<int>(reason)).second);
        CHECK_FALSE(sentence(reason).en.empty());
        CHECK_FALSE(sentence(reason).zh.empty());
        CHECK(characters(sentence(reason).zh).size() <= 8);
        const int code = static_cast<int>(reason);  // the header's three blocks
        CHECK(verdict_of(reason) == (code < 20 ? Verdict::grant : code < 40 ? Verdict::deny : Verdict::refer));
    }
    CHECK(keys.size() == 33);
    CHECK(verdict_of(static_cast<Reason>(9999)) == Verdict::deny);
}

TEST_CASE("classes of permits are found by key, Chinese name and what the bureaus write") {
    for (int i = 0; i <= static_cast<int>(PermitClass::emergency); ++i) {
        const auto c = static_cast<PermitClass>(i);
        CHECK(*permit_class_from(to_string(c)) == c);
        CHECK_FALSE(name_of(c).zh.empty());
    }
    CHECK(*permit_class_from("停车证") == PermitClass::parking);
    CHECK(*permit_class_from(" 出入证 ") == PermitClass::pass);
    CHECK(*permit_class_from("临时") == PermitClass::temporary);
    CHECK(*permit_class_from("领导") == PermitClass::committee);
    CHECK(*permit_class_from("公务") == PermitClass::official_car);
    CHECK(*permit_class_from("Group Visit") == PermitClass::group_visit);
    const auto wrong = permit_class_from("飞船");
    REQUIRE_FALSE(wrong.ok());
    CHECK(wrong.error().message.find("parking") != std::string::npos);
    CHECK_FALSE(permit_class_from(std::string(4096, ' ')).ok());
}

TEST_CASE("kinds of events are read back from their keys") {
    for (int i = 0; i <= static_cast<int>(EventKind::evidence); ++i) {
        const auto kind = static_cast<EventKind>(i);
        CHECK(*event_kind_from(to_string(kind)) == kind);
    }
    CHECK_FALSE(event_kind_from("opened").ok());
    CHECK(to_string(Outcome::not_opened) == "not_opened");
    CHECK(to_string(Arm::between) == "between");
    CHECK(to_string(Errc::exhausted) == "exhausted");
}
