// bench-apply [CREDENTIALS]: a registry's list on its way into the gate. A million credentials with a million permits
// from the snapshot's bytes to visible, decisions' look-ups meanwhile; 100,000 changes; one row. Peer, in the same run:
// `sqlite3 .import` of the same rows with the same look-ups indexed, which verifies nothing.
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>
#include <tuple>

#include "bundle/snapshot.hpp"
#include "measure.hpp"
#include "whitelist/reader.hpp"
#include "whitelist/writer.hpp"

using namespace menshen;
using namespace menshen::bundle;

namespace {

constexpr UtcTime now{milliseconds(1'795'000'000'000)};

void must(const Status& done) {
    if (done) return;
    std::fprintf(stderr, "%s\n", done.error().message.c_str());
    std::exit(1);
}
template <class T>
T must(Result<T> result) {
    if (!result) must(Status(result.error()));
    return std::move(result).value();
}

/// Seconds of this thread's processor time: what a core of its own would take, disk apart.
double cpu_seconds() {
    timespec spent{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent);
    return static_cast<double>(spent.tv_sec) + static_cast<double>(spent.tv_nsec) / 1e9;
}

std::string plate_of(std::int64_t id) {
    return fmt::format("浙{}{:05}", static_cast<char>('A' + id / 100'000 % 26), id % 100'000);
}

std::string body_of(bool permit, std::int64_t id, int version = 0) {
    if (!permit) return fmt::format(R"({{"id":{},"kind":"plate","value":"{}","permit_id":{}}})", id, plate_of(id), id);
    return fmt::format(
        R"({{"id":{},"scope":"yard","permit_class":"parking","state":"active","holder":"持证人{}","unit":"机关事务局","phone":"","note":"{}","valid_from":"2026-01-01T00:00:00","valid_until":"2027-01-01T00:00:00","schedule_id":null,"zones":[],"max_inside":null,"max_uses":null,"escort":false,"order_required":false}})",
        id, id, version);
}

struct Row {
    std::uint16_t bucket;
    bool permit;
    std::int64_t id;
    [[nodiscard]] std::string kind() const { return permit ? "permit" : "credential"; }
};

/// A registry in memory: its digest, and what it signs.
struct Registry {
    NamedSecret secret{"k1", SecretKey::from_seed(sha256("bench")).value()};
    RowDigest digest;
    Position at{1, 1};

    Head head() { return {"yard", at, digest.root(), digest.rows(), now, now, now}; }
    std::string head_line() {
        std::string out;
        write_head_line(out, sign(DocumentType::head, must(write_head(head())), secret));
        return out;
    }
};

std::vector<Row> make_rows(std::int64_t count) {
    std::vector<Row> rows;
    rows.reserve(static_cast<std::size_t>(2 * count));
    for (std::int64_t id = 1; id <= count; ++id) {
        rows.push_back({bucket_of("permit", id), true, id});
        rows.push_back({bucket_of("credential", id), false, id});
    }
    std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
        return std::tie(a.bucket, a.permit, a.id) < std::tie(b.bucket, b.permit, b.id);
    });
    return rows;
}

Manifest pack(Registry& registry, const std::vector<Row>& rows, std::string& packed) {
    auto writer = must(SnapshotWriter::create([&](std::string_view bytes) { return packed.append(bytes), Status(); }));
    for (const auto& row : rows) {
        const auto body = body_of(row.permit, row.id);
        must(writer.put({1, row.kind(), row.id, body}));
        registry.digest.put(row.kind(), row.id, body);
    }
    const auto totals = must(writer.finish());
    return {"yard", registry.at, totals.root, totals.rows, totals.text, totals.size, totals.sha256, now};
}

/// Decisions' look-ups on a thread of their own while something else goes on.
class Looker {
  public:
    Looker(const std::filesystem::path& file, std::int64_t count)
        : thread_([this, file, count](const std::stop_token& stop) {
              auto reader = must(whitelist::WhitelistReader::open(file));
              for (std::int64_t i = 1; !stop.stop_requested(); i = (i * 7919 + 13) % count) {
                  const std::vector<std::string> plates{plate_of(i), plate_of(i + 7), "浙Z99999"};
                  times_.push_back(bench::micros([&] { (void)must(reader.look_up(plates)); }));
                  std::this_thread::sleep_for(std::chrono::microseconds(500));
              }
          }) {}
    std::vector<double> end() {
        thread_.request_stop();
        thread_.join();
        return std::move(times_);
    }

  private:
    std::vector<double> times_;
    std::jthread thread_;
};

void print_times(const std::string& name, std::vector<double> times) {
    if (times.empty()) return;
    bench::print((name + ".p50").c_str(), bench::percentile(times, 0.5), "us");
    bench::print((name + ".p999").c_str(), bench::percentile(times, 0.999), "us", 5'000);
}

double load(whitelist::WhitelistWriter& list, Registry& registry, const Manifest& manifest, const std::string& packed) {
    const auto line = registry.head_line();
    const auto head = registry.head();
    double fed = 0, ended = 0, settled = 0;
    const double cpu = cpu_seconds();
    const double all = bench::micros([&] {
        auto upload = must(list.scopes().begin_snapshot(manifest));
        fed = bench::micros([&] {
            for (std::size_t at = 0; at < packed.size(); at += 65'536) {
                must(upload.snapshot(std::string_view(packed).substr(at, 65'536)));
            }
        });
        ended = bench::micros([&] { must(upload.end_snapshot()); });
        must(upload.changes(line));
        (void)must(upload.finish());
        settled = bench::micros([&] { must(upload.settle(head, now)); });
        must(upload.commit());
    });
    bench::print("apply.snapshot.cpu", cpu_seconds() - cpu, "s", 8);
    bench::print("apply.snapshot.rows", fed / 1e6, "s");
    bench::print("apply.snapshot.end", ended / 1e6, "s");
    bench::print("apply.snapshot.settle", settled / 1e6, "s");
    return all / 1e6;
}

/// What verifying alone takes.
void verify_only(const Manifest& manifest, const std::string& packed) {
    const double cpu = cpu_seconds();
    auto reader = must(SnapshotReader::create(manifest, [](const SnapshotRow&) { return Status(); }));
    for (std::size_t at = 0; at < packed.size(); at += 65'536) {
        must(reader.feed(std::string_view(packed).substr(at, 65'536)));
    }
    (void)must(reader.finish());
    bench::print("apply.verify_only.cpu", cpu_seconds() - cpu, "s");
}

/// Permits of random ids, changed.
std::string changes_of(Registry& registry, std::int64_t of, std::int64_t count, int version) {
    std::string lines;
    ++registry.at.seq;
    for (std::int64_t i = 0; i < count; ++i) {
        const auto id = (i * 7'919 + std::int64_t{version} * 31) % of + 1;
        const auto body = body_of(true, id, version);
        must(write_put(lines, {registry.at.seq, "permit", id, body}));
        registry.digest.put("permit", id, body);
    }
    return lines + registry.head_line();
}

struct Taken {
    double work = 0, commit = 0, cpu = 0;
};

Taken change(whitelist::WhitelistWriter& list, const Registry& registry, const Head& head, const std::string& lines) {
    Taken taken;
    const double cpu = cpu_seconds();
    taken.work = bench::micros([&] {
        auto upload = must(list.scopes().begin_changes("yard"));
        for (std::size_t at = 0; at < lines.size(); at += 65'536) {
            must(upload.changes(std::string_view(lines).substr(at, 65'536)));
        }
        const auto document = must(upload.finish());
        if (!registry.secret.key.public_key().verifies(document.document, document.signature)) std::abort();
        must(upload.settle(head, now));
        taken.commit = bench::micros([&] { must(upload.commit()); });
    });
    taken.work -= taken.commit;
    taken.cpu = cpu_seconds() - cpu;
    return taken;
}

void one_row(whitelist::WhitelistWriter& list, Registry& registry, std::int64_t count) {
    std::vector<double> work, commits;
    for (int i = 0; i < 200; ++i) {
        const auto lines = changes_of(registry, count, 1, 100 + i);
        const auto head = registry.head();
        const auto taken = change(list, registry, head, lines);
        work.push_back(taken.work);
        commits.push_back(taken.commit);
    }
    bench::print("apply.one_row.p50", bench::percentile(work, 0.5), "us", 1'000);
    bench::print("apply.one_row.p99", bench::percentile(work, 0.99), "us", 1'000);
    bench::print("apply.one_row.commit_with_fsync.p50", bench::percentile(commits, 0.5), "us");
}

/// Cars that nobody knows, and all that their plates might be mistaken for.
void unlisted(const std::filesystem::path& file) {
    auto reader = must(whitelist::WhitelistReader::open(file));
    std::vector<double> times;
    for (int i = 0; i < 200; ++i) {
        std::vector<std::string> plates;
        plates.reserve(100);
        for (int n = 0; n < 100; ++n) plates.push_back(fmt::format("苏Z{:05}", i * 100 + n));
        times.push_back(bench::micros([&] { (void)must(reader.look_up(plates)); }));
    }
    bench::print("apply.look_up_100_unlisted.p50", bench::percentile(times, 0.5), "us");
}

/// The same rows into the tables that would answer the same questions.
double sqlite_import(const std::filesystem::path& folder, std::int64_t count) {
    for (const bool permit : {true, false}) {
        std::ofstream out(folder / (permit ? "permit.txt" : "credential.txt"));
        for (std::int64_t id = 1; id <= count; ++id) {
            out << id << '\t';
            if (!permit) out << plate_of(id) << '\t';
            out << body_of(permit, id) << '\n';
        }
    }
    std::ofstream(folder / "import.sql")
        << "PRAGMA journal_mode=WAL;\nPRAGMA synchronous=FULL;\n"
           "CREATE TABLE permit (id INTEGER PRIMARY KEY, body TEXT);\n"
           "CREATE TABLE credential (id INTEGER PRIMARY KEY, value TEXT, body TEXT);\n"
           "CREATE INDEX presented ON credential (value);\n.mode ascii\n.separator \"\\t\" \"\\n\"\n"
        << ".import " << (folder / "permit.txt").string() << " permit\n.import " << (folder / "credential.txt").string()
        << " credential\n";
    const auto command =
        fmt::format("sqlite3 {} < {} > /dev/null", (folder / "peer.db").string(), (folder / "import.sql").string());
    int code = 0;
    const double spent = bench::micros([&] { code = std::system(command.c_str()); });
    return code == 0 ? spent / 1e6 : 0;
}

}  // namespace

int main(int argc, char** argv) {
    const bool tiny = std::getenv("MENSHEN_BENCH") != nullptr;
    const std::int64_t count = argc > 1 ? std::atoll(argv[1]) : tiny ? 2'000 : 1'000'000;
    const auto folder = std::filesystem::current_path() / "bench-apply.tmp";
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    const auto file = folder / "whitelist.db";
    auto list = std::move(must(whitelist::WhitelistWriter::open(file, now)).writer);
    Registry registry;
    std::string packed;
    Manifest manifest;
    {
        const auto rows = make_rows(count);
        manifest = pack(registry, rows, packed);
    }
    const double before = bench::rss_mib();
    const double peer = sqlite_import(folder, count);
    std::filesystem::remove(folder / "peer.db");
    bench::print("apply.sqlite3_import", peer, "s");

    verify_only(manifest, packed);

    // a first list, so that there is one to ask while the next comes
    const double first = load(list, registry, manifest, packed);
    bench::print("apply.snapshot", first, "s", peer > 0 ? peer : 8);
    Looker meanwhile(file, count);
    bench::print("apply.snapshot_again_with_look_ups", load(list, registry, manifest, packed), "s", 8);
    print_times("apply.look_up_meanwhile", meanwhile.end());
    bench::print("apply.memory", bench::rss_mib() - before, "MiB");

    const auto many = changes_of(registry, count, std::min<std::int64_t>(100'000, count / 2), 1);
    const auto head = registry.head();
    Looker beside(file, count);
    const auto taken = change(list, registry, head, many);
    bench::print("apply.changes_100k", (taken.work + taken.commit) / 1e6, "s", 1.5);
    bench::print("apply.changes_100k.cpu", taken.cpu, "s", 1.5);
    bench::print("apply.changes_100k.commit", taken.commit / 1e6, "s");
    bench::print("apply.checkpoint_after", bench::micros([&] { must(list.checkpoint()); }) / 1e6, "s");
    print_times("apply.look_up_beside_changes", beside.end());
    one_row(list, registry, count);
    unlisted(file);
    std::filesystem::remove_all(folder);
}
