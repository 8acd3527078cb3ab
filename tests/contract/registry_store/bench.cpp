#include "bench.hpp"

namespace menshen::registry::test {

Bench::Bench(bool with_scopes) {
    reopen();
    if (!with_scopes) return;
    REQUIRE(store->commits().create_scope("common", "All sites", admin, now));
    REQUIRE(store->commits().create_scope("yard", "The yard", admin, now));
}

void Bench::reopen() {
    store.reset();
    auto opened = open_store(folder.path(), heads, now.utc);
    REQUIRE(opened);
    store = std::move(opened).value();
}

Outcome Bench::commit(std::vector<Change> changes) {
    ChangeSet set;
    set.changes = std::move(changes);
    set.action = "test";
    auto outcome = store->commits().commit(set, admin, now);
    if (!outcome) FAIL(outcome.error().message);
    return std::move(outcome).value();
}

Committed Bench::done(std::vector<Change> changes) {
    auto outcome = commit(std::move(changes));
    if (const auto* no = std::get_if<Refused>(&outcome)) FAIL(no->text);
    return std::get<Committed>(outcome);
}

Refused Bench::refused(std::vector<Change> changes) {
    auto outcome = commit(std::move(changes));
    REQUIRE(std::holds_alternative<Refused>(outcome));
    return std::get<Refused>(outcome);
}

Id Bench::make(Value value, const std::string& scope) {
    return done({put(std::move(value), 0, scope)}).changed.at(0).id;
}

Id Bench::permit(const std::string& plate, const std::string& holder) {
    Permit permit;
    permit.holder = holder;
    Credential credential;
    credential.permit = -1;
    credential.value = plate;
    return done({put(permit, -1), put(credential)}).changed.at(0).id;
}

Rows Bench::snapshot(const std::string& scope) {
    Rows rows;
    std::vector<support::FakeHeads::Row> all;
    std::tuple<std::uint32_t, std::string, Id> before;
    const auto newest = store->feed().snapshot(scope, [&](const FeedRow& row) {
        REQUIRE(row.body);
        const std::pair key{std::string(row.kind), row.id};
        CHECK(row.bucket == heads.bucket_of(row.kind, row.id));
        const std::tuple place{row.bucket, key.first, key.second};
        CHECK((before < place));
        before = place;
        all.push_back({std::string(row.kind), row.id, std::string(*row.body)});
        rows[key] = *row.body;
        return Status{};
    });
    REQUIRE(newest);
    CHECK(newest->bytes == heads.root_of(all));
    CHECK(newest->rows == static_cast<std::int64_t>(rows.size()));
    return rows;
}

Rows Bench::after_changes(Rows rows, const Position& since) {
    std::int64_t told = 0;
    std::pair<std::string, Id> before;
    const auto changes = store->feed().changes(since, max_changed_rows, [&](const FeedRow& row) {
        ++told;
        CHECK(row.s > since.seq);
        const std::pair key{std::string(row.kind), row.id};
        CHECK(before < key);
        before = key;
        if (row.body) {
            rows[key] = *row.body;
        } else {
            rows.erase(key);
        }
        return Status{};
    });
    REQUIRE(changes);
    REQUIRE(changes->answer == FeedAnswer::rows);
    CHECK(changes->rows == told);
    return rows;
}

FeedAnswer Bench::answer_to(const Position& since, std::int64_t most) {
    int told = 0;
    const auto changes = store->feed().changes(since, most, [&](const FeedRow&) {
        ++told;
        return Status{};
    });
    REQUIRE(changes);
    if (changes->answer != FeedAnswer::rows) CHECK(told == 0);
    return changes->answer;
}

}  // namespace menshen::registry::test
