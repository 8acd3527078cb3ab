#include "control.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <deque>

namespace menshen::twin {

namespace net = boost::asio;
namespace json = boost::json;

namespace {

constexpr std::size_t longest_line = 16384;
constexpr std::size_t most_waiting = 4096;  // lines to a client that does not read
constexpr std::size_t most_controllers = 8;

json::object refusal(std::string_view why) {
    return {{"ok", false}, {"error", why}};
}

}  // namespace

class ControlSession : public std::enable_shared_from_this<ControlSession> {
  public:
    ControlSession(net::ip::tcp::socket socket, ControlServer& server) : socket_(std::move(socket)), server_(&server) {}

    void read() {
        net::async_read_until(socket_, net::dynamic_buffer(input_, longest_line), '\n',
                              [self = shared_from_this()](boost::system::error_code error, std::size_t length) {
                                  if (error == net::error::not_found) self->send(refusal("line longer than 16 kB"));
                                  if (error) return self->end();
                                  const std::string line = self->input_.substr(0, length);
                                  self->input_.erase(0, length);
                                  self->obey(line);
                                  self->read();
                              });
    }
    void send(const json::object& object) {
        if (closing_) return;
        if (output_.size() >= most_waiting) return close();
        output_.push_back(json::serialize(object) + "\n");
        if (output_.size() == 1) write();
    }
    void close() {
        boost::system::error_code ignored;
        socket_.close(ignored);
        closing_ = true;
    }
    void abandon() {
        server_ = nullptr;
        close();
    }

  private:
    void end() {
        closing_ = true;
        if (output_.empty()) close();
    }
    void write() {
        net::async_write(socket_, net::buffer(output_.front()),
                         [self = shared_from_this()](boost::system::error_code error, std::size_t) {
                             if (error) return self->close();
                             self->output_.pop_front();
                             if (!self->output_.empty()) return self->write();
                             if (self->closing_) self->close();
                         });
    }
    void obey(const std::string& line) {
        if (line.find_first_not_of(" \r\n\t") == std::string::npos) return;
        boost::system::error_code error;
        json::parse_options options;
        options.max_depth = 8;
        const json::value value = json::parse(line, error, {}, options);
        if (error || !value.is_object()) return send(refusal("not a JSON object: write {\"do\":\"…\"} on one line"));
        const json::object& command = value.as_object();
        if (server_ == nullptr) return;
        server_->handler_(command, [weak = weak_from_this(), command](json::object answer) {
            for (const char* echo : {"do", "camera", "id", "seq"})
                if (const json::value* v = command.if_contains(echo)) answer.insert_or_assign(echo, *v);
            if (const auto self = weak.lock()) self->send(answer);
        });
    }

    net::ip::tcp::socket socket_;
    ControlServer* server_;
    std::string input_;
    std::deque<std::string> output_;
    bool closing_ = false;
};

ControlServer::ControlServer(net::io_context& io, const net::ip::tcp::endpoint& at, Handler handler)
    : acceptor_(io, at), handler_(std::move(handler)) {
    accept();
}

ControlServer::~ControlServer() {
    for (const auto& weak : clients_)
        if (const auto client = weak.lock()) client->abandon();
}

void ControlServer::accept() {
    acceptor_.async_accept([this](boost::system::error_code error, net::ip::tcp::socket socket) {
        if (error == net::error::operation_aborted) return;
        std::erase_if(clients_, [](const auto& c) { return c.expired(); });
        if (!error && clients_.size() < most_controllers) {
            const auto client = std::make_shared<ControlSession>(std::move(socket), *this);
            clients_.push_back(client);
            client->read();
        }
        accept();
    });
}

void ControlServer::tell(const json::object& event) {
    for (const auto& weak : clients_)
        if (const auto client = weak.lock()) client->send(event);
}

}  // namespace menshen::twin
