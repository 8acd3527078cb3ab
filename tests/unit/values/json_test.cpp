#include "values/json.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <doctest/doctest.h>

using namespace menshen;
namespace json = boost::json;

namespace {

/// As text and back: what the journal and the sockets do.
template <class T>
T through_text(const T& value) {
    auto back = from_json<T>(json::parse(json::serialize(to_json(value))));
    REQUIRE_MESSAGE(back.ok(), back.error().message);
    return std::move(back).value();
}

Permit full_permit() {
    Permit p;
    p.id = 7;
    p.scope = "city";
    p.permit_class = PermitClass::official_car;
    p.state = PermitState::suspended;
    p.holder = "王 \"五\"";
    p.unit = "办公室";
    p.valid_from = *parse_local("2026-01-01");
    p.valid_until = *parse_local("2027-01-01 12:30");
    p.schedule_id = 3;
    p.zones = {"north", "south"};
    p.access_points = {"in-1"};
    p.max_inside = 2;
    p.max_uses = 10;
    p.escort = true;
    p.order_required = true;
    p.unknown_critical = {"moon_phase"};
    return p;
}

Read full_read() {
    Read r;
    r.lane = "in-1";
    r.frame = 0xFFFF'FFFF'FFFF'FFFFULL;
    r.captured = Instant(Duration(123'456'789'012));
    r.corners = {Point{1.5F, 2.25F}, Point{100.1F, 3}, Point{99, 40}, Point{-2, 41}};
    r.text = "苏A12345";
    r.characters = {{{{"苏", 0.9F}, {"鄂", 0.05F}}}, {{{"A", 1.0F}}}};
    r.colour = PlateColour::blue;
    r.colour_likelihood = 0.7F;
    r.likelihood = 0.123456F;
    r.frame_width = 1920;
    r.frame_height = 1080;
    r.picture = "p1";
    return r;
}

/// Replaces what stands at `key` and says what the reader makes of it.
template <class T>
std::string error_with(const T& value, std::string_view key, const json::value& wrong) {
    json::value v = to_json(value);
    v.as_object()[key] = wrong;
    const auto back = from_json<T>(v);
    return back.ok() ? "" : back.error().message;
}

}  // namespace

TEST_CASE("every value comes back from its JSON as it was") {
    CHECK(through_text(full_read()) == full_read());
    CHECK(through_text(full_permit()) == full_permit());
    CHECK(through_text(Permit{}) == Permit{});
    Claim claim{9,
                "in-1",
                {{"苏A12345", 0.987654}, {"苏A1234S", 0.01}},
                PlateColour::blue,
                Instant(Duration(5)),
                Instant(Duration(6)),
                4,
                123.5F,
                "p"};
    CHECK(through_text(claim) == claim);
    const Credential credential{1, CredentialKind::card, "x", 7};
    CHECK(through_text(credential) == credential);
    const Block block{2, "city", BlockKind::hold, "苏A12345", "遗失", *parse_local("2026-12-01")};
    CHECK(through_text(block) == block);
    CHECK(through_text(Listing{"苏A12345", {{credential, full_permit()}}, {block}}) ==
          Listing{"苏A12345", {{credential, full_permit()}}, {block}});
    Schedule schedule{3, "office", {}, {{600, 720}}};
    schedule.week[0] = {{480, 1080}, {1320, 120}};
    CHECK(through_text(schedule) == schedule);
    const Calendar calendar{{*parse_date("2026-10-01")}, {{*parse_date("2026-10-10"), 4}}};
    CHECK(through_text(calendar) == calendar);
    Decision decision{Verdict::grant, Reason::permit_valid, "苏A12345", 0.9876, 0.9, 7, 1, 30, {Notice::watchlist}};
    CHECK(through_text(decision) == decision);
    CHECK(through_text(Decision{}) == Decision{});
}

TEST_CASE("likelihoods of six places survive the text exactly") {
    for (int i = 0; i <= 1'000'000; i += 37) {
        const double value = i / 1e6;
        const Candidate c{"x", value};
        CHECK(json::parse(json::serialize(json::value(c.likelihood))).to_number<double>() == value);
    }
}

TEST_CASE("what is missing, mistyped or out of bounds is named with its path") {
    json::value v = to_json(Listing{"苏A12345", {{Credential{}, full_permit()}}, {}});
    v.at("permits").at(0).at("permit").as_object()["valid_until"] = "tomorrow";
    auto error = from_json<Listing>(v);
    REQUIRE_FALSE(error.ok());
    CHECK(error.error().message.starts_with("permits[0].permit.valid_until "));
    v.at("permits").at(0).at("permit").as_object().erase("valid_until");
    CHECK(from_json<Listing>(v).error().message == "permits[0].permit.valid_until is missing");

    CHECK(error_with(full_permit(), "max_uses", "three") == "max_uses must be a whole number");
    CHECK(error_with(full_permit(), "max_uses", 1e3) == "max_uses must be a whole number");
    CHECK(error_with(full_permit(), "max_uses", 99'999'999'999) == "max_uses is out of range");
    CHECK(error_with(full_permit(), "state", "gone").starts_with("state must be one of active"));
    CHECK(error_with(full_permit(), "holder", nullptr) == "holder must be a string");
    CHECK(error_with(full_read(), "likelihood", 1.5) == "likelihood must lie in 0..1");
    CHECK(error_with(full_read(), "frame", -1) == "frame must be a whole number from 0");
    CHECK(error_with(full_read(), "corners", json::array{json::array{1, 2}}) == "corners must have 4 corners");
    CHECK(error_with(full_read(), "corners", json::array{json::array{1}}) == "corners[0] must be [x, y]");
    CHECK(error_with(full_read(), "corners", json::array{json::array{1e30, 1}}).starts_with("corners[0][0] "));
    CHECK(error_with(full_read(), "characters", json::array(13, json::object{}))
              .starts_with("characters has more than 12"));
    CHECK(error_with(Decision{}, "reason", "because").starts_with("reason is no reason"));
    CHECK(from_json<Read>(json::value(3)).error().message == "the JSON must be an object");
    CHECK(error_with(full_permit(), "colour_of_ink", "red").empty());  // unknown fields are ignored
}
