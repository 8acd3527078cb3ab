// bench-registry [FOLDER]: what the registry's store takes for one change, for 100,000, and for events, against SQLite
// with nothing of ours around it on the same disk in the same run. Digests are a stand-in here
// (tests/support/fake_heads.hpp).
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>

#include "measure.hpp"
#include "registry/sqlite_store.hpp"
#include "store/database.hpp"
#include "support/fake_heads.hpp"

using namespace menshen;
using namespace menshen::registry;

namespace {

const Actor admin{1, "bench", "console"};

Now bench_now() {
    Now now;
    now.utc = UtcTime(seconds(1'795'000'000));
    now.local = LocalTime(seconds(1'795'028'800));
    now.clock = ClockState::trusted;
    return now;
}

std::string plate(int n) {
    return fmt::format("浙{}{:05}", "ABCDEFGHJKLMNPQRSTUVWXYZ"[n / 100'000 % 24], n % 100'000);
}

registry::Permit permit(int n) {
    registry::Permit permit;
    permit.holder = fmt::format("holder {}", n);
    permit.phone = "0574-12345678";
    permit.valid_until = LocalTime(seconds(1'900'000'000));
    return permit;
}

Committed commit(Store& store, ChangeSet set) {
    set.action = "bench";
    auto outcome = store.commits().commit(set, admin, bench_now());
    if (!outcome || !std::holds_alternative<Committed>(*outcome)) std::abort();
    return std::get<Committed>(*outcome);
}

/// `count` permits with a plate each: two changes a permit. Their ids.
std::vector<Id> fill(Store& store, int from, int count) {
    ChangeSet set;
    for (int n = 0; n < count; ++n) {
        set.changes.emplace_back(Put{-1 - n, "yard", permit(from + n), {}});
        set.changes.emplace_back(
            Put{0, "yard", registry::Credential{-1 - n, CredentialKind::plate, plate(from + n), {}}, {}});
    }
    const auto committed = commit(store, std::move(set));
    std::vector<Id> ids;
    for (const auto& changed : committed.changed) {
        if (changed.kind == Kind::permit) ids.push_back(changed.id);
    }
    return ids;
}

void many_changes(Store& store, int permits) {
    std::vector<Id> ids;
    const double made = bench::micros([&] { ids = fill(store, 0, permits); });
    bench::print("registry.make", made / 1e6, "s for 100,000 rows of the feed");
    ChangeSet set;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        auto changed = permit(static_cast<int>(i));
        changed.note = "changed";
        set.changes.emplace_back(Put{ids[i], "yard", changed, {}});
    }
    const double spent = bench::micros([&] { commit(store, set); });
    bench::print("registry.change", static_cast<double>(permits) / spent * 1e6, "rows/s");
    const auto since = store.feed().head("yard")->at;
    std::size_t bytes = 0;
    const double streamed = bench::micros([&] {
        auto changes = store.feed().changes({"yard", since.epoch, 0}, max_changed_rows, [&](const FeedRow& row) {
            bytes += row.body->size();
            return Status{};
        });
        if (!changes || changes->rows != std::int64_t{2} * permits) std::abort();
    });
    bench::print("registry.changes_streamed", 2.0 * permits / streamed * 1e6, "rows/s");
}

/// One permit changed, against as many bytes appended and synced.
void one_change(Store& store, const std::filesystem::path& folder, int rounds) {
    const auto ids = fill(store, 500'000, 100);
    const int raw = ::open((folder / "raw").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (raw < 0) std::abort();
    const std::string record(4096, 'x');
    std::vector<double> ours, floor;
    for (int i = 0; i < rounds; ++i) {
        auto changed = permit(500'000 + i % 100);
        changed.note = fmt::format("round {}", i);
        ChangeSet set;
        set.changes = {Put{ids[static_cast<std::size_t>(i % 100)], "yard", changed, {}}};
        ours.push_back(bench::micros([&] { commit(store, set); }));
        floor.push_back(bench::micros([&] {
            if (::write(raw, record.data(), record.size()) < 0 || ::fdatasync(raw) != 0) std::abort();
        }));
    }
    ::close(raw);
    const auto in_ms = [](std::vector<double>& times, double share) { return bench::percentile(times, share) / 1e3; };
    bench::print("registry.commit_one.p50", in_ms(ours, 0.50), "ms", in_ms(floor, 0.50));
    bench::print("registry.commit_one.p99", in_ms(ours, 0.99), "ms", in_ms(floor, 0.99));
}

std::vector<EventRecord> batch(std::int64_t first, int count) {
    std::vector<EventRecord> events;
    for (int i = 0; i < count; ++i) {
        EventRecord event;
        event.sequence = first + i;
        event.utc = UtcTime(milliseconds(1'795'000'000'000 + event.sequence * 200));
        event.kind = i % 2 == 0 ? "decision" : "passage";
        event.lane = "in";
        event.clock = "trusted";
        event.salt = std::string(16, 's');
        event.plate = i % 2 == 0 ? plate(static_cast<int>(event.sequence % 50'000)) : "";
        event.body = std::string(400, 'b');  // a passage; a decision with its input is longer
        for (std::size_t byte = 0; byte < 8; ++byte) {
            event.before[byte] = static_cast<std::uint8_t>((event.sequence - 1) >> (8 * byte));
            event.chain[byte] = static_cast<std::uint8_t>(event.sequence >> (8 * byte));
        }
        events.push_back(std::move(event));
    }
    return events;
}

/// The floor: the same rows into one table with the one index that keeps them from coming twice.
class RawEvents {
  public:
    explicit RawEvents(const std::filesystem::path& file) : database_(store::Database::open(file, {}).value()) {
        if (!database_.execute(
                "CREATE TABLE event (number INTEGER PRIMARY KEY, log INTEGER, sequence INTEGER, utc INTEGER, "
                "kind TEXT, lane TEXT, plate TEXT, body TEXT, chain BLOB) STRICT;"
                "CREATE UNIQUE INDEX event_sequence ON event (log, sequence)")) {
            std::abort();
        }
        insert_ = database_.prepare("INSERT INTO event VALUES (NULL, 1, ?1, ?2, ?3, ?4, ?5, ?6, ?7)").value();
    }
    void take(const std::vector<EventRecord>& events) {
        auto transaction = store::Transaction::begin(database_);
        for (const auto& event : events) {
            insert_.bind(1, event.sequence).bind(2, std::int64_t{event.utc.time_since_epoch().count()});
            insert_.bind(3, std::string_view(event.kind)).bind(4, std::string_view(event.lane));
            insert_.bind(5, std::string_view(event.plate)).bind(6, std::string_view(event.body));
            if (!insert_.bind(7, store::Bytes(event.chain)).run()) std::abort();
        }
        if (!transaction || !transaction->commit()) std::abort();
    }

  private:
    store::Database database_;
    store::Statement insert_;
};

void events(Store& store, const std::filesystem::path& folder, int batches, int each) {
    RawEvents raw(folder / "raw.db");
    double ours = 0;
    double floor = 0;
    for (int i = 0; i < batches; ++i) {
        const auto records = batch(std::int64_t{i} * each + 1, each);
        const EventBatch one{9, "log", records};
        ours += bench::micros([&] {
            const auto answer = store.intake().take({&one, 1}, bench_now());
            if (!answer || answer->at(0).fresh != each) std::abort();
        });
        floor += bench::micros([&] { raw.take(records); });
    }
    const double total = static_cast<double>(batches) * each * 1e6;
    bench::print("registry.events", total / ours, "events/s", total / floor);
    bench::print("registry.events_aim", total / ours, "events/s", 20'000);
}

}  // namespace

int main(int argc, char** argv) {
    const bool tiny = std::getenv("MENSHEN_BENCH") != nullptr;
    const std::filesystem::path folder = argc > 1 ? argv[1] : "bench-registry.tmp";
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    {
        support::FakeHeads heads;
        auto opened = open_sqlite_store({folder / "registry.db", true, 64 << 10, {}}, heads, bench_now().utc);
        if (!opened) return 1;
        auto& store = **opened;
        if (!store.commits().create_scope("yard", "", admin, bench_now())) return 1;
        many_changes(store, tiny ? 500 : 50'000);
        one_change(store, folder, tiny ? 20 : 500);
        events(store, folder, tiny ? 4 : 400, 500);
        bench::print("registry.rss", bench::rss_mib(), "MiB");
    }
    std::filesystem::remove_all(folder);
}
