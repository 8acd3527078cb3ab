// Permits through their life, and lists of them imported.
#include <boost/json/array.hpp>
#include <fmt/format.h>

#include "answers.hpp"
#include "registry/fields.hpp"
#include "registry/import.hpp"
#include "values/json_fields.hpp"

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
    Query query;
    query.kind = Kind::credential;
    query.refers_to = permit->id;
    auto credentials = desk.reader.directory().find(query);
    if (!credentials) return problem(credentials.error());
    json::array shown;
    for (const auto& each : credentials->entities) shown.push_back(to_json(each));
    auto object = to_json(*permit);
    object["credentials"] = std::move(shown);
    Reply reply = json_reply(object);
    reply.fields.emplace_back("ETag", fmt::format("\"{}\"", permit->version));
    return reply;
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

/// null: permanent, or since ever; absent: as it was.
std::optional<std::optional<LocalTime>> row_time(Body& row, const json::object& object, std::string_view key) {
    const auto* there = object.if_contains(key);
    const auto text = row.text(key, Need::optional, 40);
    if (there == nullptr) return std::nullopt;
    if (there->is_null()) return std::optional<LocalTime>{};
    auto time = parse_local(text);
    if (time) return *time;
    row.wrong(key, "format", time.error().message);
    return std::nullopt;
}

ImportRow row_from(const json::object& object, std::size_t number, Body& body) {
    Body row(object, fmt::format("/rows/{}", number));
    ImportRow out;
    out.line = row.number("line").value_or(static_cast<std::int64_t>(number) + 1);
    out.plate = row.text("plate");
    const auto maybe = [&](std::string_view key, std::optional<std::string>& into) {
        auto text = row.text(key, Need::optional);
        if (object.contains(key)) into = std::move(text);
    };
    maybe("holder", out.holder);
    maybe("unit", out.unit);
    maybe("phone", out.phone);
    maybe("note", out.note);
    if (object.contains("class")) {
        Value permit = Permit{};
        for (auto& error : read_fields({{"class", object.at("class")}}, permit)) {
            row.wrong(error.pointer.substr(1), error.code, error.text);
        }
        out.permit_class = std::get<Permit>(permit).permit_class;
        (void)row.text("class", Need::optional);
    }
    out.valid_from = row_time(row, object, "valid_from");
    out.valid_until = row_time(row, object, "valid_until");
    body.take(row.finish());
    return out;
}

Reply report_reply(const ImportReport& report, bool dry_run) {
    const bool done = report.committed.has_value();
    auto body = to_json(static_cast<const ImportFindings&>(report));
    body["dry_run"] = dry_run;
    body["committed"] = done;
    body["repeated"] = done && report.committed->repeated;
    body["heads"] = done ? positions_json(report.committed->heads) : json::array{};
    Reply reply = json_reply(body, report.errors > 0 && !dry_run ? 422 : 200);
    reply.heads_changed = done && !report.committed->heads.empty();
    return reply;
}

Reply import_list(Desk& desk, const Call& call) {
    Body body(call);
    const auto scope = body.text("scope");
    const bool dry_run = body.flag("dry_run");
    const auto why = body.text("why", Need::optional);
    const auto* list = body.array("rows", max_import_rows);
    std::vector<ImportRow> rows;
    for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
        const auto* object = (*list)[i].if_object();
        if (object == nullptr) {
            body.wrong(fmt::format("rows/{}", i), "type", "must be an object");
        } else {
            rows.push_back(row_from(*object, i, body));
        }
    }
    if (const auto& errors = body.finish(); !errors.empty()) return wrong_fields(errors);
    if (!call.covers(scope)) return forbidden();
    auto report = import_permits(*desk.store, scope, rows, dry_run, request_of(call, why), call.now);
    return report ? report_reply(*report, dry_run) : problem(report.error());
}

constexpr std::string_view search_query =
    "scope:string? words:string? class:string? state:string? unit:integer? person:integer? after:string? "
    "limit:integer?";

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
    routes.push_back(changing("POST", "/v1/permits", Operation::issue_permits, issue_permit, "Issues a permit",
                              "scope:string permit:object unit:string? credentials:object[] why:string?"));
    routes.push_back(changing("PATCH", "/v1/permits/{id}", Operation::issue_permits, change_permit,
                              "Changes the fields given", "permit:object why:string?"));
    routes.push_back(changing("POST", "/v1/permits/{id}/replace", Operation::issue_permits, replace_credential,
                              "Another plate or card in place of one", "credential:integer by:object why:string?"));
    routes.push_back(changing("POST", "/v1/permits/{id}/cancel", Operation::issue_permits, cancel_permit,
                              "Cancels a permit", "why:string?"));
    auto import = changing("POST", "/v1/imports", Operation::import_permits, import_list,
                           "Many permits at once, all or none; a dry run changes nothing",
                           "scope:string dry_run:boolean? rows:object[] why:string?");
    import.most_body = large_body;
    routes.push_back(import);
}

}  // namespace menshen::registry::server
