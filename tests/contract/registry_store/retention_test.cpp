// What is kept long enough goes, in steps; where a log stands never does (I9).
#include <algorithm>

#include "bench.hpp"

namespace menshen::registry::test {

namespace {

constexpr auto day = std::chrono::days(1);

Digest day_link(int sequence) {
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
        event.before = day_link(n - 1);
        event.chain = day_link(n);
        event.pictures = {{picture(n), "crop", 100}, {picture(99), "scene", 100}};
        all.push_back(std::move(event));
    }
    return all;
}

/// A machine whose clock is right and that has run for ever.
Now clock(UtcTime when) {
    Now now;
    now.utc = when;
    now.mono = Instant(when.time_since_epoch());
    return now;
}

IntakeAnswer take_at(Bench& bench, std::span<const EventRecord> all, UtcTime when) {
    const EventBatch batch{5, "ab12", all};
    return bench.store->intake().take({&batch, 1}, clock(when)).value().at(0);
}

/// Each on its day. How many were new.
std::int64_t take_days(Bench& bench, const std::vector<EventRecord>& all) {
    std::int64_t fresh = 0;
    for (const auto& event : all) fresh += take_at(bench, {&event, 1}, event.utc).fresh;
    return fresh;
}

/// One event whose gate has that clock, taken at that moment.
void take_with_clock(Bench& bench, int sequence, UtcTime gate, UtcTime when) {
    auto all = days(sequence, sequence, gate - sequence * day);
    all[0].pictures.pop_back();
    REQUIRE(take_at(bench, all, when).fresh == 1);
}

void store_pictures(Bench& bench) {
    const auto missing = bench.store->events().missing_pictures(5, 100, 0).value();
    for (const auto& each : missing) REQUIRE(bench.store->intake().picture_stored(each.sha256, bench.now.utc));
}

std::size_t stored(Bench& bench) {
    return bench.store->events().find({.limit = 100}).value().size();
}

}  // namespace

TEST_CASE("pictures go before the events that name them; one that a younger event names, too, stays") {
    Bench bench;
    const auto begun = bench.now.utc;
    REQUIRE(take_days(bench, days(1, 20, begun)) == 20);
    store_pictures(bench);
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
    REQUIRE(take_days(bench, days(1, 20, begun)) == 20);
    store_pictures(bench);
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
    CHECK(take_days(bench, days(1, 20, begun)) == 0);
    CHECK(take_days(bench, days(21, 21, begun)) == 1);
    CHECK(bench.store->events().position(5, "ab12")->upto == 21);
    CHECK(stored(bench) == 6);
    CHECK(bench.store->audit().verify()->entries == audit);
    CHECK(bench.store->events().pictures_upto(5, "ab12").value() == 20);
}

TEST_CASE("a gate whose clock is wrong has its events kept as long as any other's") {
    Bench bench;
    const auto begun = bench.now.utc;
    take_with_clock(bench, 1, UtcTime{}, begun);                           // 1970
    take_with_clock(bench, 2, UtcTime(std::chrono::days(47'500)), begun);  // 2100
    take_with_clock(bench, 3, begun - 20 * day, begun);                    // sent late
    take_with_clock(bench, 4, begun + std::chrono::hours(2), begun);       // a little ahead
    store_pictures(bench);
    auto& intake = bench.store->intake();
    CHECK(intake.old_pictures(begun, 100)->empty());
    CHECK(intake.old_pictures(begun + std::chrono::hours(1), 100).value() ==
          std::vector<std::string>{picture(1), picture(3)});
    CHECK(intake.old_pictures(begun + std::chrono::hours(3), 100)->size() == 3);
    const auto all = intake.old_pictures(begun + 2 * day, 100).value();
    CHECK(all.size() == 4);
    REQUIRE(intake.forget_pictures(all));
    CHECK(intake.forget_events(begun, 100).value() == 0);
    CHECK(intake.forget_events(begun + std::chrono::hours(1), 100).value() == 2);
    CHECK(intake.forget_events(begun + 2 * day, 100).value() == 2);
    CHECK(stored(bench) == 0);
}

namespace {

/// The registry's machine: its clock can be stepped, and it can be off.
struct Machine {
    Bench bench;
    UtcTime utc = bench.now.utc;
    Instant mono{std::chrono::hours(5)};  // since it was switched on
    int last = 0;                         // event

    [[nodiscard]] Now now() const {
        Now now;
        now.utc = utc;
        now.mono = mono;
        return now;
    }
    void pass(milliseconds time) {
        utc += time;
        mono += time;
    }
    /// It comes up again with its clock that much further.
    void off(milliseconds time) {
        bench.reopen();
        utc += time;
        mono = Instant(seconds(20));
    }
    /// The next event of a gate with that clock, and its picture, which is returned.
    std::string receive(UtcTime gate) {
        const int sequence = ++last;
        auto all = days(sequence, sequence, gate - sequence * day);
        all[0].pictures.pop_back();
        const EventBatch batch{5, "ab12", all};
        REQUIRE(bench.store->intake().take({&batch, 1}, now()).value().at(0).fresh == 1);
        REQUIRE(bench.store->intake().picture_stored(picture(sequence), utc));
        return picture(sequence);
    }
    /// Daily house-keeping with ninety days: what goes.
    std::vector<std::string> tend() {
        auto& intake = bench.store->intake();
        const auto before = intake.counted(now()).value() - 90 * day;
        auto old = intake.old_pictures(before, 100).value();
        REQUIRE(intake.forget_pictures(old));
        CHECK(intake.forget_events(before, 100).value() == static_cast<std::int64_t>(old.size()));
        return old;
    }
};

}  // namespace

TEST_CASE("a registry whose clock is years behind and is set right later gives nothing up early") {
    const auto right_again = [](Machine& machine, milliseconds behind, bool by_a_start) {
        const auto first = machine.receive(machine.utc + behind);  // the gate's clock is right
        machine.pass(std::chrono::hours(1));
        const auto second = machine.receive(machine.utc);  // its own was unset, too
        if (by_a_start) {
            machine.off(behind);
        } else {
            machine.utc += behind;
        }
        CHECK(machine.tend().empty());
        machine.pass(88 * day);
        CHECK(machine.tend().empty());
        machine.pass(4 * day);
        const auto gone = machine.tend();  // and it does go when its time has come
        CHECK(std::ranges::find(gone, first) != gone.end());
        CHECK(std::ranges::find(gone, second) != gone.end());
        CHECK(stored(machine.bench) == 0);
    };
    const milliseconds years = std::chrono::days(6 * 365);
    for (const bool by_a_start : {false, true}) {
        CAPTURE(by_a_start);
        Machine new_one;
        new_one.utc -= years;
        right_again(new_one, years, by_a_start);

        Machine was_off;  // and its battery died
        was_off.receive(was_off.utc);
        was_off.off(-years);
        right_again(was_off, years, by_a_start);

        Machine ran;
        ran.receive(ran.utc);
        ran.utc -= years;
        right_again(ran, years, by_a_start);
    }
}

TEST_CASE("a clock that is ahead for a while makes nothing old, and nothing young for ever") {
    const auto years = std::chrono::days(73 * 365);
    for (const int starts : {0, 1, 2, 3}) {
        CAPTURE(starts);
        Machine machine;
        const auto step = [&](milliseconds time, bool by_a_start) {
            if (by_a_start) {
                machine.off(time);
            } else {
                machine.utc += time;
            }
        };
        const auto first = machine.receive(machine.utc);
        step(years, starts % 2 == 1);
        const auto second = machine.receive(machine.utc - years);
        CHECK(machine.tend().empty());
        machine.pass(5 * day);
        CHECK(machine.tend().empty());
        step(-years, starts / 2 == 1);
        const auto third = machine.receive(machine.utc);
        machine.pass(83 * day);
        CHECK(machine.tend().empty());
        machine.pass(4 * day);
        CHECK(machine.tend() == std::vector<std::string>{first, second});
        machine.pass(5 * day);
        CHECK(machine.tend() == std::vector<std::string>{third});
    }
}

TEST_CASE("the time that a registry is off counts, a day at a time at most") {
    Machine machine;
    machine.receive(machine.utc);
    for (int nights = 0; nights < 40; ++nights) {
        machine.pass(std::chrono::hours(10));
        CHECK(machine.tend().empty());
        machine.off(std::chrono::hours(14));
    }
    machine.receive(machine.utc);
    machine.off(100 * day);
    CHECK(machine.tend().empty());
    machine.pass(50 * day);
    CHECK(machine.tend() == std::vector<std::string>{picture(1)});
    machine.pass(38 * day);
    CHECK(machine.tend().empty());
    machine.pass(2 * day);
    CHECK(machine.tend() == std::vector<std::string>{picture(2)});
}

TEST_CASE("a picture that never came is not counted as kept, and is waited for until its event goes") {
    Bench bench;
    const auto begun = bench.now.utc;
    REQUIRE(take_days(bench, days(1, 5, begun)) == 5);
    auto& intake = bench.store->intake();
    for (const auto& sha256 : {picture(1), picture(2), picture(4), picture(5), picture(99)}) {
        REQUIRE(intake.picture_stored(sha256, begun));
    }
    const auto kept_upto = [&] { return bench.store->events().pictures_upto(5, "ab12").value(); };
    CHECK(kept_upto() == 2);
    const auto old = intake.old_pictures(begun + 30 * day, 100).value();
    CHECK(std::ranges::find(old, picture(3)) == old.end());
    REQUIRE(intake.forget_pictures(old));
    CHECK(intake.old_pictures(begun + 30 * day, 100)->empty());
    CHECK(kept_upto() == 2);
    CHECK(bench.store->events().wanted_picture(5, picture(3)).value() == 100);  // it may come yet
    CHECK(intake.forget_events(begun + 30 * day, 100).value() == 5);
    CHECK(bench.store->events().wanted_picture(5, picture(3)).value() == std::nullopt);
    bench.reopen();
    CHECK(kept_upto() == 5);
}

}  // namespace menshen::registry::test
