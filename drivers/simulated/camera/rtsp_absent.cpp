#include "rtsp_server.hpp"

namespace menshen::twin {

struct RtspServer::Inside {};

Result<std::unique_ptr<RtspServer>> RtspServer::start(const std::vector<std::string>&, cv::Size, double,
                                                      unsigned short) {
    return {Errc::unavailable, "built without RTSP: install libgstrtspserver-1.0-dev and build again"};
}
RtspServer::RtspServer(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
RtspServer::~RtspServer() = default;
std::string RtspServer::url(const std::string&) const {
    return {};
}
void RtspServer::publish(const std::string&, const Picture&) {}
void RtspServer::cut(const std::string&, bool) {}
void RtspServer::freeze(const std::string&, bool) {}

}  // namespace menshen::twin
