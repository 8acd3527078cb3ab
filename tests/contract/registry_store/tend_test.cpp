// What house-keeping takes away, and when.
#include "bench.hpp"

namespace menshen::registry::test {

namespace {

void later(Bench& bench, std::chrono::days days) {
    bench.now.utc += days;
    bench.now.local += days;
    for (int i = 0; bench.store->commits().tend(bench.now).value(); ++i) REQUIRE(i < 1'000);
}

}  // namespace

TEST_CASE("a permit leaves the feed with its credentials 30 days after it ended, and comes back when it is prolonged") {
    Bench bench;
    Permit permit;
    permit.holder = "李四";
    permit.valid_until = at("2026-11-25T00:00:00");
    Credential credential;
    credential.permit = -1;
    credential.value = "浙A12345";
    const auto id = bench.done({put(permit, -1), put(credential)}).changed[0].id;
    Block block;
    block.plate = "浙A99999";
    block.reason = "unpaid";
    block.until = at("2026-11-24T00:00:00");
    bench.make(block);
    bench.permit("浙A54321");
    const auto position = bench.head().at;
    const auto rows = bench.snapshot();
    CHECK(rows.size() == 5);

    later(bench, std::chrono::days(20));
    CHECK(bench.snapshot() == rows);
    CHECK(bench.head().at == position);
    later(bench, std::chrono::days(13));
    CHECK(bench.snapshot().size() == 2);
    CHECK(bench.after_changes(rows, position) == bench.snapshot());
    CHECK(bench.store->directory().find(id)->has_value());  // the registry knows it all the same

    permit.valid_until = at("2027-06-01T00:00:00");
    bench.done({put(permit, id)});
    CHECK(bench.snapshot().size() == 4);
    later(bench, std::chrono::days(365));
    CHECK(bench.snapshot().size() == 2);
}

TEST_CASE("a clock that was a year ahead for a while: what ends later leaves the feed all the same") {
    Bench bench;
    Permit permit;
    permit.valid_until = at("2026-11-25T00:00:00");
    const auto id = bench.make(permit);
    const auto now = bench.now;
    later(bench, std::chrono::days(365));
    CHECK(bench.snapshot().empty());
    bench.now = now;
    later(bench, std::chrono::days(0));
    permit.note = "put right";
    bench.done({put(permit, id)});
    CHECK(bench.snapshot().size() == 1);
    later(bench, std::chrono::days(40));
    CHECK(bench.snapshot().empty());
}

TEST_CASE("many that ended at one moment leave in steps") {
    Bench bench;
    std::vector<Change> changes;
    changes.reserve(2'500);
    for (int i = 0; i < 2'500; ++i) {
        Permit permit;
        permit.valid_until = at("2026-11-25T00:00:00");
        changes.emplace_back(put(permit));
    }
    bench.done(std::move(changes));
    later(bench, std::chrono::days(40));
    CHECK(bench.snapshot().empty());
}

TEST_CASE("tombstones stay 30 days; who is behind a purged one takes a snapshot") {
    Bench bench;
    const auto zone = bench.make(Zone{"north", "North", {}});
    const auto before = bench.head().at;
    bench.done({Remove{Kind::zone, zone, {}}});
    const auto after = bench.head().at;
    later(bench, std::chrono::days(29));
    CHECK(bench.answer_to(before) == FeedAnswer::rows);
    later(bench, std::chrono::days(2));
    CHECK(bench.answer_to(before) == FeedAnswer::too_old);
    CHECK(bench.answer_to(after) == FeedAnswer::rows);
    CHECK(bench.head().at == after);
    CHECK(bench.snapshot().empty());
}

}  // namespace menshen::registry::test
