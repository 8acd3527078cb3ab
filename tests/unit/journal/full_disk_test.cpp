#include <doctest/doctest.h>

#include "failing_disk.hpp"
#include "fixture.hpp"

using namespace menshen;
using namespace menshen::journal;

namespace {

/// A journal on a disk that is full whenever `full` says so and the reserve still takes up its room.
struct FullDisk {
    bool full = false;
    bool beyond_reserve = false;  // full even without the reserve
    Book book;

    FullDisk() {
        use_failing_disk([this] { return beyond_reserve || (full && has_reserve()); });
        book.options.vfs = failing_disk;
        book.again();
    }
    ~FullDisk() {
        book.opened.reset();
        use_failing_disk([] { return false; });
    }
    [[nodiscard]] bool has_reserve() { return std::filesystem::exists(book.folder / "journal.reserve"); }

    /// Events until the WAL must grow.
    Result<Committed> write_much() {
        Result<Committed> last = Error{};
        for (int i = 0; i < 20; ++i) {
            last = book->append(make_event(EventKind::alarm, "in", {{"detail", std::string(20'000, 'x')}}, noon));
            if (!last) break;
        }
        return last;
    }
};

int count(Book& book, EventKind kind) {
    int found = 0;
    for (std::uint64_t after = 0;;) {
        const auto events = book->events_after(after, 1000).value();
        if (events.empty()) return found;
        for (const auto& event : events) found += event.kind == kind ? 1 : 0;
        after = events.back().sequence;
    }
}

}  // namespace

TEST_CASE("I7: on a full disk the reserve is given up and intents still become durable") {
    FullDisk disk;
    CHECK(std::filesystem::file_size(disk.book.folder / "journal.reserve") == 1 << 16);
    REQUIRE(disk.book->append(make_event(EventKind::boot, "", {}, noon)).ok());
    disk.full = true;
    REQUIRE(disk.write_much().ok());
    CHECK_FALSE(disk.has_reserve());
    REQUIRE(disk.book->intent(intent(1), noon).ok());
    CHECK(count(disk.book, EventKind::fault_raised) == 1);
    CHECK(disk.book->verify_chain()->whole);
    const std::vector<std::uint8_t> jpeg(100, 7);
    CHECK(disk.book->write_picture("scene", jpeg, noon).error().code == Errc::exhausted);

    disk.full = false;
    CHECK_FALSE(disk.book->tend(noon)->disk_full);
    CHECK(disk.has_reserve());
    CHECK(count(disk.book, EventKind::fault_cleared) == 1);
    CHECK(disk.book->write_picture("scene", jpeg, noon).ok());
    CHECK(disk.book->verify_chain()->whole);
}

TEST_CASE("a disk that is full beyond the reserve is an error that changes nothing") {
    FullDisk disk;
    REQUIRE(disk.book->append(make_event(EventKind::boot, "", {}, noon)).ok());
    disk.beyond_reserve = true;
    const auto last = disk.write_much();
    REQUIRE_FALSE(last.ok());
    CHECK(last.error().code == Errc::exhausted);
    const auto sequence = disk.book->last_sequence();
    disk.beyond_reserve = false;
    CHECK(disk.book->append(make_event(EventKind::boot, "", {}, noon))->sequence == sequence + 1);
    CHECK(disk.book->verify_chain()->whole);
    CHECK(count(disk.book, EventKind::fault_raised) == 1);
}

TEST_CASE("a disk left full does not keep the journal from opening") {
    FullDisk disk;
    REQUIRE(disk.write_much().ok());
    REQUIRE(disk.book->intent(intent(1), noon).ok());
    disk.book.opened.reset();
    disk.full = true;
    disk.book.again();
    const auto recovered = disk.book->recover(noon);
    REQUIRE(recovered.ok());
    CHECK(recovered->size() == 1);
    CHECK(disk.book->arrivals(10).ok());
    CHECK(disk.write_much().ok());
    CHECK(disk.book->verify_chain()->whole);
}
