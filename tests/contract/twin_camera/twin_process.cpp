#include "twin_process.hpp"

#include <arpa/inet.h>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <stdexcept>

namespace menshen::test {
namespace {

/// A child whose standard output (and, if asked, error) comes through `out`.
pid_t spawn(const std::vector<std::string>& arguments, int& out, bool with_errors) {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe");
    std::vector<char*> argv;
    for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    const pid_t pid = fork();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        dup2(ends[1], STDOUT_FILENO);
        if (with_errors) dup2(ends[1], STDERR_FILENO);
        execvp(argv[0], argv.data());
        _exit(127);
    }
    close(ends[1]);
    out = ends[0];
    return pid;
}

}  // namespace

Wire::Wire(unsigned short port, std::chrono::seconds patience) : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval limit{patience.count(), 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    if (connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        throw std::runtime_error("connect");
}

Wire::~Wire() {
    close(fd_);
}

void Wire::write(const std::string& bytes) const {
    for (std::size_t sent = 0; sent < bytes.size();) {
        const ssize_t n = send(fd_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
        if (n <= 0) throw std::runtime_error("write");
        sent += static_cast<std::size_t>(n);
    }
}

bool Wire::fill() {
    std::array<char, 65536> block{};
    const ssize_t n = recv(fd_, block.data(), block.size(), 0);
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
        throw std::runtime_error("nothing came before the deadline");
    if (n > 0) held_.append(block.data(), static_cast<std::size_t>(n));
    return n > 0;
}

std::string Wire::read_until(const std::string& end) {
    std::size_t at = 0;
    while ((at = held_.find(end)) == std::string::npos)
        if (!fill()) throw std::runtime_error("closed by the peer");
    return read_exactly(at + end.size());
}

std::string Wire::read_exactly(std::size_t bytes) {
    while (held_.size() < bytes)
        if (!fill()) throw std::runtime_error("closed by the peer");
    std::string out = held_.substr(0, bytes);
    held_.erase(0, bytes);
    return out;
}

bool Wire::closes() {
    while (fill()) held_.clear();
    return true;
}

TwinProcess::TwinProcess(std::vector<std::string> options) {
    options.insert(options.begin(), TWIN_CAMERA);
    int out = -1;
    pid_ = spawn(options, out, false);
    std::string line;
    for (char c = 0; read(out, &c, 1) == 1 && c != '\n';) line.push_back(c);
    close(out);
    if (line.empty()) throw std::runtime_error("the twin did not start");
    ready_ = boost::json::parse(line).as_object();
}

TwinProcess::~TwinProcess() {
    if (pid_ > 0) end();
}

unsigned short TwinProcess::control_port() const {
    return ready_.at("control").to_number<unsigned short>();
}

unsigned short TwinProcess::http_port() const {
    const std::string url(ready_.at("url").as_string());
    return static_cast<unsigned short>(std::stoi(url.substr(url.rfind(':') + 1)));
}

std::string TwinProcess::url(const std::string& camera) const {
    return std::string(ready_.at("cameras").as_object().at(camera).as_string());
}

int TwinProcess::end() {
    kill(pid_, SIGTERM);
    int status = 0;
    waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

boost::json::object Director::ask(const std::string& line) {
    wire_.write(line + "\n");
    for (;;) {
        boost::json::object got = boost::json::parse(wire_.read_until("\n")).as_object();
        if (!got.contains("event")) return got;
        events_.push_back(std::move(got));
    }
}

boost::json::object Director::await(const std::function<bool(const boost::json::object&)>& fits) {
    for (;;) {
        const auto found = std::ranges::find_if(events_, fits);
        if (found != events_.end()) {
            boost::json::object event = *found;
            events_.erase(found);
            return event;
        }
        events_.push_back(boost::json::parse(wire_.read_until("\n")).as_object());
    }
}

Finished run_to_end(const std::vector<std::string>& arguments) {
    int out = -1;
    const pid_t pid = spawn(arguments, out, true);
    Finished finished{-1, {}};
    std::array<char, 4096> block{};
    for (ssize_t n = 0; (n = read(out, block.data(), block.size())) > 0;)
        finished.out.append(block.data(), static_cast<std::size_t>(n));
    close(out);
    int status = 0;
    waitpid(pid, &status, 0);
    finished.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return finished;
}

}  // namespace menshen::test
