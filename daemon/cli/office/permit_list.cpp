// Permits as lists and one by one.
#include <fmt/format.h>

#include <ostream>

#include "cli/report.hpp"
#include "json_text.hpp"
#include "look_up.hpp"
#include "office/text_table.hpp"
#include "outcome.hpp"

namespace menshen::office {

namespace {

namespace json = boost::json;

std::string state_text(const std::string& key, const Desk& desk) {
    if (key == "active") return std::string(desk.say({"有效", "active"}));
    if (key == "suspended") return std::string(desk.say({"暂停", "suspended"}));
    if (key == "cancelled") return std::string(desk.say({"已注销", "cancelled"}));
    return key;
}

std::string permits_text(const std::vector<json::object>& permits, const Desk& desk) {
    TextTable table(
        desk.zh()
            ? std::vector<std::string>{"编号", "院区", "类别", "号牌", "持证人", "单位", "有效期至", "状态"}
            : std::vector<std::string>{"number", "site", "class", "credentials", "holder", "unit", "until", "state"});
    for (const auto& permit : permits) {
        const auto& fields = object_in(permit, "value");
        table.row({text_in(permit, "id"), text_in(permit, "scope"), class_text(text_in(fields, "class"), desk),
                   credentials_text(permit), text_in(permit, "holder"), text_in(permit, "unit"),
                   end_text(text_in(fields, "valid_until"), desk), state_text(text_in(fields, "state"), desk)});
    }
    return table.text();
}

}  // namespace

int run_permit_list(const ListOptions& options, Desk& desk) {
    return at_registry(desk, [&](link::Registry& registry) -> Result<int> {
        link::Query query{{"words", options.words}, {"scope", desk.site}};
        if (!options.permit_class.empty()) {
            auto key = class_from(options.permit_class);
            if (!key) return key.error().in("--class");
            query["class"] = *key;
        }
        std::string_view path = "/v1/permits";
        if (options.expiring_days > 0) {
            path = "/v1/permits/expiring";
            query["days"] = std::to_string(options.expiring_days);
        } else {
            query["state"] = !options.state.empty() ? options.state : options.past ? "" : "active";
        }
        return listed(desk, registry, path, std::move(query), options.limit,
                      [&](const std::vector<json::object>& items) { return permits_text(items, desk); });
    });
}

int run_permit_show(const PermitOptions& options, Desk& desk) {
    return at_registry(desk, [&](link::Registry& registry) -> Result<int> {
        auto permit = find_permit(registry, options.which, desk.site);
        if (!permit) return permit.error();
        if (desk.json) {
            desk.out << json::serialize(*permit) << "\n";
            return Exit::done;
        }
        TextTable table({text_in(*permit, "id"),
                         fmt::format("{} {}", class_text(text_in(object_in(*permit, "value"), "class"), desk),
                                     credentials_text(*permit))});
        table.row({"scope", text_in(*permit, "scope")});
        table.row({"version", text_in(*permit, "version")});
        for (const auto& [key, value] : object_in(*permit, "value")) {
            const bool empty = value.is_null() || (value.is_string() && value.as_string().empty()) ||
                               (value.is_array() && value.as_array().empty()) || (value.is_bool() && !value.as_bool());
            if (!empty) table.row({std::string(key), text_in(object_in(*permit, "value"), key)});
        }
        desk.out << table.text();
        return Exit::done;
    });
}

}  // namespace menshen::office
