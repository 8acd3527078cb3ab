// kill -9, and a power cut, at every step of the registry's database: no half commit is ever seen, none that was
// answered is lost, none happens twice.
#include <doctest/doctest.h>

#include <map>

#include "child.hpp"
#include "registry/sqlite_store.hpp"
#include "support/fake_heads.hpp"
#include "support/temporary_folder.hpp"
#include "support/watched_disk.hpp"

namespace menshen::test {

namespace {

using namespace menshen::registry;
using support::DiskStep;

constexpr int generations = 4;
constexpr int permits = 5;
constexpr int events_each = 20;

#ifdef __SANITIZE_ADDRESS__
constexpr int stride = 9;  // a process takes ten times as long to start
#else
constexpr int stride = 1;
#endif

/// What the child was answered before its end.
struct Answered {
    int generation;
    int events;
    int steps;
    bool over;
};

Now at_noon() {
    Now now;
    now.utc = UtcTime(milliseconds(1'795'000'000'000));
    now.local = LocalTime(seconds(1'795'028'800));
    now.clock = ClockState::trusted;
    return now;
}

std::unique_ptr<Store> opened(const std::filesystem::path& folder, HeadMaker& heads) {
    auto store = open_sqlite_store({folder / "registry.db", true, 2048, {}}, heads, at_noon().utc);
    if (!store) throw std::runtime_error(store.error().message);
    return std::move(store).value();
}

std::vector<Entity> all_permits(Store& store) {
    auto page = store.directory().find(Query{});
    if (!page) throw std::runtime_error(page.error().message);
    return std::move(page->entities);
}

/// Generation 1 makes the permits with their plates, each later one writes its number into all of them.
ChangeSet generation(Store& store, int number) {
    ChangeSet set;
    set.idempotency_key = "generation " + std::to_string(number);
    set.fingerprint = set.idempotency_key;
    registry::Permit permit;
    permit.note = std::to_string(number);
    if (number > 1) {
        for (const auto& entity : all_permits(store)) set.changes.emplace_back(Put{entity.id, "yard", permit, {}});
        return set;
    }
    for (Id id = -1; id >= -permits; --id) {
        set.changes.emplace_back(Put{id, "yard", permit, {}});
        const auto plate = "浙A1234" + std::to_string(-id);
        set.changes.emplace_back(Put{0, "yard", registry::Credential{id, CredentialKind::plate, plate, {}}, {}});
    }
    return set;
}

std::vector<EventRecord> batch(int number) {
    std::vector<EventRecord> events;
    for (int n = (number - 1) * events_each + 1; n <= number * events_each; ++n) {
        EventRecord event;
        event.sequence = n;
        event.kind = "passage";
        event.body = "{}";
        event.before[0] = static_cast<std::uint8_t>(n - 1);
        event.chain[0] = static_cast<std::uint8_t>(n);
        events.push_back(std::move(event));
    }
    return events;
}

Committed commit(Store& store, int number) {
    auto outcome = store.commits().commit(generation(store, number), {1, "王", "test"}, at_noon());
    if (!outcome) throw std::runtime_error(outcome.error().message);
    return std::get<Committed>(*outcome);
}

void work(const std::filesystem::path& folder, Answered& answered) {
    support::FakeHeads heads;
    auto store = opened(folder, heads);
    if (!store->feed().head("yard") && !store->commits().create_scope("yard", "", {}, at_noon())) {
        throw std::runtime_error("no scope");
    }
    for (int number = 1; number <= generations; ++number) {
        commit(*store, number);
        answered.generation = number;
        const auto events = batch(number);
        const EventBatch one{7, "log", events};
        if (!store->intake().take({&one, 1}, at_noon())) throw std::runtime_error("no intake");
        answered.events = number * events_each;
        if (!store->checkpoint()) throw std::runtime_error("no checkpoint");
    }
    answered.over = true;
}

/// What must be true of the file whatever happened.
void check_after_crash(const std::filesystem::path& folder, const Answered& answered) {
    support::FakeHeads heads;
    auto store = opened(folder, heads);
    CHECK(store->audit().verify()->whole);
    if (!store->feed().head("yard")) {
        CHECK(answered.generation == 0);
        return;
    }
    std::vector<support::FakeHeads::Row> rows;
    const auto head = store->feed().snapshot("yard", [&](const FeedRow& row) {
        rows.push_back({std::string(row.kind), row.id, std::string(*row.body)});
        return Status{};
    });
    REQUIRE(head);
    CHECK(head->bytes == heads.root_of(rows));

    const auto entities = all_permits(*store);
    const int seen = entities.empty() ? 0 : std::stoi(entities[0].as<registry::Permit>().note);
    CHECK(seen >= answered.generation);
    CHECK(seen <= answered.generation + 1);
    CHECK(head->at.seq == seen);
    CHECK(rows.size() == (seen > 0 ? 2U * permits : 0U));
    for (const auto& entity : entities) CHECK(entity.as<registry::Permit>().note == std::to_string(seen));
    if (seen > 0) CHECK(commit(*store, seen).repeated);
    CHECK_FALSE(commit(*store, seen + 1).repeated);

    const auto upto = store->events().position(7, "log")->upto;
    CHECK(upto >= answered.events);
    CHECK(upto % events_each == 0);
    EventQuery query;
    query.limit = 1000;
    CHECK(static_cast<std::int64_t>(store->events().find(query)->size()) == upto);
}

bool killed_at(const std::filesystem::path& folder, int nth, Answered& answered) {
    support::all_synced(folder);
    return killed([&] {
        support::watch_disk([&](DiskStep step, const std::filesystem::path& file) {
            if (step == DiskStep::synced) support::remember_synced(file);
            if (++answered.steps == nth) ::raise(SIGKILL);
            return 0;
        });
        work(folder, answered);
    });
}

}  // namespace

TEST_CASE("I4, I9: kill -9 and power cut at every step of the registry's database") {
    for (const bool power : {false, true}) {
        bool was_killed = true;
        int step = 1;
        for (; was_killed; step += stride) {
            const support::TemporaryFolder folder;
            CAPTURE(step);
            CAPTURE(power);
            const Shared<Answered> answered;
            was_killed = killed_at(folder.path(), step, *answered.value);
            CHECK(answered.value->over != was_killed);
            if (power) support::power_cut(folder.path());
            check_after_crash(folder.path(), *answered.value);
        }
        CHECK(step > 60);
    }
}

}  // namespace menshen::test
