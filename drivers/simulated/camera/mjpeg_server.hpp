// Cameras as MJPEG over HTTP: GET /NAME.mjpg is a stream (multipart/x-mixed-replace), GET /NAME.jpg the newest picture.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "studio.hpp"

namespace menshen::twin {

class MjpegSession;

/// One camera on the network and what is wrong with it.
struct Channel {
    Picture newest;
    bool cut = false;     // streams are closed and refused
    bool frozen = false;  // connections stay open, no picture comes
    std::vector<std::weak_ptr<MjpegSession>> sessions;
};

/// All of it runs on the thread of `io`. At most 32 clients; a client that reads slowly misses pictures, one that does
/// not read for 10 s is dropped.
class MjpegServer {
  public:
    MjpegServer(boost::asio::io_context& io, const boost::asio::ip::tcp::endpoint& at,
                const std::vector<std::string>& cameras);
    MjpegServer(const MjpegServer&) = delete;
    MjpegServer& operator=(const MjpegServer&) = delete;
    ~MjpegServer();

    [[nodiscard]] boost::asio::ip::tcp::endpoint endpoint() const { return acceptor_.local_endpoint(); }
    void publish(const std::string& camera, Picture picture);
    void cut(const std::string& camera);
    void restore(const std::string& camera);
    void freeze(const std::string& camera, bool frozen);
    /// Bytes that are no JPEG and no multipart, in every open stream; pictures follow again.
    void junk(const std::string& camera, std::size_t bytes);

    [[nodiscard]] Channel* channel(std::string_view camera);

  private:
    void accept();
    template <class Act>
    void each(Channel& channel, Act act);

    boost::asio::ip::tcp::acceptor acceptor_;
    std::map<std::string, Channel, std::less<>> channels_;
    std::vector<std::weak_ptr<MjpegSession>> clients_;
};

}  // namespace menshen::twin
