// The databases behind the loop: each call posts to a named worker and answers on the loop. Owns presence's memory
// copy.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "enrolment.hpp"
#include "journal/journal.hpp"
#include "lane_host.hpp"
#include "loop/worker.hpp"
#include "ports/clock.hpp"
#include "site/site.hpp"
#include "whitelist/import.hpp"
#include "whitelist/reader.hpp"
#include "whitelist/writer.hpp"

namespace menshen::whitelist {
class ScopeCheck;
}

namespace menshen::gate {

using loop::Worker;

class Stores {
  public:
    using FaultSink = std::function<void(const std::string& fault, bool raised, const std::string& detail)>;

    /// Opens (or makes) whitelist.db, journal.db and the evidence folder in site.data; ends intents that a crash left
    /// open. What is damaged was set aside when this returns ok; `faults` has been told. Blocks: only at start.
    static Result<std::unique_ptr<Stores>> open(boost::asio::io_context& loop, const site::Site& site,
                                                TrustedClock& clock, FaultSink faults);
    ~Stores();

    // ---- whitelist
    /// False from the moment a list was set aside until a new one has been imported; of a gate with a registry, also
    /// as long as one of its scopes has no list, or the gate's own blocks are lost: a denial may stand there.
    [[nodiscard]] bool list_usable() const { return list_usable_ && !blocks_lost_ && scopes_complete(); }
    [[nodiscard]] bool list_set_aside() const { return !list_usable_; }
    [[nodiscard]] boost::json::object list_json() const;
    /// A page of the gate's own list, whether it is in use (a gate without a registry) or waits (one with).
    void own_list(whitelist::OwnRows what, std::int64_t after, int limit,
                  std::function<void(Result<whitelist::OwnPage>)> then);
    void look_up(std::vector<std::string> plates, std::function<void(Result<ListAnswer>)> then);
    void import(whitelist::ImportRequest request, UtcTime now,
                std::function<void(Result<whitelist::ImportReport>)> then);
    // An import in parts (stores_import.cpp), one at a time; `number` is what begin gave. The rows wait in a file, the
    // work is the list writer's, and a check is done in slices, so that nothing else waits long.
    using ImportDone = std::function<void(Result<whitelist::ImportReport>)>;
    using Progress = std::function<void(std::int64_t done, std::int64_t of)>;
    std::uint64_t import_begin(std::function<void(Status)> then);
    /// Answers how many rows there are by now. After an error the import is over.
    void import_rows(std::uint64_t number, boost::json::array rows, std::function<void(Result<std::int64_t>)> then);
    void import_check(std::uint64_t number, Progress progress, ImportDone then);
    void import_commit(std::uint64_t number, UtcTime now, const Progress& progress, ImportDone then);
    void import_drop(std::uint64_t number);
    /// A plate that may not enter, may not leave, or is watched; wins over every permit (stores_blocks.cpp).
    void block(Block block, UtcTime now, std::function<void(Result<Block>)> then);
    void unblock(std::int64_t id, UtcTime now, std::function<void(Status)> then);
    void register_visitor(whitelist::Visitor visitor, Now now, std::function<void(Result<Permit>)> then);

    // ---- the registry's lists (stores_feed.cpp). An upload is known by its number; the work is the list writer's.
    /// What was found at start; none: a stand-alone gate.
    [[nodiscard]] const std::optional<Enrolment>& enrolment() const { return enrolment_; }
    [[nodiscard]] const std::vector<whitelist::ScopeState>& scopes() const { return scopes_; }
    enum class UploadKind { changes, whole, snapshot };
    struct UploadBegin {
        std::string scope;
        UploadKind kind = UploadKind::changes;
        std::optional<bundle::Manifest> manifest;  // judged
    };
    std::uint64_t upload_begin(UploadBegin begin, std::function<void(Status)> then);
    void upload_packed(std::uint64_t number, std::string bytes, std::function<void(Status)> then);
    /// The first lines end a snapshot.
    void upload_lines(std::uint64_t number, std::string bytes, std::function<void(Status)> then);
    void upload_finish(std::uint64_t number, std::function<void(Result<bundle::Signed>)> then);
    void upload_settle(std::uint64_t number, bundle::Head head, UtcTime now, std::function<void(Status)> then);
    void upload_commit(std::uint64_t number, std::function<void(Status)> then);
    void upload_drop(std::uint64_t number);
    void keep_key_copy(std::string line, std::function<void(Status)> then);
    /// Called when a scope's list was found damaged and is no longer in use.
    void on_scope_damaged(std::function<void(const std::string& scope)> listener) {
        scope_damaged_ = std::move(listener);
    }
    /// Runs `task(journal)` on the journal's thread and answers on the loop.
    template <class Task, class Then>
    void with_journal(Task task, Then then) {
        on(
            *journal_worker_, [this, task = std::move(task)] { return task(*journal_); }, std::move(then));
    }

    // ---- journal
    /// Durable in the order of calls; events of one turn of the loop share a transaction. When the disk fails `then`
    /// says so, and all but menshen's own intents are kept in memory and written as soon as it answers.
    void record(Event event, std::function<void(Result<std::uint64_t>)> then);
    void record_passage(journal::PassageRecord passage, const Now& now);
    void events_after(std::uint64_t after, int limit, std::function<void(Result<std::vector<Event>>)> then);
    void events_before(std::uint64_t before, int limit, std::function<void(Result<std::vector<Event>>)> then);
    /// Called when new events are durable, until the token is destroyed.
    [[nodiscard]] std::shared_ptr<void> on_durable(std::function<void()> listener);
    /// Ids of this run; never given before (they skip what a crash may have used).
    [[nodiscard]] AuthorisationId next_authorisation() { return ++last_authorisation_; }
    /// The first of 2^24 arrival ids for the asker alone. Blocks: only at start.
    [[nodiscard]] Result<ArrivalId> arrival_range();
    [[nodiscard]] Mode mode() const { return mode_; }
    void set_mode(Mode mode, const std::string& by);
    /// As the last run left them.
    [[nodiscard]] const std::map<LaneId, journal::ModeRecord>& kept_modes() const { return kept_modes_; }
    /// How wide plates were on the approach loop lately: pixels, oldest first.
    [[nodiscard]] const std::vector<int>& kept_widths(const LaneId& lane) { return kept_widths_[lane]; }
    /// So that a restart trusts the clock no more than this run does. Where the disk fails the next call makes up for
    /// it.
    void keep_clock();

    // ---- presence
    void fill_presence(DecideInput& input) const;
    /// true, false, or null where nothing is known.
    [[nodiscard]] boost::json::value inside(const std::string& plate) const;

    // ---- evidence
    /// Hashes now; the files are written when the journal has nothing better to do.
    std::vector<PictureRef> keep(const std::vector<std::pair<std::string, Picture>>& pictures);
    /// Null: it is not here. One of ours that is gone for good is said so in an event.
    void picture(const std::string& sha256, std::function<void(Picture)> then);

    // ---- guards
    [[nodiscard]] bool has_guards() const { return has_guards_; }
    void create_guard(std::string name, std::string pin, std::function<void(Status)> then);
    void check_guard(std::string name, std::string pin, Now now, std::function<void(Status)> then);

  private:
    struct Pending {
        Event event;
        std::function<void(Result<std::uint64_t>)> then;
        std::optional<journal::PassageRecord> passage;
    };
    using Batch = std::shared_ptr<std::vector<Pending>>;

    Stores(boost::asio::io_context& loop, const site::Site& site, TrustedClock& clock, FaultSink faults);
    Status open_whitelist(std::optional<std::string> distrust = {});
    /// `distrust`: the file that is there is set aside without looking, and why.
    Status open_journal(std::optional<std::string> distrust = {});
    Status open_blocks();
    Status join_blocks();
    [[nodiscard]] Status restore_own_blocks(UtcTime now);
    void blocks_are_lost(bool lost);
    /// `then` comes whether that succeeds or not; tend() tries again.
    void keep_blocks(const std::string& text, std::function<void()> then);
    /// `then` comes when list_json() knows.
    void refresh_summary(std::function<void()> then = [] {});
    void imported(const Result<whitelist::ImportReport>& report, const ImportDone& then);
    struct Staged;
    [[nodiscard]] Result<Staged*> staged(std::uint64_t number);
    void drop_staged();
    void remove_old_stage() const;
    void check_list();
    void check_scopes();
    void step_check(const std::shared_ptr<whitelist::ScopeCheck>& check);
    void distrust_list(const std::string& why);
    /// `whitelist.set-aside` beside whitelist.db.
    [[nodiscard]] std::filesystem::path set_aside_mark() const;
    void mark_set_aside(const std::string& why) const;
    void unmark_set_aside();
    void distrust_scope(const std::string& scope, const std::string& why);
    void found_corrupt(const std::string& scope, const std::string& why);
    Status open_trust();
    struct Upload;
    template <class Work, class Then>
    void on_upload(std::uint64_t number, Work work, Then then);
    [[nodiscard]] bool scopes_complete() const;
    void take_scopes(std::vector<whitelist::ScopeState> states);

    void flush();
    void written(const Batch& batch, const std::vector<Result<std::uint64_t>>& results);
    void write_next_picture();
    void tend();
    void tend_journal();
    void tend_journal_soon();
    void tell_listeners();
    void later(std::function<void()> call);
    /// A full queue is an error value like any other; it comes later, as every answer does.
    template <class Task, class Then>
    void on(Worker& worker, Task task, Then then) {
        using Answer = decltype(task());
        if (!worker.post(std::move(task), then)) {
            later([then] { then(Answer(Errc::exhausted, "too much waits for this database")); });
        }
    }

    boost::asio::io_context& loop_;
    const site::Site& site_;
    TrustedClock& clock_;
    FaultSink faults_;

    std::optional<whitelist::WhitelistWriter> list_writer_;     // list_writer_worker_'s
    std::optional<whitelist::WhitelistReader> list_reader_;     // list_reader_worker_'s
    std::shared_ptr<Staged> staged_;                            // list_writer_worker_'s; before the writer in ending
    std::map<std::uint64_t, std::shared_ptr<Upload>> uploads_;  // list_writer_worker_'s, and so
    std::vector<Block> own_blocks_;                             // list_writer_worker_'s: those of scope local
    std::string blocks_, blocks_kept_;  // own_blocks_ as text: the newest, and what the journal has of it
    bool blocks_lost_ = false;          // nobody knows which they were: only a person makes the list good again
    std::uint64_t imports_ = 0;
    std::uint64_t last_upload_ = 0;
    int tended_ = 0;
    std::optional<Enrolment> enrolment_;
    std::vector<whitelist::ScopeState> scopes_;  // as committed
    std::set<std::string> being_dropped_;        // damaged: none of these comes back by a commit that was under way
    std::function<void(const std::string&)> scope_damaged_ = [](const auto&) {};
    bool list_usable_ = true;
    bool being_made_anew_ = false;  // what is said of the list until then is said of the damaged one
    std::string list_set_aside_;    // where to, for the guard
    whitelist::Summary summary_;

    std::optional<journal::Journal> journal_;  // journal_worker_'s
    journal::PresenceBook presence_;
    Mode mode_ = Mode::normal;
    std::map<LaneId, journal::ModeRecord> kept_modes_;
    std::map<LaneId, std::vector<int>> kept_widths_;
    bool has_guards_ = false;
    AuthorisationId last_authorisation_ = 0;
    std::vector<Pending> pending_;
    bool writing_ = false;
    bool flush_posted_ = false;
    boost::asio::steady_timer retry_;
    boost::asio::steady_timer tending_;
    boost::asio::steady_timer soon_;  // several missing pictures make one event
    bool tends_soon_ = false;
    struct Unwritten {
        std::string sha256;
        Picture picture;
    };
    std::deque<Unwritten> pictures_;  // waiting to be written
    std::size_t picture_bytes_ = 0;
    bool writing_picture_ = false;
    std::shared_ptr<std::list<std::function<void()>>> listeners_ =
        std::make_shared<std::list<std::function<void()>>>();  // tokens may outlive the stores

    std::unique_ptr<Worker> list_writer_worker_, list_reader_worker_, list_check_worker_,
        journal_worker_;  // last: end first
};

}  // namespace menshen::gate
