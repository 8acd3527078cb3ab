// What the gate does with what a courier brings, and what it gives him (values/courier_message.hpp). The courier is not
// trusted: every document is judged here (firmware/bundle), what is seen of a list is in the journal before the list is
// in use, and what does not fit raises an alarm. On the loop; the work is the named workers'.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "bundle/batch.hpp"
#include "courier_server.hpp"
#include "ports/clock.hpp"
#include "stores.hpp"

namespace menshen::gate {

class Courier {
  public:
    struct Hooks {
        std::function<void(const std::string& fault, bool raised, const std::string& detail)> fault;
        /// An event, and a word on the panel.
        std::function<void(const std::string& alarm, const std::string& detail)> alarm;
        /// Another list is in use from now on.
        std::function<void(const std::string& what, const std::string& scope, std::int64_t rows)> list_changed;
        /// The names of all that is wrong at this gate, for the registry.
        std::function<boost::json::array()> faults;
    };
    using Answer = CourierServer::Answer;
    using Session = std::shared_ptr<CourierSession>;

    /// The stores have an enrolment.
    Courier(boost::asio::io_context& loop, Stores& stores, TrustedClock& clock, Hooks hooks);

    void ask(courier_message::Frame question, const Session& session, const Answer& answer);
    /// How old the lists are, as faults. The loop calls it with its tick.
    void watch(const Now& now);
    /// For status and panel: [{"scope","at","made","fresh","exp","rows"}].
    [[nodiscard]] boost::json::array scopes_json() const;

  private:
    struct Upload;
    using UploadPtr = std::shared_ptr<Upload>;
    struct Waiting;
    struct SignedRun;

    void where(const Answer& answer);
    void take_keys(const boost::json::object& header, const Answer& answer);
    void changes(courier_message::Frame question, const Answer& answer);
    void begin(const boost::json::object& header, const Session& session, const Answer& answer);
    void piece(courier_message::Frame question, const Session& session, const Answer& answer, bool packed);
    void finish(const Session& session, const Answer& answer);
    void events(const boost::json::object& header, const Session& session, const Answer& answer);
    void send_events(const std::shared_ptr<Waiting>& waiting);
    void have_events(const std::shared_ptr<Waiting>& waiting, Result<SignedRun> run);
    void end_waiting(const std::shared_ptr<Waiting>& waiting, courier_message::Frame answer);
    [[nodiscard]] static Result<SignedRun> signed_run(journal::Journal& journal, const std::string& gate,
                                                      const bundle::NamedSecret& key, std::uint64_t after, int most);
    void acknowledge(const boost::json::object& header, const Answer& answer);
    void acknowledge_pictures(const boost::json::object& header, const Answer& answer);
    void judge_acknowledgement(const bundle::Signed& document, const bundle::OwnLog& own, const Answer& answer);
    void picture(const boost::json::object& header, const Answer& answer);
    static void send_piece(const Picture& picture, std::int64_t offset, const Answer& answer);
    void take_report(const boost::json::object& header, const Answer& answer);
    void show_report(Instant now);

    [[nodiscard]] UploadPtr new_upload(const std::string& scope, Stores::UploadKind kind);
    [[nodiscard]] Result<Stores::UploadBegin> begin_of(const boost::json::object& header);
    void judge(const UploadPtr& upload, const bundle::Signed& document, const Answer& answer);
    void settle(const UploadPtr& upload, const bundle::Judged<bundle::Head>& judged, const Answer& answer);
    void keep_seen(const UploadPtr& upload, const bundle::Judged<bundle::Head>& judged, const Answer& answer);
    void commit(const UploadPtr& upload, const bundle::Judged<bundle::Head>& judged, const Answer& answer);
    void end_finishing();
    void refuse_upload(const UploadPtr& upload, const Error& error, const Answer& answer);

    [[nodiscard]] bool knows_scope(const std::string& scope) const;
    [[nodiscard]] const whitelist::ScopeState* state_of(const std::string& scope) const;
    void raise_floor(UtcTime iat);
    void found(bundle::Finding finding, const std::string& what, const std::string& why, const Answer& answer);
    void raise(const std::string& alarm, const std::string& about, const std::string& detail);

    /// A job that asks the journal's thread, and calls what it is given when that has answered. One after the other of
    /// all that couriers ask: what the gate itself has to write is behind one of them at most.
    using JournalJob = std::function<void(std::function<void()> done)>;
    void in_turn(JournalJob job);
    /// Runs `task(journal)` on the journal's thread, in turn.
    template <class Task, class Then>
    void with_journal(Task task, Then then) {
        in_turn([this, task = std::move(task), then = std::move(then)](std::function<void()> done) {
            stores_.with_journal(task, [then, done = std::move(done)](auto&& result) {
                then(std::forward<decltype(result)>(result));
                done();
            });
        });
    }
    void next_journal_job();

    boost::asio::io_context& loop_;
    Stores& stores_;
    TrustedClock& clock_;
    Hooks hooks_;
    std::optional<Trust> trust_;
    std::map<std::string, std::weak_ptr<Upload>> uploads_;  // the newest of each scope
    bool finishing_ = false;                                // one bundle at a time is judged and committed
    std::deque<std::function<void()>> in_line_;             // those that wait for it
    std::map<std::string, Instant> raised_;                 // alarms, so that a courier cannot flood the journal
    std::set<std::shared_ptr<Waiting>> waiting_;            // for events
    std::deque<JournalJob> journal_jobs_;                   // one a question at most: the courier's server bounds those
    bool journal_busy_ = false;
    struct Reported {
        std::string detail;  // empty: it is over
        std::string shown;
        Instant since{};  // when `shown` began
    };
    std::map<std::string, Reported> reported_;      // what the courier says is wrong on his way
    std::pair<std::string, Picture> last_picture_;  // by its hash: it is asked for piece by piece
};

}  // namespace menshen::gate
