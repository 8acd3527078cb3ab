#include "support/courier_proxy.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <list>
#include <mutex>
#include <optional>
#include <set>
#include <thread>

namespace menshen::support {

using courier_message::Frame;

namespace {

int unix_socket(const std::string& path, bool listening) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.c_str(), std::min(path.size() + 1, sizeof address.sun_path));
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const auto* at = reinterpret_cast<const sockaddr*>(&address);
    const bool good = listening ? ::bind(fd, at, sizeof address) == 0 && ::listen(fd, 8) == 0
                                : ::connect(fd, at, sizeof address) == 0;
    if (good) return fd;
    ::close(fd);
    return -1;
}

/// A message that means something by itself: not a part of an upload.
bool is_whole(const Frame& question) {
    const auto* verb = question.header.if_contains("verb");
    const std::string_view name = verb != nullptr && verb->is_string() ? std::string_view(verb->get_string()) : "";
    return name != "packed" && name != "lines" && name != "finish";
}

/// One end of a line: whole frames.
class FrameEnd {
  public:
    explicit FrameEnd(int fd) : fd_(fd) {}
    FrameEnd(const FrameEnd&) = delete;
    FrameEnd& operator=(const FrameEnd&) = delete;
    ~FrameEnd() { ::close(fd_); }

    std::optional<Frame> read() {
        std::array<char, 65536> chunk{};
        for (;;) {
            auto frame = parser_.next();
            if (!frame) return std::nullopt;
            if (*frame) return std::move(**frame);
            const auto size = ::recv(fd_, chunk.data(), chunk.size(), 0);
            if (size <= 0) return std::nullopt;
            parser_.feed({chunk.data(), static_cast<std::size_t>(size)});
        }
    }
    bool write(const Frame& frame) const {
        const auto bytes = courier_message::encode(frame);
        if (!bytes) return false;
        for (std::string_view left = *bytes; !left.empty();) {
            const auto sent = ::send(fd_, left.data(), left.size(), MSG_NOSIGNAL);
            if (sent <= 0) return false;
            left.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }
    void shut() const { ::shutdown(fd_, SHUT_RDWR); }

  private:
    int fd_;
    courier_message::Parser parser_{courier_message::max_frame};
};

}  // namespace

struct CourierProxy::Impl {
    Impl(std::string listen, std::string to) : path(std::move(listen)), gate(std::move(to)) {
        ::unlink(path.c_str());
        listening = unix_socket(path, true);
        acceptor = std::thread([this] { accept(); });
    }
    ~Impl() {
        ::shutdown(listening, SHUT_RDWR);
        acceptor.join();
        {
            const std::lock_guard lock(mutex);
            for (auto* end : ends) end->shut();
        }
        for (auto& each : lines) each.join();
        ::close(listening);
        ::unlink(path.c_str());
    }
    void accept() {
        for (;;) {
            const int fd = ::accept4(listening, nullptr, nullptr, SOCK_CLOEXEC);
            if (fd < 0) return;
            lines.emplace_back([this, fd] { carry(fd); });
        }
    }
    struct Listed {
        Impl& impl;
        FrameEnd& end;
        Listed(Impl& of, FrameEnd& one) : impl(of), end(one) {
            const std::lock_guard lock(impl.mutex);
            impl.ends.insert(&end);
        }
        Listed(const Listed&) = delete;
        Listed& operator=(const Listed&) = delete;
        ~Listed() {
            const std::lock_guard lock(impl.mutex);
            impl.ends.erase(&end);
        }
    };
    void carry(int fd) {
        FrameEnd courier(fd);
        const int to = unix_socket(gate, false);
        if (to < 0) return;
        FrameEnd box(to);
        const Listed first(*this, courier), second(*this, box);
        while (auto question = courier.read()) {
            if (how) how(*question);
            std::optional<Frame> answer;
            for (int i = 0, n = is_whole(*question) ? times.load() : 1; i < n; ++i) {
                if (!box.write(*question)) return;
                answer = box.read();
                if (!answer) return;
            }
            if (to_lose > 0 && to_lose-- > 0) return;
            if (!courier.write(*answer)) return;
        }
    }

    std::string path, gate;
    int listening = -1;
    std::atomic<int> times{1}, to_lose{0};
    Change how;
    std::mutex mutex;
    std::set<FrameEnd*> ends;
    std::list<std::thread> lines;  // by the acceptor alone, until it has ended
    std::thread acceptor;
};

CourierProxy::CourierProxy(std::string listen, std::string gate)
    : impl_(std::make_unique<Impl>(std::move(listen), std::move(gate))) {}
CourierProxy::~CourierProxy() = default;

void CourierProxy::repeat(int times) {
    impl_->times = times;
}
void CourierProxy::lose_answers(int count) {
    impl_->to_lose = count;
}
void CourierProxy::change(Change how) {
    impl_->how = std::move(how);
}

}  // namespace menshen::support
