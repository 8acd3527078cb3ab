// People with accounts at the registry.
#include <fmt/format.h>

#include <ostream>

#include "json_text.hpp"
#include "look_up.hpp"
#include "office/text_table.hpp"
#include "outcome.hpp"

namespace menshen::office {

namespace {

namespace json = boost::json;

Result<json::object> find_user(link::Registry& registry, const std::string& which) {
    const auto id = id_from(which);
    std::optional<json::object> found;
    auto done = registry.each("/v1/users", {}, [&](const json::object& user) {
        const bool is = text_in(user, "name") == which || (id && number_in(user, "id") == *id);
        if (is) found = user;
        return !is;
    });
    if (!done) return done.error();
    if (!found)
        return Error{Errc::not_found, fmt::format("there is no user {}; `menshen user list` names them", which)};
    return *found;
}

json::array array_of(const std::vector<std::string>& texts) {
    json::array all;
    for (const auto& text : texts) all.emplace_back(text);
    return all;
}

}  // namespace

int run_user_list(Desk& desk) {
    return at_registry(desk, [&](link::Registry& registry) -> Result<int> {
        return listed(desk, registry, "/v1/users", {}, 0, [&](const std::vector<json::object>& users) {
            TextTable table(desk.zh()
                                ? std::vector<std::string>{"编号", "用户名", "姓名", "角色", "院区", "状态"}
                                : std::vector<std::string>{"number", "name", "display", "roles", "sites", "state"});
            for (const auto& user : users) {
                table.row({text_in(user, "id"), text_in(user, "name"), text_in(user, "display"),
                           texts_in(user, "roles"), texts_in(user, "scopes"),
                           std::string(flag_in(user, "locked") ? desk.say({"锁定", "locked"}) : "")});
            }
            return table.text();
        });
    });
}

int run_user_add(const UserOptions& options, Desk& desk) {
    return at_registry(desk, [&](link::Registry& registry) -> Result<int> {
        auto sites = options.sites;
        if (sites.empty()) {
            auto site = site_of(desk, registry);
            if (!site) return site.error();
            sites = {*site};
        }
        auto answer = registry.change(
            {"POST",
             "/v1/invitations",
             {{"display", options.display}, {"roles", array_of(options.roles)}, {"scopes", array_of(sites)}},
             {},
             link::Repeat::never});
        if (!answer) return answer.error();
        if (desk.json) {
            desk.out << json::serialize(*answer) << "\n";
        } else {
            desk.out << fmt::format(
                fmt::runtime(
                    desk.zh() ? "{} 的一次性邀请码，{} 前有效：\n\n    {}\n\n本人执行：menshen login --registry {} "
                                "--invitation {}\n"
                              : "One-time code of {}, good until {}:\n\n    {}\n\nHe gives it himself: menshen login "
                                "--registry {} --invitation {}\n"),
                options.display, text_in(*answer, "ends"), text_in(*answer, "code"), registry.session().registry,
                text_in(*answer, "code"));
        }
        return Exit::done;
    });
}

int run_user_role(const UserOptions& options, Desk& desk) {
    return at_registry(desk, [&](link::Registry& registry) -> Result<int> {
        auto user = find_user(registry, options.which);
        if (!user) return user.error();
        json::object body;
        if (!options.roles.empty()) body["roles"] = array_of(options.roles);
        if (!options.sites.empty()) body["scopes"] = array_of(options.sites);
        if (!options.display.empty()) body["display"] = options.display;
        if (body.empty()) return Error{Errc::invalid, "say what is to be changed: --role, --at or --display"};
        return done_and_told(
            desk, registry,
            {"PATCH", fmt::format("/v1/users/{}", number_in(*user, "id")), body, {}, link::Repeat::freely},
            [&](const json::object& now) {
                return fmt::format("{}: {} ({})", text_in(now, "name"), texts_in(now, "roles"),
                                   texts_in(now, "scopes"));
            });
    });
}

int run_user_remove(const UserOptions& options, Desk& desk) {
    return at_registry(desk, [&](link::Registry& registry) -> Result<int> {
        auto user = find_user(registry, options.which);
        if (!user) return user.error();
        return done_and_told(
            desk, registry,
            {"DELETE", fmt::format("/v1/users/{}", number_in(*user, "id")), {}, {}, link::Repeat::freely},
            [&](const json::object&) {
                return fmt::format(
                    fmt::runtime(desk.zh() ? "已删除用户 {}，其会话已结束" : "{} is removed; his sessions have ended"),
                    text_in(*user, "name"));
            });
    });
}

}  // namespace menshen::office
