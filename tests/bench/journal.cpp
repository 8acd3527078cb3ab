// bench-journal [FOLDER [INTENTS]]: a durable intent against a raw append + fdatasync of as many bytes, turn by turn in
// the same loop on the same file system, so that both see the same disk.
#include "journal/journal.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>

#include "measure.hpp"

using namespace menshen;

int main(int argc, char** argv) {
    const std::filesystem::path folder = argc > 1 ? argv[1] : "bench-journal.tmp";
    const int intents = argc > 2 ? std::atoi(argv[2]) : 1'000;
    std::filesystem::remove_all(folder);
    Now now;
    now.utc = UtcTime(std::chrono::seconds(1'795'000'000));
    now.clock = ClockState::trusted;
    journal::JournalOptions options;
    options.folder = folder;
    auto opened = journal::Journal::open(options, now);
    if (!opened) return 1;
    const int raw = ::open((folder / "raw").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (raw < 0) return 1;
    const std::string record(300, 'x');  // about what an intent's row takes

    std::vector<double> durable, raws;
    for (int i = 1; i <= intents; ++i) {
        const auto id = static_cast<AuthorisationId>(i);
        durable.push_back(bench::micros([&] {
            if (!opened->journal.intent({id, id, "in", "浙B12345", "permit_valid", "menshen"}, now)) std::abort();
        }));
        raws.push_back(bench::micros([&] {
            if (::write(raw, record.data(), record.size()) < 0 || ::fdatasync(raw) != 0) std::abort();
        }));
        // as the gate does: the outcome follows, and house-keeping when nothing else waits
        journal::OutcomeRecord outcome;
        outcome.authorisation = id;
        outcome.arrival = id;
        outcome.lane = "in";
        outcome.outcome = Outcome::opened;
        if (!opened->journal.outcome(outcome, now) || !opened->journal.tend(now)) std::abort();
    }
    ::close(raw);
    bench::print("journal.intent.p50", bench::percentile(durable, 0.50), "us", bench::percentile(raws, 0.50));
    bench::print("journal.intent.p99", bench::percentile(durable, 0.99), "us", bench::percentile(raws, 0.99));
    const double verify = bench::micros([&] {
        if (!opened->journal.verify_chain()->whole) std::abort();
    });
    bench::print("journal.verify", 2.0 * intents / verify * 1e6, "events/s");
    std::filesystem::remove_all(folder);
}
