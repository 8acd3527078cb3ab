#include "eye_server.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>

#include <array>

namespace menshen::gate {

namespace {
constexpr std::size_t most_connections = 64;
}

class EyeServer::Connection : public std::enable_shared_from_this<Connection> {
  public:
    Connection(EyeServer& server, UnixSocket socket) : server_(server), socket_(std::move(socket)) {}

    void read() {
        socket_.async_read_some(boost::asio::buffer(buffer_),
                                [self = shared_from_this()](boost::system::error_code error, std::size_t size) {
                                    if (self->closed_) return;
                                    if (error) return self->end(error.message());
                                    auto messages = self->parser_.feed({self->buffer_.data(), size});
                                    if (!messages) return self->end(messages.error().message);
                                    for (auto& message : *messages) {
                                        if (!self->handle(message)) return;
                                    }
                                    self->read();
                                });
    }

    /// One byte at a time: an eye that does not take it is not asked again, and keeps nothing of ours.
    void ask_view() {
        if (std::exchange(asking_, true)) return;
        boost::asio::async_write(socket_, boost::asio::buffer("v", 1),
                                 [self = shared_from_this()](boost::system::error_code error, std::size_t) {
                                     if (!error) self->asking_ = false;
                                 });
    }
    [[nodiscard]] const std::string& camera() const { return camera_; }

    void close() {
        closed_ = true;
        boost::system::error_code ignored;
        socket_.close(ignored);
    }

  private:
    bool handle(eye_message::Message& message) {
        if (const auto* hello = std::get_if<eye_message::Hello>(&message)) return greet(*hello);
        if (camera_.empty()) return end("spoke before hello"), false;
        if (auto* r = std::get_if<Read>(&message)) {
            if (r->lane != lane_) return end(fmt::format("read for lane {}, which it does not serve", r->lane)), false;
            if (!r->picture.empty()) r->picture = own(r->picture);
            server_.handlers_.on_read(*r);
        } else if (auto* beat = std::get_if<eye_message::Beat>(&message)) {
            beat->camera = camera_;
            server_.handlers_.on_beat(*beat);
        } else if (auto* picture = std::get_if<eye_message::Picture>(&message)) {
            picture->lane = lane_;
            picture->id = own(picture->id);
            server_.handlers_.on_picture(std::move(*picture));
        } else if (auto* view = std::get_if<eye_message::View>(&message)) {
            server_.handlers_.on_view(camera_, std::move(*view));
        }
        return true;
    }

    /// One camera cannot put its picture in another's place.
    [[nodiscard]] std::string own(const std::string& picture) const { return camera_ + ":" + picture; }

    bool greet(const eye_message::Hello& hello) {
        const auto known = server_.lanes_.find(hello.camera);
        if (known == server_.lanes_.end()) return end(fmt::format("unknown camera \"{}\"", hello.camera)), false;
        if (hello.version != 1) return end(fmt::format("speaks version {}, this gate speaks 1", hello.version)), false;
        // The newest child of a camera is the camera: an older one is frozen or about to die.
        for (const auto& other : std::set(server_.connections_)) {
            if (other.get() != this && other->camera_ == hello.camera) other->end("replaced");
        }
        camera_ = hello.camera;
        lane_ = known->second;
        return true;
    }

    void end(const std::string& why) {
        if (closed_) return;
        close();
        if (!camera_.empty() && why != "replaced") server_.handlers_.on_gone(camera_, why);
        server_.connections_.erase(shared_from_this());
    }

    EyeServer& server_;
    UnixSocket socket_;
    eye_message::Parser parser_;
    std::array<char, std::size_t{64} * 1024> buffer_{};
    std::string camera_;
    LaneId lane_;
    bool closed_ = false, asking_ = false;
};

EyeServer::EyeServer(boost::asio::any_io_executor loop, std::map<std::string, LaneId> lanes, Handlers handlers)
    : server_(std::move(loop),
              [this](UnixSocket socket) {
                  if (connections_.size() >= most_connections) return;
                  const auto connection = std::make_shared<Connection>(*this, std::move(socket));
                  connections_.insert(connection);
                  connection->read();
              }),
      lanes_(std::move(lanes)),
      handlers_(std::move(handlers)) {}

EyeServer::~EyeServer() {
    close();
}

void EyeServer::ask_view(const std::string& camera) {
    for (const auto& connection : connections_) {
        if (connection->camera() == camera) return connection->ask_view();
    }
}

void EyeServer::close() {
    server_.close();
    for (const auto& connection : connections_) connection->close();
    connections_.clear();
}

}  // namespace menshen::gate
