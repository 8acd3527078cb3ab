#pragma once

#include <optional>
#include <string>

#include "journal/journal.hpp"
#include "support/temporary_folder.hpp"

namespace menshen::journal {

inline Now now_at(std::int64_t second) {
    Now now;
    now.mono = Instant(std::chrono::seconds(second));
    now.utc = UtcTime(std::chrono::seconds(1'795'000'000 + second));
    now.local = LocalTime(std::chrono::seconds(1'795'028'800 + second));
    now.clock = ClockState::trusted;
    return now;
}

inline const Now noon = now_at(0);

/// A journal in a folder of its own, that can be opened again.
struct Book {
    explicit Book(std::int64_t quota = 1 << 20) {
        options.folder = folder.path();
        options.evidence_quota = quota;
        options.reserve = 1 << 16;
        again();
    }

    /// Closes it and opens it again. Returns what open() said.
    Journal::Opened& again(const Now& now = noon) {
        opened.reset();
        opened.emplace(Journal::open(options, now).value());
        return *opened;
    }
    Journal& operator*() { return opened->journal; }
    Journal* operator->() { return &opened->journal; }

    support::TemporaryFolder folder;
    JournalOptions options;
    std::optional<Journal::Opened> opened;
};

inline Intent intent(AuthorisationId id) {
    return {id, id + 100, "in", "浙B12345", "permit_valid", "menshen"};
}

inline OutcomeRecord outcome_of(AuthorisationId id, std::vector<PictureRef> pictures = {}) {
    OutcomeRecord outcome;
    outcome.authorisation = id;
    outcome.arrival = id + 100;
    outcome.lane = "in";
    outcome.outcome = Outcome::opened;
    outcome.pictures = std::move(pictures);
    return outcome;
}

inline PassageRecord passage(std::string plate, bool entered, std::optional<PermitKey> permit = std::nullopt) {
    PassageRecord record;
    record.lane = entered ? "in" : "out";
    record.plate = std::move(plate);
    record.entered = entered;
    record.zone = "yard";
    record.permit = std::move(permit);
    return record;
}

}  // namespace menshen::journal
