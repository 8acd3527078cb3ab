// What an administrator issues, and what a gate decides by it: rows as the registry writes them, the feed as it sends
// it, the list as the gate keeps it. Where the two ends understand a row differently, a car shows it here.
#include <fmt/format.h>

#include "gate_end.hpp"

namespace menshen::registry::server::test {

namespace {

namespace json = boost::json;

json::object put_in(const char* scope, const char* kind, std::int64_t id, json::object value) {
    return {{"put", {{"kind", kind}, {"id", id}, {"scope", scope}, {"value", std::move(value)}}}};
}

json::object hours(int from, int to) {
    return {{"from", from}, {"to", to}};
}

constexpr int eight = 480, six_in_the_evening = 1080, ten_in_the_evening = 1320, six = 360;

/// A compound in the year 2035: 1 October is a Monday and begins a week of holidays, Sunday the 30 September before
/// is a workday with Friday's hours.
class Compound {
  public:
    Compound() : gate(rig.enrol("north")), end(rig, gate) {
        json::array office_week, night_week;
        for (int day = 0; day < 7; ++day) {
            office_week.push_back(day < 5 ? json::array{hours(eight, six_in_the_evening)} : json::array{});
            night_week.push_back(json::array{hours(ten_in_the_evening, six)});
        }
        json::array week_off;
        for (int day = 1; day <= 7; ++day) week_off.push_back(json::string(fmt::format("2035-10-{:02}", day)));
        commit({
            put_in("common", "schedule", -1, {{"name", "office"}, {"week", office_week}, {"holiday", json::array{}}}),
            put_in("common", "calendar", 0,
                   {{"name", "2035"},
                    {"holidays", week_off},
                    {"make_up_workdays", json::array{{{"date", "2035-09-30"}, {"weekday", 4}}}}}),
            put_in("common", "zone", -2, {{"key", "plaza"}, {"name", "Plaza"}}),
            put_in("main", "schedule", -3,
                   {{"name", "night"}, {"week", night_week}, {"holiday", json::array{hours(0, six)}}}),
            put_in("main", "calendar", 0, {{"name", "the site's"}, {"holidays", json::array{"2035-05-08"}}}),
            put_in("main", "zone", -4, {{"key", "yard"}, {"name", "Yard"}}),
            put_in("main", "access_point", -5, {{"key", "in-1"}, {"name", "In"}, {"zone", -4}}),
        });
    }

    void commit(json::array changes) {
        const auto heard = rig.admin.post("/v1/commits", {{"changes", changes}});
        if (heard.status != 200) FAIL(heard.body);
        for (std::size_t i = 0; i < changes.size(); ++i) {
            const auto& change = changes[i].as_object();
            if (!change.contains("put")) continue;
            const auto given = heard.json().at("changed").as_array().at(i).at("id").as_int64();
            ids[change.at("put").at("id").as_int64()] = given;
        }
    }
    /// The permit's id.
    std::int64_t issue(const std::string& plate, json::object permit, const std::string& scope = "main") {
        return issue_for({{{"kind", "plate"}, {"value", plate}}}, std::move(permit), scope);
    }
    std::int64_t issue_for(json::array credentials, json::object permit, const std::string& scope = "main") {
        const auto heard =
            rig.admin.post("/v1/permits", {{"scope", scope}, {"permit", permit}, {"credentials", credentials}});
        return first_of(heard);
    }
    /// The visit's id.
    std::int64_t book(const std::string& plate, const std::string& permit_class, bool escort = false) {
        return first_of(rig.admin.post("/v1/visits", {{"scope", "main"},
                                                      {"class", permit_class},
                                                      {"escort", escort},
                                                      {"visit",
                                                       {{"visitor", "李四"},
                                                        {"plates", json::array{plate}},
                                                        {"from", "2035-06-01T09:00:00"},
                                                        {"until", "2035-06-01T12:00:00"}}}}));
    }
    std::int64_t block(const std::string& plate, const char* kind, const char* scope, json::value until = nullptr) {
        return first_of(rig.admin.post(
            "/v1/blocks",
            {{"scope", scope}, {"block", {{"kind", kind}, {"plate", plate}, {"reason", "x"}, {"until", until}}}}));
    }
    void post(const std::string& path, json::object body = {}) {
        const auto heard = rig.admin.post(path, body);
        if (heard.status != 200) FAIL(heard.body);
    }
    void patch(const std::string& path, const json::object& body) {
        const auto heard = rig.admin.patch(path, body);
        if (heard.status != 200) FAIL(heard.body);
    }
    void take_all(bundle::Finding (GateEnd::*how)(const std::string&)) {
        for (const auto* scope : {"main", "common"}) CHECK((end.*how)(scope) == bundle::Finding::accept);
    }
    void expect(Reason reason, const Before& car) {
        const auto decision = end.decide(car);
        CHECK_MESSAGE(decision.reason == reason, car.plate << " at " << car.at << ": " << to_string(decision.reason)
                                                           << ", not " << to_string(reason));
    }

    Rig rig;
    EnrolledGate gate;
    GateEnd end;
    std::map<std::int64_t, std::int64_t> ids;  // of what a commit made

  private:
    static std::int64_t first_of(const Heard& heard) {
        if (heard.status != 201) FAIL(heard.body);
        return heard.json().at("changed").as_array().at(0).at("id").as_int64();
    }
};

constexpr const char* friday = "2035-06-01T10:00:00";

}  // namespace

TEST_CASE("G8: permits of every class, issued at the registry, are what a gate decides by") {
    Compound site;
    const auto office = site.ids[-1], plaza = site.ids[-2], night = site.ids[-3], yard = site.ids[-4],
               in_1 = site.ids[-5];
    site.issue("浙A00001", {{"class", "staff"}, {"schedule", office}});
    site.issue_for({{{"kind", "plate"}, {"value", "浙A00002"}}, {{"kind", "plate"}, {"value", "浙A00022"}}},
                   {{"class", "parking"}, {"max_inside", 1}, {"valid_until", "2036-01-01T00:00:00"}});
    site.issue("浙A00003", {{"class", "pass"}, {"zones", json::array{yard}}});
    site.issue("浙A00033", {{"class", "pass"}, {"zones", json::array{plaza}}});
    site.issue("浙A00004", {{"class", "temporary"},
                            {"max_uses", 3},
                            {"valid_from", "2035-05-01T00:00:00"},
                            {"valid_until", "2035-07-01T00:00:00"}});
    site.issue("浙A00005", {{"class", "committee"}});
    site.book("浙A00006", "visitor");
    site.book("浙A00007", "group_visit", true);
    site.book("浙A00077", "group_visit");
    site.issue("浙A00008", {{"class", "official_car"}, {"order_required", true}});
    site.issue("浙A00009", {{"class", "contractor"}, {"schedule", night}, {"access_points", json::array{in_1}}});
    site.issue("浙A00010", {{"class", "emergency"}}, "common");
    site.issue_for({{{"kind", "card"}, {"value", "a1b2c3d4"}}}, {{"class", "staff"}});
    site.take_all(&GateEnd::take_snapshot);

    site.expect(Reason::permit_valid, {"浙A00001", friday});
    site.expect(Reason::outside_schedule, {"浙A00001", "2035-06-02T10:00:00"});  // a Saturday
    site.expect(Reason::outside_schedule, {"浙A00001", "2035-06-01T18:00:00"});
    site.expect(Reason::outside_schedule, {"浙A00001", "2035-10-01T10:00:00"});  // a holiday of common
    site.expect(Reason::permit_valid, {"浙A00001", "2035-09-30T10:00:00"});      // a Sunday that makes up for it
    site.expect(Reason::outside_schedule, {"浙A00001", "2035-05-08T10:00:00"});  // a holiday of the site

    site.expect(Reason::permit_valid, {"浙A00002", friday});
    const Presence other_inside{"浙A00022", false, std::nullopt, 1, 1};
    site.expect(Reason::holder_limit, {"浙A00022", friday, "yard", "in-1", Direction::in, Mode::normal, other_inside});
    site.expect(Reason::expired, {"浙A00002", "2036-01-01T00:00:00"});

    site.expect(Reason::permit_valid, {"浙A00003", friday});
    site.expect(Reason::wrong_zone, {"浙A00003", friday, "plaza"});
    site.expect(Reason::permit_valid, {"浙A00033", friday, "plaza"});

    site.expect(Reason::not_yet_valid, {"浙A00004", "2035-04-30T23:59:59"});
    site.expect(Reason::permit_valid, {"浙A00004", friday});
    const Presence used_up{"浙A00004", false, std::nullopt, 0, 3};
    site.expect(Reason::uses_exhausted, {"浙A00004", friday, "yard", "in-1", Direction::in, Mode::normal, used_up});
    site.expect(Reason::expired, {"浙A00004", "2035-07-01T00:00:00"});

    site.expect(Reason::permit_valid,
                {"浙A00005", friday, "yard", "in-1", Direction::in, Mode::normal, std::nullopt, 10});
    site.expect(Reason::zone_full, {"浙A00003", friday, "yard", "in-1", Direction::in, Mode::normal, std::nullopt, 10});

    site.expect(Reason::visitor_valid, {"浙A00006", friday});
    site.expect(Reason::not_yet_valid, {"浙A00006", "2035-06-01T08:59:59"});
    site.expect(Reason::expired, {"浙A00006", "2035-06-01T12:00:00"});
    site.expect(Reason::escort_required, {"浙A00007", friday});
    site.expect(Reason::visitor_valid, {"浙A00077", friday});

    site.expect(Reason::permit_valid, {"浙A00008", friday});
    site.expect(Reason::order_missing, {"浙A00008", friday, "yard", "out-1", Direction::out});

    site.expect(Reason::permit_valid, {"浙A00009", "2035-06-01T23:00:00"});
    site.expect(Reason::permit_valid, {"浙A00009", "2035-06-02T05:59:00"});
    site.expect(Reason::wrong_zone, {"浙A00009", "2035-06-01T23:00:00", "yard", "in-2"});
    site.expect(Reason::outside_schedule, {"浙A00009", friday});
    site.expect(Reason::permit_valid, {"浙A00009", "2035-10-02T01:00:00"});  // a holiday's own hours

    site.expect(Reason::emergency_vehicle, {"浙A00010", friday});
    site.expect(Reason::lockdown, {"浙A00010", friday, "yard", "in-1", Direction::in, Mode::lockdown});
    CHECK(site.end.decide({"浙A00010", friday, "yard", "in-1", Direction::in, Mode::lockdown}).verdict ==
          Verdict::refer);
    site.expect(Reason::unknown_plate, {"浙A99999", friday});

    CHECK(site.end.card(CredentialKind::card, "A1B2C3D4").permits.size() == 1);
    CHECK(site.end.card(CredentialKind::card, "A1B2C3D5").permits.empty());
}

TEST_CASE("G9: blocks of either scope win over every permit, watched cars are said, a hold keeps a car in") {
    Compound site;
    for (const auto* plate : {"浙A00001", "浙A00002", "浙A00003", "浙A00004"}) site.issue(plate, {{"class", "staff"}});
    site.block("浙A00001", "block", "common");
    site.block("浙A00002", "block", "main", "2035-06-01T11:00:00");
    site.block("浙A00003", "watch", "main");
    site.block("浙A00004", "hold", "common");
    site.take_all(&GateEnd::take_snapshot);
    site.expect(Reason::blocked, {"浙A00001", friday});
    site.expect(Reason::blocked, {"浙A00002", friday});
    site.expect(Reason::permit_valid, {"浙A00002", "2035-06-01T11:00:00"});
    site.expect(Reason::permit_valid, {"浙A00003", friday});
    CHECK(site.end.decide({"浙A00003", friday}).notices == std::vector{Notice::watchlist});
    site.expect(Reason::permit_valid, {"浙A00004", friday});
    site.expect(Reason::held, {"浙A00004", friday, "yard", "out-1", Direction::out});
}

TEST_CASE("I2: what an administrator changes reaches the gate's decision with the next change set") {
    Compound site;
    const auto cancelled = site.issue("浙A00001", {{"class", "staff"}, {"schedule", site.ids[-1]}});
    const auto suspended = site.issue("浙A00002", {{"class", "staff"}});
    const auto replaced = site.issue("浙A00003", {{"class", "parking"}});
    const auto rescheduled = site.ids[-3];
    site.issue("浙A00004", {{"class", "staff"}, {"schedule", rescheduled}});
    const auto visit = site.book("浙A00006", "visitor");
    const auto blocked = site.block("浙A00003", "block", "common");
    site.take_all(&GateEnd::take_snapshot);
    site.expect(Reason::permit_valid, {"浙A00001", friday});
    site.expect(Reason::blocked, {"浙A00003", friday});
    site.expect(Reason::visitor_valid, {"浙A00006", friday});
    site.expect(Reason::outside_schedule, {"浙A00004", friday});

    site.post(fmt::format("/v1/permits/{}/cancel", cancelled));
    site.patch(fmt::format("/v1/permits/{}", suspended), {{"permit", {{"state", "suspended"}}}});
    const auto shown = site.rig.admin.get(fmt::format("/v1/permits/{}", replaced)).json();
    const auto credential = shown.at("credentials").as_array().at(0).at("id").as_int64();
    site.post(fmt::format("/v1/visits/{}/cancel", visit));
    CHECK(site.rig.admin.ask("DELETE", fmt::format("/v1/blocks/{}", blocked)).status == 200);
    site.post(fmt::format("/v1/permits/{}/replace", replaced),
              {{"credential", credential}, {"by", {{"kind", "plate"}, {"value", "浙A00033"}}}});
    json::array always;
    for (int day = 0; day < 7; ++day) always.push_back(json::array{hours(0, 1440)});
    site.commit(
        {put_in("main", "schedule", rescheduled, {{"name", "always"}, {"week", always}, {"holiday", json::array{}}})});
    site.take_all(&GateEnd::take_changes);

    site.expect(Reason::cancelled, {"浙A00001", friday});
    site.expect(Reason::suspended, {"浙A00002", friday});
    site.expect(Reason::unknown_plate, {"浙A00003", friday});
    site.expect(Reason::permit_valid, {"浙A00033", friday});
    site.expect(Reason::permit_valid, {"浙A00004", friday});
    site.expect(Reason::cancelled, {"浙A00006", friday});
}

TEST_CASE("the fullest rows that the registry takes are rows that a gate can read; fuller ones are refused") {
    Compound site;
    const auto days = [](std::size_t windows) {
        json::array day;
        for (std::size_t i = 0; i < windows; ++i) day.push_back(hours(static_cast<int>(i) * 10, 1440));
        return json::array{day, day, day, day, day, day, day};
    };
    const auto schedule = [&](std::size_t windows) {
        return put_in(
            "main", "schedule", 0,
            {{"name", fmt::format("of {}", windows)}, {"week", days(windows)}, {"holiday", days(windows)[0]}});
    };
    const auto zones = [](std::size_t count) {
        json::array all;
        for (std::size_t i = 0; i < count; ++i) {
            const auto id = -1000 - static_cast<std::int64_t>(i);
            all.push_back(put_in("main", "zone", id, {{"key", fmt::format("zone-{:027}", i)}, {"name", "z"}}));
        }
        return all;
    };
    const auto calendar = [](std::size_t count) {
        json::array off, make_up;
        for (std::size_t i = 0; i < count; ++i) {
            const auto day = LocalDate(std::chrono::days(24'000 + i));
            off.push_back(json::string(format_date(day)));
            make_up.push_back(json::object{{"date", format_date(day + std::chrono::days(10'000))}, {"weekday", 6}});
        }
        return put_in("main", "calendar", 0,
                      {{"name", fmt::format("of {}", count)}, {"holidays", off}, {"make_up_workdays", make_up}});
    };
    const auto refused = [&](json::array changes) {
        return site.rig.admin.post("/v1/commits", {{"changes", std::move(changes)}}).status == 422;
    };
    CHECK(refused({schedule(max_windows + 1)}));
    CHECK(refused({calendar(max_calendar_days + 1)}));

    auto changes = zones(max_zones);
    json::array named;
    for (const auto& zone : changes) named.push_back(zone.at("put").at("id"));
    changes.push_back(put_in("main", "permit", -9, {{"class", "pass"}, {"zones", named}}));
    changes.push_back(put_in("main", "credential", 0, {{"permit", -9}, {"kind", "plate"}, {"value", "浙A00001"}}));
    changes.push_back(calendar(max_calendar_days));
    site.commit(std::move(changes));
    site.commit({schedule(max_windows)});
    const auto full = site.rig.admin.get("/v1/schedules").json().at("items").as_array().at(0).at("id").as_int64();
    site.issue("浙A00002", {{"class", "staff"}, {"schedule", full}, {"note", std::string(500, '"')}});
    site.take_all(&GateEnd::take_snapshot);
    site.expect(Reason::permit_valid, {"浙A00001", friday, "zone-" + std::string(27, '0')});
    site.expect(Reason::wrong_zone, {"浙A00001", friday, "yard"});
    site.expect(Reason::permit_valid, {"浙A00002", friday});

    auto more = zones(max_zones + 1);
    json::array too_many;
    for (auto& zone : more) {
        auto& put = zone.at("put").as_object();
        put.at("value").as_object()["key"] = "x" + std::string(put.at("value").at("key").as_string().subview(5));
        too_many.push_back(put.at("id"));
    }
    more.push_back(put_in("main", "permit", 0, {{"class", "pass"}, {"zones", too_many}}));
    CHECK(refused(std::move(more)));
}

}  // namespace menshen::registry::server::test
