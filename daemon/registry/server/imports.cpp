// Lists of permits, many at once: as rows from a program, or as the table that a person has.
#include <boost/json/array.hpp>
#include <fmt/format.h>

#include <algorithm>

#include "answers.hpp"
#include "cli/list_file.hpp"
#include "cli/xlsx.hpp"
#include "registry/fields.hpp"
#include "registry/import.hpp"
#include "state.hpp"

namespace menshen::registry::server {
namespace {

namespace json = boost::json;

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

ImportRow row_of(cli::Row row) {
    ImportRow out;
    out.line = row.line;
    out.plate = std::move(row.plate);
    out.permit_class = row.permit_class;
    out.holder = std::move(row.holder);
    out.unit = std::move(row.unit);
    out.phone = std::move(row.phone);
    out.note = std::move(row.note);
    out.valid_from = row.valid_from;
    out.valid_until = row.valid_until;
    return out;
}

/// What was found while the table was read, before what the registry says of its rows.
void add_findings(ImportReport& report, const cli::ListFile& list, bool skip_bad) {
    for (const auto& found : list.problems) {
        if (found.kind == "expired") continue;  // the import says so itself
        const bool bad = found.error && !skip_bad;
        report.note(found.line, bad ? ProblemLevel::error : ProblemLevel::warning, found.kind, found.text);
    }
    report.sort_by_line();
}

/// A table as it was read, before the registry says what it knows of its rows.
struct ReadTable {
    std::optional<Reply> refused;
    std::vector<ImportRow> rows;
    cli::ListFile list;  // its rows are in `rows`
};

void read_table(Call& call, ReadTable& into) {
    const auto table = cli::is_workbook(call.body) ? cli::parse_xlsx(call.body) : cli::parse_csv(call.body);
    std::string().swap(call.body);
    auto list = table ? cli::read_list(*table, call.now.local) : Result<cli::ListFile>(table.error());
    if (!list) {
        into.refused = wrong_fields({{"", "table", list.error().message}});
        return;
    }
    into.list = std::move(list).value();
    for (auto& row : into.list.rows) into.rows.push_back(row_of(std::move(row)));
    into.list.rows.clear();
}

/// Rows that cannot be read keep all others out, or with `skip_bad` only themselves.
Reply import_rows(Desk& desk, const Call& call, const ReadTable& table) {
    const bool dry_run = call.asked("dry_run") == "true";
    const bool skip_bad = call.asked("skip_bad") == "true";
    const bool good = skip_bad || std::ranges::none_of(table.list.problems, &cli::Problem::error);
    auto report = import_permits(*desk.store, std::string(call.asked("scope")), table.rows, dry_run || !good,
                                 request_of(call, std::string(call.asked("why"))), call.now);
    if (!report) return problem(report.error());
    add_findings(*report, table.list, skip_bad);
    return report_reply(*report, dry_run);
}

/// A table as it was saved. It is read on a thread of its own: that takes seconds, and a hostile one longer.
Awaitable<Reply> import_table(StatePtr state, CallPtr call) {
    const auto scope = call->asked("scope");
    if (scope.empty()) co_return wrong_fields({{"/scope", "required", "must be there"}});
    if (!call->covers(scope)) co_return forbidden();
    if (state->tables >= most_tables) co_return busy(seconds(5));
    const UnderWay one(state->tables);
    auto table = std::make_shared<ReadTable>();
    Task task = [call, table] { read_table(*call, *table); };
    if (!co_await on(*state, *state->table_worker, std::move(task))) co_return busy(seconds(5));
    if (table->refused) co_return *table->refused;
    AtDesk run = [call, table](Desk& desk) { return import_rows(desk, *call, *table); };
    co_return co_await at_store(state, std::move(run));
}

}  // namespace

void add_import_routes(Routes& routes) {
    auto import = changing("POST", "/v1/imports", Operation::import_permits, import_list,
                           "Many permits at once, all or none; a dry run changes nothing",
                           "scope:string dry_run:boolean? rows:object[] why:string?");
    import.most_body = large_body;
    routes.push_back(import);
    auto table = changing("POST", "/v1/imports/table", Operation::import_permits, nullptr,
                          "The same out of a table (CSV, XLSX) as people save it", "=application/octet-stream");
    table.query = "scope:string dry_run:boolean? skip_bad:boolean? why:string?";
    table.most_body = large_body;
    table.where = Where::loop;
    table.wait = import_table;
    routes.push_back(table);
}

}  // namespace menshen::registry::server
