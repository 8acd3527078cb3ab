// The journal: append-only events with a hash chain, the pictures that prove them, presence, guards and modes.
// Synchronous; one thread at a time (the gate's journal worker). Every append is durable when it returns (WAL,
// synchronous=FULL).
//
// Chain. body hash = SHA-256(salt ‖ body); content hash = SHA-256(sequence, utc, clock, lane, kind, arrival,
// authorisation, body hash; numbers 8 bytes big-endian, texts length-prefixed); chain = SHA-256(chain before ‖ content
// hash); the first chain before is SHA-256(log id). A body and its salt can later be erased without breaking the chain;
// without the salt, the hash does not betray so short a text as a plate.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "journal/presence.hpp"
#include "journal/records.hpp"
#include "journal/registry.hpp"
#include "store/owned.hpp"
#include "values/event.hpp"
#include "values/result.hpp"
#include "values/time.hpp"

namespace menshen::journal {

struct JournalOptions {
    std::filesystem::path folder;             // holds journal.db, journal.reserve and evidence/
    std::int64_t evidence_quota = 2LL << 30;  // bytes of pictures
    std::int64_t reserve = 64LL << 20;        // bytes kept free for events when the disk is full; 0 = none
    std::optional<std::string> distrust;      // set journal.db aside without looking: why
    std::string vfs;                          // for tests
};

struct Committed {
    std::uint64_t sequence = 0;  // of the first event
    Duration took{};             // from the call to durable: the gate raises slow_storage by it
};

/// first..last, both inclusive.
struct IdRange {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
};

struct Recovered {
    AuthorisationId authorisation = 0;
    ArrivalId arrival = 0;
    LaneId lane;
};

struct ChainReport {
    bool whole = false;
    std::uint64_t events = 0;                // looked at
    std::optional<std::uint64_t> broken_at;  // first sequence that does not fit
    std::string why;
    std::string head;  // hex of the last chain hash
};

/// What house-keeping did; the gate raises and clears its faults by it.
struct Tended {
    bool disk_full = false;             // the reserve is spent; events still commit, pictures do not
    bool evidence_full = false;         // the quota is full of pictures that may not be dropped
    std::int64_t pictures_dropped = 0;  // since the last time, for room or as they were missing; events say so
    std::int64_t bytes_dropped = 0;
    bool more = false;              // there is more to do: call again when idle
    std::optional<UtcTime> forgot;  // old presence was taken out: a copy does forget_old() with this time
};

class Journal {
  public:
    struct Opened;

    /// Makes folder and file if they are not there. A corrupt, truncated, zero-length or foreign journal.db is set
    /// aside and a new one made (Opened::set_aside): a new log id, arrivals and authorisations from 1, presence and
    /// guards empty. Pictures on disk stay. Errc::denied: another process owns it.
    [[nodiscard]] static Result<Opened> open(const JournalOptions& options, const Now& now);
    Journal(Journal&&) noexcept;
    Journal& operator=(Journal&&) noexcept;
    ~Journal();

    // ---- writing. `sequence` of an event given is ignored. Errc::exhausted: the disk and the reserve are full.

    [[nodiscard]] Result<Committed> append(const Event& event);
    /// All or none, in order, one sync of the disk. An event of kind intent, outcome or passage has the same effect as
    /// the calls below; mode_changed moves what modes() says. Any event's body.pictures [{name, sha256, bytes}]
    /// binds those pictures; body.keep (true if absent, but false in an outcome) protects them from the quota.
    [[nodiscard]] Result<Committed> append_all(std::span<const Event> events);

    /// Errc::conflict: this authorisation has had an intent before (I15).
    [[nodiscard]] Result<Committed> intent(const Intent& intent, const Now& now);
    /// Errc::conflict: there is no open intent with this authorisation.
    [[nodiscard]] Result<Committed> outcome(const OutcomeRecord& outcome, const Now& now);
    [[nodiscard]] Result<Committed> passage(const PassageRecord& passage, const Now& now);

    /// At start, before anything moves: every intent without outcome gets the outcome `unknown` (I8).
    [[nodiscard]] Result<std::vector<Recovered>> recover(const Now& now);

    /// `count` ids never given before, also not before a crash. The gate asks for the next range before one ends.
    [[nodiscard]] Result<IdRange> arrivals(std::uint32_t count);
    [[nodiscard]] Result<IdRange> authorisations(std::uint32_t count);

    // ---- reading

    /// Read once at start; the gate then applies its own passages to its copy.
    [[nodiscard]] const PresenceBook& presence_all() const;

    /// Oldest first, sequence > after. limit 1..1000; an empty lane means all.
    [[nodiscard]] Result<std::vector<Event>> events_after(std::uint64_t after, int limit, const LaneId& lane = {});
    /// Newest first, sequence < before; before 0 = from the newest.
    [[nodiscard]] Result<std::vector<Event>> events_before(std::uint64_t before, int limit, const LaneId& lane = {});
    [[nodiscard]] std::uint64_t last_sequence() const;
    /// 128 random bits in hex, new with each journal.db.
    [[nodiscard]] const std::string& log_id() const;
    /// Looks at `count` events after `after` (both 0: all). Does not tell a cut-off tail: compare `head` with what was
    /// written elsewhere.
    [[nodiscard]] Result<ChainReport> verify_chain(std::uint64_t after = 0, std::uint64_t count = 0);

    // ---- evidence: pictures are written after the opening and bound by the outcome event

    /// Writes it under its hash (temporary file, fsync, rename, fsync of the folder). Once it is bound by an event it
    /// counts; a picture never bound is counted by tend() and goes first. What cannot be written and is named by an
    /// event is said by tend() to be gone. Errc::invalid: larger than max_picture_bytes, or empty. Errc::exhausted:
    /// quota or disk full.
    [[nodiscard]] Result<PictureRef> write_picture(std::string_view name, std::span<const std::uint8_t> jpeg,
                                                   const Now& now);
    /// Errc::not_found: never there or dropped. Errc::corrupt: its content does not have that hash. Errc::io: the disk
    /// does not say.
    [[nodiscard]] Result<std::vector<std::uint8_t>> read_picture(std::string_view sha256) const;
    /// It was asked for, and read_picture() does not find it, or not whole: where the journal knows it, the next tend()
    /// looks again and then says in an event, once, that it is gone. True: it may say so. What is not known here leaves
    /// no trace, so that nobody can fill the journal by asking.
    [[nodiscard]] Result<bool> missed_picture(std::string_view sha256);
    /// A verified word of the registry: pictures of the events up to there are safe elsewhere and go first, those of
    /// later ones are not, or no longer. Errc::conflict: older than the one that was taken before.
    [[nodiscard]] Status acknowledge_pictures(const SeenPictures& seen);
    /// The newest of these; epoch 0: none.
    [[nodiscard]] Result<SeenPictures> pictures_seen();
    [[nodiscard]] std::int64_t evidence_bytes() const;

    /// House-keeping in small steps (checkpoint, quota, reserve, pictures never bound or missed). Call when the worker
    /// is idle, at the latest every minute.
    [[nodiscard]] Result<Tended> tend(const Now& now);

    // ---- guards, modes, clock

    [[nodiscard]] Result<bool> first_start();  // no guard exists yet
    /// Errc::invalid: a PIN has 6 to 64 characters, not all the same, not a row like 123456. Errc::conflict: the name
    /// exists. Argon2id, 19 MiB and about 30 ms.
    [[nodiscard]] Status create_guard(std::string_view name, std::string_view pin);
    /// Errc::denied for a wrong name or PIN alike, after the same work. Five failures lock the name for a minute
    /// (Errc::exhausted says until when), also over a restart.
    [[nodiscard]] Status check_guard(std::string_view name, std::string_view pin, const Now& now);
    [[nodiscard]] Result<std::vector<std::string>> guards();

    /// As the mode_changed events left them: an absent lane is normal, and one whose hold has no readable end.
    [[nodiscard]] Result<std::map<LaneId, ModeRecord>> modes();

    /// What keep_clock() stored last; nothing in a new journal. Where it cannot be read: drifting, and no earlier than
    /// the last event.
    [[nodiscard]] Result<std::optional<ClockTrust>> kept_clock();
    [[nodiscard]] Status keep_clock(const ClockTrust& trust);

    /// The blocks that were made at this gate, as the caller writes them: a second copy of what the disposable list
    /// has. Empty: none was ever kept here.
    [[nodiscard]] Result<std::string> kept_blocks();
    [[nodiscard]] Status keep_blocks(std::string_view text);

    // ---- the registry: what was seen of it never falls (the database itself refuses it, Errc::conflict)

    /// Nothing: not enrolled, or the journal is new.
    [[nodiscard]] Result<std::optional<RegistryTrust>> registry();
    /// A person has enrolled the gate, perhaps anew: replaces all of it.
    [[nodiscard]] Status enrol(const RegistryTrust& trust);
    [[nodiscard]] Status keep_keys(std::int64_t version, std::int64_t epoch, std::string_view line);
    [[nodiscard]] Status keep_seen(const SeenScope& seen);
    /// At most `limit` events, and no further one once their lines have about `most_bytes`. Errc::not_found: there is
    /// no event `after`.
    [[nodiscard]] Result<EventRun> run_after(std::uint64_t after, int limit, std::size_t most_bytes);
    /// The chain after that event; 0: the first link.
    [[nodiscard]] Result<std::array<std::uint8_t, 32>> chain_after(std::uint64_t sequence);
    /// Events up to here are kept by the registry: nothing above it may ever be purged (I10). Today nothing is.
    [[nodiscard]] Result<std::uint64_t> acknowledged();
    /// Of an acknowledgement that was verified. Errc::invalid: above the last event. Errc::conflict: less than before.
    [[nodiscard]] Status acknowledge(std::uint64_t upto);

  private:
    struct Impl;
    explicit Journal(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

struct Journal::Opened {
    Journal journal;
    bool created = false;
    std::optional<store::SetAside> set_aside;
};

}  // namespace menshen::journal
