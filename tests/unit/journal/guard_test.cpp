#include <doctest/doctest.h>

#include "fixture.hpp"
#include "store/database.hpp"

using namespace menshen;
using namespace menshen::journal;

TEST_CASE("no guard and no default PIN exists before one is made") {
    Book book;
    CHECK(book->first_start().value());
    for (const char* pin : {"12345", "123456", "654321", "888888", "abcdef"}) {
        CHECK(book->create_guard("王", pin).error().code == Errc::invalid);
    }
    CHECK(book->create_guard("", "271828").error().code == Errc::invalid);
    CHECK(book->create_guard("menshen", "271828").error().code == Errc::invalid);  // an intent by menshen is the gate's
    CHECK(book->create_guard("王", std::string(65, 'a') + "z").error().code == Errc::invalid);
    REQUIRE(book->create_guard("王", "271828").ok());
    CHECK(book->create_guard("王", "314159").error().code == Errc::conflict);
    CHECK_FALSE(book->first_start().value());
    book.again();
    CHECK(book->check_guard("王", "271828", noon).ok());
    CHECK(book->guards().value() == std::vector<std::string>{"王"});
    book.opened.reset();
    auto raw = store::Database::open(book.folder / "journal.db", {});
    CHECK(raw->number("SELECT count(*) FROM guard WHERE hash LIKE '$argon2id$%' AND hash NOT LIKE '%271828%'")
              ->value_or(0) == 1);
}

TEST_CASE("a wrong name and a wrong PIN are told alike") {
    Book book;
    REQUIRE(book->create_guard("王", "271828").ok());
    const auto name = book->check_guard("李", "271828", noon);
    const auto pin = book->check_guard("王", "271829", noon);
    CHECK(name.error() == pin.error());
    CHECK(name.error().code == Errc::denied);
}

TEST_CASE("five wrong PINs lock for a minute, over a restart, whatever the clock does") {
    Book book;
    REQUIRE(book->create_guard("王", "271828").ok());
    for (int i = 0; i < 4; ++i) CHECK(book->check_guard("王", "000001", noon).error().code == Errc::denied);
    CHECK(book->check_guard("王", "271828", noon).ok());  // counts in a row
    for (int i = 0; i < 5; ++i) CHECK(book->check_guard("王", "000001", noon).error().code == Errc::denied);
    CHECK(book->check_guard("王", "271828", noon).error().code == Errc::exhausted);
    book.again();
    CHECK(book->check_guard("王", "271828", now_at(59)).error().code == Errc::exhausted);
    CHECK(book->check_guard("王", "271828", now_at(60)).ok());
    for (int i = 0; i < 5; ++i)
        CHECK(book->check_guard("王", "000001", now_at(1'000'000)).error().code == Errc::denied);
    const auto set_back = book->check_guard("王", "271828", noon);
    CHECK(set_back.error().message.find("60 seconds") != std::string::npos);
    CHECK(book->check_guard("王", "271828", now_at(60)).ok());
}
