#include "control.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <deque>
#include <functional>
#include <string>
#include <utility>

namespace menshen::twin {
namespace asio = boost::asio;
namespace json = boost::json;
using asio::ip::tcp;
namespace {

constexpr std::size_t longest_line = 64U << 10U;
constexpr std::size_t most_waiting = 10'000;  // lines; who reads slower than that is dropped

}  // namespace

class Control::Session : public std::enable_shared_from_this<Session> {
  public:
    Session(tcp::socket socket, Site& site) : socket_(std::move(socket)), site_(site) {}

    void read() {
        asio::async_read_until(socket_, asio::dynamic_buffer(line_, longest_line), '\n',
                               [self = shared_from_this()](const boost::system::error_code& error, std::size_t size) {
                                   if (error) return self->close();
                                   self->send(self->answer(self->line_.substr(0, size)));
                                   self->line_.erase(0, size);
                                   self->read();
                               });
    }

    void send(const json::object& message) {
        if (closed_) return;
        if (waiting_.size() >= most_waiting) return close();
        waiting_.push_back(json::serialize(message) + "\n");
        if (waiting_.size() == 1) write();
    }

    std::function<void()> on_close;

  private:
    json::object answer(const std::string& line) {
        boost::system::error_code error;
        const json::value value = json::parse(line, error);
        if (error || !value.is_object()) return {{"ok", false}, {"error", "write one JSON object a line"}};
        return site_.command(value.get_object());
    }

    void write() {
        asio::async_write(socket_, asio::buffer(waiting_.front()),
                          [self = shared_from_this()](const boost::system::error_code& error, std::size_t) {
                              if (error || self->closed_) return self->close();
                              self->waiting_.pop_front();
                              if (!self->waiting_.empty()) self->write();
                          });
    }

    void close() {
        if (std::exchange(closed_, true)) return;
        boost::system::error_code ignored;
        socket_.close(ignored);
        if (on_close) asio::post(socket_.get_executor(), std::exchange(on_close, nullptr));
    }

    tcp::socket socket_;
    Site& site_;
    std::string line_;
    std::deque<std::string> waiting_;
    bool closed_ = false;
};

Control::Control(asio::io_context& io, Site& site, std::uint16_t port)
    : site_(site), acceptor_(io, tcp::endpoint(asio::ip::address_v4::loopback(), port)) {
    site_.on_event = [this](const json::object& event) {
        for (const auto& session : sessions_) session->send(event);
    };
    accept();
}

void Control::accept() {
    acceptor_.async_accept([this](const boost::system::error_code& error, tcp::socket socket) {
        if (error == asio::error::operation_aborted) return;
        if (!error) {
            auto session = std::make_shared<Session>(std::move(socket), site_);
            session->on_close = [this, weak = std::weak_ptr<Session>(session)] { sessions_.erase(weak.lock()); };
            sessions_.insert(session);
            session->read();
        }
        accept();
    });
}

}  // namespace menshen::twin
