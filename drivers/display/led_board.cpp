#include "display/led_board.hpp"

#include <arpa/inet.h>
#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>

#include "link.hpp"

namespace menshen::display {
namespace {

using SteadyClock = std::chrono::steady_clock;  // only how long a message may wait
constexpr auto too_old = std::chrono::seconds(10);
constexpr auto try_again = std::chrono::seconds(1);

Status check(const Config& config) {
    const auto wrong = [&](const std::string& what) {
        return Status{Errc::invalid, fmt::format("display {}: {}", config.id, what)};
    };
    if (config.lines < 0 || config.lines > 4) return wrong("lines must be 0 (it only speaks) to 4");
    if (config.address < 0 || config.address > 255) return wrong("address must be 0 to 255");
    if (config.mute &&
        (std::min(config.mute->from, config.mute->to) < 0 || std::max(config.mute->from, config.mute->to) > 24 * 60)) {
        return wrong("mute hours must lie in one day, as in 22:00 to 07:00");
    }
    if (const auto* tcp = std::get_if<Tcp>(&config.link)) {
        in_addr ignored{};
        if (inet_pton(AF_INET, tcp->address.c_str(), &ignored) == 1 && tcp->port != 0) return {};
        return wrong(fmt::format("\"{}\" port {} is no place to connect to; write an IPv4 address and a port",
                                 tcp->address, tcp->port));
    }
    const auto& serial = std::get<Serial>(config.link);
    constexpr std::array bauds{9600, 19200, 38400, 57600, 115200};
    if (std::find(bauds.begin(), bauds.end(), serial.baud) == bauds.end()) {
        return wrong(fmt::format("baud {} is not one of {}", serial.baud, fmt::join(bauds, ", ")));
    }
    return serial.device.empty() ? wrong("device is missing, as in /dev/ttyS1") : Status{};
}

}  // namespace

/// The thread that writes. Holds one message: the newest.
class LedBoard::Writer : public std::enable_shared_from_this<LedBoard::Writer> {
  public:
    Writer(boost::asio::io_context::executor_type loop, std::variant<Serial, Tcp> where)
        : loop_(loop), link_(std::move(where)) {}

    void start() {
        thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
    }
    void stop() {
        owner = nullptr;
        thread_.request_stop();
        if (thread_.joinable()) thread_.join();
    }
    void put(std::vector<Bytes> frames) {
        {
            const std::lock_guard lock(mutex_);
            newest_ = Message{std::move(frames), SteadyClock::now()};
        }
        wake_.notify_one();
    }

    LedBoard* owner = nullptr;  // the loop's

  private:
    struct Message {
        std::vector<Bytes> frames;
        SteadyClock::time_point since;
    };

    void run(const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            auto message = next(stop);
            if (!message || SteadyClock::now() - message->since > too_old) continue;
            const Status sent = send(*message);
            report(sent);
            if (!sent) wait_and_keep(stop, std::move(*message));
        }
    }
    std::optional<Message> next(const std::stop_token& stop) {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, stop, [this] { return newest_.has_value(); });
        return std::exchange(newest_, std::nullopt);
    }
    Status send(const Message& message) {
        for (const Bytes& bytes : message.frames) {
            if (Status sent = link_.write(bytes); !sent) return sent;
        }
        return {};
    }
    /// Tries again later, unless something newer came.
    void wait_and_keep(const std::stop_token& stop, Message message) {
        std::unique_lock lock(mutex_);
        wake_.wait_for(lock, stop, try_again, [this] { return newest_.has_value(); });
        if (!newest_) newest_ = std::move(message);
    }
    void report(const Status& sent) {
        if (told_ && *told_ == sent.ok()) return;
        told_ = sent.ok();
        std::string detail = sent ? link_.name() + " takes messages" : sent.error().message;
        boost::asio::post(loop_, [self = shared_from_this(), up = sent.ok(), detail = std::move(detail)] {
            if (self->owner != nullptr && self->owner->on_link) self->owner->on_link(up, detail);
        });
    }

    boost::asio::io_context::executor_type loop_;
    Link link_;                 // the thread's
    std::optional<bool> told_;  // the thread's
    std::mutex mutex_;          // guards newest_
    std::condition_variable_any wake_;
    std::optional<Message> newest_;
    std::jthread thread_;
};

Result<std::unique_ptr<LedBoard>> LedBoard::create(boost::asio::io_context::executor_type loop, Config config,
                                                   const Clock& clock) {
    if (const Status good = check(config); !good) return good.error();
    auto board = std::unique_ptr<LedBoard>(new LedBoard(std::move(config), clock));
    board->writer_ = std::make_shared<Writer>(loop, board->config_.link);
    board->writer_->owner = board.get();
    board->writer_->start();
    return board;
}

LedBoard::LedBoard(Config config, const Clock& clock) : config_(std::move(config)), clock_(clock) {}

LedBoard::~LedBoard() {
    writer_->stop();
}

void LedBoard::show(const DisplayMessage& message) {
    const bool speak = !muted(config_.mute, clock_.now().local);
    writer_->put(frames(compose(message, config_), config_, speak));
}

}  // namespace menshen::display
