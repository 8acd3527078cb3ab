// I9: events exactly once, contiguous for each log.
#include "bench.hpp"

namespace menshen::registry::test {

namespace {

Digest link(int sequence, int branch = 0) {
    Digest digest{};
    digest[0] = static_cast<std::uint8_t>(sequence);
    digest[1] = static_cast<std::uint8_t>(sequence >> 8);
    digest[2] = static_cast<std::uint8_t>(branch);
    return digest;
}

std::vector<EventRecord> events(int first, int last, int branch = 0) {
    std::vector<EventRecord> all;
    for (int n = first; n <= last; ++n) {
        EventRecord event;
        event.sequence = n;
        event.utc = UtcTime(milliseconds(1'795'000'000'000 + std::int64_t{n} * 1'000));
        event.kind = n % 2 == 0 ? "decision" : "passage";
        event.lane = "in";
        event.clock = "trusted";
        event.arrival = 100 + n;
        event.authorisation = 200 + n;
        event.salt = std::string("\0salt", 5);
        event.body_hash = link(n, 9);
        event.plate = n % 3 == 0 ? "浙A12345" : "";
        event.body = R"({"n":)" + std::to_string(n) + "}";
        event.before = link(n - 1, n == first ? 0 : branch);
        event.chain = link(n, branch);
        all.push_back(std::move(event));
    }
    return all;
}

IntakeAnswer take(Bench& bench, const std::vector<EventRecord>& all, Id gate = 5, const std::string& log = "ab12") {
    const EventBatch batch{gate, log, all};
    return bench.store->intake().take({&batch, 1}, bench.now).value().at(0);
}

std::vector<StoredEvent> found(Bench& bench, const EventQuery& query = {}) {
    return bench.store->events().find(query).value();
}

}  // namespace

TEST_CASE("I9: lost and doubled answers: a batch sent again, or overlapping, changes nothing") {
    Bench bench;
    CHECK(take(bench, events(1, 10)).fresh == 10);
    auto answer = take(bench, events(1, 10));
    CHECK(answer.intake == Intake::accepted);
    CHECK(answer.fresh == 0);
    CHECK(answer.upto == 10);
    answer = take(bench, events(6, 15));
    CHECK(answer.fresh == 5);
    CHECK(answer.chain == link(15));
    bench.reopen();
    CHECK(take(bench, events(16, 16)).upto == 16);
    const auto all = found(bench, {.limit = 100});
    REQUIRE(all.size() == 16);
    for (std::size_t i = 0; i < all.size(); ++i) CHECK(all[i].sequence == 16 - static_cast<std::int64_t>(i));
    CHECK(bench.store->events().position(5, "ab12")->upto == 16);
    CHECK(bench.store->events().position(6, "ab12")->upto == 0);
}

TEST_CASE("a gap stores nothing and says what was expected") {
    Bench bench;
    CHECK(take(bench, events(2, 4)).intake == Intake::gap);
    take(bench, events(1, 4));
    const auto answer = take(bench, events(6, 9));
    CHECK(answer.intake == Intake::gap);
    CHECK(answer.upto == 4);
    CHECK(found(bench).size() == 4);
}

TEST_CASE("I22: gates with logs of the same name do not meet") {
    Bench bench;
    take(bench, events(1, 4), 5);
    CHECK(take(bench, events(1, 2, 1), 6).fresh == 2);
    CHECK(found(bench, {.gates = {6}}).size() == 2);
}

TEST_CASE("a cloned gate: the same number with another hash stores nothing and raises one alarm") {
    Bench bench;
    take(bench, events(1, 4));
    auto other = events(3, 8, 1);
    other[0].before = link(2);
    for (int i = 0; i < 3; ++i) CHECK(take(bench, other).intake == Intake::cloned);
    CHECK(found(bench).size() == 4);
    const auto alarms = bench.store->events().alarms(true, 10).value();
    REQUIRE(alarms.size() == 1);
    CHECK(alarms[0].kind == "cloned_gate");
    CHECK(alarms[0].gate == 5);
    REQUIRE(bench.store->intake().close_alarm(alarms[0].number, "王", bench.now.utc));
    CHECK(bench.store->intake().close_alarm(alarms[0].number, "王", bench.now.utc).error().code == Errc::not_found);
    CHECK(bench.store->events().alarms(true, 10)->empty());
    CHECK(bench.store->events().alarms(false, 10)->at(0).closed_by == "王");
}

TEST_CASE("I11: an event that does not follow on the one before it stores nothing") {
    Bench bench;
    take(bench, events(1, 4));
    auto next = events(5, 8);
    next[0].before = link(3, 7);
    CHECK(take(bench, next).intake == Intake::broken);
    next = events(5, 8);
    next[2].before = link(6, 7);
    CHECK(take(bench, next).intake == Intake::broken);
    CHECK(found(bench).size() == 4);
    CHECK(bench.store->events().alarms(true, 10)->at(0).kind == "broken_chain");
    CHECK(take(bench, events(5, 8)).fresh == 4);
}

TEST_CASE("several gates in one transaction: each has its own answer") {
    Bench bench;
    const auto first = events(1, 3);
    const auto second = events(4, 6);
    const std::vector<EventBatch> batches{{5, "a", first}, {6, "b", second}, {7, "c", first}};
    const auto answers = bench.store->intake().take(batches, bench.now).value();
    CHECK(answers[0].fresh == 3);
    CHECK(answers[1].intake == Intake::gap);
    CHECK(answers[2].fresh == 3);
    const std::vector<EventBatch> empty{{5, "a", {}}};
    CHECK(bench.store->intake().take(empty, bench.now).error().code == Errc::invalid);
    auto holes = events(4, 6);
    holes.erase(holes.begin() + 1);
    const std::vector<EventBatch> torn{{5, "a", holes}};
    CHECK(bench.store->intake().take(torn, bench.now).error().code == Errc::invalid);
}

TEST_CASE("events are found by gate, kind, plate and time") {
    Bench bench;
    take(bench, events(1, 12));
    CHECK(found(bench, {.kind = "decision"}).size() == 6);
    CHECK(found(bench, {.plate = "浙A12345"}).size() == 4);
    CHECK(found(bench,
                {.from = UtcTime(milliseconds(1'795'000'003'000)), .until = UtcTime(milliseconds(1'795'000'006'000))})
              .size() == 3);
    const auto page = found(bench, {.limit = 5});
    CHECK(found(bench, {.before = page.back().number, .limit = 100}).size() == 7);
    CHECK(page[0].body == R"({"n":12})");
    CHECK(page[0].clock == "trusted");
    CHECK(page[0].arrival == 112);
    CHECK(page[0].authorisation == 212);
    CHECK(page[0].salt == std::string("\0salt", 5));
    CHECK(page[0].body_hash == link(12, 9));
    CHECK(page[0].chain == link(12));
}

TEST_CASE("pictures: named by an event, missing until they come, wanted from that gate only") {
    Bench bench;
    auto all = events(1, 2);
    const std::string sha(64, 'a');
    all[0].pictures = {{sha, "scene", 4711}, {std::string(64, 'b'), "crop", 99}};
    all[1].pictures = {{sha, "scene", 4711}};
    take(bench, all);
    CHECK(bench.store->events().missing_pictures(5, 10, 0)->size() == 3);
    CHECK(bench.store->events().missing_pictures(5, 10, 2)->size() == 1);
    CHECK(bench.store->events().wanted_picture(5, sha)->value_or(0) == 4711);
    CHECK_FALSE(bench.store->events().wanted_picture(6, sha)->has_value());
    REQUIRE(bench.store->intake().picture_stored(sha, bench.now.utc));
    CHECK(bench.store->events().missing_pictures(5, 10, 0)->size() == 1);
    auto more = events(3, 3);
    more[0].pictures = {{sha, "scene", 4711}};
    take(bench, more);
    CHECK(bench.store->events().missing_pictures(5, 10, 0)->size() == 1);
    CHECK(found(bench).back().pictures.size() == 2);
}

TEST_CASE("a picture that its gate has no more is waited for no longer, and is taken all the same if it comes") {
    Bench bench;
    const std::string lost(64, 'a'), late(64, 'b'), here(64, 'c');
    auto all = events(1, 3);
    all[0].pictures = {{lost, "scene", 4711}, {late, "crop", 99}};
    all[1].pictures = {{here, "scene", 100}};
    take(bench, all);
    auto& store = *bench.store;
    REQUIRE(store.intake().picture_stored(here, bench.now.utc));
    take(bench, {all[0]}, 6);  // another gate's event names them, too
    CHECK(store.events().pictures_upto(5, "ab12").value() == 0);

    auto more = events(4, 5);
    more[0].gone = {lost, late, here, std::string(64, 'd')};
    more[1].pictures = {{lost, "scene", 4711}};  // named again: another one, which may come
    take(bench, more);
    CHECK(store.events().pictures_upto(5, "ab12").value() == 4);
    CHECK(store.events().pictures_upto(6, "ab12").value() == 0);
    CHECK(store.events().missing_pictures(5, 10, 0).value() == std::vector<EvidenceRef>{{lost, "scene", 4711}});
    CHECK(store.events().missing_pictures(6, 10, 0)->size() == 2);
    const auto shown = found(bench);
    CHECK(shown[0].pictures == std::vector<EvidenceRef>{{lost, "scene", 4711, false}});
    CHECK(shown[4].pictures == std::vector<EvidenceRef>{{here, "scene", 100, false}});
    CHECK(shown[5].pictures == std::vector<EvidenceRef>{{late, "crop", 99, true}, {lost, "scene", 4711, true}});

    CHECK(store.events().wanted_picture(5, late).value() == 99);
    REQUIRE(store.intake().picture_stored(late, bench.now.utc));
    REQUIRE(store.intake().picture_stored(lost, bench.now.utc));
    CHECK_FALSE(found(bench)[5].pictures[0].gone);
    CHECK(store.events().pictures_upto(5, "ab12").value() == 5);
    bench.reopen();
    CHECK(bench.store->events().pictures_upto(5, "ab12").value() == 5);
}

TEST_CASE("pictures are acknowledged no further than events were read") {
    Bench bench;
    auto all = events(1, 6);
    all[3].body.clear();
    all[3].salt.clear();
    all[3].unread = true;
    take(bench, all);
    CHECK(bench.store->events().pictures_upto(5, "ab12").value() == 3);
    all[1].pictures = {{std::string(64, 'a'), "scene", 4711}};
    take(bench, all, 6);
    CHECK(bench.store->events().pictures_upto(6, "ab12").value() == 1);
    auto& intake = bench.store->intake();
    const auto later = bench.now.utc + std::chrono::days(2);
    CHECK(intake.forget_events(later, 100).value() == 12);  // with them goes what was unread, or had not come
    CHECK(bench.store->events().pictures_upto(5, "ab12").value() == 6);
    CHECK(bench.store->events().pictures_upto(6, "ab12").value() == 6);
}

TEST_CASE("what a gate says of itself is kept as it said it last") {
    Bench bench;
    REQUIRE(bench.store->fleet().note({5, bench.now.utc, {{"yard", 17, 3}, {"common", 17, 1}}, "0.1.0", "{}"}));
    const auto report = GateReport{5, bench.now.utc, {{"yard", 17, 4}}, "0.1.1", R"({"clock":"trusted"})"};
    REQUIRE(bench.store->fleet().note(report));
    const auto all = bench.store->fleet().reports().value();
    REQUIRE(all.size() == 1);
    CHECK(all[0].heads == report.heads);
    CHECK(all[0].state == report.state);
}

}  // namespace menshen::registry::test
