// Users and what they did: invitations, rights, the audit; and the sites there are.
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include <algorithm>

#include "answers.hpp"
#include "values/json_fields.hpp"

namespace menshen::registry::server {
namespace {

namespace json = boost::json;

json::object user_json(const User& user, UtcTime now) {
    json::array roles;
    for (const auto role : user.roles) roles.emplace_back(to_string(role));
    return {{"id", user.id},
            {"name", user.name},
            {"display", user.display},
            {"roles", std::move(roles)},
            {"scopes", json::array(user.scopes.begin(), user.scopes.end())},
            {"locked", user.locked_until > now},
            {"reset", user.password.empty()},
            {"created", format_utc(user.created)}};
}

/// Nobody gives, or takes from, what he has not himself.
bool within(const Call& call, const Scopes& scopes) {
    return std::ranges::all_of(scopes, [&](const std::string& scope) { return call.covers(scope); });
}

Roles read_roles(Body& body, Need need) {
    Roles roles;
    for (const auto& key : body.texts("roles", need)) {
        const auto role = role_from(key);
        if (role) {
            roles.push_back(*role);
        } else {
            body.wrong("roles", "choice", fmt::format("{} is no role", key));
        }
    }
    return roles;
}

Reply list_users(Desk& desk, const Call& call) {
    auto users = desk.store->accounts().users();
    if (!users) return problem(users.error());
    json::array items;
    for (const auto& user : *users) {
        if (std::ranges::any_of(user.scopes, [&](const std::string& s) { return call.covers(s); })) {
            items.push_back(user_json(user, call.now.utc));
        }
    }
    return json_reply(page_json(std::move(items), {}));
}

Reply invite_user(Desk& desk, const Call& call) {
    Body body(call);
    const auto display = body.text("display", Need::required, 100);
    const auto roles = read_roles(body, Need::required);
    const auto scopes = body.texts("scopes", Need::required);
    if (const auto& errors = body.finish(); !errors.empty()) return wrong_fields(errors);
    if (!within(call, scopes)) return forbidden();
    auto code = desk.sign_in->invite(display, roles, scopes, call.actor(), call.now.utc);
    if (!code) return problem(code.error());
    const auto ends = call.now.utc + desk.services.config.sign_in.invitation;
    return json_reply({{"code", *code}, {"ends", format_utc(ends)}}, 201);
}

Result<std::optional<User>> user_by_id(Desk& desk, const Call& call) {
    auto users = desk.store->accounts().users();
    if (!users) return users.error();
    const auto id = number_in(call.parts.at(0));
    const auto found = std::ranges::find_if(*users, [&](const User& user) { return id && user.id == *id; });
    return found == users->end() ? std::optional<User>{} : std::optional(*found);
}

Reply change_user(Desk& desk, const Call& call) {
    auto user = user_by_id(desk, call);
    if (!user) return problem(user.error());
    if (!*user) return not_found();
    Body body(call);
    if (body.whole().contains("display")) (*user)->display = body.text("display", Need::required, 100);
    const auto before = (*user)->scopes;
    if (body.whole().contains("roles")) (*user)->roles = read_roles(body, Need::required);
    if (body.whole().contains("scopes")) (*user)->scopes = body.texts("scopes", Need::required);
    if ((*user)->roles.empty()) body.wrong("roles", "required", "a user needs a role; remove him otherwise");
    if ((*user)->scopes.empty()) body.wrong("scopes", "required", "a user needs a site; remove him otherwise");
    if (const auto& errors = body.finish(); !errors.empty()) return wrong_fields(errors);
    if (!within(call, before) || !within(call, (*user)->scopes)) return forbidden();
    auto done = desk.store->accounts().change(**user, call.actor(), call.now.utc);
    return done ? json_reply(user_json(**user, call.now.utc)) : problem(done.error());
}

/// Of another: who is signed in has a password, and who has lost his own asks somebody else.
Reply reset_user(Desk& desk, const Call& call) {
    auto user = user_by_id(desk, call);
    if (!user) return problem(user.error());
    if (!*user) return not_found();
    if (!within(call, (*user)->scopes)) return forbidden();
    if ((*user)->id == call.who->user.id) {
        return problem(Error{Errc::conflict, "another administrator must do this for you"});
    }
    auto code = desk.sign_in->reset((*user)->id, call.actor(), call.now.utc);
    if (!code) return problem(code.error());
    const auto ends = call.now.utc + desk.services.config.sign_in.invitation;
    return json_reply({{"code", *code}, {"ends", format_utc(ends)}}, 201);
}

Reply remove_user(Desk& desk, const Call& call) {
    auto user = user_by_id(desk, call);
    if (!user) return problem(user.error());
    if (!*user) return not_found();
    if (!within(call, (*user)->scopes)) return forbidden();
    auto done = desk.store->accounts().remove((*user)->id, call.actor(), call.now.utc);
    return done ? no_content() : problem(done.error());
}

Reply list_audit(Desk& desk, const Call& call) {
    AuditQuery query;
    FieldErrors errors;
    if (const auto id = asked_number(call, "subject", 0, 1, INT64_MAX, errors)) query.subject = id;
    if (const auto id = asked_number(call, "user", 0, 1, INT64_MAX, errors)) query.user = id;
    query.action = call.asked("action");
    query.before = asked_number(call, "before", 0, 1, INT64_MAX, errors);
    query.limit = static_cast<int>(asked_number(call, "limit", 50, 1, 1'000, errors));
    if (!errors.empty()) return wrong_fields(errors);
    auto entries = desk.reader.audit().find(query);
    if (!entries) return problem(entries.error());
    json::array items;
    for (const auto& entry : *entries) {
        if (call.covers(entry.scope.empty() ? "*" : entry.scope)) items.push_back(entry_json(entry));
    }
    const bool more = entries->size() == static_cast<std::size_t>(query.limit);
    return json_reply(page_json(std::move(items), more ? std::to_string(entries->back().number) : ""));
}

Reply verify_audit(Desk& desk, const Call&) {
    auto report = desk.reader.audit().verify();
    if (!report) return problem(report.error());
    return json_reply({{"whole", report->whole},
                       {"entries", report->entries},
                       {"broken_at", report->broken_at},
                       {"head", bundle::to_hex(report->head)}});
}

Reply list_scopes(Desk& desk, const Call& call) {
    auto scopes = desk.reader.feed().scopes();
    if (!scopes) return problem(scopes.error());
    json::array items;
    for (const auto& scope : *scopes) {
        const auto& at = scope.head.at;
        if (!registry::covers(call.who->user.scopes, at.scope, Operation::see_permits)) continue;
        items.push_back({{"name", at.scope},
                         {"title", scope.title},
                         {"head", fmt::format("{}:{}", at.epoch, at.seq)},
                         {"rows", scope.head.rows},
                         {"issued", format_utc(scope.head.issued)}});
    }
    return json_reply(page_json(std::move(items), {}));
}

Reply add_scope(Desk& desk, const Call& call) {
    Body body(call);
    const auto name = body.text("name", Need::required, 32);
    const auto title = body.text("title", Need::required, 100);
    if (const auto& errors = body.finish(); !errors.empty()) return wrong_fields(errors);
    if (!call.covers("*")) return forbidden();
    auto head = desk.store->commits().create_scope(name, title, call.actor(), call.now);
    if (!head) return problem(head.error());
    Reply reply = json_reply({{"name", name}, {"title", title}}, 201);
    reply.heads_changed = true;
    return reply;
}

}  // namespace

void add_user_routes(Routes& routes) {
    auto users = reading("/v1/users", Operation::see_users, list_users, "Users");
    users.where = Where::store;
    routes.push_back(users);
    routes.push_back(changing("POST", "/v1/invitations", Operation::change_users, invite_user,
                              "A one-time code that makes a user", "display:string roles:string[] scopes:string[]"));
    routes.push_back(changing("PATCH", "/v1/users/{id}", Operation::change_users, change_user,
                              "Changes a user, which ends his sessions",
                              "display:string? roles:string[]? scopes:string[]?"));
    routes.push_back(
        changing("POST", "/v1/users/{id}/reset", Operation::change_users, reset_user,
                 "Ends a user's password, second factor and sessions; a one-time code lets him make new ones"));
    routes.push_back(changing("DELETE", "/v1/users/{id}", Operation::change_users, remove_user,
                              "Removes a user, which ends his sessions"));
    routes.push_back(reading("/v1/audit", Operation::see_audit, list_audit, "Who changed what, newest first",
                             "subject:integer? user:integer? action:string? before:integer? limit:integer?"));
    routes.push_back(reading("/v1/audit/proof", Operation::see_audit, verify_audit,
                             "Proves the audit's chain from its first entry on"));
    auto scopes = reading("/v1/scopes", Operation::see_permits, list_scopes, "Sites and their heads");
    scopes.access = Access::session;
    scopes.operation.reset();
    routes.push_back(scopes);
    routes.push_back(
        changing("POST", "/v1/scopes", Operation::change_scopes, add_scope, "A new site", "name:string title:string"));
}

}  // namespace menshen::registry::server
