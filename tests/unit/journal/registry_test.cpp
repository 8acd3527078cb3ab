// What the journal keeps for the registry: it never falls, and events travel as they are stored.
#include <doctest/doctest.h>

#include "fixture.hpp"

using namespace menshen;
using namespace menshen::journal;

namespace {

SeenScope seen(std::int64_t epoch, std::int64_t seq, std::int64_t second) {
    SeenScope one{"yard", epoch, seq, {}, UtcTime(std::chrono::seconds(second))};
    one.root[0] = static_cast<std::uint8_t>(seq);
    return one;
}

}  // namespace

TEST_CASE("I5: what was seen of a registry is there after a restart, and never falls") {
    Book book;
    CHECK_FALSE(book->registry()->has_value());
    REQUIRE(book->enrol({3, 1, "a line", {}}).ok());
    REQUIRE(book->keep_seen(seen(1, 10, 100)).ok());
    REQUIRE(book->keep_seen(seen(1, 10, 160)).ok());
    CHECK(book->keep_seen(seen(1, 9, 200)).error().code == Errc::conflict);
    CHECK(book->keep_seen(seen(1, 11, 120)).error().code == Errc::conflict);
    REQUIRE(book->keep_seen(seen(2, 0, 50)).ok());  // a new epoch, which the root has signed
    CHECK(book->keep_seen(seen(1, 90, 900)).error().code == Errc::conflict);
    REQUIRE(book->keep_keys(4, 2, "another").ok());
    CHECK(book->keep_keys(3, 2, "old").error().code == Errc::conflict);
    CHECK(book->keep_keys(5, 1, "old").error().code == Errc::conflict);
    book.again();
    const auto kept = book->registry()->value();
    CHECK(kept.version == 4);
    CHECK(kept.epoch == 2);
    CHECK(kept.keys == "another");
    CHECK(kept.scopes == std::vector<SeenScope>{seen(2, 0, 50)});
    REQUIRE(book->enrol({1, 1, "a registry of another root", {}}).ok());
    CHECK(book->registry()->value().scopes.empty());
}

TEST_CASE("I10: what is acknowledged rises only, and not above the last event") {
    Book book;
    for (int i = 0; i < 5; ++i) REQUIRE(book->append(make_event(EventKind::alarm, "", {}, noon)).ok());
    CHECK(book->acknowledged().value() == 0);
    CHECK(book->acknowledge(6).error().code == Errc::invalid);
    REQUIRE(book->acknowledge(4).ok());
    REQUIRE(book->acknowledge(4).ok());
    CHECK(book->acknowledge(3).error().code == Errc::conflict);
    book.again();
    CHECK(book->acknowledged().value() == 4);
}

TEST_CASE("I11: runs of events hang together by their chain") {
    Book book;
    for (int i = 0; i < 7; ++i) {
        REQUIRE(book->append(make_event(EventKind::alarm, "in", {{"n", i}}, noon)).ok());
    }
    const auto first = book->run_after(0, 3, 1 << 20).value();
    const auto second = book->run_after(3, 100, 1 << 20).value();
    CHECK(first.events.size() == 3);
    CHECK(second.events.size() == 4);
    CHECK(first.before == book->chain_after(0).value());
    CHECK(first.chain == second.before);
    CHECK(second.chain == book->chain_after(7).value());
    CHECK(second.events[0].sequence == 4);
    CHECK(second.events[0].body == R"({"n":3})");
    CHECK(book->run_after(0, 100, 10).value().events.size() == 1);  // one at least, however large
    CHECK(book->run_after(7, 100, 10).value().events.empty());
    CHECK(book->run_after(8, 100, 10).error().code == Errc::not_found);
}
