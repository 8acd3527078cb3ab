// Pictures that the gate has no more: named once, and only those that it knows; and which of them are safe elsewhere.
#include <fmt/format.h>

#include <fstream>
#include <set>

#include "bundle/hash.hpp"
#include "failing_reads.hpp"
#include "pictures.hpp"
#include "values/evidence.hpp"

using namespace menshen;
using namespace menshen::journal;

namespace {

struct Said {
    std::set<std::string> sha256;
    std::size_t events = 0, most = 0;  // hashes in one event
    std::int64_t count = 0, bytes = 0;
};

/// All that events say to be gone for that reason.
Said said_gone(Book& book, std::string_view why) {
    Said said;
    for (std::uint64_t after = 0;;) {
        const auto events = book->events_after(after, 1000).value();
        if (events.empty()) return said;
        after = events.back().sequence;
        for (const auto& event : events) {
            if (event.kind != EventKind::pictures_dropped || event.body.at("why").as_string() != why) continue;
            const auto& names = event.body.at("sha256").as_array();
            for (const auto& name : names) said.sha256.emplace(name.as_string());
            ++said.events;
            said.most = std::max(said.most, names.size());
            said.count += event.body.at("count").to_number<std::int64_t>();
            said.bytes += event.body.at("bytes").to_number<std::int64_t>();
        }
    }
}

bool missed(Book& book, const PictureRef& ref) {
    return book->missed_picture(ref.sha256).value();
}

}  // namespace

TEST_CASE("what is dropped for room is named, in events of at most so many hashes") {
    Book book(2'000'000);
    std::set<std::string> dropped;
    for (int i = 0; i < 1'300; i += 50) {
        std::vector<Event> events;
        for (int n = i; n < i + 50; ++n) {
            const auto ref = write(book, n);
            dropped.insert(ref.sha256);
            events.push_back(make_event(EventKind::evidence, "in", {}, noon));
            add_pictures(events.back(), {ref}, false);
        }
        REQUIRE(book->append_all(events).ok());
    }
    book.options.evidence_quota = 1'000;
    book.again();
    while (book->tend(noon)->pictures_dropped > 0) {
    }
    const auto said = said_gone(book, "room");
    CHECK(said.sha256.size() == 1'300);
    CHECK(said.sha256 == dropped);
    CHECK(said.count == 1'300);
    CHECK(said.bytes == 1'300'000);
    CHECK(said.most == max_pictures_in_one_loss);
    CHECK(said.events >= 3);
    CHECK(book->evidence_bytes() <= 1'000);
    CHECK(book->verify_chain()->whole);
}

TEST_CASE("a picture that is missing or damaged when it is asked for is said to be gone, once") {
    Book book;
    const auto whole = admit(book, 1), removed = admit(book, 2), damaged = refer(book, 3);
    std::filesystem::remove(file_of(book, removed));
    std::ofstream(file_of(book, damaged), std::ios::app) << "x";
    CHECK(missed(book, removed));
    CHECK(missed(book, removed));
    CHECK(missed(book, damaged));
    CHECK(missed(book, whole));  // the next look finds it
    const auto tended = book->tend(noon).value();
    CHECK(tended.pictures_dropped == 2);
    const auto said = said_gone(book, "missing");
    CHECK(said.sha256 == std::set{removed.sha256, damaged.sha256});
    CHECK(said.events == 1);
    CHECK(said.bytes == 2'000);
    CHECK(book->evidence_bytes() == 1'000);
    CHECK(there(book, whole));
    CHECK_FALSE(std::filesystem::exists(file_of(book, damaged)));

    const auto last = book->last_sequence();
    CHECK_FALSE(missed(book, removed));
    CHECK_FALSE(missed(book, damaged));
    REQUIRE(book->tend(noon).ok());
    book.again();
    CHECK_FALSE(missed(book, removed));
    REQUIRE(book->tend(noon).ok());
    CHECK(book->last_sequence() == last);
    CHECK(book->evidence_bytes() == 1'000);
}

TEST_CASE("a picture that the disk fails to read is not given up, and is there when it reads again") {
    Book book;
    const auto ref = admit(book, 1), removed = admit(book, 2);
    fail_reads_of(file_of(book, ref));
    std::filesystem::remove(file_of(book, removed));
    CHECK(book->read_picture(ref.sha256).error().code == Errc::io);
    for (int times = 0; times < 3; ++times) {
        CHECK(missed(book, ref));
        (void)missed(book, removed);
        REQUIRE(book->tend(noon).ok());
    }
    CHECK(said_gone(book, "missing").sha256 == std::set{removed.sha256});  // that one is
    fail_reads_of({});
    CHECK(book->read_picture(ref.sha256).value() == picture(1));
    CHECK(missed(book, ref));
    CHECK(book->evidence_bytes() == 1'000);
}

TEST_CASE("asking for what the journal does not know writes nothing, however often") {
    Book book;
    admit(book, 1);
    const auto last = book->last_sequence();
    for (int i = 0; i < 1'000; ++i) CHECK_FALSE(book->missed_picture(fmt::format("{:064x}", i)).value());
    CHECK_FALSE(book->missed_picture("../../etc/passwd").value());
    REQUIRE(book->tend(noon).ok());
    CHECK(book->last_sequence() == last);
}

TEST_CASE("a missing picture that comes after all, or that a later event names again, is there") {
    Book book;
    const auto ref = admit(book, 1);
    std::filesystem::remove(file_of(book, ref));
    CHECK(missed(book, ref));
    CHECK(write(book, 1) == ref);
    REQUIRE(book->tend(noon).ok());
    CHECK(said_gone(book, "missing").events == 0);

    std::filesystem::remove(file_of(book, ref));
    CHECK(missed(book, ref));
    REQUIRE(book->tend(noon).ok());
    CHECK(said_gone(book, "missing").events == 1);
    CHECK(refer(book, 1) == ref);
    CHECK(there(book, ref));
    CHECK(missed(book, ref));  // known again
}

TEST_CASE("a picture that an event names and that finds no room is said to be gone") {
    Book book(1'000);
    refer(book, 1);
    const auto content = picture(2);
    const PictureRef ref{"scene", bundle::to_hex(bundle::sha256(content)), 1'000};
    auto event = make_event(EventKind::evidence, "in", {}, noon);
    add_pictures(event, {ref}, true);
    REQUIRE(book->append(event).ok());
    CHECK(book->write_picture("scene", content, noon).error().code == Errc::exhausted);
    CHECK(book->write_picture("scene", picture(3), noon).error().code == Errc::exhausted);  // no event names that one
    REQUIRE(book->tend(noon).ok());
    CHECK(said_gone(book, "missing").sha256 == std::set{ref.sha256});
    CHECK(book->evidence_bytes() == 1'000);
}

TEST_CASE("the journal takes no pictures that a registry would not note") {
    Book book;
    const std::string sha(64, 'a');
    const auto refused = [&](const PictureRef& ref, std::size_t times = 1, EventKind kind = EventKind::alarm) {
        auto event = make_event(kind, "in", {}, noon);
        add_pictures(event, std::vector<PictureRef>(times, ref), true);
        const auto done = book->append(event);
        return !done && done.error().code == Errc::invalid;
    };
    CHECK_FALSE(refused({std::string(max_picture_name, 'n'), sha, max_picture_bytes}));
    CHECK_FALSE(refused({"scene", sha, 1}, max_event_pictures));
    CHECK(refused({std::string(max_picture_name + 1, 'n'), sha, 1}));
    CHECK(refused({"scene", sha, max_picture_bytes + 1}));
    CHECK(refused({"scene", sha, 0}));
    CHECK(refused({"scene", sha, 1}, max_event_pictures + 1));
    CHECK(refused({"scene", sha, 1}, 1, EventKind::decision));  // a registry need not see its body
    const std::vector<std::uint8_t> large(static_cast<std::size_t>(max_picture_bytes) + 1);
    CHECK(book->write_picture("scene", large, noon).error().code == Errc::invalid);
    CHECK(book->write_picture(std::string(max_picture_name + 1, 'n'), picture(1), noon).error().code == Errc::invalid);
}

TEST_CASE("the newest word on pictures counts: what it takes back is not dropped, an older one does nothing") {
    Book book(10'000);
    const auto first = refer(book, 100);
    const auto upto_first = book->last_sequence();
    const auto second = refer(book, 101);
    const auto all = book->last_sequence();
    CHECK(book->pictures_seen().value() == SeenPictures{});
    REQUIRE(acknowledge(book, all, 60).ok());
    REQUIRE(acknowledge(book, upto_first, 120).ok());
    CHECK(acknowledge(book, all, 60).error().code == Errc::conflict);
    book.again();
    CHECK(book->pictures_seen().value() == SeenPictures{1, now_at(120).utc, static_cast<std::int64_t>(upto_first)});
    CHECK(acknowledge(book, all, 119).error().code == Errc::conflict);
    for (int i = 1; i <= 9; ++i) admit(book, i);
    CHECK_FALSE(there(book, first));
    CHECK(there(book, second));
}

TEST_CASE("a registry of a new epoch, or another one, says anew which pictures it keeps") {
    Book book(10'000);
    REQUIRE(book->enrol({3, 1, "a line", {}}).ok());
    const auto ref = refer(book, 100);
    REQUIRE(acknowledge(book, book->last_sequence(), 60).ok());
    SUBCASE("the same epoch: nothing is lost") {
        REQUIRE(book->keep_keys(4, 1, "rotated").ok());
    }
    SUBCASE("a new epoch") {
        REQUIRE(book->keep_keys(4, 2, "restored").ok());
    }
    SUBCASE("a new epoch's word, made when its clock was behind") {
        REQUIRE(acknowledge(book, 0, 30, 2).ok());
        CHECK(acknowledge(book, book->last_sequence(), 90, 1).error().code == Errc::conflict);
    }
    SUBCASE("another registry") {
        REQUIRE(book->enrol({1, 1, "another", {}}).ok());
        CHECK(book->pictures_seen().value() == SeenPictures{});
    }
    const bool rotated = book->registry()->value().version == 4 && book->registry()->value().epoch == 1;
    for (int i = 1; i <= 10; ++i) admit(book, i);
    CHECK(there(book, ref) == !rotated);
}
