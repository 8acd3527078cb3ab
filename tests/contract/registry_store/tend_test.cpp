// What house-keeping takes away, and when.
#include <fmt/format.h>

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

TEST_CASE("a clock that was a year ahead for a while: what it took away comes back, and leaves when it has ended") {
    Bench bench;
    std::vector<Change> changes;
    for (int i = 0; i < 2'500; ++i) {
        Permit permit;
        permit.valid_until = at("2026-11-25T00:00:00");
        Credential credential;
        credential.permit = -1 - i;
        credential.value = fmt::format("浙A{:05}", i);
        changes.emplace_back(put(permit, -1 - i));
        if (i < 10) changes.emplace_back(put(credential));
    }
    bench.done(std::move(changes));
    Block block;
    block.plate = "浙A99999";
    block.reason = "unpaid";
    block.until = at("2027-03-01T00:00:00");
    bench.make(block);
    Permit ended;
    ended.valid_until = at("2026-01-01T00:00:00");
    bench.make(ended);
    const auto now = bench.now;
    later(bench, std::chrono::days(0));
    const auto rows = bench.snapshot();
    CHECK(rows.size() == 2'511);
    const auto position = bench.head().at;

    later(bench, std::chrono::days(365));
    CHECK(bench.snapshot().empty());
    bench.now = now;
    later(bench, std::chrono::days(0));
    CHECK(bench.snapshot() == rows);
    CHECK(bench.after_changes(rows, position) == rows);
    const auto settled = bench.head().at;
    later(bench, std::chrono::days(0));
    CHECK(bench.head().at == settled);
    later(bench, std::chrono::days(40));
    CHECK(bench.snapshot().size() == 1);
    later(bench, std::chrono::days(365));
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
