// The same pictures as H.264 over RTSP, by GStreamer's server. Without that library at build time start() says so.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "studio.hpp"

namespace menshen::twin {

/// Any thread may call; GStreamer runs on a thread of its own.
class RtspServer {
  public:
    static Result<std::unique_ptr<RtspServer>> start(const std::vector<std::string>& cameras, cv::Size size, double fps,
                                                     unsigned short port);
    ~RtspServer();
    RtspServer(const RtspServer&) = delete;
    RtspServer& operator=(const RtspServer&) = delete;

    [[nodiscard]] std::string url(const std::string& camera) const;
    void publish(const std::string& camera, const Picture& picture);
    void cut(const std::string& camera, bool cut);
    void freeze(const std::string& camera, bool frozen);

  private:
    struct Inside;
    explicit RtspServer(std::unique_ptr<Inside> inside);
    std::unique_ptr<Inside> inside_;
};

}  // namespace menshen::twin
