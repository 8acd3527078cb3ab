// bench-whitelist [FOLDER [CREDENTIALS]]: bulk import, then look-up + decide() at a million credentials.
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <random>

#include "decide/decide.hpp"
#include "measure.hpp"
#include "whitelist/reader.hpp"
#include "whitelist/writer.hpp"

using namespace menshen;

namespace {

constexpr int arrivals = 20'000;

std::string plate(int n) {
    return fmt::format("浙{}{:05}", "ABCDEFGHJKLMNPQRSTUVWXYZ"[n / 100'000 % 24], n % 100'000);
}

/// In a child, so that the rows' memory is not counted to the look-ups.
void import_all(const std::filesystem::path& file, int credentials) {
    auto opened = whitelist::WhitelistWriter::open(file, UtcTime(std::chrono::seconds(1'795'000'000)));
    constexpr int at_once = 100'000;
    double spent = 0;
    for (int from = 0; from < credentials; from += at_once) {
        whitelist::ImportRequest request{"bench", {}, false};
        for (int i = from; i < std::min(credentials, from + at_once); ++i) {
            whitelist::ImportRow row;
            row.line = i;
            row.plate = plate(i);
            row.holder = fmt::format("holder {}", i);
            row.unit = "bureau";
            row.valid_until = std::optional<LocalTime>(LocalTime(std::chrono::seconds(1'900'000'000)));
            request.rows.push_back(std::move(row));
        }
        spent += bench::micros([&] {
            if (!opened->writer.import(request, UtcTime{})->committed) std::abort();
        });
    }
    bench::print("whitelist.import", credentials / spent * 1e6, "rows/s");
}

/// Half are listed; the best candidate is followed by two that are not.
std::vector<Candidate> candidates_of(std::mt19937& random, int credentials) {
    const int listed = static_cast<int>(random() % static_cast<unsigned>(credentials));
    const bool known = random() % 2 == 0;
    return {{known ? plate(listed) : "沪" + plate(listed).substr(3), 0.96},
            {"苏" + plate(listed).substr(3), 0.02},
            {"皖" + plate(listed).substr(3), 0.01}};
}

/// The peer: the same question to SQLite with nothing of ours around it. One connection, statements prepared once,
/// one read transaction an arrival, the same page cache; the rows are read, and nothing is made of them.
class RawSelect {
  public:
    explicit RawSelect(const std::filesystem::path& file) {
        bool good =
            sqlite3_open_v2(file.c_str(), &db_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr) == SQLITE_OK;
        good = good && sqlite3_exec(db_, "PRAGMA cache_size=-8192; PRAGMA mmap_size=0; PRAGMA query_only=ON;", nullptr,
                                    nullptr, nullptr) == SQLITE_OK;
        sqlite3_db_config(db_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
        good = good && prepare(&begin_, "BEGIN") && prepare(&end_, "COMMIT") &&
               prepare(&permits_,
                       "SELECT c.scope, c.id, c.permit_id, p.body FROM credential c JOIN permit p ON p.scope = c.scope "
                       "AND p.id = c.permit_id WHERE c.kind = 'plate' AND c.value = ?1") &&
               prepare(&blocks_, "SELECT scope, id, kind, plate, reason, until FROM block WHERE plate = ?1");
        if (!good) std::abort();
    }
    ~RawSelect() {
        for (auto* one : {begin_, end_, permits_, blocks_}) sqlite3_finalize(one);
        sqlite3_close(db_);
    }
    RawSelect(const RawSelect&) = delete;
    RawSelect& operator=(const RawSelect&) = delete;

    /// Bytes of the rows found.
    int look_up(const std::vector<std::string>& plates) {
        int bytes = 0;
        run(begin_);
        for (const auto& plate : plates) {
            for (auto* select : {permits_, blocks_}) {
                sqlite3_bind_text(select, 1, plate.data(), static_cast<int>(plate.size()), SQLITE_STATIC);
                while (sqlite3_step(select) == SQLITE_ROW) bytes += sqlite3_column_bytes(select, 3);
                sqlite3_reset(select);
            }
        }
        run(end_);
        return bytes;
    }

  private:
    bool prepare(sqlite3_stmt** statement, const char* sql) {
        return sqlite3_prepare_v3(db_, sql, -1, SQLITE_PREPARE_PERSISTENT, statement, nullptr) == SQLITE_OK;
    }
    static void run(sqlite3_stmt* statement) {
        sqlite3_step(statement);
        sqlite3_reset(statement);
    }
    sqlite3* db_ = nullptr;
    sqlite3_stmt *begin_ = nullptr, *end_ = nullptr, *permits_ = nullptr, *blocks_ = nullptr;
};

std::vector<std::string> plates_of(const std::vector<Candidate>& candidates) {
    std::vector<std::string> plates;
    for (const auto& candidate : candidates) plates.push_back(candidate.plate);
    return plates;
}

struct Times {
    std::vector<double> ours, raw;
    double first = 0;
    int granted = 0;
};

double judge(whitelist::WhitelistReader& reader, DecideInput& input, int& granted) {
    const auto plates = plates_of(input.claim.candidates);
    return bench::micros([&] {
        auto answer = reader.look_up(plates);
        if (!answer) std::abort();
        input.listings = std::move(answer->listings);
        input.schedules = std::move(answer->schedules);
        input.calendar = std::move(answer->calendar);
        granted += decide(input).verdict == Verdict::grant ? 1 : 0;
    });
}

/// Ours and the peer turn by turn, each with plates of its own, so that both see the same machine and neither warms
/// the other's pages.
Times measure(whitelist::WhitelistReader& reader, RawSelect& peer, int credentials) {
    Times times;
    std::mt19937 random(1);
    int found = 0;
    for (int i = 0; i < arrivals; ++i) {
        DecideInput input;
        input.claim.lane = "in";
        input.zone = "yard";
        input.clock = ClockState::trusted;
        input.local = LocalTime(std::chrono::seconds(1'795'000'000));
        input.claim.candidates = candidates_of(random, credentials);
        times.ours.push_back(judge(reader, input, times.granted));
        if (i == 0) times.first = times.ours[0];
        const auto plates = plates_of(candidates_of(random, credentials));
        times.raw.push_back(bench::micros([&] { found += peer.look_up(plates) > 0 ? 1 : 0; }));
    }
    // a bench of refusals would measure nothing
    if (times.granted < arrivals / 3 || found < arrivals / 3) std::abort();
    return times;
}

}  // namespace

int main(int argc, char** argv) {
    const std::filesystem::path folder = argc > 1 ? argv[1] : "bench-whitelist.tmp";
    const int credentials = argc > 2 ? std::atoi(argv[2]) : 1'000'000;
    std::filesystem::remove_all(folder);
    const auto file = folder / "whitelist.db";
    const pid_t child = ::fork();
    if (child == 0) {
        import_all(file, credentials);
        ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    if (status != 0) return 1;

    const double before = bench::rss_mib();
    auto opened = whitelist::WhitelistWriter::open(file, UtcTime{});
    auto reader = whitelist::WhitelistReader::open(file);
    if (!opened || !reader || opened->set_aside) return 1;
    RawSelect peer(file);
    auto times = measure(*reader, peer, credentials);
    bench::print("whitelist.first_look_up_and_decide", times.first, "us");
    bench::print("whitelist.look_up_and_decide.p50", bench::percentile(times.ours, 0.50), "us",
                 bench::percentile(times.raw, 0.50));
    bench::print("whitelist.look_up_and_decide.p99", bench::percentile(times.ours, 0.99), "us",
                 bench::percentile(times.raw, 0.99));
    bench::print("whitelist.look_up_and_decide.p99_aim", bench::percentile(times.ours, 0.99), "us", 50);
    bench::print("whitelist.rss", bench::rss_mib() - before, "MiB");
    bench::print("whitelist.file", static_cast<double>(std::filesystem::file_size(file)) / (1 << 20), "MiB");
    std::filesystem::remove_all(folder);
}
