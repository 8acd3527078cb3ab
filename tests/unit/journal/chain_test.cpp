#include <doctest/doctest.h>

#include "fixture.hpp"
#include "store/database.hpp"

using namespace menshen;
using namespace menshen::journal;

namespace {

void write_ten(Book& book) {
    for (int i = 0; i < 10; ++i) {
        REQUIRE(book->append(make_event(EventKind::alarm, "in", {{"detail", std::to_string(i)}}, now_at(i))).ok());
    }
}

/// Changes the file behind the journal's back.
void forge(Book& book, const std::string& sql) {
    book.opened.reset();
    {
        auto raw = store::Database::open(book.folder / "journal.db", {});
        REQUIRE(raw->execute(sql).ok());
    }
    book.again();
}

const std::string unlock = "DROP TRIGGER event_is_kept; DROP TRIGGER event_is_unchanged; ";

}  // namespace

TEST_CASE("I11: the chain verifies end to end, in parts, and over a restart") {
    Book book;
    CHECK(book->verify_chain()->whole);
    write_ten(book);
    auto whole = book->verify_chain().value();
    CHECK(whole.whole);
    CHECK(whole.events == 10);
    book.again();
    write_ten(book);
    CHECK(book->verify_chain()->events == 20);
    const auto part = book->verify_chain(5, 5).value();
    CHECK(part.whole);
    CHECK(part.events == 5);
    CHECK(part.head == whole.head);
}

TEST_CASE("I11: every kind of forgery is found, at its event") {
    Book book;
    write_ten(book);
    std::uint64_t at = 5;
    SUBCASE("a body") {
        forge(book, unlock + "UPDATE event SET body = '{}' WHERE sequence = 5");
    }
    SUBCASE("a body and its hash") {
        forge(book, unlock + "UPDATE event SET body = NULL, salt = NULL, body_hash = zeroblob(32) WHERE sequence = 5");
    }
    SUBCASE("a time") {
        forge(book, unlock + "UPDATE event SET utc = utc + 1 WHERE sequence = 5");
    }
    SUBCASE("a lane") {
        forge(book, unlock + "UPDATE event SET lane = 'out' WHERE sequence = 5");
    }
    SUBCASE("a kind") {
        forge(book, unlock + "UPDATE event SET kind = 'boot' WHERE sequence = 5");
    }
    SUBCASE("an authorisation") {
        forge(book, unlock + "UPDATE event SET authorisation = 9 WHERE sequence = 5");
    }
    SUBCASE("one taken out") {
        forge(book, unlock + "DELETE FROM event WHERE sequence = 5");
    }
    SUBCASE("two exchanged") {
        forge(book, unlock +
                        "UPDATE event SET sequence = 99 WHERE sequence = 5; "
                        "UPDATE event SET sequence = 5 WHERE sequence = 6; "
                        "UPDATE event SET sequence = 6 WHERE sequence = 99");
    }
    SUBCASE("the log's name") {
        forge(book, "UPDATE meta SET value = '00' WHERE key = 'log'");
        at = 1;
    }
    const auto report = book->verify_chain().value();
    CHECK_FALSE(report.whole);
    REQUIRE(report.broken_at);
    CHECK(*report.broken_at == at);
    CHECK_FALSE(report.why.empty());
}

TEST_CASE("events can neither be changed nor removed; a body can be erased and the chain still holds") {
    Book book;
    write_ten(book);
    book.opened.reset();
    {
        auto raw = store::Database::open(book.folder / "journal.db", {});
        CHECK_FALSE(raw->execute("DELETE FROM event WHERE sequence = 10").ok());
        CHECK_FALSE(raw->execute("UPDATE event SET lane = 'x'").ok());
        CHECK_FALSE(raw->execute("UPDATE event SET body = '{}'").ok());
        CHECK(raw->execute("UPDATE event SET body = NULL, salt = NULL WHERE sequence = 5").ok());
    }
    book.again();
    CHECK(book->verify_chain()->whole);
    CHECK(book->events_after(4, 1)->at(0).body.contains("erased"));
}
