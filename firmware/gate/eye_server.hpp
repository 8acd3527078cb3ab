// The gate's end of eye.sock: what camera children send becomes calls on the loop. Eyes are not trusted: a peer that
// breaks the protocol is cut off, its memory is bounded, and reads only count for the lane that its camera serves.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "unix_server.hpp"
#include "values/eye_message.hpp"

namespace menshen::gate {

class EyeServer {
  public:
    struct Handlers {
        std::function<void(const Read&)> on_read;
        std::function<void(const eye_message::Beat&)> on_beat;
        std::function<void(eye_message::Picture)> on_picture;
        std::function<void(const std::string& camera, eye_message::View)> on_view;
        /// A camera's connection ended; `why` is for the log.
        std::function<void(const std::string& camera, const std::string& why)> on_gone;
    };

    /// `lanes`: camera id → lane id, from the site file.
    EyeServer(boost::asio::any_io_executor loop, std::map<std::string, LaneId> lanes, Handlers handlers);
    ~EyeServer();
    Status listen(const std::string& path) { return server_.listen(path); }
    void close();
    /// Asks a camera's eye for views in the next seconds; nothing happens where none is connected. Never waits.
    void ask_view(const std::string& camera);

  private:
    class Connection;
    UnixServer server_;
    std::map<std::string, LaneId> lanes_;
    Handlers handlers_;
    std::set<std::shared_ptr<Connection>> connections_;
};

}  // namespace menshen::gate
