// What is kept long enough goes, in steps; where a log stands never does (I9).
#include "bench.hpp"

namespace menshen::registry::test {

namespace {

constexpr auto day = std::chrono::days(1);

Digest link(int sequence) {
    Digest digest{};
    digest[0] = static_cast<std::uint8_t>(sequence);
    return digest;
}

std::string picture(int n) {
    return std::string(62, 'a') + (n < 10 ? "0" : "") + std::to_string(n);
}

/// One event a day, each with a picture of its own and one that all of them share.
std::vector<EventRecord> days(int first, int last, UtcTime from) {
    std::vector<EventRecord> all;
    for (int n = first; n <= last; ++n) {
        EventRecord event;
        event.sequence = n;
        event.utc = from + n * day;
        event.kind = "outcome";
        event.clock = "trusted";
        event.body = "{}";
        event.before = link(n - 1);
        event.chain = link(n);
        event.pictures = {{picture(n), "crop", 100}, {picture(99), "scene", 100}};
        all.push_back(std::move(event));
    }
    return all;
}

IntakeAnswer take(Bench& bench, const std::vector<EventRecord>& all) {
    const EventBatch batch{5, "ab12", all};
    return bench.store->intake().take({&batch, 1}, bench.now.utc).value().at(0);
}

std::size_t stored(Bench& bench) {
    return bench.store->events().find({.limit = 100}).value().size();
}

}  // namespace

TEST_CASE("pictures go before the events that name them; one that a younger event names, too, stays") {
    Bench bench;
    const auto begun = bench.now.utc;
    REQUIRE(take(bench, days(1, 20, begun)).fresh == 20);
    auto& intake = bench.store->intake();
    CHECK(intake.old_pictures(begun, 100)->empty());
    const auto old = intake.old_pictures(begun + 11 * day, 4).value();
    CHECK(old == std::vector<std::string>{picture(1), picture(2), picture(3), picture(4)});
    CHECK(intake.forget_events(begun + 11 * day, 100).value() == 0);  // their pictures are there
    REQUIRE(intake.forget_pictures(old));
    CHECK(intake.old_pictures(begun + 11 * day, 100)->size() == 6);
    CHECK(bench.store->events().wanted_picture(5, picture(1)).value() == std::nullopt);
    CHECK(bench.store->events().wanted_picture(5, picture(99)).value() == 100);
    CHECK(stored(bench) == 20);
}

TEST_CASE("I9: events that are gone are not taken again, and the next ones follow") {
    Bench bench;
    const auto begun = bench.now.utc;
    REQUIRE(take(bench, days(1, 20, begun)).fresh == 20);
    const auto audit = bench.store->audit().verify()->entries;
    auto& intake = bench.store->intake();
    for (auto old = intake.old_pictures(begun + 30 * day, 7); !old->empty();
         old = intake.old_pictures(begun + 30 * day, 7)) {
        REQUIRE(intake.forget_pictures(*old));
    }
    CHECK(intake.forget_events(begun + 16 * day, 10).value() == 10);
    CHECK(intake.forget_events(begun + 16 * day, 10).value() == 5);
    CHECK(intake.forget_events(begun + 16 * day, 10).value() == 0);
    CHECK(stored(bench) == 5);
    bench.reopen();
    CHECK(take(bench, days(1, 20, begun)).fresh == 0);
    CHECK(take(bench, days(21, 21, begun)).upto == 21);
    CHECK(stored(bench) == 6);
    CHECK(bench.store->audit().verify()->entries == audit);
    CHECK(bench.store->events().pictures_upto(5, "ab12").value() == 20);
}

}  // namespace menshen::registry::test
