#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "fixture.hpp"

using namespace menshen;
using namespace menshen::journal;

namespace {

const PermitKey permit{"local", 7};

}  // namespace

TEST_CASE("a car in and out: inside, uses, count") {
    PresenceBook book;
    book.apply(passage("浙B12345", true, permit), noon.utc);
    CHECK(book.of("浙B12345")->inside);
    CHECK(book.of("浙B12345")->since == noon.utc);
    CHECK(book.inside_with(permit) == 1);
    CHECK(book.inside_with(permit, "浙B12345") == 0);
    CHECK(book.inside_with(permit, "浙B54321") == 1);
    CHECK(book.uses_of(permit) == 1);
    CHECK(book.inside_zone("yard") == 1);
    book.apply(passage("浙B12345", false), now_at(60).utc);
    CHECK_FALSE(book.of("浙B12345")->inside);
    CHECK(book.inside_with(permit) == 0);
    CHECK(book.uses_of(permit) == 1);
    CHECK(book.inside_zone("yard") == 0);
}

TEST_CASE("a missed exit does not count a car twice, a missed entry does not count below zero") {
    PresenceBook book;
    book.apply(passage("浙B12345", true, permit), noon.utc);
    book.apply(passage("浙B12345", true, permit), noon.utc);
    CHECK(book.inside_zone("yard") == 1);
    CHECK(book.inside_with(permit) == 1);
    CHECK(book.uses_of(permit) == 2);
    book.apply(passage("浙B12345", false), noon.utc);
    book.apply(passage("浙B12345", false), noon.utc);
    CHECK(book.inside_zone("yard") == 0);
    book.apply(passage("浙B99999", false), noon.utc);
    CHECK(book.inside_zone("yard") == 0);
}

TEST_CASE("cars whose plate is not known count too") {
    PresenceBook book;
    book.apply(passage("", true), noon.utc);
    book.apply(passage("", true), noon.utc);
    CHECK(book.inside_zone("yard") == 2);
    book.apply(passage("浙B12345", false), noon.utc);  // came in unread
    CHECK(book.inside_zone("yard") == 1);
    book.apply(passage("", false), noon.utc);
    CHECK(book.inside_zone("yard") == 0);
    CHECK(book.plates().size() == 1);
}

TEST_CASE("a car that turns up in another zone has left the first") {
    PresenceBook book;
    book.apply(passage("浙B12345", true, permit), noon.utc);
    auto other = passage("浙B12345", true, permit);
    other.zone = "garage";
    book.apply(other, noon.utc);
    CHECK(book.inside_zone("yard") == 0);
    CHECK(book.inside_zone("garage") == 1);
    CHECK(book.inside_with(permit) == 1);
}

TEST_CASE("what passed long ago is forgotten, in memory and in the database alike") {
    Book book;
    REQUIRE(book->passage(passage("浙B11111", true), noon).ok());
    REQUIRE(book->passage(passage("浙B22222", true, permit), noon).ok());
    REQUIRE(book->passage(passage("浙B22222", false), noon).ok());
    PresenceBook copy = book->presence_all();
    constexpr std::int64_t day = 86'400;
    book.again(now_at(31 * day));
    CHECK(book->presence_all().of("浙B11111") != nullptr);
    CHECK(book->presence_all().of("浙B22222") == nullptr);
    copy.forget_old(now_at(31 * day).utc);
    CHECK(copy == book->presence_all());
    book.again(now_at(91 * day));
    CHECK(book->presence_all().plates().empty());
    CHECK(book->presence_all().inside_zone("yard") == 0);
    CHECK(book->presence_all().uses_of(permit) == 1);
    book.again(now_at(500 * day));
    CHECK(book->presence_all().uses_of(permit) == 0);
}

TEST_CASE("a journal that is never closed forgets once a day, and says so to who keeps a copy") {
    Book book;
    REQUIRE(book->passage(passage("浙B11111", true, permit), noon).ok());
    REQUIRE(book->passage(passage("浙B22222", true), noon).ok());
    REQUIRE(book->passage(passage("浙B22222", false), noon).ok());
    PresenceBook copy = book->presence_all();
    constexpr std::int64_t day = 86'400;
    int told = 0;
    for (std::int64_t hour = 1; hour <= 500 * 24; hour += 6) {
        const auto tended = book->tend(now_at(hour * 3600));
        REQUIRE(tended.ok());
        if (tended->forgot) copy.forget_old(*tended->forgot), ++told;
        REQUIRE(copy == book->presence_all());
    }
    CHECK(told > 490);
    CHECK(told <= 500);
    CHECK(copy.plates().empty());
    CHECK(copy.inside_zone("yard") == 0);
    CHECK(copy.uses_of(permit) == 0);
    book.again(now_at(500 * day));
    CHECK(copy == book->presence_all());
    Now unset = now_at(1000 * day);
    unset.clock = ClockState::unset;
    REQUIRE(book->passage(passage("浙B11111", true), noon).ok());
    CHECK_FALSE(book->tend(unset)->forgot);
}

TEST_CASE("a passage without its fields is refused") {
    Book book;
    CHECK(book->append(make_event(EventKind::passage, "in", {{"plate", "x"}}, noon)).error().code == Errc::invalid);
    CHECK(book->append(make_event(EventKind::passage, "in", {{"plate", "x"}, {"zone", "y"}, {"direction", "up"}}, noon))
              .error()
              .code == Errc::invalid);
    CHECK(book->last_sequence() == 0);
}

TEST_CASE("the database, the journal's book and a copy that applies the same passages agree, over restarts") {
    CHECK(rc::check([] {
        Book book;
        PresenceBook copy = book->presence_all();
        for (int i = *rc::gen::inRange(1, 8); i > 0; --i) {
            std::vector<Event> group;
            for (int n = *rc::gen::inRange(1, 5); n > 0; --n) {
                auto one =
                    passage(*rc::gen::element<std::string>("", "浙B1", "浙B2", "浙B3"), *rc::gen::arbitrary<bool>());
                one.zone = *rc::gen::element<std::string>("yard", "garage");
                if (*rc::gen::arbitrary<bool>()) one.permit = PermitKey{"local", *rc::gen::inRange(1, 3)};
                copy.apply(one, now_at(i).utc);
                group.push_back(to_event(one, now_at(i)));
            }
            RC_ASSERT(book->append_all(group).ok());
            RC_ASSERT(copy == book->presence_all());
            if (*rc::gen::inRange(0, 3) == 0) book.again(now_at(20));
        }
        book.again(now_at(20));
        RC_ASSERT(copy == book->presence_all());
        int inside = 0;
        for (const auto& [plate, presence] : copy.plates()) inside += presence.inside ? 1 : 0;
        RC_ASSERT(copy.inside_zone("yard") + copy.inside_zone("garage") >= 0);
        RC_ASSERT(copy.inside_with({"local", 1}) + copy.inside_with({"local", 2}) <= inside);
    }));
}
