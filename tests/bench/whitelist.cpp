// bench-whitelist [FOLDER [CREDENTIALS]]: bulk import, then look-up + decide() at a million credentials.
#include <fmt/format.h>
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

DecideInput arrival(std::mt19937& random, int credentials) {
    DecideInput input;
    input.claim.lane = "in";
    input.zone = "yard";
    input.clock = ClockState::trusted;
    input.local = LocalTime(std::chrono::seconds(1'795'000'000));
    // half are listed; the best candidate is followed by two that are not
    const int listed = static_cast<int>(random() % static_cast<unsigned>(credentials));
    const bool known = random() % 2 == 0;
    input.claim.candidates = {{known ? plate(listed) : "沪" + plate(listed).substr(3), 0.96},
                              {"苏" + plate(listed).substr(3), 0.02},
                              {"皖" + plate(listed).substr(3), 0.01}};
    return input;
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
    std::mt19937 random(1);
    std::vector<double> times;
    int granted = 0;
    double first = 0;
    for (int i = 0; i < arrivals; ++i) {
        auto input = arrival(random, credentials);
        std::vector<std::string> plates;
        for (const auto& candidate : input.claim.candidates) plates.push_back(candidate.plate);
        const double took = bench::micros([&] {
            auto answer = reader->look_up(plates);
            if (!answer) std::abort();
            input.listings = std::move(answer->listings);
            input.schedules = std::move(answer->schedules);
            input.calendar = std::move(answer->calendar);
            granted += decide(input).verdict == Verdict::grant ? 1 : 0;
        });
        if (i == 0) first = took;
        times.push_back(took);
    }
    if (granted < arrivals / 3) return 1;  // a bench of refusals would measure nothing
    bench::print("whitelist.first_look_up_and_decide", first, "us");
    bench::print("whitelist.look_up_and_decide.p50", bench::percentile(times, 0.50), "us");
    bench::print("whitelist.look_up_and_decide.p99", bench::percentile(times, 0.99), "us", 50);
    bench::print("whitelist.rss", bench::rss_mib() - before, "MiB");
    bench::print("whitelist.file", static_cast<double>(std::filesystem::file_size(file)) / (1 << 20), "MiB");
    std::filesystem::remove_all(folder);
}
