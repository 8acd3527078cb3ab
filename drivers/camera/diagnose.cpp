#include "diagnose.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

#include "camera/source.hpp"

namespace menshen::camera {
namespace {

struct Peer {
    std::string scheme, host, port, path;
};

std::string_view usual_port(std::string_view scheme) {
    return scheme == "rtsp" ? "554" : scheme == "rtsps" ? "322" : scheme == "https" ? "443" : "80";
}

/// Of an address that parse_address let through.
Peer peer_of(const Address& address) {
    const std::string_view url = address.target;
    const auto begin = url.find("://") + 3;
    const auto end = std::min(url.find_first_of("/?#", begin), url.size());
    auto authority = url.substr(begin, end - begin);
    if (const auto at = authority.rfind('@'); at != std::string_view::npos) authority.remove_prefix(at + 1);
    Peer peer{std::string(url.substr(0, begin - 3)), std::string(authority), {}, std::string(url.substr(end))};
    peer.port = usual_port(peer.scheme);
    const auto bracket = authority.find(']');
    if (const auto colon = authority.rfind(':');
        colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket)) {
        peer.host = authority.substr(0, colon);
        peer.port = authority.substr(colon + 1);
    }
    if (bracket != std::string_view::npos && authority.starts_with('[')) peer.host = authority.substr(1, bracket - 1);
    if (peer.path.empty() || peer.path[0] != '/') peer.path.insert(0, "/");
    return peer;
}

class Call {
  public:
    Call(const Peer& peer, milliseconds patience) : peer_(peer), until_(boot_now() + patience) {}
    ~Call() {
        if (socket_ >= 0) ::close(socket_);
    }
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;

    Status connect() {
        addrinfo hints{}, *found = nullptr;
        hints.ai_socktype = SOCK_STREAM;
        if (const int failed = ::getaddrinfo(peer_.host.c_str(), peer_.port.c_str(), &hints, &found); failed != 0) {
            return {Errc::unavailable, fmt::format("the name {} is not known ({}); write the camera's IP address",
                                                   peer_.host, ::gai_strerror(failed))};
        }
        const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> held(found, ::freeaddrinfo);
        socket_ = ::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        int error = socket_ < 0 || ::connect(socket_, found->ai_addr, found->ai_addrlen) != 0 ? errno : 0;
        if (error == EINPROGRESS) {
            socklen_t size = sizeof error;
            error = ready(POLLOUT) ? 0 : ETIMEDOUT;
            if (error == 0) ::getsockopt(socket_, SOL_SOCKET, SO_ERROR, &error, &size);
        }
        if (error == 0) return {};
        if (error == ECONNREFUSED) {
            return {Errc::unavailable, fmt::format("nothing listens on port {} of {}; check the port, or the camera is "
                                                   "still starting",
                                                   peer_.port, peer_.host)};
        }
        return {Errc::unavailable, fmt::format("{} does not answer ({}); check that the camera has power and network, "
                                               "and its address",
                                               peer_.host, std::strerror(error))};
    }

    /// The first line of the answer to a request without a password; empty if none comes.
    std::string answer() {
        const bool rtsp = peer_.scheme == "rtsp";
        const bool six = peer_.host.find(':') != std::string::npos;
        const auto host = (six ? "[" + peer_.host + "]" : peer_.host) + ":" + peer_.port;
        const auto request =
            rtsp ? fmt::format("DESCRIBE rtsp://{}{} RTSP/1.0\r\nCSeq: 1\r\nAccept: application/sdp\r\n\r\n", host,
                               peer_.path)
                 : fmt::format("GET {} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", peer_.path, host);
        if (::send(socket_, request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size())) {
            return {};
        }
        std::string got;
        std::array<char, 256> bytes{};
        while (got.find('\n') == std::string::npos && got.size() < 1024 && ready(POLLIN)) {
            const auto n = ::recv(socket_, bytes.data(), bytes.size(), 0);
            if (n <= 0) break;
            got.append(bytes.data(), static_cast<std::size_t>(n));
        }
        return got.substr(0, got.find_first_of("\r\n"));
    }

  private:
    bool ready(short what) const {
        const auto left = std::chrono::duration_cast<milliseconds>(until_ - boot_now()).count();
        pollfd waiting{socket_, what, 0};
        return left > 0 && ::poll(&waiting, 1, static_cast<int>(left)) > 0;
    }

    const Peer& peer_;
    Instant until_;
    int socket_ = -1;
};

std::string plain(std::string_view text) {
    std::string out(text.substr(0, 60));
    std::replace_if(
        out.begin(), out.end(), [](char c) { return c < 0x20 || c > 0x7E; }, '?');
    return out;
}

int status_of(std::string_view line, bool rtsp) {
    const std::string_view protocol = rtsp ? "RTSP/" : "HTTP/";
    const auto space = line.find(' ');
    if (!line.starts_with(protocol) || space == std::string_view::npos) return 0;
    return std::atoi(std::string(line.substr(space + 1, 3)).c_str());
}

Error judged(const std::string& line, const Peer& peer, bool with_password) {
    if (line.empty()) {
        return {Errc::unavailable,
                peer.host + " takes the call and says nothing; it hangs or is busy: restart the camera"};
    }
    const int status = status_of(line, peer.scheme == "rtsp");
    if ((status == 401 || status == 403) && with_password) {
        return {Errc::denied, peer.host +
                                  " refuses the user or the password; correct the camera's credentials file (logins "
                                  "that work are Basic, and Digest with MD5)"};
    }
    if (status == 401 || status == 403) {
        return {Errc::denied, peer.host +
                                  " asks for a user and a password; write user:password into a file and name it as the "
                                  "camera's credentials"};
    }
    if (status == 404) {
        return {Errc::unavailable, peer.host + " has no stream " + plain(peer.path.substr(0, peer.path.find('?'))) +
                                       " (404); look up the path in the camera's manual"};
    }
    if (status == 200) {
        return {Errc::unavailable, peer.host +
                                       " answers, but sends no video that can be played; set the camera to "
                                       "H.264, or MJPEG over HTTP, and check the path"};
    }
    if (status != 0) return {Errc::unavailable, peer.host + " answers '" + plain(line) + "'; check the path"};
    return {Errc::unavailable, fmt::format("what listens on port {} of {} does not speak {}; check the port and what "
                                           "stands before ://",
                                           peer.port, peer.host, peer.scheme)};
}

}  // namespace

Error why_closed(const Address& address, milliseconds patience) {
    const Peer peer = peer_of(address);
    Call call(peer, patience);
    if (const auto connected = call.connect(); !connected) return connected.error();
    if (peer.scheme == "https" || peer.scheme == "rtsps") {
        return {Errc::unavailable,
                peer.host + " answers, but does not open; check the path, the user and the password"};
    }
    return judged(call.answer(), peer, address.target != address.shown);
}

}  // namespace menshen::camera
