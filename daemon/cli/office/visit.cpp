// Visits (访客预约).
#include <fmt/format.h>

#include <ctime>
#include <ostream>

#include "json_text.hpp"
#include "look_up.hpp"
#include "office/text_table.hpp"
#include "outcome.hpp"

namespace menshen::office {

namespace {

namespace json = boost::json;

Result<json::object> visit_from(const VisitOptions& options) {
    json::object visit{{"visitor", options.visitor}, {"phone", options.phone}, {"purpose", options.purpose}};
    json::array plates;
    for (const auto& written : options.plates) {
        auto plate = plate_from(written);
        if (!plate) return plate.error();
        plates.emplace_back(*plate);
    }
    visit["plates"] = std::move(plates);
    auto from = time_from(options.from, false);
    if (!from) return from.error().in("--from");
    auto until = time_from(options.until, true);
    if (!until) return until.error().in("--until");
    visit["from"] = *from;
    visit["until"] = *until;
    if (options.people) visit["people"] = *options.people;
    return visit;
}

/// The wall clock of this machine; the registry compares with its own.
std::string now_text() {
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    ::localtime_r(&now, &parts);
    return format_local(LocalTime(seconds(::timegm(&parts))));
}

std::string visits_text(const std::vector<json::object>& visits, const Desk& desk) {
    TextTable table(desk.zh() ? std::vector<std::string>{"编号", "院区", "访客", "号牌", "从", "至", "事由", "状态"}
                              : std::vector<std::string>{"number", "site", "visitor", "plates", "from", "until",
                                                         "purpose", "state"});
    for (const auto& visit : visits) {
        const auto& fields = object_in(visit, "value");
        table.row({text_in(visit, "id"), text_in(visit, "scope"), text_in(fields, "visitor"),
                   texts_in(fields, "plates"), time_text(text_in(fields, "from")), time_text(text_in(fields, "until")),
                   text_in(fields, "purpose"),
                   text_in(fields, "state") == "booked" ? std::string(desk.say({"已预约", "booked"}))
                                                        : std::string(desk.say({"已取消", "cancelled"}))});
    }
    return table.text();
}

}  // namespace

int run_visit_book(const VisitOptions& options, Desk& desk) {
    auto visit = visit_from(options);
    if (!visit) return fail(desk, visit.error());
    return at_registry(desk, [&](link::Registry& registry) -> Result<int> {
        auto site = site_of(desk, registry);
        if (!site) return site.error();
        json::object body{{"scope", *site}, {"escort", options.escort}};
        if (!options.unit.empty()) {
            auto ids = ids_named(registry, "/v1/units", "name", *site, {options.unit});
            if (!ids) return ids.error();
            (*visit)["unit"] = ids->at(0);
        }
        if (!options.zones.empty()) {
            auto ids = ids_named(registry, "/v1/zones", "key", *site, options.zones);
            if (!ids) return ids.error();
            body["zones"] = json::array(ids->begin(), ids->end());
        }
        if (!options.permit_class.empty()) {
            auto key = class_from(options.permit_class);
            if (!key) return key.error().in("--class");
            body["class"] = *key;
        }
        if (!options.why.empty()) body["why"] = options.why;
        body["visit"] = *visit;
        return done_and_told(desk, registry, {"POST", "/v1/visits", body}, [&](const json::object& answer) {
            return fmt::format(fmt::runtime(desk.zh() ? "已预约访客 {}：{}" : "visit {} is booked: {}"),
                               first_changed(answer), options.visitor);
        });
    });
}

int run_visit_cancel(std::int64_t id, const std::string& why, Desk& desk) {
    return at_registry(desk, [&](link::Registry& registry) -> Result<int> {
        auto visit = registry.get(fmt::format("/v1/visits/{}", id));
        if (!visit) return visit.error();
        json::object body;
        if (!why.empty()) body["why"] = why;
        return done_and_told(
            desk, registry, {"POST", fmt::format("/v1/visits/{}/cancel", id), body, number_in(*visit, "version")},
            [&](const json::object&) {
                return fmt::format(fmt::runtime(desk.zh() ? "已取消访客预约 {}" : "visit {} is cancelled"), id);
            });
    });
}

int run_visit_list(const ListOptions& options, Desk& desk) {
    return at_registry(desk, [&](link::Registry& registry) -> Result<int> {
        link::Query query{{"words", options.words}, {"scope", desk.site}};
        if (!options.past) {
            query["ends_after"] = now_text();
            query["state"] = "booked";
        }
        return listed(desk, registry, "/v1/visits", std::move(query), options.limit,
                      [&](const std::vector<json::object>& items) { return visits_text(items, desk); });
    });
}

}  // namespace menshen::office
