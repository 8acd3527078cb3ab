#include "lane.hpp"

#include <boost/asio/post.hpp>

#include <utility>

#include "wire.hpp"
#include "worker.hpp"

namespace menshen::modbus {

Lane::Lane(boost::asio::io_context::executor_type loop, std::weak_ptr<Worker> worker, LaneWiring wiring,
           Profile profile, Place place)
    : loop_(loop),
      worker_(std::move(worker)),
      wiring_(std::move(wiring)),
      profile_(std::move(profile)),
      place_(place),
      stale_(loop) {}

void Lane::open(Instant deadline, Done done) {
    pulse(Command::Kind::open, wiring_.open, deadline, std::move(done));
}

void Lane::close(Instant deadline, Done done) {
    pulse(Command::Kind::close, wiring_.close, deadline, std::move(done));
}

void Lane::stop(Done done) {
    pulse(Command::Kind::stop, wiring_.stop, Instant::max(), std::move(done));
}

void Lane::hold(bool on, Done done) {
    Command command;
    command.kind = Command::Kind::hold;
    command.relay = wiring_.open.relay;
    command.request = profile_.switch_request(command.relay, on);
    command.energise = on;
    command.done = std::move(done);
    submit(std::move(command));
}

void Lane::pulse(Command::Kind kind, const std::optional<RelayWiring>& relay, Instant deadline, Done done) {
    Command command;
    command.kind = kind;
    command.deadline = deadline;
    command.done = std::move(done);
    if (relay) {
        command.relay = relay->relay;
        command.pulse = relay->pulse;
        command.request = profile_.pulse_request(relay->relay, relay->pulse);
    }
    submit(std::move(command));
}

void Lane::submit(Command command) {
    command.lane = place_.lane;
    command.board = place_.board;
    if (const auto worker = worker_.lock()) return worker->submit(std::move(command));
    boost::asio::post(loop_, [done = std::move(command.done)] { done({Errc::unavailable, "the bus is shut down"}); });
}

void Lane::silence() {
    silent_ = true;
    stale_.cancel();
}

template <class Change>
void Lane::post(Change change) {
    const std::lock_guard lock(mutex_);
    change(news_);
    if (std::exchange(news_.posted, true)) return;
    boost::asio::post(loop_, [weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->deliver();
    });
}

void Lane::saw_inputs(const std::vector<bool>& inputs, Instant at) {
    post([&](News& news) { news.reading = Reading{inputs, at}; });
}

void Lane::saw_relays(std::string wrong) {
    post([&](News& news) { news.relays = std::move(wrong); });
}

void Lane::saw_up(std::string detail) {
    post([&](News& news) { news.up = std::move(detail); });
}

void Lane::saw_down(std::string detail) {
    post([&](News& news) {
        news.down = std::move(detail);
        news.up.reset();
        news.reading.reset();
    });
}

void Lane::deliver() {
    News news;
    {
        const std::lock_guard lock(mutex_);
        std::swap(news, news_);
    }
    if (silent_) return;
    if (news.down) {
        stale_.cancel();
        if (on_link) on_link(false, *news.down);
        tell(sensors_from(wiring_, std::nullopt));
    }
    if (news.up && on_link) on_link(true, *news.up);
    if (news.reading) {
        tell(sensors_from(wiring_, news.reading->inputs));
        forget_when_old(news.reading->at);
    }
    if (news.relays && on_relays) on_relays(*news.relays);
}

void Lane::tell(const Sensors& sensors) const {
    if (on_sensors && !silent_) on_sensors(sensors);
}

/// The worker may hang in a read for its whole timeout; the loop's own timer keeps the promise meanwhile.
void Lane::forget_when_old(Instant at) {
    stale_.expires_after(at + 2 * place_.poll - boot_now());
    stale_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
        const auto self = weak.lock();
        if (!error && self) self->tell(sensors_from(self->wiring_, std::nullopt));
    });
}

}  // namespace menshen::modbus
