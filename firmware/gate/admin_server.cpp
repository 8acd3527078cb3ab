#include "admin_server.hpp"

#include <boost/asio/read_until.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/write.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <deque>

namespace menshen::gate {

namespace {
constexpr std::size_t most_tools = 16;
constexpr std::size_t most_waiting = std::size_t{4} * 1024 * 1024;
}  // namespace

class AdminServer::Connection : public std::enable_shared_from_this<Connection> {
  public:
    Connection(AdminServer& server, UnixSocket socket) : server_(server), socket_(std::move(socket)) {}

    void read() {
        boost::asio::async_read_until(socket_, in_, '\n',
                                      [self = shared_from_this()](boost::system::error_code error, std::size_t size) {
                                          if (self->closed_) return;
                                          if (error == boost::asio::error::not_found) self->say_too_long();
                                          if (error) return self->end();
                                          self->handle(self->take(size));
                                          self->read();
                                      });
    }

    void close() {
        closed_ = true;
        kept_->reset();
        boost::system::error_code ignored;
        socket_.close(ignored);
    }

  private:
    std::string take(std::size_t size) {
        std::string line(static_cast<const char*>(in_.data().data()), size);  // a streambuf's bytes lie together
        in_.consume(size);
        return line;
    }

    void handle(const std::string& line) {
        boost::system::error_code error;
        auto value = boost::json::parse(line, error);
        const auto weak = weak_from_this();
        const Answer answer(
            [weak](const boost::json::object& object) {
                const auto self = weak.lock();
                return self && self->send(object);
            },
            [weak] {
                const auto self = weak.lock();
                return self ? self->waiting_ : std::size_t{0};
            },
            kept_);
        if (error || !value.is_object()) {
            (void)answer({{"ok", false}, {"error", "a request is one JSON object on one line"}});
        } else {
            server_.handler_(std::move(value.as_object()), answer);
        }
    }

    /// The last thing that the peer hears, if it has room for it.
    void say_too_long() {
        static const std::string words =
            R"({"ok":false,"error":"a line has at most 1 MiB; send a long list in parts: import_begin"})"
            "\n";
        boost::system::error_code ignored;
        socket_.non_blocking(true, ignored);
        if (out_.empty()) socket_.write_some(boost::asio::buffer(words), ignored);
    }

    bool send(const boost::json::object& object) {
        if (closed_ || waiting_ > most_waiting) return end(), false;
        out_.push_back(boost::json::serialize(object) + "\n");
        waiting_ += out_.back().size();
        if (out_.size() == 1) write();
        return true;
    }

    void write() {
        boost::asio::async_write(socket_, boost::asio::buffer(out_.front()),
                                 [self = shared_from_this()](boost::system::error_code error, std::size_t) {
                                     if (self->closed_) return;
                                     if (error) return self->end();
                                     self->waiting_ -= self->out_.front().size();
                                     self->out_.pop_front();
                                     if (!self->out_.empty()) self->write();
                                 });
    }

    void end() {
        if (closed_) return;
        close();
        server_.connections_.erase(shared_from_this());
    }

    AdminServer& server_;
    UnixSocket socket_;
    boost::asio::streambuf in_{most_request};
    std::deque<std::string> out_;
    std::size_t waiting_ = 0;
    bool closed_ = false;
    std::shared_ptr<std::shared_ptr<void>> kept_ = std::make_shared<std::shared_ptr<void>>();
};

AdminServer::AdminServer(boost::asio::any_io_executor loop, Handler handler)
    : server_(std::move(loop),
              [this](UnixSocket socket) {
                  if (connections_.size() >= most_tools) return;
                  const auto connection = std::make_shared<Connection>(*this, std::move(socket));
                  connections_.insert(connection);
                  connection->read();
              }),
      handler_(std::move(handler)) {}

AdminServer::~AdminServer() {
    close();
}

void AdminServer::close() {
    server_.close();
    for (const auto& connection : connections_) connection->close();
    connections_.clear();
}

}  // namespace menshen::gate
