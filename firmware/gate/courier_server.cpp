#include "courier_server.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <utility>

#include "values/time.hpp"

namespace menshen::gate {

namespace {
constexpr auto refusals_wait = milliseconds(20);  // judging costs the loop more than asking costs a liar
}  // namespace

class CourierServer::Connection : public std::enable_shared_from_this<Connection> {
  public:
    Connection(CourierServer& server, UnixSocket socket)
        : server_(&server), socket_(std::move(socket)), pause_(socket_.get_executor()) {}

    void start() {
        watch();
        next();
    }

    /// The server is ending: whatever answer comes, nobody hears it.
    void close() {
        server_ = nullptr;
        pause_.cancel();
        hang_up();
    }

  private:
    /// While a question is worked on nothing is read: a peer that has closed its end is noticed all the same.
    void watch() {
        socket_.async_wait(UnixSocket::wait_error, [self = shared_from_this()](boost::system::error_code error) {
            if (!error) self->end();
        });
    }

    /// The next question: out of what is here already, or of what comes.
    void next() {
        auto frame = parser_.next();
        if (!frame) return refuse_and_end(frame.error().message);
        if (!*frame) return read();
        asked_ = true;
        const auto weak = weak_from_this();
        server_->handler_(std::move(**frame), session_, [weak](courier_message::Frame answer) {
            if (const auto self = weak.lock()) self->answered(std::move(answer));
        });
    }

    void read() {
        socket_.async_read_some(boost::asio::buffer(buffer_),
                                [self = shared_from_this()](boost::system::error_code error, std::size_t size) {
                                    if (self->closed_) return;
                                    if (error) return self->end();
                                    self->parser_.feed({self->buffer_.data(), size});
                                    self->next();
                                });
    }

    void answered(courier_message::Frame answer) {
        session_->give_up = {};
        const auto* good = answer.header.if_contains("ok");
        if (good == nullptr || *good == true) return say(std::move(answer));
        pause_.expires_after(refusals_wait);
        pause_.async_wait([self = shared_from_this(), answer = std::move(answer)](boost::system::error_code) mutable {
            self->say(std::move(answer));
        });
    }

    void say(courier_message::Frame answer) {
        asked_ = false;
        if (closed_) return leave();
        write(std::move(answer), true);
    }

    void refuse_and_end(const std::string& why) { write({{{"ok", false}, {"error", why}}, {}}, false); }

    void write(courier_message::Frame answer, bool go_on) {
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
        hang_up();
        if (!asked_) leave();
    }

    void hang_up() {
        if (std::exchange(closed_, true)) return;
        session_->upload.reset();
        boost::system::error_code ignored;
        socket_.close(ignored);
        if (const auto give_up = std::exchange(session_->give_up, {})) give_up();
    }

    /// Whoever asks and hangs up has no other question worked on sooner than one who waits.
    void leave() {
        if (server_ != nullptr) server_->connections_.erase(shared_from_this());
    }

    CourierServer* server_;  // none: it has ended
    UnixSocket socket_;
    boost::asio::steady_timer pause_;
    courier_message::Parser parser_;
    std::shared_ptr<CourierSession> session_ = std::make_shared<CourierSession>();
    std::array<char, std::size_t{64} * 1024> buffer_{};
    std::string out_;
    bool closed_ = false;
    bool asked_ = false;  // and not answered yet
};

CourierServer::CourierServer(boost::asio::any_io_executor loop, Handler handler)
    : server_(std::move(loop),
              [this](UnixSocket socket) {
                  if (connections_.size() >= places) return;
                  const auto connection = std::make_shared<Connection>(*this, std::move(socket));
                  connections_.insert(connection);
                  connection->start();
              }),
      handler_(std::move(handler)) {}

CourierServer::~CourierServer() {
    close();
}

void CourierServer::close() {
    server_.close();
    for (const auto& connection : std::exchange(connections_, {})) connection->close();
}

}  // namespace menshen::gate
