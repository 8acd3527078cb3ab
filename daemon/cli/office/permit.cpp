// Permits through their life: issued, changed, replaced, cancelled (新办 更改 补办 注销).
#include <fmt/format.h>

#include <ostream>

#include "json_text.hpp"
#include "look_up.hpp"
#include "outcome.hpp"

namespace menshen::office {

namespace {

namespace json = boost::json;

/// The options as the registry's fields; what was not given is left out.
class Fields {
  public:
    Fields(const PermitOptions& options, link::Registry& registry, std::string site)
        : options_(options), registry_(registry), site_(std::move(site)) {}

    /// What needs no registry.
    Status read() {
        const auto text = [&](const char* key, const std::optional<std::string>& value) {
            if (value) fields_[key] = *value;
        };
        text("holder", options_.holder);
        text("phone", options_.phone);
        text("note", options_.note);
        text("number", options_.number);
        text("state", options_.state);
        if (options_.permit_class) {
            auto key = class_from(*options_.permit_class);
            if (!key) return key.error().in("--class");
            fields_["class"] = *key;
        }
        if (auto done = time("valid_from", "--from", options_.from, false); !done) return done;
        if (auto done = time("valid_until", "--until", options_.until, true); !done) return done;
        if (options_.max_inside) fields_["max_inside"] = *options_.max_inside;
        if (options_.max_uses) fields_["max_uses"] = *options_.max_uses;
        if (options_.escort) fields_["escort"] = *options_.escort;
        if (options_.order_required) fields_["order_required"] = *options_.order_required;
        return {};
    }

    /// What is named, as ids.
    Status look_up(bool unit) {
        if (options_.schedule && options_.schedule->empty()) fields_["schedule"] = nullptr;
        if (options_.schedule && !options_.schedule->empty()) {
            auto ids = ids_named(registry_, "/v1/schedules", "name", site_, {*options_.schedule});
            if (!ids) return ids.error();
            fields_["schedule"] = ids->at(0);
        }
        if (options_.zones) {
            auto ids = ids_named(registry_, "/v1/zones", "key", site_, *options_.zones);
            if (!ids) return ids.error();
            fields_["zones"] = json::array(ids->begin(), ids->end());
        }
        if (unit && options_.unit && options_.unit->empty()) fields_["unit"] = nullptr;
        if (unit && options_.unit && !options_.unit->empty()) {
            auto ids = ids_named(registry_, "/v1/units", "name", site_, {*options_.unit});
            if (!ids) return ids.error();
            fields_["unit"] = ids->at(0);
        }
        return {};
    }

    [[nodiscard]] const json::object& fields() const { return fields_; }

  private:
    Status time(const char* key, const char* option, const std::optional<std::string>& written, bool end) {
        if (!written) return {};
        auto value = time_from(*written, end);
        if (!value) return value.error().in(option);
        fields_[key] = *value;
        return {};
    }

    const PermitOptions& options_;
    link::Registry& registry_;
    std::string site_;
    json::object fields_;
};

Result<json::array> credentials_from(const PermitOptions& options) {
    json::array all;
    for (const auto& written : options.plates) {
        auto plate = plate_from(written);
        if (!plate) return plate.error();
        all.push_back({{"kind", "plate"}, {"value", *plate}});
    }
    for (const auto& card : options.cards) all.push_back({{"kind", "card"}, {"value", card}});
    if (all.empty()) return {Errc::invalid, "a permit needs a plate, or a card with --card"};
    return all;
}

std::string id_path(const json::object& entity, std::string_view action = {}) {
    return fmt::format("/v1/permits/{}{}", number_in(entity, "id"), action);
}

/// Of the permit's credentials the one that is named, or the only one.
Result<std::int64_t> credential_of(const json::object& permit, const ReplaceOptions& options) {
    auto wanted = options.old.empty() && !id_from(options.which) ? options.which : options.old;
    if (const auto plate = plate_from(wanted)) wanted = *plate;
    const auto& all = array_in(permit, "credentials");
    if (wanted.empty() && all.size() == 1 && all[0].is_object()) return number_in(all[0].as_object(), "id");
    for (const auto& each : all) {
        if (!each.is_object()) continue;
        if (text_in(object_in(each.as_object(), "value"), "value") == wanted) return number_in(each.as_object(), "id");
    }
    return {Errc::conflict,
            fmt::format("permit {} has {}; say which with --old", number_in(permit, "id"), credentials_text(permit))};
}

}  // namespace

int run_permit_issue(const PermitOptions& options, Desk& desk) {
    auto credentials = credentials_from(options);
    if (!credentials) return fail(desk, credentials.error());
    return at_registry(desk, [&](link::Registry& registry) -> Result<int> {
        auto site = site_of(desk, registry);
        if (!site) return site.error();
        Fields fields(options, registry, *site);
        if (auto done = fields.read(); !done) return done.error();
        if (auto done = fields.look_up(false); !done) return done.error();
        json::object body{{"scope", *site}, {"permit", fields.fields()}, {"credentials", *credentials}};
        if (options.unit && !options.unit->empty()) body["unit"] = *options.unit;
        if (!options.why.empty()) body["why"] = options.why;
        return done_and_told(desk, registry, {"POST", "/v1/permits", body}, [&](const json::object& answer) {
            std::string values;
            for (const auto& each : *credentials) {
                values += (values.empty() ? "" : ", ") + text_in(each.as_object(), "value");
            }
            return fmt::format(fmt::runtime(desk.zh() ? "已办理通行证 {}：{}" : "permit {} is issued: {}"),
                               first_changed(answer), values);
        });
    });
}

int run_permit_change(const PermitOptions& options, Desk& desk) {
    return at_registry(desk, [&](link::Registry& registry) -> Result<int> {
        auto permit = find_permit(registry, options.which, desk.site);
        if (!permit) return permit.error();
        Fields fields(options, registry, text_in(*permit, "scope"));
        if (auto done = fields.read(); !done) return done.error();
        if (auto done = fields.look_up(true); !done) return done.error();
        if (fields.fields().empty()) {
            return Error{Errc::invalid, std::string(desk.say({"请写明要更改的内容",
                                                              "say what is to be changed, for "
                                                              "example --until 2027-12-31"}))};
        }
        json::object body{{"permit", fields.fields()}};
        if (!options.why.empty()) body["why"] = options.why;
        return done_and_told(desk, registry, {"PATCH", id_path(*permit), body, number_in(*permit, "version")},
                             [&](const json::object& answer) {
                                 return fmt::format(
                                     fmt::runtime(desk.zh() ? "已更改通行证 {}" : "permit {} is changed"),
                                     first_changed(answer));
                             });
    });
}

int run_permit_replace(const ReplaceOptions& options, Desk& desk) {
    json::object by{{"kind", "card"}, {"value", options.card}};
    if (!options.plate.empty()) {
        auto plate = plate_from(options.plate);
        if (!plate) return fail(desk, plate.error());
        by = {{"kind", "plate"}, {"value", *plate}};
    }
    return at_registry(desk, [&](link::Registry& registry) -> Result<int> {
        auto permit = find_permit(registry, options.which, desk.site);
        if (!permit) return permit.error();
        auto credential = credential_of(*permit, options);
        if (!credential) return credential.error();
        json::object body{{"credential", *credential}, {"by", by}};
        if (!options.why.empty()) body["why"] = options.why;
        return done_and_told(
            desk, registry, {"POST", id_path(*permit, "/replace"), body, number_in(*permit, "version")},
            [&](const json::object&) {
                return fmt::format(fmt::runtime(desk.zh() ? "通行证 {} 已换为 {}" : "permit {} now has {}"),
                                   number_in(*permit, "id"), text_in(by, "value"));
            });
    });
}

int run_permit_cancel(const PermitOptions& options, Desk& desk) {
    return at_registry(desk, [&](link::Registry& registry) -> Result<int> {
        auto permit = find_permit(registry, options.which, desk.site);
        if (!permit) return permit.error();
        json::object body;
        if (!options.why.empty()) body["why"] = options.why;
        return done_and_told(desk, registry, {"POST", id_path(*permit, "/cancel"), body, number_in(*permit, "version")},
                             [&](const json::object& answer) {
                                 return fmt::format(
                                     fmt::runtime(desk.zh() ? "已注销通行证 {}：{}" : "permit {} is cancelled: {}"),
                                     first_changed(answer), credentials_text(*permit));
                             });
    });
}

}  // namespace menshen::office
