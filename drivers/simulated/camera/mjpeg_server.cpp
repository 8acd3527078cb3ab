#include "mjpeg_server.hpp"

#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include <array>
#include <optional>
#include <random>

namespace menshen::twin {

namespace net = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

namespace {

constexpr std::string_view stream_head =
    "HTTP/1.1 200 OK\r\nServer: menshen-twin-camera\r\nCache-Control: no-store\r\nConnection: close\r\n"
    "Content-Type: multipart/x-mixed-replace; boundary=menshenframe\r\n\r\n";
constexpr std::size_t most_clients = 32;

}  // namespace

class MjpegSession : public std::enable_shared_from_this<MjpegSession> {
  public:
    MjpegSession(net::ip::tcp::socket socket, MjpegServer& server) : stream_(std::move(socket)), server_(server) {}

    void start() {
        parser_.body_limit(4096);
        parser_.header_limit(8192);
        stream_.expires_after(std::chrono::seconds(5));
        http::async_read(stream_, buffer_, parser_, [self = shared_from_this()](beast::error_code error, std::size_t) {
            if (!error) self->answer();
        });
    }
    void offer(const Picture& picture) {
        if (!streaming_) return;
        next_ = picture;  // an older one that still waits is dropped
        if (!writing_) write_next();
    }
    void offer_junk(std::string bytes) {
        if (!streaming_) return;
        junk_ = std::move(bytes);
        if (!writing_) write_next();
    }
    void close() {
        beast::error_code ignored;
        stream_.socket().close(ignored);
        streaming_ = false;
    }

  private:
    void answer() {
        const std::string target = std::string(parser_.get().target()).substr(0, parser_.get().target().find('?'));
        const auto dot = target.rfind('.');
        Channel* channel = target.starts_with('/') && dot != std::string::npos
                               ? server_.channel(std::string_view(target).substr(1, dot - 1))
                               : nullptr;
        const std::string kind = dot == std::string::npos ? "" : target.substr(dot);
        if (channel == nullptr || (kind != ".mjpg" && kind != ".jpg"))
            return send_text(http::status::not_found, "no such camera: ask for /NAME.mjpg or /NAME.jpg\n");
        if (channel->cut) return close();
        if (kind == ".jpg") return send_still(*channel);
        channel->sessions.push_back(weak_from_this());
        writing_ = true;
        streaming_ = true;
        text_ = stream_head;
        write({net::buffer(text_)});
        if (!channel->frozen && channel->newest.jpeg) next_ = channel->newest;
        watch();
    }
    /// Notices a client that leaves, and keeps the session alive between pictures. On the socket itself: the stream's
    /// deadline is for writing.
    void watch() {
        stream_.socket().async_read_some(net::buffer(ignored_),
                                         [self = shared_from_this()](beast::error_code error, std::size_t) {
                                             if (error) return self->close();
                                             self->watch();
                                         });
    }
    void send_text(http::status status, const std::string& body) {
        text_ = "HTTP/1.1 " + std::to_string(static_cast<unsigned>(status)) +
                " \r\nContent-Type: text/plain\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) +
                "\r\n\r\n" + body;
        write({net::buffer(text_)});
    }
    void send_still(const Channel& channel) {
        if (!channel.newest.jpeg) return send_text(http::status::service_unavailable, "no picture yet\n");
        now_ = channel.newest;
        text_ =
            "HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nCache-Control: no-store\r\nConnection: "
            "close\r\nContent-Length: " +
            std::to_string(now_.jpeg->size()) + "\r\n\r\n";
        write({net::buffer(text_), net::buffer(*now_.jpeg)});
    }
    void write_next() {
        writing_ = true;
        if (junk_) {
            text_ = std::move(*junk_);
            junk_.reset();
            return write({net::buffer(text_)});
        }
        now_ = std::move(*next_);
        next_.reset();
        text_ = "--menshenframe\r\nContent-Type: image/jpeg\r\nContent-Length: " + std::to_string(now_.jpeg->size()) +
                "\r\nX-Boottime-Ns: " + std::to_string(now_.boottime_ns) + "\r\n\r\n";
        static constexpr std::string_view end = "\r\n";
        write({net::buffer(text_), net::buffer(*now_.jpeg), net::buffer(end)});
    }
    void write(const std::vector<net::const_buffer>& buffers) {
        stream_.expires_after(std::chrono::seconds(10));
        net::async_write(stream_, buffers, [self = shared_from_this()](beast::error_code error, std::size_t) {
            self->writing_ = false;
            if (error || !self->streaming_) return self->close();
            if (self->next_ || self->junk_) self->write_next();
        });
    }

    beast::tcp_stream stream_;
    MjpegServer& server_;
    beast::flat_buffer buffer_{16384};
    http::request_parser<http::string_body> parser_;
    bool streaming_ = false;
    bool writing_ = false;
    std::string text_;
    std::array<char, 256> ignored_{};
    Picture now_;
    std::optional<Picture> next_;
    std::optional<std::string> junk_;
};

MjpegServer::MjpegServer(net::io_context& io, const net::ip::tcp::endpoint& at, const std::vector<std::string>& cameras)
    : acceptor_(io, at) {
    for (const std::string& camera : cameras) channels_.try_emplace(camera);
    accept();
}

MjpegServer::~MjpegServer() {
    for (const auto& client : clients_)
        if (const auto session = client.lock()) session->close();
}

void MjpegServer::accept() {
    acceptor_.async_accept([this](beast::error_code error, net::ip::tcp::socket socket) {
        if (error == net::error::operation_aborted) return;
        std::erase_if(clients_, [](const auto& c) { return c.expired(); });
        if (!error && clients_.size() < most_clients) {
            beast::error_code ignored;
            socket.set_option(net::ip::tcp::no_delay(true), ignored);
            const auto session = std::make_shared<MjpegSession>(std::move(socket), *this);
            clients_.push_back(session);
            session->start();
        }
        accept();
    });
}

Channel* MjpegServer::channel(std::string_view camera) {
    const auto found = channels_.find(camera);
    return found == channels_.end() ? nullptr : &found->second;
}

template <class Act>
void MjpegServer::each(Channel& channel, Act act) {
    const auto sessions = channel.sessions;  // closing changes the list
    for (const auto& weak : sessions)
        if (const auto session = weak.lock()) act(*session);
}

void MjpegServer::publish(const std::string& camera, Picture picture) {
    Channel& channel = channels_.at(camera);
    if (channel.frozen || channel.cut) return;
    channel.newest = std::move(picture);
    std::erase_if(channel.sessions, [](const auto& session) { return session.expired(); });
    each(channel, [&](MjpegSession& session) { session.offer(channel.newest); });
}

void MjpegServer::cut(const std::string& camera) {
    Channel& channel = channels_.at(camera);
    channel.cut = true;
    each(channel, [](MjpegSession& session) { session.close(); });
    channel.sessions.clear();
}

void MjpegServer::restore(const std::string& camera) {
    channels_.at(camera).cut = false;
}

void MjpegServer::freeze(const std::string& camera, bool frozen) {
    channels_.at(camera).frozen = frozen;
}

void MjpegServer::junk(const std::string& camera, std::size_t bytes) {
    std::mt19937 random(4711);
    std::string garbage(bytes, ' ');
    for (char& c : garbage) c = static_cast<char>(random());
    each(channels_.at(camera), [&](MjpegSession& session) { session.offer_junk(garbage); });
}

}  // namespace menshen::twin
