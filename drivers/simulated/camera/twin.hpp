// The whole twin: some cameras, one HTTP server, one control port.
#pragma once

#include <boost/asio/io_context.hpp>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "control.hpp"
#include "mjpeg_server.hpp"
#include "studio.hpp"

namespace menshen::twin {

class RtspServer;

struct TwinOptions {
    std::vector<std::string> cameras{"in"};
    SceneOptions scene;
    unsigned short port = 0;     // HTTP, on 127.0.0.1; 0: a free one
    unsigned short control = 0;  // control port
    bool rtsp = false;
    unsigned short rtsp_port = 0;
    std::string font;
};

/// On the thread of `io`, but for the render threads inside.
class Twin {
  public:
    /// not_found without a font; unavailable when RTSP is wanted and was not built in.
    static Result<std::unique_ptr<Twin>> start(boost::asio::io_context& io, const TwinOptions& options);
    ~Twin();
    Twin(const Twin&) = delete;
    Twin& operator=(const Twin&) = delete;

    /// {"ready":true,"control":…,"url":…,"cameras":{…}}
    [[nodiscard]] boost::json::object ready() const;

  private:
    Twin(boost::asio::io_context& io, TwinOptions options);
    Status open_studios();
    void obey(const boost::json::object& command, const ControlServer::Reply& reply);
    Result<bool> obey_line(const std::string& verb, const std::string& camera, const boost::json::object& command);
    Result<Studio::Work> scene_work(const std::string& verb, const boost::json::object& command) const;
    [[nodiscard]] Result<std::string> camera_of(const boost::json::object& command) const;
    void tell(const std::string& camera, const SceneEvent& event);

    boost::asio::io_context& io_;
    TwinOptions options_;
    MjpegServer http_;
    ControlServer control_;
    std::unique_ptr<RtspServer> rtsp_;
    std::map<std::string, std::unique_ptr<Studio>> studios_;  // last: their threads post to what is above
};

}  // namespace menshen::twin
