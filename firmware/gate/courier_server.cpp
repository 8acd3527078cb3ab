#include "courier_server.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include <array>

#include "values/time.hpp"

namespace menshen::gate {

namespace {
constexpr std::size_t most_couriers = 4;
constexpr auto refusals_wait = milliseconds(20);  // judging costs the loop more than asking costs a liar
}  // namespace

class CourierServer::Connection : public std::enable_shared_from_this<Connection> {
  public:
    Connection(CourierServer& server, UnixSocket socket)
        : server_(server), socket_(std::move(socket)), pause_(socket_.get_executor()) {}

    /// The next question: out of what is here already, or of what comes.
    void next() {
        auto frame = parser_.next();
        if (!frame) return refuse_and_end(frame.error().message);
        if (!*frame) return read();
        const auto weak = weak_from_this();
        server_.handler_(std::move(**frame), session_, [weak](courier_message::Frame answer) {
            if (const auto self = weak.lock()) self->say(std::move(answer));
        });
    }

    void close() {
        closed_ = true;
        session_->upload.reset();
        pause_.cancel();
        boost::system::error_code ignored;
        socket_.close(ignored);
    }

  private:
    void read() {
        socket_.async_read_some(boost::asio::buffer(buffer_),
                                [self = shared_from_this()](boost::system::error_code error, std::size_t size) {
                                    if (self->closed_) return;
                                    if (error) return self->end();
                                    self->parser_.feed({self->buffer_.data(), size});
                                    self->next();
                                });
    }

    void say(courier_message::Frame answer) {
        const auto* good = answer.header.if_contains("ok");
        if (good == nullptr || *good == true) return write(std::move(answer), true);
        pause_.expires_after(refusals_wait);
        pause_.async_wait([self = shared_from_this(), answer = std::move(answer)](boost::system::error_code) mutable {
            self->write(std::move(answer), true);
        });
    }

    void refuse_and_end(const std::string& why) { write({{{"ok", false}, {"error", why}}, {}}, false); }

    void write(courier_message::Frame answer, bool go_on) {
        if (closed_) return;
        auto bytes = courier_message::encode(std::move(answer));
        if (!bytes) bytes = courier_message::encode({{{"ok", false}, {"error", bytes.error().message}}, {}});
        out_ = std::move(bytes).value();
        boost::asio::async_write(socket_, boost::asio::buffer(out_),
                                 [self = shared_from_this(), go_on](boost::system::error_code error, std::size_t) {
                                     if (self->closed_) return;
                                     if (error || !go_on) return self->end();
                                     self->next();
                                 });
    }

    void end() {
        if (closed_) return;
        close();
        server_.connections_.erase(shared_from_this());
    }

    CourierServer& server_;
    UnixSocket socket_;
    boost::asio::steady_timer pause_;
    courier_message::Parser parser_;
    std::shared_ptr<CourierSession> session_ = std::make_shared<CourierSession>();
    std::array<char, std::size_t{64} * 1024> buffer_{};
    std::string out_;
    bool closed_ = false;
};

CourierServer::CourierServer(boost::asio::any_io_executor loop, Handler handler)
    : server_(std::move(loop),
              [this](UnixSocket socket) {
                  if (connections_.size() >= most_couriers) return;
                  const auto connection = std::make_shared<Connection>(*this, std::move(socket));
                  connections_.insert(connection);
                  connection->next();
              }),
      handler_(std::move(handler)) {}

CourierServer::~CourierServer() {
    close();
}

void CourierServer::close() {
    server_.close();
    for (const auto& connection : connections_) connection->close();
    connections_.clear();
}

}  // namespace menshen::gate
