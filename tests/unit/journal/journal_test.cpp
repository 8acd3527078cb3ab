#include <doctest/doctest.h>

#include <fstream>

#include "fixture.hpp"
#include "store/database.hpp"

using namespace menshen;
using namespace menshen::journal;

TEST_CASE("events come back as they were written, in order, over a restart") {
    Book book;
    Event event = make_event(EventKind::alarm, "in", {{"alarm", "tailgate"}, {"detail", "跟车"}}, noon);
    event.arrival = 5;
    event.authorisation = 6;
    CHECK(book->append(event)->sequence == 1);
    const std::vector<Event> two = {make_event(EventKind::boot, "", {{"build", "x"}}, noon),
                                    make_event(EventKind::list_changed, "out", {}, noon)};
    CHECK(book->append_all(two)->sequence == 2);
    book.again();
    CHECK(book->last_sequence() == 3);
    const auto events = book->events_after(0, 10).value();
    REQUIRE(events.size() == 3);
    CHECK(events[0].sequence == 1);
    CHECK(events[0].utc == noon.utc);
    CHECK(events[0].clock == ClockState::trusted);
    CHECK(events[0].lane == "in");
    CHECK(events[0].kind == EventKind::alarm);
    CHECK(events[0].arrival == 5);
    CHECK(events[0].authorisation == 6);
    CHECK(events[0].body == event.body);
    CHECK(to_json(events[0]).at("body").at("detail").as_string() == "跟车");

    CHECK(book->events_after(2, 10)->at(0).sequence == 3);
    CHECK(book->events_after(3, 10)->empty());
    CHECK(book->events_before(0, 2)->at(0).sequence == 3);
    CHECK(book->events_before(3, 1)->at(0).sequence == 2);
    CHECK(book->events_after(0, 10, "out")->at(0).sequence == 3);
    CHECK(book->append(event)->sequence == 4);
}

TEST_CASE("an event whose body is too large is refused and leaves no gap") {
    Book book;
    const auto large = make_event(EventKind::alarm, "", {{"detail", std::string(2 << 20, 'x')}}, noon);
    CHECK(book->append(large).error().code == Errc::invalid);
    CHECK(book->append_all({}).error().code == Errc::invalid);
    CHECK(book->append(make_event(EventKind::boot, "", {}, noon))->sequence == 1);
}

TEST_CASE("I15: one authorisation has one intent, for ever") {
    Book book;
    REQUIRE(book->intent(intent(1), noon).ok());
    CHECK(book->intent(intent(1), noon).error().code == Errc::conflict);
    REQUIRE(book->outcome(outcome_of(1), noon).ok());
    book.again();
    CHECK(book->intent(intent(1), noon).error().code == Errc::conflict);
    CHECK(book->intent(intent(0), noon).error().code == Errc::invalid);
    CHECK(book->last_sequence() == 2);
}

TEST_CASE("I8: an intent has one outcome, and an outcome has an intent") {
    Book book;
    CHECK(book->outcome(outcome_of(1), noon).error().code == Errc::conflict);
    REQUIRE(book->intent(intent(1), noon).ok());
    REQUIRE(book->outcome(outcome_of(1), noon).ok());
    CHECK(book->outcome(outcome_of(1), noon).error().code == Errc::conflict);
    CHECK(book->last_sequence() == 2);
}

TEST_CASE("I8: intents without an outcome become unknown at the next start, once") {
    Book book;
    for (AuthorisationId id : {3, 4, 5}) REQUIRE(book->intent(intent(id), noon).ok());
    REQUIRE(book->outcome(outcome_of(4), noon).ok());
    book.again();
    const auto recovered = book->recover(noon).value();
    REQUIRE(recovered.size() == 2);
    CHECK(recovered[0].authorisation == 3);
    CHECK(recovered[1].authorisation == 5);
    CHECK(recovered[1].arrival == 105);
    CHECK(recovered[1].lane == "in");
    const auto last = book->events_before(0, 1)->at(0);
    CHECK(last.kind == EventKind::outcome);
    CHECK(last.authorisation == 5);
    CHECK(last.body.at("outcome").as_string() == "unknown");
    book.again();
    CHECK(book->recover(noon)->empty());
    CHECK(book->outcome(outcome_of(3), noon).error().code == Errc::conflict);
}

TEST_CASE("a group is committed whole or not at all") {
    Book book;
    const std::vector<Event> group = {to_event(intent(1), noon), to_event(passage("浙B12345", true), noon),
                                      to_event(outcome_of(9), noon)};
    CHECK(book->append_all(group).error().code == Errc::conflict);
    CHECK(book->last_sequence() == 0);
    CHECK(book->presence_all().of("浙B12345") == nullptr);
    CHECK(book->intent(intent(1), noon).ok());
    book.again();
    CHECK(book->recover(noon)->size() == 1);
}

TEST_CASE("a guard's opening on a dead disk is written later, intent and outcome together") {
    Book book;
    const std::vector<Event> late = {to_event(intent(1), noon), to_event(outcome_of(1), noon)};
    CHECK(book->append_all(late).ok());
    CHECK(book->recover(noon)->empty());
}

TEST_CASE("ids are never given twice, also over a restart") {
    Book book;
    const auto first = book->arrivals(100).value();
    CHECK(first.first == 1);
    CHECK(first.last == 100);
    CHECK(book->authorisations(10)->first == 1);
    book.again();
    CHECK(book->arrivals(1)->first == 101);
    CHECK(book->authorisations(1)->first == 11);
    CHECK(book->arrivals(0).error().code == Errc::invalid);
}

TEST_CASE("modes are kept over a restart, by the events that say so") {
    Book book;
    const auto until = *parse_local("2026-11-22T18:00:00");
    const std::vector<Event> changes = {
        to_event(ModeRecord{"", "lockdown", "王", {}}, noon), to_event(ModeRecord{"in", "fleet", "王", until}, noon),
        to_event(ModeRecord{"out", "fleet", "王", until}, noon), to_event(ModeRecord{"in", "normal", "李", {}}, noon)};
    REQUIRE(book->append_all(changes).ok());
    book.again();
    const auto modes = book->modes().value();
    REQUIRE(modes.size() == 3);
    CHECK(modes.at("").mode == "lockdown");
    CHECK(modes.at("out").until == until);
    CHECK(modes.at("in").mode == "normal");
    CHECK(modes.at("in").by == "李");
    CHECK(!modes.at("in").until);
    CHECK(book->last_sequence() == 4);
    CHECK(book->append(make_event(EventKind::mode_changed, "", {{"mode", "lockdown"}}, noon)).error().code ==
          Errc::invalid);
}

TEST_CASE("I20: the clock's floor is kept over a restart") {
    Book book;
    CHECK(!book->kept_clock().value());
    const ClockTrust trust{noon.utc, true};
    REQUIRE(book->keep_clock(trust));
    book.again();
    CHECK(book->kept_clock().value() == trust);
}

TEST_CASE("a clock or a hold's end that cannot be read stops no start: nothing is trusted more for it") {
    Book book;
    REQUIRE(book->append(to_event(ModeRecord{"in", "fleet", "王", parse_local("2026-11-22T18:00:00").value()}, noon)));
    REQUIRE(book->keep_clock({noon.utc, false}));
    book.opened.reset();
    {
        auto raw = store::Database::open(book.folder / "journal.db", {});
        REQUIRE(raw->execute("UPDATE meta SET value = '{\"floor\":' WHERE key = 'clock'"));
        REQUIRE(raw->execute("UPDATE mode SET until = 'soon'"));
    }
    book.again();
    CHECK(book->modes().value().empty());
    CHECK(book->kept_clock().value() == ClockTrust{noon.utc, true});
}

TEST_CASE("a damaged journal is set aside: a new log, and it says so") {
    Book book;
    REQUIRE(book->append(make_event(EventKind::boot, "", {}, noon)).ok());
    const auto log = book->log_id();
    CHECK(log.size() == 32);
    book.again();
    CHECK(book->log_id() == log);
    book.opened.reset();
    std::ofstream(book.folder / "journal.db", std::ios::trunc) << "nothing";
    const auto& opened = book.again();
    CHECK(opened.created);
    REQUIRE(opened.set_aside);
    CHECK(book->last_sequence() == 0);
    CHECK(book->log_id() != log);
}

TEST_CASE("two journals on one folder are refused") {
    Book book;
    CHECK(Journal::open(book.options, noon).error().code == Errc::denied);
}

TEST_CASE("an append says how long it took") {
    Book book;
    const auto committed = book->append(make_event(EventKind::boot, "", {}, noon));
    CHECK(committed->took > Duration::zero());
}
