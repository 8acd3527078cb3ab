#include "support/processes.hpp"

#include <arpa/inet.h>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace menshen::support {

namespace {

/// The next line from fd, or nothing after `wait_ms` or at the end.
std::optional<std::string> read_line(int fd, std::string& buffer, int wait_ms) {
    const auto limit = std::chrono::steady_clock::now() + milliseconds(wait_ms);
    for (;;) {
        if (const auto end = buffer.find('\n'); end != std::string::npos) {
            auto line = buffer.substr(0, end);
            buffer.erase(0, end + 1);
            return line;
        }
        const auto left = std::chrono::duration_cast<milliseconds>(limit - std::chrono::steady_clock::now()).count();
        pollfd waiting{fd, POLLIN, 0};
        if (left < 0 || ::poll(&waiting, 1, static_cast<int>(left)) <= 0) return std::nullopt;
        std::array<char, 65536> chunk{};
        const auto got = ::read(fd, chunk.data(), chunk.size());
        if (got <= 0) return std::nullopt;
        buffer.append(chunk.data(), static_cast<std::size_t>(got));
    }
}

[[noreturn]] void become(const std::vector<std::string>& command, int out, const std::string& log, pid_t parent) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(126);
    ::dup2(out, STDOUT_FILENO);
    if (const int file = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644); file >= 0)
        ::dup2(file, STDERR_FILENO);
    // a connection of ours that lives on in a child is not closed when we close it, and its peer waits in vain
    ::close_range(STDERR_FILENO + 1, ~0U, 0);
    std::vector<char*> arguments;
    arguments.reserve(command.size() + 1);
    for (const auto& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    ::execv(arguments[0], arguments.data());
    ::_exit(127);
}

template <class Address>
int connect_to(const Address& address, int family) {
    const int fd = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return fd;
    if (fd >= 0) ::close(fd);
    return -1;
}

}  // namespace

std::string program_folder() {
    return std::filesystem::read_symlink("/proc/self/exe").parent_path().string();
}

Instant boot_now() {
    timespec t{};
    clock_gettime(CLOCK_BOOTTIME, &t);
    return Instant(seconds(t.tv_sec) + std::chrono::nanoseconds(t.tv_nsec));
}

Program::Program(const std::vector<std::string>& command, const std::string& log) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    const pid_t parent = ::getpid();
    pid_ = ::fork();
    if (pid_ == 0) become(command, ends[1], log, parent);
    out_ = ends[0];
    ::close(ends[1]);
    if (pid_ < 0) throw std::runtime_error("cannot start " + command[0]);
}

Program::~Program() {
    end(SIGKILL);
    ::close(out_);
}

boost::json::object Program::line(int wait_ms) {
    const auto text = read_line(out_, buffer_, wait_ms);
    return text ? boost::json::parse(*text).as_object() : boost::json::object{};
}

bool Program::end(int signal) {
    if (pid_ < 0) return true;
    const bool ran = ::waitpid(pid_, nullptr, WNOHANG) == 0;
    if (ran) {
        ::kill(pid_, signal);
        ::waitpid(pid_, nullptr, 0);
    }
    pid_ = -1;
    return ran;
}

LineSocket LineSocket::to_file(const std::string& path, int wait_ms) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) throw std::runtime_error(path + ": too long for a socket");
    std::memcpy(address.sun_path, path.data(), path.size());
    const auto limit = std::chrono::steady_clock::now() + milliseconds(wait_ms);
    for (;;) {
        if (const int fd = connect_to(address, AF_UNIX); fd >= 0) return LineSocket(fd);
        if (std::chrono::steady_clock::now() > limit) throw std::runtime_error(path + ": nobody listens");
        ::usleep(500);
    }
}

LineSocket LineSocket::to_port(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int fd = connect_to(address, AF_INET);
    if (fd < 0) throw std::runtime_error("nobody listens on port " + std::to_string(port));
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return LineSocket(fd);
}

LineSocket::~LineSocket() {
    if (fd_ >= 0) ::close(fd_);
}

LineSocket& LineSocket::operator=(LineSocket&& other) noexcept {
    std::swap(fd_, other.fd_);
    std::swap(buffer_, other.buffer_);
    return *this;
}

void LineSocket::send(const boost::json::object& request) const {
    send_raw(boost::json::serialize(request) + "\n");
}

void LineSocket::send_raw(std::string_view bytes) const {
    while (!bytes.empty()) {
        const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) throw std::runtime_error("the peer has gone");
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

std::optional<boost::json::object> LineSocket::line(int wait_ms) {
    const auto text = read_line(fd_, buffer_, wait_ms);
    if (!text) return std::nullopt;
    return boost::json::parse(*text).as_object();
}

Read make_read(const LaneId& lane, std::uint64_t frame, Instant captured, const std::string& plate, float x, float y,
               float likelihood) {
    Read read;
    read.lane = lane;
    read.frame = frame;
    read.captured = captured;
    const float width = 160, height = 50;
    read.corners = {Point{x, y}, Point{x + width, y}, Point{x + width, y + height}, Point{x, y + height}};
    read.text = plate;
    for (const auto character : characters(plate)) read.characters.push_back({{{std::string(character), likelihood}}});
    read.colour = PlateColour::blue;
    read.colour_likelihood = 0.9F;
    read.detection = 0.95F;
    read.sharpness = 0.8F;
    read.likelihood = likelihood;
    read.frame_width = 1920;
    read.frame_height = 1080;
    return read;
}

EyeSocket::EyeSocket(const std::string& path, const std::string& camera, const LaneId& lane)
    : link_(LineSocket::to_file(path)) {
    eye_message::Hello hello;
    hello.camera = camera;
    hello.lane = lane;
    hello.pid = ::getpid();
    send(hello);
}

std::string EyeSocket::bytes_of(const eye_message::Message& message) {
    const auto bytes = eye_message::encode(message);
    if (!bytes) throw std::runtime_error(bytes.error().message);
    return {bytes->begin(), bytes->end()};
}

std::string write_site(const std::string& folder, std::uint16_t modbus_port, int poll_ms) {
    auto path = folder + "/site.toml";
    std::ofstream file(path);
    file << "[site]\nname = \"test gate\"\ndata = \".\"\nrun = \".\"\n[panel]\nlisten = \"127.0.0.1:0\"\n"
         << "[evidence]\nreserve_mb = 1\n"
         << "[[bus]]\nid = \"bus\"\nkind = \"tcp\"\naddress = \"127.0.0.1:" << modbus_port << "\"\n"
         << "[[board]]\nid = \"board\"\nbus = \"bus\"\nprofile = \"waveshare-8\"\npoll_ms = " << poll_ms << "\n";
    for (const auto& w : two_lanes) {
        file << "[[camera]]\nid = \"" << w.camera << "\"\nurl = \"none.mp4\"\nlane = \"" << w.lane << "\"\n"
             << "[[lane]]\nid = \"" << w.lane << "\"\ndirection = \"" << w.lane << "\"\nboard = \"board\"\n"
             << "open = { relay = " << w.open << ", pulse_ms = 500 }\napproach = " << w.approach
             << "\nunder = " << w.under << "\narm_up = " << w.arm_up << "\narm_down = " << w.arm_down << "\n";
    }
    if (!file.flush()) throw std::runtime_error("cannot write " + path);
    return path;
}

}  // namespace menshen::support
