// What gates report: events exactly once, contiguous for each log (I9), the pictures they name, and alarms that the
// registry itself raises.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "registry/digest.hpp"
#include "registry/entities.hpp"
#include "values/time.hpp"

namespace menshen::registry {

struct EvidenceRef {
    std::string sha256;  // 64 hex digits
    std::string name;    // "scene", "crop"
    std::int64_t bytes = 0;
    bool gone = false;  // of a stored event: the gate has it no more, and it never came
    friend bool operator==(const EvidenceRef&, const EvidenceRef&) = default;
};

/// One event of a gate's journal, with all that its chain hash is over, so that the chain can be proved again here
/// (I11). That `body_hash` and `chain` follow from the content is the caller's to prove when it comes in.
struct EventRecord {
    std::int64_t sequence = 0;  // within its log, from 1
    UtcTime utc{};
    std::string clock;
    std::string kind;
    std::string lane;
    std::int64_t arrival = 0;
    std::int64_t authorisation = 0;
    std::string plate;  // what it is about, for the search; may be empty
    std::string body;   // JSON exactly as it came; empty, and salt too, where it was erased
    std::string salt;   // raw
    Digest body_hash{};
    Digest before{};  // the chain before and after it
    Digest chain{};
    std::vector<EvidenceRef> pictures;
    std::vector<std::string> gone{};  // hashes of pictures that the gate says here it has no more
    bool unread = false;              // it may name pictures that are not in `pictures`: its body did not come
};

inline constexpr std::size_t max_events_at_once = 10'000;

/// Contiguous events of one log.
struct EventBatch {
    Id gate = 0;
    std::string log;  // the log's id, hex
    std::span<const EventRecord> events;
};

enum class Intake {
    accepted,  // all of them are durable, also those that had come before
    gap,       // the first one is not the next: `upto` says what was expected (+ 1); nothing was stored
    cloned,    // the same number with another hash: two gates write one log. Nothing was stored, an alarm was raised
    broken,    // an event does not follow on the one before it. Nothing was stored, an alarm was raised
};

struct IntakeAnswer {
    Intake intake = Intake::accepted;
    std::int64_t upto = 0;   // the newest event of the log that is durable
    Digest chain{};          // after it
    std::int64_t fresh = 0;  // events that were not there before
};

/// `before` is not kept: it is the chain of the event before.
struct StoredEvent : EventRecord {
    std::int64_t number = 0;  // rises with arrival at the registry
    Id gate = 0;
    std::string log;
};

struct EventQuery {
    std::vector<Id> gates{};                 // none: every one
    std::string kind{};                      // empty: any
    std::string plate{};                     // exact
    std::optional<UtcTime> from{}, until{};  // until exclusive
    std::int64_t before = 0;                 // number: newest first below it; 0 = from the newest
    int limit = 50;                          // 1 to 1,000
};

struct Alarm {
    std::int64_t number = 0;
    UtcTime utc{};
    Id gate = 0;
    std::string kind;    // cloned_gate, broken_chain
    std::string detail;  // for a person
    std::optional<UtcTime> closed;
    std::string closed_by;
};

class EventSearch {
  public:
    EventSearch() = default;
    EventSearch(const EventSearch&) = delete;
    EventSearch& operator=(const EventSearch&) = delete;
    virtual ~EventSearch() = default;

    [[nodiscard]] virtual Result<std::vector<StoredEvent>> find(const EventQuery& query) = 0;
    /// The event and what its gate wrote of the same arrival, oldest first; none: there is no such event.
    [[nodiscard]] virtual Result<std::vector<StoredEvent>> of_one_car(std::int64_t number) = 0;
    /// The newest of that gate.
    [[nodiscard]] virtual Result<std::optional<StoredEvent>> last(Id gate) = 0;
    /// Where a log stands; upto 0 if nothing of it is there.
    [[nodiscard]] virtual Result<IntakeAnswer> position(Id gate, const std::string& log) = 0;
    /// The chain after that event, if it is stored.
    [[nodiscard]] virtual Result<std::optional<Digest>> chain_after(Id gate, const std::string& log,
                                                                    std::int64_t sequence) = 0;
    /// Pictures that events name and that are still to come, oldest first: none that its gate has no more.
    [[nodiscard]] virtual Result<std::vector<EvidenceRef>> missing_pictures(Id gate, int limit, std::int64_t skip) = 0;
    /// No picture that events 1 to this one of the log name is still to come, and none of them is unread.
    [[nodiscard]] virtual Result<std::int64_t> pictures_upto(Id gate, const std::string& log) = 0;
    /// May this gate send that picture: one of its events names it. Its size, or nothing.
    [[nodiscard]] virtual Result<std::optional<std::int64_t>> wanted_picture(Id gate, const std::string& sha256) = 0;
    [[nodiscard]] virtual Result<std::vector<Alarm>> alarms(bool open_only, int limit) = 0;
};

class EventIntake {
  public:
    EventIntake() = default;
    EventIntake(const EventIntake&) = delete;
    EventIntake& operator=(const EventIntake&) = delete;
    virtual ~EventIntake() = default;

    /// Several batches, one sync of the disk; durable when it returns. One answer for each, in order. Errc::invalid: a
    /// batch has no events, more than max_events_at_once, or they are not contiguous.
    [[nodiscard]] virtual Result<std::vector<IntakeAnswer>> take(std::span<const EventBatch> batches,
                                                                 const Now& now) = 0;
    [[nodiscard]] virtual Status picture_stored(const std::string& sha256, UtcTime now) = 0;

    // Retention, in steps of at most `limit`. Where a log stands stays known for ever (I9); the audit is not touched.
    // No clock may be right: age is counted by counted(), and by it an event is of its take(), or of its gate's time
    // where that is later, at most a day.
    /// The registry's wall clock as long as that is right. Where it is stepped, this goes on as before, so that nothing
    /// gets old by a step; of a time during which the registry was off a day counts at most, the rest is kept longer.
    [[nodiscard]] virtual Result<UtcTime> counted(const Now& now) = 0;
    /// Pictures that have come and that only events before that moment of counted() name, oldest first: their files go
    /// first, then forget_pictures().
    [[nodiscard]] virtual Result<std::vector<std::string>> old_pictures(UtcTime before, int limit) = 0;
    [[nodiscard]] virtual Status forget_pictures(std::span<const std::string> sha256) = 0;
    /// Removes events from before that moment, those whose pictures are forgotten or have never come. How many.
    [[nodiscard]] virtual Result<std::int64_t> forget_events(UtcTime before, int limit) = 0;
    [[nodiscard]] virtual Status close_alarm(std::int64_t number, const std::string& by, UtcTime now) = 0;
};

}  // namespace menshen::registry
