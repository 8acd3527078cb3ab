// Entities as JSON.
#include "registry/fields.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

#include <set>

#include "samples.hpp"

namespace menshen::registry::test {

namespace {

FieldErrors read(const char* text, Value& value, Strictness strictness = Strictness::sent) {
    return read_fields(boost::json::parse(text).as_object(), value, strictness);
}

}  // namespace

TEST_CASE("every kind is written and read back the same, and is sound") {
    std::set<Kind> kinds;
    for (const auto& value : one_of_each()) {
        kinds.insert(kind_of(value));
        CAPTURE(std::string(to_string(kind_of(value))));
        Value back = empty_value(kind_of(value));
        CHECK(read_fields(to_json(value), back).empty());
        CHECK(back == value);
        CHECK(check(back).empty());
        CHECK(back == value);
        CHECK(kind_from(to_string(kind_of(value))) == kind_of(value));
    }
    CHECK(kinds.size() == std::variant_size_v<Value>);
}

TEST_CASE("absent fields stay, null takes away, what is unknown is a mistake unless it was stored") {
    Value value = full_permit();
    CHECK(read(R"({"note":"new","schedule":null,"valid_until":"2027-02-01"})", value).empty());
    auto expected = full_permit();
    expected.note = "new";
    expected.schedule.reset();
    expected.valid_until = at("2027-02-01T00:00:00");
    CHECK(value == Value(expected));

    const auto errors = read(R"({"valid_til":"2027-02-01","a/b~c":1})", value);
    REQUIRE(errors.size() == 2);
    CHECK(errors[0].pointer == "/valid_til");
    CHECK(errors[0].code == "unknown_field");
    CHECK(errors[1].pointer == "/a~1b~0c");
    CHECK(read(R"({"valid_til":"2027-02-01"})", value, Strictness::stored).empty());
}

TEST_CASE("every field that is of the wrong shape is named, all at once") {
    Value value = Permit{};
    const auto errors = read(
        R"({"class":"king","holder":7,"unit":"x","valid_until":"soon","zones":[1,"b"],"max_uses":1.5,"escort":"yes",
            "schedule":0,"max_inside":99999999999})",
        value);
    std::set<std::string> pointers;
    for (const auto& error : errors) {
        pointers.insert(error.pointer);
        CHECK_FALSE(error.text.empty());
    }
    CHECK(pointers == std::set<std::string>{"/class", "/holder", "/unit", "/valid_until", "/zones/1", "/max_uses",
                                            "/escort", "/schedule", "/max_inside"});
    value = Schedule{};
    CHECK(read(R"({"week":[[],[]]})", value)[0].pointer == "/week");
    CHECK(read(R"({"holiday":[{"from":1}]})", value)[0].pointer == "/holiday/0");
    value = Calendar{};
    CHECK(read(R"({"holidays":["2026-13-01"]})", value)[0].pointer == "/holidays/0");
    CHECK(read(R"({"make_up_workdays":[{"date":"x","weekday":1}]})", value)[0].pointer == "/make_up_workdays/0/date");
}

TEST_CASE("references of an entity, each with its field and kind, and where they can be changed") {
    Value value = full_permit();
    std::vector<std::pair<std::string, Kind>> found;
    each_reference(value, [&](const Reference& reference) {
        found.emplace_back(reference.field, reference.to);
        *reference.id += 100;
    });
    CHECK(found.size() == 6);
    CHECK(found[0] == std::pair<std::string, Kind>{"person", Kind::person});
    CHECK(std::get<Permit>(value).zones == std::vector<Id>{114, 115});
}

TEST_CASE("what entities are found by") {
    const auto permit = facets_of(full_permit());
    CHECK(permit.group == "contractor");
    CHECK(permit.until == at("2027-01-01T00:00:00"));
    CHECK(permit.words.find("p-77") != std::string::npos);
    auto ended = full_permit();
    ended.state = PermitState::cancelled;
    ended.cancelled = at("2026-11-22T00:00:00");
    CHECK(facets_of(ended).until == ended.cancelled);
    CHECK(facets_of(Credential{1, CredentialKind::plate, "浙A12345", {}}).look_up == "plate:浙A12345");
}

}  // namespace menshen::registry::test
