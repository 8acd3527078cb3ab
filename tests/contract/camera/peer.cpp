#include "peer.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>

namespace menshen::test {

std::string jpeg(int width, int height, int shade) {
    cv::Mat picture(height, width, CV_8UC3, cv::Scalar(40 + shade % 200, 90, 120));
    cv::rectangle(picture, {width / 4, height / 4, width / 3, height / 5}, {200, 60, 30}, cv::FILLED);
    std::vector<unsigned char> bytes;
    cv::imencode(".jpg", picture, bytes);
    return {bytes.begin(), bytes.end()};
}

bool Client::send(const std::string& bytes) const {
    std::size_t done = 0;
    while (done < bytes.size() && !stop_) {
        const auto n = ::send(socket_, bytes.data() + done, bytes.size() - done, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n > 0) {
            done += static_cast<std::size_t>(n);
            continue;
        }
        if (errno != EAGAIN) return false;
        pollfd ready{socket_, POLLOUT, 0};
        ::poll(&ready, 1, 100);
    }
    return !stop_;
}

bool Client::pause(int ms) const {
    for (int waited = 0; waited < ms && !stop_; waited += 10) ::poll(nullptr, 0, 10);
    return !stop_;
}

HttpPeer::HttpPeer(std::function<void(const Client&)> serve) : serve_(std::move(serve)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(listener_, reinterpret_cast<const sockaddr*>(&address), size);
    ::listen(listener_, 8);
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { accept_all(); });
}

HttpPeer::~HttpPeer() {
    stop_ = true;
    thread_.join();
    ::close(listener_);
}

std::string HttpPeer::url() const {
    return "http://127.0.0.1:" + std::to_string(port_) + "/video";
}

void HttpPeer::accept_all() {
    while (!stop_) {
        pollfd waiting{listener_, POLLIN, 0};
        if (::poll(&waiting, 1, 50) <= 0) continue;
        const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (connection < 0) continue;
        std::array<char, 4096> request{};
        pollfd asked{connection, POLLIN, 0};
        if (::poll(&asked, 1, 1000) > 0 && ::recv(connection, request.data(), request.size(), 0) > 0) {
            serve_(Client(connection, stop_));
        }
        ::close(connection);
    }
}

void serve_mjpeg(const Client& client, const std::function<std::string(int)>& frame) {
    if (!client.send("HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=frame\r\n\r\n")) return;
    for (int n = 0;; ++n) {
        const auto bytes = frame(n);
        const auto head =
            "--frame\r\nContent-Type: image/jpeg\r\nContent-Length: " + std::to_string(bytes.size()) + "\r\n\r\n";
        if (!client.send(head + bytes + "\r\n") || !client.pause(50)) return;
    }
}

Program::Program(const std::vector<std::string>& command, bool wait_for_line) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return;
    std::vector<char*> arguments;
    for (const auto& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    pid_ = ::fork();
    if (pid_ == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        ::dup2(ends[1], STDOUT_FILENO);
        ::execvp(arguments[0], arguments.data());
        ::_exit(127);
    }
    ::close(ends[1]);
    out_ = ends[0];
    if (wait_for_line) first_ = line(20'000);
}

Program::~Program() {
    if (pid_ > 0 && status_ < 0) {
        ::kill(pid_, SIGCONT);
        ::kill(pid_, SIGTERM);
        if (ended(5000) < 0) {
            ::kill(pid_, SIGKILL);
            ::waitpid(pid_, nullptr, 0);
        }
    }
    if (out_ >= 0) ::close(out_);
}

std::string Program::line(int ms) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(ms);
    while (true) {
        if (const auto end = buffer_.find('\n'); end != std::string::npos) {
            auto text = buffer_.substr(0, end);
            buffer_.erase(0, end + 1);
            return text;
        }
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
        pollfd readable{out_, POLLIN, 0};
        std::array<char, 4096> bytes{};
        if (left <= 0 || ::poll(&readable, 1, static_cast<int>(left)) <= 0) return {};
        const auto n = ::read(out_, bytes.data(), bytes.size());
        if (n <= 0) return {};
        buffer_.append(bytes.data(), static_cast<std::size_t>(n));
    }
}

void Program::signal(int number) const {
    if (pid_ > 0) ::kill(pid_, number);
}

int Program::ended(int ms) {
    eventually(ms, [this] {
        int status = 0;
        if (status_ < 0 && ::waitpid(pid_, &status, WNOHANG) == pid_) {
            status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
        }
        return status_ >= 0;
    });
    return status_;
}

bool eventually(int ms, const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(ms);
    while (!condition()) {
        if (std::chrono::steady_clock::now() > deadline) return false;
        ::poll(nullptr, 0, 10);
    }
    return true;
}

}  // namespace menshen::test
