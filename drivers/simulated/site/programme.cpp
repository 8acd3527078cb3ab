#include "director/programme.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <ctime>
#include <fstream>
#include <sstream>

namespace menshen::director {
using namespace std::chrono_literals;

namespace {

constexpr auto decided_within = 15s;
constexpr auto guard_within = 40s;    // a referred car waits this long for somebody at the panel
constexpr auto second_look = 1200ms;  // what was uncertain at first may be read better
constexpr auto leaves_within = 30s;

void say(const std::string& lane, const Car& car, const Row& row, std::string_view what) {
    const auto time = fmt::format("{:%H:%M:%S}", fmt::localtime(std::time(nullptr)));
    fmt::print("{}  {:<4} {}  read {}  {} ({})  {}\n", time, lane, car.plate.empty() ? "(camera)" : car.plate,
               row.read.empty() ? "nothing" : row.read, row.verdict.empty() ? "no decision" : row.verdict, row.reason,
               what);
    std::fflush(stdout);
}

bool contains(const std::vector<std::string>& list, const std::string& what) {
    return std::find(list.begin(), list.end(), what) != list.end();
}

}  // namespace

Result<std::vector<Regular>> parse_cars(std::string_view text, const std::string& file) {
    toml::table root;
    try {
        root = toml::parse(text, file);
    } catch (const toml::parse_error& error) {
        return Error{Errc::invalid, fmt::format("{}:{}: {}", file, error.source().begin.line, error.description())};
    }
    std::vector<Regular> cars;
    if (const auto* list = root["car"].as_array()) {
        for (const auto& node : *list) {
            const auto* table = node.as_table();
            if (table == nullptr || !table->contains("plate")) {
                return Error{Errc::invalid, fmt::format("{}:{}: a car needs plate =", file, node.source().begin.line)};
            }
            Regular regular;
            regular.car.plate = (*table)["plate"].value_or(std::string{});
            regular.car.colour = (*table)["colour"].value_or(std::string("blue"));
            regular.car.unreadable = (*table)["unreadable"].value_or(false);
            regular.car.seed = static_cast<int>(cars.size()) + 1;
            regular.often = std::max(1, (*table)["often"].value_or(1));
            cars.push_back(std::move(regular));
        }
    }
    if (cars.empty()) return Error{Errc::invalid, file + ": no [[car]] in it"};
    return cars;
}

Result<std::vector<Regular>> read_cars(const std::string& path) {
    std::ifstream in(path);
    std::ostringstream text;
    text << in.rdbuf();
    if (!in) return Error{Errc::not_found, path + " cannot be read"};
    return parse_cars(text.str(), path);
}

Programme::Programme(Site& site, std::vector<Regular> cars, std::uint32_t seed)
    : site_(site), cars_(std::move(cars)), random_(seed) {}

Regular* Programme::next(bool inwards) {
    std::vector<Regular*> turns;
    for (auto& regular : cars_) {
        if (regular.on_its_way || regular.inside == inwards) continue;
        turns.insert(turns.end(), static_cast<std::size_t>(regular.often), &regular);
    }
    if (turns.empty()) return nullptr;
    return turns[random_() % turns.size()];
}

Task<void> Programme::play(std::string lane) {
    if (!site_.drawn(lane)) co_await follow_camera(lane);
    const bool inwards = lane == "in";
    if (!inwards) co_await pause(12s);  // somebody has to be inside first
    for (;;) {
        if (auto* regular = next(inwards)) {
            regular->on_its_way = true;
            co_await one(lane, *regular);
            regular->on_its_way = false;
        }
        co_await pause(std::chrono::seconds(4 + random_() % (inwards ? 6 : 14)));
    }
}

Task<void> Programme::one(const std::string& lane, Regular& regular) {
    auto car = regular.car;
    car.id = fmt::format("{}-{}", lane, ++count_);
    car.night = random_() % 5 == 0;
    car.rain = random_() % 5 == 0;
    auto& observed = site_.observed();
    const auto from = mark(observed.lane(lane));
    const auto row = [&] { return row_since(observed.lane(lane), from); };
    if (const auto come = co_await site_.arrive(lane, car); !come) {
        fmt::print("{}: {}\n", lane, come.error().message);
        co_return;
    }
    co_await observed.changed.until([&] { return !row().verdict.empty(); }, decided_within);
    if (row().verdict != "grant") co_await pause(second_look);
    const auto opened = [&] { return row().pulses > 0; };
    if (row().verdict == "refer") say(lane, car, row(), "waits for a guard at the panel");
    const auto patience = row().verdict == "grant"   ? 10s
                          : row().verdict == "refer" ? Steady::duration(guard_within)
                                                     : 4s;
    const bool open = co_await observed.changed.until(opened, patience);
    if (!open) (void)co_await site_.back_out(lane, car);
    say(lane, car, row(), !open ? "drives away" : row().verdict == "grant" ? "opened" : "opened by a guard");
    co_await observed.changed.until([&] { return contains(observed.lane(lane).left, car.id); }, leaves_within);
    if (contains(observed.lane(lane).passed, car.id)) regular.inside = lane == "in";
}

/// A real stream or clip has no loops: whenever the gate has read a car there, the twin's loops feel one.
Task<void> Programme::follow_camera(const std::string& lane) {
    auto& observed = site_.observed();
    auto from = mark(observed.lane(lane));
    for (;;) {
        co_await observed.changed.until([&] { return !row_since(observed.lane(lane), from).verdict.empty(); }, 1h);
        const auto row = row_since(observed.lane(lane), from);
        if (row.verdict.empty()) continue;
        Car car;
        car.id = fmt::format("{}-{}", lane, ++count_);
        (void)co_await site_.arrive(lane, car);
        co_await observed.changed.until([&] { return row_since(observed.lane(lane), from).pulses > 0; },
                                        row.verdict == "grant" ? 10s : 4s);
        const auto after = row_since(observed.lane(lane), from);
        say(lane, car, after, after.pulses > 0 ? "opened" : "stayed closed");
        if (after.pulses == 0) (void)co_await site_.back_out(lane, car);
        co_await observed.changed.until([&] { return contains(observed.lane(lane).left, car.id); }, leaves_within);
        from = mark(observed.lane(lane));
    }
}

}  // namespace menshen::director
