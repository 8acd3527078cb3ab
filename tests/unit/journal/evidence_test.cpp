#include <doctest/doctest.h>

#include <fstream>
#include <random>

#include "pictures.hpp"

using namespace menshen;
using namespace menshen::journal;

namespace {

void tend_to_the_end(Book& book, const Now& now = noon) {
    for (int i = 0; i < 300 && book->tend(now)->more; ++i) {
    }
}

}  // namespace

TEST_CASE("a picture is kept under its hash and read back, over a restart") {
    Book book;
    const auto ref = admit(book, 1);
    CHECK(ref.sha256.size() == 64);
    CHECK(ref.bytes == 1000);
    CHECK(std::filesystem::exists(file_of(book, ref)));
    CHECK(write(book, 1) == ref);
    CHECK(book->evidence_bytes() == 1000);
    book.again();
    CHECK(book->read_picture(ref.sha256).value() == picture(1));
    CHECK(book->evidence_bytes() == 1000);
    const auto outcome = book->events_before(0, 1)->at(0);
    CHECK(outcome.body.at("pictures").at(0).at("sha256").as_string() == ref.sha256);
    CHECK(book->read_picture("../../etc/passwd").error().code == Errc::invalid);
    CHECK(book->read_picture(std::string(64, 'a')).error().code == Errc::not_found);
    CHECK(book->write_picture("scene", {}, noon).error().code == Errc::invalid);
}

TEST_CASE("a picture that was changed is not shown") {
    Book book;
    const auto ref = admit(book, 1);
    std::ofstream(file_of(book, ref), std::ios::app) << "x";
    CHECK(book->read_picture(ref.sha256).error().code == Errc::corrupt);
    CHECK(write(book, 1) == ref);  // the same bytes once more mend it
    CHECK(there(book, ref));
    CHECK(book->evidence_bytes() == 1000);
}

TEST_CASE("an event that binds nonsense is refused") {
    Book book;
    auto event = make_event(EventKind::alarm, "", {{"pictures", {{{"sha256", "../../x"}, {"bytes", 3}}}}}, noon);
    CHECK(book->append(event).error().code == Errc::invalid);
    CHECK(book->last_sequence() == 0);
}

TEST_CASE("over the quota the oldest plain admissions go, referrals stay, and an event counts them") {
    Book book(10'000);
    const auto referred = refer(book, 100);
    std::vector<PictureRef> plain;
    for (int i = 1; i <= 9; ++i) plain.push_back(admit(book, i));
    CHECK(there(book, plain[0]));
    const auto newest = admit(book, 10);
    CHECK_FALSE(there(book, plain[0]));
    CHECK(there(book, plain[8]));
    CHECK(there(book, newest));
    CHECK(there(book, referred));
    CHECK(book->evidence_bytes() <= 10'000);
    const auto tended = book->tend(noon).value();
    CHECK(tended.pictures_dropped >= 1);
    CHECK(tended.bytes_dropped == tended.pictures_dropped * 1000);
    CHECK(book->tend(noon)->pictures_dropped == 0);
    std::int64_t counted = 0;
    const auto events = book->events_after(0, 1000).value();
    for (const auto& event : events) {
        if (event.kind == EventKind::pictures_dropped) counted += event.body.at("count").to_number<std::int64_t>();
    }
    CHECK(counted == tended.pictures_dropped);
}

TEST_CASE("acknowledged pictures go before plain ones that are nowhere else") {
    Book book(10'000);
    const auto referred = refer(book, 100);
    const auto up_to = book->last_sequence();
    std::vector<PictureRef> plain;
    for (int i = 1; i <= 9; ++i) plain.push_back(admit(book, i));
    REQUIRE(acknowledge(book, up_to).ok());
    admit(book, 10);
    CHECK_FALSE(there(book, referred));
    CHECK(there(book, plain[1]));
}

TEST_CASE("a quota full of referrals drops none of them and says so") {
    Book book(10'000);
    std::vector<PictureRef> referred;
    for (int i = 1; i <= 10; ++i) referred.push_back(refer(book, i));
    CHECK(book->write_picture("scene", picture(11), noon).error().code == Errc::exhausted);
    CHECK(book->tend(noon)->evidence_full);
    CHECK(book->tend(noon)->evidence_full);
    for (const auto& ref : referred) CHECK(there(book, ref));
    REQUIRE(acknowledge(book, book->last_sequence()).ok());
    CHECK_FALSE(book->tend(noon)->evidence_full);
    CHECK(book->write_picture("scene", picture(11), noon).ok());
}

TEST_CASE("a plain picture that an alarm binds later is kept") {
    Book book(10'000);
    const auto ref = admit(book, 1);
    auto alarm = make_event(EventKind::tailgate, "in", {}, noon);
    add_pictures(alarm, {ref}, true);
    REQUIRE(book->append(alarm).ok());
    for (int i = 2; i <= 15; ++i) admit(book, i);
    CHECK(there(book, ref));
}

TEST_CASE("what a crash left: an unfinished file goes, a picture never bound is counted and goes first") {
    Book book(10'000);
    const auto lost = write(book, 1);
    std::ofstream(book.folder.path() / "evidence" / "abc.tmp") << "half";
    book.again();
    CHECK_FALSE(std::filesystem::exists(book.folder.path() / "evidence" / "abc.tmp"));
    CHECK(book->evidence_bytes() == 0);
    tend_to_the_end(book);
    CHECK(book->evidence_bytes() == 1000);
    std::vector<PictureRef> plain;
    for (int i = 2; i <= 11; ++i) plain.push_back(admit(book, i));
    CHECK_FALSE(there(book, lost));
    CHECK(there(book, plain[1]));  // one more than needed goes, so that not every picture costs an event
}

TEST_CASE("a picture that no event binds within ten minutes is counted as the first to go") {
    Book book(3'000);
    const auto lost = write(book, 1);
    admit(book, 2);
    REQUIRE(book->tend(now_at(700)).ok());
    admit(book, 3);
    admit(book, 4);
    CHECK_FALSE(there(book, lost));
}
