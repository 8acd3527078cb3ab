#include "director/smoke.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <optional>

namespace menshen::director {
using namespace std::chrono_literals;

namespace {

constexpr auto seen_within = 15s;        // from the car's coming to the expected decision or fault
constexpr auto drives_within = 15s;      // from there until the car is gone and the arm down
constexpr auto second_thought = 1500ms;  // an opening that must not come gets this long to show

std::int64_t boot_ns() {
    timespec now{};
    clock_gettime(CLOCK_BOOTTIME, &now);
    return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

class Player {
  public:
    Player(Site& site, const Step& step) : site_(site), step_(step), from_(mark(log())) {}

    Task<Row> play() {
        const auto done = co_await act();
        if (!done) co_return troubled(done.error());
        if (step_.action == Action::issue) {
            if (const auto issued = co_await issue(); !issued) co_return troubled(issued.error());
        }
        co_await signal().until([this] { return decided(); }, seen_within);
        if (step_.action <= Action::cancel) co_await let_drive();
        if (step_.action == Action::park) co_await pause(second_thought);
        co_return seen();
    }

  private:
    [[nodiscard]] const LaneLog& log() const { return site_.observed().lane(step_.lane); }
    [[nodiscard]] Signal& signal() { return site_.observed().changed; }
    [[nodiscard]] Row seen() const {
        Row row = row_since(log(), from_);
        if (issued_ && row.relay_ms) row.relay_ms = static_cast<double>(log().pulses[from_.pulses] - *issued_) / 1e6;
        return row;
    }

    [[nodiscard]] Row troubled(const Error& error) const {
        Row row = seen();
        row.trouble = error.message;
        return row;
    }

    Task<Status> act() {
        switch (step_.action) {
            case Action::arrive:
            case Action::issue:
                return site_.arrive(step_.lane, step_.car);
            case Action::cancel:
                return cancel_and_arrive();
            case Action::tailgate:
                return arrive_with_another();
            case Action::park:
                return site_.park(step_.lane, step_.car);
            case Action::board_dead:
                return site_.board(step_.lane, false);
            case Action::board_back:
                return site_.board(step_.lane, true);
            case Action::camera_cut:
                return site_.camera(step_.lane, false);
            case Action::camera_back:
                return site_.camera(step_.lane, true);
        }
        return site_.clear(step_.lane);
    }

    Task<Status> arrive_with_another() {
        if (auto first = co_await site_.arrive(step_.lane, step_.car); !first) co_return first;
        auto second = step_.car;
        second.id += "-behind";
        co_return co_await site_.tailgate(step_.lane, second);
    }

    /// The guard is asked about it; the administrator is quicker.
    Task<Status> issue() {
        co_await signal().until([this] { return seen().verdict == "refer"; }, seen_within);
        if (seen().verdict != "refer") co_return Error{Errc::invalid, "it was not referred to the guard"};
        issued_ = boot_ns();
        std::vector<std::string> words{"permit", "issue", step_.car.plate, "--class", "parking", "--holder"};
        words.emplace_back("新来的人 newcomer");
        co_return co_await office(std::move(words));
    }

    Task<Status> cancel_and_arrive() {
        std::vector<std::string> words{"permit", "cancel", step_.car.plate, "--why", "left the house"};
        if (auto done = co_await office(std::move(words)); !done) co_return done;
        co_return co_await site_.arrive(step_.lane, step_.car);
    }

    Task<Status> office(std::vector<std::string> words) {
        if (site_.central() == nullptr) co_return Error{Errc::unavailable, "a gate that stands alone has no registry"};
        const auto done = co_await site_.central()->office(std::move(words));
        if (!done) co_return done.error();
        co_return Status{};
    }

    [[nodiscard]] bool decided() const {
        const Row row = seen();
        const bool judged = step_.action > Action::cancel || !row.verdict.empty();
        return judged && judged_as_expected(step_.expect, row);
    }

    /// The car drives through, or backs out when nothing opens for it.
    Task<void> let_drive() {
        const bool opens = step_.expect.pulses.value_or(0) > 0;
        const auto opened = [this] { return log().pulses.size() > from_.pulses; };
        if (!co_await signal().until(opened, opens ? Steady::duration(5s) : second_thought)) {
            (void)co_await site_.back_out(step_.lane, step_.car);
            co_await signal().until([this] { return gone(step_.car.id) && out_of_sight(step_.car.id); }, 5s);
            co_return;
        }
        co_await signal().until(
            [this] {
                const Row row = seen();
                return gone(step_.car.id) && out_of_sight(step_.car.id) && row.closed &&
                       row.passed >= step_.expect.passed.value_or(1) && differences(step_, row).empty();
            },
            drives_within);
    }

    [[nodiscard]] bool gone(const std::string& car) const {
        const auto& left = log().left;
        return std::find(left.begin(), left.end(), car) != left.end();
    }

    [[nodiscard]] bool out_of_sight(const std::string& car) const {
        const auto& sight = log().gone;
        return std::find(sight.begin(), sight.end(), car) != sight.end();
    }

    Site& site_;
    const Step& step_;
    Mark from_;
    std::optional<std::int64_t> issued_;  // when the administrator's command began, ns of CLOCK_BOOTTIME
};

/// How quick the openings were, over all.
void tell(std::vector<double> delays) {
    if (delays.empty()) return;
    std::sort(delays.begin(), delays.end());
    const auto at = [&](double share) {
        return delays[static_cast<std::size_t>(share * double(delays.size() - 1) + 0.5)];
    };
    fmt::print(
        "from the last frame needed, or the loop's signal, to the relay: median {:.0f} ms, p95 {:.0f} ms of {}\n",
        at(0.5), at(0.95), delays.size());
}

}  // namespace

Task<bool> play_smoke(Site& site, const std::vector<Step>& steps, Steady::time_point until) {
    fmt::print("{}\n", table_head());
    bool good = true;
    bool parked = false;
    std::vector<double> delays;
    for (const auto& step : steps) {
        Row row;
        if (Steady::now() > until) {
            row.trouble = "not played: the time is over";
        } else {
            Player player(site, step);
            row = co_await player.play();
        }
        const auto wrong = differences(step, row);
        good = good && wrong.empty();
        fmt::print("{}\n", table_line(step, row, wrong));
        std::fflush(stdout);
        if (row.relay_ms && step.action == Action::issue) {
            fmt::print("from the administrator's command to the relay: {:.0f} ms\n", *row.relay_ms);
        } else if (row.relay_ms) {
            delays.push_back(*row.relay_ms);
        }
        if (parked) (void)co_await site.clear(step.lane);
        parked = step.action == Action::park;
    }
    tell(std::move(delays));
    co_return good;
}

}  // namespace menshen::director
