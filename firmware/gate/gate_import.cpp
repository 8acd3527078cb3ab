// admin.sock: how a list comes in.
//   {verb:"import", by, dry_run, rows:[…]}   a list of at most 2,000 rows at once; the report
// A longer one comes in parts over one connection, which keeps it; it is dropped with that connection:
//   {verb:"import_begin", by}                {ok}; one at a time for the whole gate
//   {verb:"import_rows", rows:[…]}           at most 2,000 rows a line, at most four lines unanswered; {ok, rows: in
//   all}.
//                                            Quickest when sorted by plate
//   {verb:"import_finish", dry_run}          {progress:{done, of}} now and then, then the report over all rows. After a
//   dry
//                                            run the rows are still there, to be finished again with dry_run false:
//                                            then all of them become one new list, or none does
// A row: {line, plate, class, holder, unit, phone, valid_from, valid_until, note}; the report and what may be left out:
// whitelist/import.hpp.
#include "gate.hpp"
#include "whitelist/import.hpp"

namespace menshen::gate {

namespace {

constexpr std::size_t most_rows = 2'000;
constexpr int most_waiting = 4;

const boost::json::array* rows_of(const boost::json::object& request) {
    const auto* rows = request.if_contains("rows");
    return rows != nullptr ? rows->if_array() : nullptr;
}

std::string text_of(const boost::json::object& request, std::string_view key) {
    const auto* value = request.if_contains(key);
    return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

constexpr const char* too_many = "at most 2,000 rows in one line; send a longer list in parts (import_begin)";

}  // namespace

/// Kept by the connection that began it.
struct Gate::ImportSession {
    ImportSession(Stores& list, std::string who) : stores(list), by(std::move(who)) {}
    ~ImportSession() { stores.import_drop(number); }
    ImportSession(const ImportSession&) = delete;
    ImportSession& operator=(const ImportSession&) = delete;

    Stores& stores;
    std::string by;
    std::uint64_t number = 0;
    int waiting = 0;  // lines of rows without an answer
    bool finishing = false;
};

void Gate::admin_import(const boost::json::object& request, const AdminServer::Answer& answer) {
    if (const auto* rows = rows_of(request); rows != nullptr && rows->size() > most_rows)
        return answer.refuse(too_many);
    auto parsed = whitelist::import_request_from_json(request);
    if (!parsed) return answer.refuse(parsed.error().message);
    const auto by = parsed->by;
    stores_->import(std::move(*parsed), clock_.now().utc,
                    [this, by, answer](const auto& report) { import_done(by, report, answer); });
}

void Gate::import_done(const std::string& by, const Result<whitelist::ImportReport>& report,
                       const AdminServer::Answer& answer) {
    if (!report) return answer.refuse(report.error().message);
    if (report->committed) list_changed("import", by, report->added + report->changed);
    (void)answer(whitelist::to_json(*report));
}

void Gate::admin_import_begin(const boost::json::object& request, const AdminServer::Answer& answer) {
    auto by = text_of(request, "by");
    if (by.empty() || by.size() > 200) return answer.refuse("by: say who imports, in at most 200 bytes");
    const auto before = import_session_.lock();
    if (before && before != answer.kept()) {
        return answer.refuse(before->by + " is importing a list just now; try again when that has ended");
    }
    const auto session = std::make_shared<ImportSession>(*stores_, std::move(by));
    import_session_ = session;
    if (!answer.keep(session)) return answer.refuse("an import in parts needs a connection that stays");
    session->number = stores_->import_begin([answer](const Status& begun) {
        if (!begun) return answer.refuse(begun.error().message);
        (void)answer({{"ok", true}});
    });
}

std::shared_ptr<Gate::ImportSession> Gate::import_of(const AdminServer::Answer& answer) const {
    auto session = import_session_.lock();
    return session && session == answer.kept() ? session : nullptr;
}

void Gate::admin_import_rows(const boost::json::object& request, const AdminServer::Answer& answer) {
    const auto session = import_of(answer);
    if (!session) return answer.refuse("no import is under way here; begin with import_begin");
    if (session->finishing) return answer.refuse("this import is being finished; its rows are complete");
    const auto* rows = rows_of(request);
    if (rows == nullptr) return answer.refuse("rows must be a list");
    if (rows->size() > most_rows) return answer.refuse(too_many);
    if (session->waiting >= most_waiting) return answer.refuse("too many rows at once; wait for the answers");
    ++session->waiting;
    stores_->import_rows(session->number, *rows,
                         [answer, weak = std::weak_ptr(session)](const Result<std::int64_t>& all) {
                             if (const auto still = weak.lock()) --still->waiting;
                             if (!all) return answer.refuse(all.error().message);
                             (void)answer({{"ok", true}, {"rows", *all}});
                         });
}

void Gate::admin_import_finish(const boost::json::object& request, const AdminServer::Answer& answer) {
    const auto session = import_of(answer);
    if (!session) return answer.refuse("no import is under way here; begin with import_begin");
    if (std::exchange(session->finishing, true)) return answer.refuse("this import is being finished already");
    const auto* dry = request.if_contains("dry_run");
    const auto progress = [answer, told = std::make_shared<std::int64_t>(0)](std::int64_t done, std::int64_t of) {
        if (done - *told < std::max<std::int64_t>(of / 100, 2'000)) return;
        *told = done;
        (void)answer({{"progress", {{"done", done}, {"of", of}}}});
    };
    const auto then = [this, answer, by = session->by, weak = std::weak_ptr(session)](const auto& report) {
        if (const auto still = weak.lock()) still->finishing = false;
        import_done(by, report, answer);
    };
    if (dry != nullptr && dry->is_bool() && !dry->as_bool()) {
        stores_->import_commit(session->number, clock_.now().utc, progress, then);
    } else {
        stores_->import_check(session->number, progress, then);
    }
}

}  // namespace menshen::gate
