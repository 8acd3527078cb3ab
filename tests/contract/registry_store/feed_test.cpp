// Changes and snapshots.
#include <thread>

#include "bench.hpp"

namespace menshen::registry::test {

TEST_CASE("I4: from every position, changes lead to exactly the rows of the newest head") {
    Bench bench;
    std::vector<std::pair<Position, Rows>> moments{{bench.head().at, bench.snapshot()}};
    std::vector<Id> permits;
    for (int i = 0; i < 12; ++i) {
        const auto plate = "浙A1234" + std::to_string(i % 10);
        if (i % 4 == 3) {
            auto permit = bench.store->directory().find(permits[static_cast<std::size_t>(i / 2)])->value().as<Permit>();
            permit.note = "changed " + std::to_string(i);
            bench.done({put(permit, permits[static_cast<std::size_t>(i / 2)])});
            permits.push_back(permits.back());
        } else if (i % 4 == 2) {
            Query query;
            query.kind = Kind::credential;
            query.refers_to = permits.back();
            bench.done({Remove{Kind::credential, bench.store->directory().find(query)->entities.at(0).id, {}}});
            permits.push_back(permits.back());
        } else {
            permits.push_back(bench.permit(plate));
        }
        moments.emplace_back(bench.head().at, bench.snapshot());
    }
    for (const auto& [position, rows] : moments) CHECK(bench.after_changes(rows, position) == moments.back().second);
}

TEST_CASE("who is at the head gets no rows; who is ahead, or of another epoch, must begin anew") {
    Bench bench;
    bench.permit("浙A12345");
    auto position = bench.head().at;
    CHECK(bench.after_changes({}, position).empty());
    CHECK(bench.answer_to({"yard", position.epoch, position.seq + 1}) == FeedAnswer::new_epoch);
    CHECK(bench.answer_to({"yard", position.epoch - 1, position.seq}) == FeedAnswer::new_epoch);
    CHECK(bench.answer_to({"yard", position.epoch, -1}) == FeedAnswer::new_epoch);
    CHECK(bench.store->feed().changes({"nowhere", 1, 1}, 10, {}).error().code == Errc::not_found);
    CHECK(bench.store->feed().head("nowhere").error().code == Errc::not_found);
}

TEST_CASE("more changed rows than may be sent: a snapshot instead") {
    Bench bench;
    const auto begin = bench.head().at;
    for (const char* plate : {"浙A12345", "浙A12346", "浙A12347"}) bench.permit(plate);
    CHECK(bench.answer_to(begin, 6) == FeedAnswer::rows);
    CHECK(bench.answer_to(begin, 5) == FeedAnswer::too_old);
}

TEST_CASE("I5: a new epoch is one that never was, and keeps the rows") {
    Bench bench;
    bench.permit("浙A12345");
    const auto before = bench.head().at;
    const auto rows = bench.snapshot();
    const auto head = bench.store->commits().new_epoch("yard", bench.admin, bench.now);
    REQUIRE(head);
    CHECK(head->at.epoch > before.epoch);
    CHECK(head->at.seq > before.seq);
    CHECK(bench.answer_to(before) == FeedAnswer::new_epoch);
    CHECK(bench.snapshot() == rows);
    CHECK(bench.store->commits().new_epoch("yard", bench.admin, bench.now)->at.epoch > head->at.epoch);
}

TEST_CASE("a head is signed anew at the same position") {
    Bench bench;
    bench.permit("浙A12345");
    const auto before = bench.head();
    const auto head = bench.store->commits().renew_head("yard", bench.now.utc + std::chrono::minutes(1));
    REQUIRE(head);
    CHECK(head->at == before.at);
    CHECK(head->bytes == before.bytes);
    CHECK(bench.head().issued == bench.now.utc + std::chrono::minutes(1));
    // a clock that was set back: what gates take for the time never falls within an epoch
    CHECK(bench.store->commits().renew_head("yard", bench.now.utc)->issued == bench.now.utc + std::chrono::minutes(1));
    CHECK(bench.store->commits().new_epoch("yard", bench.admin, bench.now)->issued == bench.now.utc);
    CHECK(bench.store->commits().renew_head("nowhere", bench.now.utc).error().code == Errc::not_found);
}

TEST_CASE("scopes: names are checked, made once, listed with their heads") {
    Bench bench;
    auto& commits = bench.store->commits();
    CHECK(commits.create_scope("yard", "", bench.admin, bench.now).error().code == Errc::conflict);
    for (const char* name : {"", "local", "Yard", "a b", "0123456789012345678901234567890123"}) {
        CHECK(commits.create_scope(name, "", bench.admin, bench.now).error().code == Errc::invalid);
    }
    const auto scopes = bench.store->feed().scopes().value();
    REQUIRE(scopes.size() == 2);
    CHECK(scopes[1].title == "The yard");
    CHECK(scopes[1].head.at.epoch == bench.now.utc.time_since_epoch().count() / 1000);
    CHECK(scopes[1].head.key_id == "k1");
}

TEST_CASE("a stream that its receiver ends says why, and leaves the store usable") {
    Bench bench;
    bench.permit("浙A12345");
    const auto ended = bench.store->feed().snapshot("yard", [](const FeedRow&) {
        return Status{Errc::unavailable, "the peer has gone"};
    });
    REQUIRE_FALSE(ended);
    CHECK(ended.error().message == "the peer has gone");
    bench.permit("浙A54321");
    CHECK(bench.snapshot().size() == 4);
}

TEST_CASE("I4: a reader on its own thread sees one moment, whatever the writer does meanwhile") {
    Bench bench;
    auto reader = bench.store->reader();
    REQUIRE(reader);
    int looked = 0;
    int mixed = 0;
    std::jthread reading([&](const std::stop_token& stop) {
        while (!stop.stop_requested() || looked == 0) {
            std::vector<support::FakeHeads::Row> all;
            const auto head = (*reader)->feed().snapshot("yard", [&](const FeedRow& row) {
                all.push_back({std::string(row.kind), row.id, std::string(*row.body)});
                return Status{};
            });
            ++looked;
            if (!head || head->bytes != bench.heads.root_of(std::move(all))) ++mixed;
        }
    });
    for (int i = 0; i < 40; ++i) bench.permit("浙A1" + std::to_string(1000 + i));
    reading.request_stop();
    reading.join();
    CHECK(mixed == 0);
}

}  // namespace menshen::registry::test
