// Permits through their life.
#include <boost/json/array.hpp>
#include <fmt/format.h>

#include <map>
#include <set>

#include "answers.hpp"
#include "registry/fields.hpp"

namespace menshen::registry::server {
namespace {

namespace json = boost::json;

json::object view_json(const PermitView& view) {
    json::array credentials;
    for (const auto& each : view.credentials) credentials.push_back(to_json(each));
    auto object = to_json(view.permit);
    object["credentials"] = std::move(credentials);
    object["holder"] = view.holder;
    object["unit"] = view.unit;
    return object;
}

Reply permit_page(const Result<PermitPage>& page) {
    if (!page) return problem(page.error());
    json::array items;
    for (const auto& view : page->permits) items.push_back(view_json(view));
    return json_reply(page_json(std::move(items), page->next));
}

PermitSearch search_of(const Call& call, std::optional<Reply>& refused) {
    PermitSearch search;
    FieldErrors errors;
    search.scopes = scopes_of(call, refused);
    search.words = call.asked("words");
    search.permit_class = call.asked("class");
    search.state = call.asked("state");
    search.lasting = call.asked("lasting") == "true";
    if (const auto unit = asked_number(call, "unit", 0, 1, INT64_MAX, errors)) search.unit = unit;
    if (const auto person = asked_number(call, "person", 0, 1, INT64_MAX, errors)) search.person = person;
    search.after = call.asked("after");
    search.limit = static_cast<int>(asked_number(call, "limit", 50, 1, max_page, errors));
    if (!errors.empty() && !refused) refused = wrong_fields(errors);
    return search;
}

Reply find_permits(Desk& desk, const Call& call) {
    std::optional<Reply> refused;
    const auto search = search_of(call, refused);
    if (refused) return *refused;
    return permit_page(search_permits(desk.reader.directory(), search));
}

Reply find_expiring(Desk& desk, const Call& call) {
    std::optional<Reply> refused;
    FieldErrors errors;
    const auto search = search_of(call, refused);
    const auto days = static_cast<int>(asked_number(call, "days", 30, 1, 3660, errors));
    if (refused) return *refused;
    if (!errors.empty()) return wrong_fields(errors);
    return permit_page(expiring_permits(desk.reader.directory(), search, days, call.now.local));
}

Reply show_permit(Desk& desk, const Call& call) {
    Reply refused;
    auto permit = entity_of(desk, call, Kind::permit, refused);
    if (!permit) return refused;
    auto view = view_of_permit(desk.reader.directory(), std::move(*permit));
    if (!view) return problem(view.error());
    Reply reply = json_reply(view_json(*view));
    reply.fields.emplace_back("ETag", fmt::format("\"{}\"", view->permit.version));
    return reply;
}

constexpr int most_history = 200;
using Entries = std::map<std::int64_t, AuditEntry>;

Status add_entries(AuditTrail& audit, const AuditQuery& query, Entries& all) {
    auto found = audit.find(query);
    if (!found) return found.error();
    for (auto& entry : *found) all.emplace(entry.number, std::move(entry));
    return {};
}

/// A credential that another one took the place of is gone; the entry beside the other's own says which one it was.
Status add_replaced(AuditTrail& audit, const AuditEntry& of, Entries& all, std::set<Id>& subjects) {
    auto beside = audit.find({.subject = {}, .user = {}, .action = of.action, .before = of.number + 3, .limit = 5});
    if (!beside) return beside.error();
    for (auto& entry : *beside) {
        if (entry.utc != of.utc || entry.kind != of.kind || entry.actor.user != of.actor.user) continue;
        subjects.insert(entry.id);
        all.emplace(entry.number, std::move(entry));
    }
    return {};
}

/// What happened to a permit and to all plates and cards that it ever had, by number.
Result<Entries> history_of(AuditTrail& audit, const PermitView& view) {
    Entries all;
    std::set<Id> subjects{view.permit.id};
    for (const auto& credential : view.credentials) subjects.insert(credential.id);
    std::set<Id> seen;
    while (seen.size() < subjects.size() && seen.size() < most_history) {
        for (const auto subject : std::set<Id>(subjects)) {
            if (!seen.insert(subject).second) continue;
            Entries his;
            AuditQuery query;
            query.subject = subject;
            query.limit = most_history;
            if (auto done = add_entries(audit, query, his); !done) return done.error();
            for (auto& [number, entry] : his) {
                const bool replaced = entry.action == "permit.replace" && entry.kind == to_string(Kind::credential);
                if (auto done = replaced ? add_replaced(audit, entry, all, subjects) : Status(); !done) {
                    return done.error();
                }
                all.emplace(number, std::move(entry));
            }
        }
    }
    return all;
}

Reply show_history(Desk& desk, const Call& call) {
    Reply refused;
    const auto permit = entity_of(desk, call, Kind::permit, refused);
    if (!permit) return refused;
    auto view = view_of_permit(desk.reader.directory(), std::move(*permit));
    if (!view) return problem(view.error());
    auto entries = history_of(desk.reader.audit(), *view);
    if (!entries) return problem(entries.error());
    json::array items;
    for (const auto& [number, entry] : *entries) items.insert(items.begin(), entry_json(entry));
    return json_reply(page_json(std::move(items), {}));
}

Reply issue_permit(Desk& desk, const Call& call) {
    Body body(call);
    Issue issue;
    Value permit = Permit{};
    issue.scope = body.text("scope");
    body.value("permit", permit);
    issue.unit = body.text("unit", Need::optional);
    issue.credentials = read_credentials(body, Need::required);
    const auto why = body.text("why", Need::optional);
    if (const auto& errors = body.finish(); !errors.empty()) return wrong_fields(errors);
    if (!call.covers(issue.scope)) return forbidden();
    issue.permit = std::get<Permit>(permit);
    return reply_of(PermitOffice(*desk.store).issue(issue, request_of(call, why), call.now), call, 201);
}

Reply change_permit(Desk& desk, const Call& call) {
    Reply refused;
    const auto permit = entity_of(desk, call, Kind::permit, refused);
    if (!permit) return refused;
    Body body(call);
    const auto* fields = body.object("permit");
    const auto why = body.text("why", Need::optional);
    if (const auto& errors = body.finish(); !errors.empty()) return wrong_fields(errors);
    return reply_of(PermitOffice(*desk.store).change(permit->id, *fields, request_of(call, why), call.now), call);
}

Reply replace_credential(Desk& desk, const Call& call) {
    Reply refused;
    const auto permit = entity_of(desk, call, Kind::permit, refused);
    if (!permit) return refused;
    Body body(call);
    const auto credential = body.number("credential", Need::required);
    Value by = Credential{};
    body.value("by", by);
    const auto why = body.text("why", Need::optional);
    if (const auto& errors = body.finish(); !errors.empty()) return wrong_fields(errors);
    const auto& presented = std::get<Credential>(by);
    return reply_of(
        PermitOffice(*desk.store)
            .replace(permit->id, *credential, {presented.kind, presented.value}, request_of(call, why), call.now),
        call);
}

Reply cancel_permit(Desk& desk, const Call& call) {
    Reply refused;
    const auto permit = entity_of(desk, call, Kind::permit, refused);
    if (!permit) return refused;
    Body body(call);
    const auto why = body.text("why", Need::optional);
    if (const auto& errors = body.finish(); !errors.empty()) return wrong_fields(errors);
    return reply_of(PermitOffice(*desk.store).cancel(permit->id, request_of(call, why), call.now), call);
}

constexpr std::string_view search_query =
    "scope:string? words:string? class:string? state:string? lasting:boolean? unit:integer? person:integer? "
    "after:string? limit:integer?";

}  // namespace

void add_permit_routes(Routes& routes) {
    routes.push_back(
        reading("/v1/permits", Operation::see_permits, find_permits, "Permits, newest first", search_query));
    routes.push_back(reading("/v1/permits/expiring", Operation::see_permits, find_expiring,
                             "Active permits that end soon, soonest first",
                             "days:integer? scope:string? words:string? class:string? unit:integer? person:integer? "
                             "after:string? limit:integer?"));
    routes.push_back(
        reading("/v1/permits/{id}", Operation::see_permits, show_permit, "One permit with its credentials"));
    routes.push_back(reading("/v1/permits/{id}/history", Operation::see_permits, show_history,
                             "What happened to a permit, newest first"));
    routes.push_back(changing("POST", "/v1/permits", Operation::issue_permits, issue_permit, "Issues a permit",
                              "scope:string permit:object unit:string? credentials:object[] why:string?"));
    routes.push_back(changing("PATCH", "/v1/permits/{id}", Operation::issue_permits, change_permit,
                              "Changes the fields given", "permit:object why:string?"));
    routes.push_back(changing("POST", "/v1/permits/{id}/replace", Operation::issue_permits, replace_credential,
                              "Another plate or card in place of one", "credential:integer by:object why:string?"));
    routes.push_back(changing("POST", "/v1/permits/{id}/cancel", Operation::issue_permits, cancel_permit,
                              "Cancels a permit", "why:string?"));
}

}  // namespace menshen::registry::server
