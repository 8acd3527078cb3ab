#include "camera/grabber.hpp"

#include <algorithm>
#include <exception>
#include <utility>

namespace menshen::camera {
namespace {

constexpr milliseconds first_pause{500};
constexpr milliseconds longest_pause{10'000};
constexpr milliseconds between_rounds{40};  // of a clip that plays again; keeps a clip of one frame from spinning
constexpr int tolerated_in_a_row = 30;      // frames refused before the source is opened again
constexpr milliseconds margin{1500};        // for a decoder on a busy box, on top of the library's own timeouts
constexpr milliseconds closing{3000};       // a camera is told good-bye without waiting for its answer

}  // namespace

Grabber::Grabber(Options options)
    : options_(std::move(options)), thread_([this](const std::stop_token& stop) { run(stop); }) {}

Grabber::~Grabber() {
    thread_.request_stop();
    changed_.notify_all();
}

std::optional<Frame> Grabber::newer_than(std::uint64_t after, milliseconds patience) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, patience, [&] { return newest_.number > after; })) return std::nullopt;
    return newest_;  // it shares its pixels; the thread puts a new one in its place and never writes into it
}

Status Grabber::status() const {
    const std::scoped_lock lock(mutex_);
    return status_;
}

void Grabber::report(Status::State state, std::string detail) {
    const std::scoped_lock lock(mutex_);
    status_.state = state;
    status_.detail = std::move(detail);
}

void Grabber::due_within(Duration time) {
    const std::scoped_lock lock(mutex_);
    status_.due = boot_now() + time;
}

void Grabber::at_rest() {
    const std::scoped_lock lock(mutex_);
    status_.due = Instant::max();
}

Result<std::unique_ptr<Source>> Grabber::open() {
    due_within(options_.open_timeout + diagnosis + margin);
    auto source = Source::open(options_);
    at_rest();
    return source;
}

void Grabber::close(std::unique_ptr<Source> source) {
    due_within(closing);
    source.reset();
    at_rest();
}

void Grabber::pause(milliseconds length, const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, stop, length, [] { return false; });
}

void Grabber::run(const std::stop_token& stop) {
    const auto address = parse_address(options_.url);
    const bool repeats = options_.loop && address && (address->kind == Kind::clip || address->kind == Kind::folder);
    options_.loop = repeats;  // means nothing for a live camera
    auto wait = first_pause;
    while (!stop.stop_requested()) {
        auto source = open();
        const bool opened = source.ok();
        if (!opened) report(Status::State::failed, source.error().message);
        if (opened && play(**source, stop)) wait = first_pause;  // a poor line is worth another try soon
        if (opened) close(std::move(*source));
        const auto state = status().state;
        if (stop.stop_requested() || state == Status::State::ended) return;
        const bool next_round = opened && repeats && state == Status::State::opening;
        pause(next_round ? between_rounds : wait, stop);
        if (!next_round) wait = std::min(wait * 2, longest_pause);
    }
}

/// Until the source is over; whether it gave any frame.
bool Grabber::play(Source& source, const std::stop_token& stop) {
    bool any = false;
    int refused = 0;
    while (!stop.stop_requested()) {
        due_within(longest_next(options_) + margin);
        auto picture = source.next();
        at_rest();
        if (picture) {
            show(std::move(*picture));
            any = true;
            refused = 0;
            continue;
        }
        if (source.ended()) {
            report(Status::State::ended, picture.error().message + "; set loop = true to play it again and again");
            return any;
        }
        // a clip that starts again is no fault
        const bool again = any && options_.loop && picture.error().code == Errc::unavailable;
        report(again ? Status::State::opening : Status::State::failed, picture.error().message);
        if (picture.error().code != Errc::invalid || ++refused >= tolerated_in_a_row) return any;
    }
    return any;
}

void Grabber::show(Picture picture) {
    const Instant captured = boot_now();
    const std::scoped_lock lock(mutex_);
    newest_ = {std::move(picture), captured, newest_.number + 1};
    const auto size = newest_.picture.size();
    status_ = {Status::State::running, {}, size.width, size.height, newest_.number, Instant::max()};
    changed_.notify_all();
}

}  // namespace menshen::camera
