// The inside of Journal, shared by its source files.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "chain.hpp"
#include "evidence.hpp"
#include "journal/journal.hpp"
#include "reserve.hpp"
#include "store/owned.hpp"

namespace menshen::journal {

inline constexpr std::int32_t application_id = 0x4D53'4A4E;  // "MSJN": journal.db is told from any other database
inline constexpr std::size_t max_body = 1 << 20;             // bytes of one event's body
inline constexpr int wal_pages_bound = 8'000;                // 32 MiB: a commit checkpoints at the latest then

std::span<const store::Migration> migrations();

/// What the passages of one transaction touch, copied from the real book, which a failed commit then leaves as it was.
struct Scratch {
    PresenceBook book;
    std::set<std::string> plates, zones;  // copied already
    std::set<PermitKey> permits;

    /// Copies what `passage` touches; returns its zones.
    std::vector<std::string> take_up(const PassageRecord& passage, const PresenceBook& real);
};

struct Journal::Impl {
    Impl(const JournalOptions& given, store::Owned owned);

    JournalOptions options;
    store::OwnerLock lock;
    store::Database database;
    store::Statement insert_event, open_intent, close_intent, put_presence, put_uses, put_zone, put_picture, put_mode,
        put_meta;

    std::string log_id;
    std::uint64_t last_sequence = 0;
    Hash chain{};
    PresenceBook presence;
    EvidenceFolder evidence;
    Reserve reserve;
    bool disk_full = false;
    bool disk_full_unsaid = false;  // the event that says so goes with the next append

    // asked for, and not whole on the disk: the next tend() says so of those that the journal knows. Are its bytes
    // counted in evidence.bytes?
    std::map<std::string, bool, std::less<>> missed;

    // house-keeping
    std::int64_t dropped_pictures = 0;  // since the last tend()
    std::int64_t dropped_bytes = 0;
    bool evidence_full = false;
    std::optional<Instant> forgot;  // when old presence was last taken out
    int swept = 0;                  // top folders of evidence/ looked at since start, 256 = all

    [[nodiscard]] Status prepare();
    [[nodiscard]] Status load(const Now& now);
    [[nodiscard]] Status load_meta();
    [[nodiscard]] Status load_presence(const Now& now);
    [[nodiscard]] Result<std::string> meta(std::string_view key);

    /// Runs `write`; when the disk is full, gives the reserve back and runs it once more.
    template <class Write>
    auto with_room(Write write) -> decltype(write()) {
        auto result = write();
        if (result.ok() || !is_full(result.error()) || !reserve.release()) return result;
        disk_full = true;
        disk_full_unsaid = true;
        return write();
    }
    [[nodiscard]] bool is_full(const Error& error) const;

    using Also = std::function<Status()>;  // further changes in the same transaction
    [[nodiscard]] Result<Committed> append(std::span<const Event> events, const Also& also = {});
    [[nodiscard]] Result<std::uint64_t> append_once(std::span<const Event> events, const Also& also);
    [[nodiscard]] Status insert(Event event, Hash& link);
    [[nodiscard]] Status project_mode(const Event& event);
    [[nodiscard]] Status project(const Event& event, Scratch& scratch);
    [[nodiscard]] Status project_passage(const PassageRecord& passage, UtcTime at, Scratch& scratch);
    [[nodiscard]] Status bind_pictures(const Event& event);

    [[nodiscard]] Result<IdRange> take_ids(std::string_view key, std::uint32_t count);
    [[nodiscard]] Status write(const PictureRef& picture, std::span<const std::uint8_t> jpeg, const Now& now);
    [[nodiscard]] Status make_room(std::int64_t bytes, const Now& now);
    [[nodiscard]] Result<std::vector<PictureRef>> victims(std::int64_t bytes);
    /// Says in events that these are gone, and forgets them and their files; evidence.bytes is the caller's to mend.
    [[nodiscard]] Status give_up(std::span<const PictureRef> gone, std::string_view why, const Now& now);
    /// The bytes of a picture that has a row; nothing: the journal does not know it.
    [[nodiscard]] Result<std::optional<std::int64_t>> known_picture(std::string_view sha256);
    void miss(std::string_view sha256, bool counted);
    [[nodiscard]] Status say_missed(const Now& now);
    [[nodiscard]] Status sweep_one();
    [[nodiscard]] Status forget_rows(UtcTime now);
    /// Once a day; says up to when.
    [[nodiscard]] Result<std::optional<UtcTime>> forget_old(const Now& now);
    [[nodiscard]] Status count_unbound(const Now& now);
};

/// The pictures that an event binds. Errc::invalid: not a list of {name, sha256, bytes}.
[[nodiscard]] Result<std::vector<PictureRef>> pictures_of(const Event& event);
[[nodiscard]] Result<Event> event_from(const store::Statement& row);
inline constexpr std::string_view event_columns = "sequence, utc, clock, lane, kind, arrival, authorisation, body";

}  // namespace menshen::journal
