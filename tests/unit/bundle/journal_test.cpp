// What the journal keeps today goes up as event lines, and the chain is the journal's own.
#include "journal/journal.hpp"

#include <doctest/doctest.h>

#include "bundle/event_line.hpp"
#include "store/database.hpp"
#include "support/temporary_folder.hpp"

using namespace menshen;

namespace {

Now moment(std::int64_t second) {
    Now now;
    now.utc = UtcTime(std::chrono::seconds(1'795'000'000 + second));
    now.clock = second % 2 == 0 ? ClockState::trusted : ClockState::drifting;
    return now;
}

template <std::size_t N>
void copy(store::Bytes from, std::array<std::uint8_t, N>& to) {
    REQUIRE(from.size() == N);
    std::copy(from.begin(), from.end(), to.begin());
}

}  // namespace

TEST_CASE("I11: the journal's events verify as a batch, one of them erased") {
    const support::TemporaryFolder folder;
    std::string log, head;
    {
        journal::JournalOptions options;
        options.folder = folder.path();
        options.reserve = 0;
        auto opened = journal::Journal::open(options, moment(0)).value();
        auto& book = opened.journal;
        REQUIRE(book.append(journal::make_event(EventKind::boot, "", {{"build", "test"}}, moment(1))).ok());
        REQUIRE(book.intent({1, 7, "in", "浙A12345", "permit_valid", "menshen"}, moment(2)).ok());
        REQUIRE(book.outcome({1, 7, "in", Outcome::opened, "", {}, false}, moment(3)).ok());
        REQUIRE(book.append(journal::make_event(EventKind::alarm, "out", {{"x", 0.5}}, moment(4))).ok());
        log = book.log_id();
        head = book.verify_chain()->head;
    }
    auto database = store::Database::open(folder / "journal.db", {}).value();
    REQUIRE(database.execute("UPDATE event SET body = NULL, salt = NULL WHERE sequence = 2").ok());
    auto rows = database
                    .prepare(
                        "SELECT sequence, utc, clock, lane, kind, arrival, authorisation, body, salt, body_hash "
                        "FROM event ORDER BY sequence")
                    .value();
    bundle::Batch batch{"north", log, 1, 4, bundle::first_link(log), bundle::hash_from_hex(head).value()};
    bundle::ChainCheck check(batch);
    while (rows.step().value()) {
        bundle::EventRecord event{rows.integer(0), rows.integer(1), rows.text(2), rows.text(3), rows.text(4),
                                  rows.integer(5), rows.integer(6), {},           {},           {}};
        copy(rows.blob(9), event.body_hash);
        if (!rows.is_null(7)) {
            event.body = rows.text(7);
            copy(rows.blob(8), event.salt);
        }
        std::string line;
        REQUIRE(bundle::write_event(line, event).ok());
        line.pop_back();
        REQUIRE(check.take(bundle::parse_event(line).value()).ok());
    }
    CHECK(check.finish().ok());
    CHECK(bundle::write_batch(batch).ok());
}
