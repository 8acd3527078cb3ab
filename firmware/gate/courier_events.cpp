// Events on their way up, and their acknowledgement.
#include <algorithm>

#include "bundle/batch.hpp"
#include "bundle/event_line.hpp"
#include "courier.hpp"
#include "courier_header.hpp"

namespace menshen::gate {

struct Courier::SignedRun {
    std::string batch;  // its signed line; empty: no events
    std::int64_t from = 0;
    std::int64_t to = 0;
    std::string lines;
};

namespace {

constexpr std::size_t batch_bytes = std::size_t{256} << 10U;  // of lines, one more at most: an intent waits for that
constexpr std::int64_t longest_wait = 30'000;                 // ms

bundle::EventRecord record_of(const journal::StoredEvent& event) {
    bundle::EventRecord record{event.sequence, event.utc,           event.clock, event.lane, event.kind,
                               event.arrival,  event.authorisation, {},          event.salt, event.body_hash};
    if (event.body) record.body = *event.body;
    return record;
}

/// A body that does not travel (longer or deeper than the feed's lines may be) goes as its hash.
Status write_line(std::string& lines, const journal::StoredEvent& event) {
    auto record = record_of(event);
    if (bundle::write_event(lines, record)) return {};
    record.body = {};
    return bundle::write_event(lines, record);
}

Result<bundle::OwnLog> own_log(journal::Journal& journal, const std::string& gate, const bundle::Signed& document) {
    auto acknowledged = journal.acknowledged();
    if (!acknowledged) return acknowledged.error();
    bundle::OwnLog own{gate,
                       journal.log_id(),
                       static_cast<std::int64_t>(*acknowledged),
                       static_cast<std::int64_t>(journal.last_sequence()),
                       {}};
    // not verified yet: it only says which of our own hashes to look up
    const auto claimed = bundle::parse_ack(document.document);
    if (!claimed || claimed->upto > own.last) return own;
    const auto chain = journal.chain_after(static_cast<std::uint64_t>(claimed->upto));
    if (chain) own.chain = *chain;
    return own;
}

}  // namespace

/// On the journal's thread.
Result<Courier::SignedRun> Courier::signed_run(journal::Journal& journal, const std::string& gate,
                                               const bundle::NamedSecret& key, std::uint64_t after, int most) {
    auto run = journal.run_after(after, most, batch_bytes);
    if (!run) return run.error();
    SignedRun out;
    if (run->events.empty()) return out;
    for (const auto& event : run->events) {
        if (auto done = write_line(out.lines, event); !done) return done.error();
    }
    out.from = run->events.front().sequence;
    out.to = run->events.back().sequence;
    auto document = bundle::write_batch({gate, journal.log_id(), out.from, out.to, run->before, run->chain});
    if (!document) return document.error();
    out.batch = bundle::write_signed(bundle::sign(bundle::DocumentType::batch, std::move(document).value(), key));
    return out;
}

/// A question for events that may have to wait for one.
struct Courier::Waiting {
    Waiting(boost::asio::io_context& loop, Answer to) : answer(std::move(to)), timer(loop) {}
    Answer answer;
    boost::asio::steady_timer timer;
    std::shared_ptr<void> subscription;
    std::uint64_t after = 0;
    int most = 0;
    bool looking = false;
    bool again = false;  // something came while it was looking
    bool last_look = false;
};

void Courier::events(const boost::json::object& header, const Session& session, const Answer& answer) {
    const auto waiting = std::make_shared<Waiting>(loop_, answer);
    waiting->after = static_cast<std::uint64_t>(number_in(header, "after", 0, 0, bundle::max_number));
    waiting->most = static_cast<int>(number_in(header, "most", 500, 1, bundle::max_batch_events));
    const auto wait = number_in(header, "wait_ms", 0, 0, longest_wait);
    waiting->last_look = wait == 0;
    waiting_.insert(waiting);
    session->give_up = [this, weak = std::weak_ptr(waiting)] {
        const auto still = weak.lock();
        if (!still) return;
        still->last_look = true;
        if (!still->looking) end_waiting(still, refusal("nobody waits for it"));
    };
    if (wait > 0) {
        waiting->timer.expires_after(milliseconds(wait));
        waiting->timer.async_wait([this, weak = std::weak_ptr(waiting)](boost::system::error_code error) {
            const auto still = weak.lock();
            if (error || !still) return;
            still->last_look = true;
            send_events(still);
        });
        waiting->subscription = stores_.on_durable([this, weak = std::weak_ptr(waiting)] {
            if (const auto still = weak.lock()) send_events(still);
        });
    }
    send_events(waiting);
}

void Courier::send_events(const std::shared_ptr<Waiting>& waiting) {
    if (std::exchange(waiting->looking, true)) {
        waiting->again = true;
        return;
    }
    waiting->again = false;
    with_journal([gate = trust_->gate, key = trust_->event_key, after = waiting->after, most = waiting->most](
                     journal::Journal& journal) { return signed_run(journal, gate, *key, after, most); },
                 [this, waiting](Result<SignedRun> run) { have_events(waiting, std::move(run)); });
}

void Courier::have_events(const std::shared_ptr<Waiting>& waiting, Result<SignedRun> run) {
    waiting->looking = false;
    if (!waiting_.contains(waiting)) return;
    if (!run) return end_waiting(waiting, refusal(run.error().message));
    if (!run->batch.empty()) {
        boost::json::object header{{"batch", run->batch}, {"from", run->from}, {"to", run->to}};
        return end_waiting(waiting, answer_of(std::move(header), std::move(run->lines)));
    }
    if (waiting->again) return send_events(waiting);
    if (waiting->last_look) end_waiting(waiting, answer_of({{"batch", nullptr}}));
    // else the next event wakes it, or its time is up
}

void Courier::end_waiting(const std::shared_ptr<Waiting>& waiting, courier_message::Frame answer) {
    waiting_.erase(waiting);
    waiting->subscription.reset();
    waiting->timer.cancel();
    waiting->answer(std::move(answer));
}

void Courier::in_turn(JournalJob job) {
    journal_jobs_.push_back(std::move(job));
    next_journal_job();
}

void Courier::next_journal_job() {
    if (journal_busy_ || journal_jobs_.empty()) return;
    journal_busy_ = true;
    const auto job = std::move(journal_jobs_.front());
    journal_jobs_.pop_front();
    job([this] {
        journal_busy_ = false;
        next_journal_job();
    });
}

void Courier::acknowledge(const boost::json::object& header, const Answer& answer) {
    const auto document = bundle::parse_signed(bundle::DocumentType::ack, text_in(header, "document"));
    if (!document) return found(bundle::Finding::malformed, "ack", document.error().message, answer);
    with_journal([document = *document,
                  gate = trust_->gate](journal::Journal& journal) { return own_log(journal, gate, document); },
                 [this, document = *document, answer](const Result<bundle::OwnLog>& own) {
                     if (!own) return answer(refusal(own.error().message));
                     judge_acknowledgement(document, *own, answer);
                 });
}

void Courier::judge_acknowledgement(const bundle::Signed& document, const bundle::OwnLog& own, const Answer& answer) {
    const auto judged = bundle::judge_ack(document, trust_->keys, own);
    if (!judged.document) return found(judged.finding, "ack", judged.why, answer);
    if (judged.finding == bundle::Finding::repeated) {
        return answer(answer_of({{"finding", "repeated"}, {"acknowledged", own.acknowledged}}));
    }
    const auto upto = judged.document->upto;
    with_journal(
        [upto](journal::Journal& journal) -> Result<std::uint64_t> {
            const auto before = journal.acknowledged();
            if (!before) return before.error();
            if (*before >= static_cast<std::uint64_t>(upto)) return *before;  // a later one has overtaken it
            if (auto done = journal.acknowledge(static_cast<std::uint64_t>(upto)); !done) return done.error();
            return static_cast<std::uint64_t>(upto);
        },
        [answer](const Result<std::uint64_t>& kept) {
            if (!kept) return answer(refusal(kept.error().message));
            answer(answer_of({{"finding", "accept"}, {"acknowledged", *kept}}));
        });
}

/// Of pictures: which may go first when there is no room for new ones.
void Courier::acknowledge_pictures(const boost::json::object& header, const Answer& answer) {
    const auto document = bundle::parse_signed(bundle::DocumentType::evidence, text_in(header, "document"));
    if (!document) return found(bundle::Finding::malformed, "evidence", document.error().message, answer);
    const auto judge = [document = *document, gate = trust_->gate,
                        keys = trust_->keys](journal::Journal& journal) -> Result<bundle::Judged<bundle::EvidenceAck>> {
        const auto last = static_cast<std::int64_t>(journal.last_sequence());
        const auto seen = journal.pictures_seen();
        if (!seen) return seen.error();
        auto judged =
            bundle::judge_evidence_ack(document, keys, {gate, journal.log_id(), 0, last, {}}, {seen->epoch, seen->iat});
        if (!judged.document) return judged;
        const auto& ack = *judged.document;
        if (auto done = journal.acknowledge_pictures({ack.epoch, ack.iat, ack.upto}); !done) return done.error();
        return judged;
    };
    with_journal(judge, [this, answer](const Result<bundle::Judged<bundle::EvidenceAck>>& judged) {
        if (!judged) return answer(refusal(judged.error().message));
        if (!judged->document) return found(judged->finding, "evidence", judged->why, answer);
        answer(answer_of({{"finding", "accept"}, {"upto", judged->document->upto}}));
    });
}

}  // namespace menshen::gate
