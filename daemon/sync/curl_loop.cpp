#include "curl_loop.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>

#include <mutex>

namespace menshen::sync {

namespace asio = boost::asio;

/// A socket that libcurl owns; the loop only waits for it.
class CurlLoop::Socket : public std::enable_shared_from_this<Socket> {
  public:
    Socket(CurlLoop& loop, curl_socket_t fd) : loop_(loop), fd_(fd), descriptor_(loop.io_, fd) {}

    void want(int wanted) {
        wanted_ = wanted;
        wait(Direction{asio::posix::stream_descriptor::wait_read, CURL_POLL_IN, CURL_CSELECT_IN, &reading_});
        wait(Direction{asio::posix::stream_descriptor::wait_write, CURL_POLL_OUT, CURL_CSELECT_OUT, &writing_});
    }
    /// Before libcurl closes it.
    void forget() {
        wanted_ = 0;
        gone_ = true;
        (void)descriptor_.release();
    }

  private:
    struct Direction {
        asio::posix::stream_descriptor::wait_type kind;
        int poll, select;
        bool* waiting;
    };

    void wait(Direction direction) {
        if ((wanted_ & direction.poll) == 0 || *direction.waiting) return;
        *direction.waiting = true;
        descriptor_.async_wait(direction.kind, [self = shared_from_this(), direction](boost::system::error_code error) {
            *direction.waiting = false;
            if (self->gone_ || error == asio::error::operation_aborted) return;
            self->loop_.act(self->fd_, error ? CURL_CSELECT_ERR : direction.select);
            if (!self->gone_) self->wait(direction);
        });
    }

    CurlLoop& loop_;
    curl_socket_t fd_;
    asio::posix::stream_descriptor descriptor_;
    int wanted_ = 0;
    bool reading_ = false, writing_ = false, gone_ = false;
};

CurlLoop::CurlLoop(asio::io_context& io) : io_(io), timer_(io) {
    static std::once_flag once;
    std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
    multi_ = curl_multi_init();
    curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &CurlLoop::on_socket);
    curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &CurlLoop::on_timer);
    curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
    curl_multi_setopt(multi_, CURLMOPT_PIPELINING, CURLPIPE_NOTHING);
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, 4L);
}

CurlLoop::~CurlLoop() {
    while (!transfers_.empty()) remove(transfers_.begin()->first);
    curl_multi_cleanup(multi_);  // closes its idle connections, and says so by on_socket
    for (const auto& [fd, socket] : sockets_) socket->forget();
}

void CurlLoop::add(CURL* easy, Done done) {
    transfers_[easy] = std::move(done);
    curl_multi_add_handle(multi_, easy);
}

void CurlLoop::remove(CURL* easy) {
    if (transfers_.erase(easy) > 0) curl_multi_remove_handle(multi_, easy);
}

int CurlLoop::on_socket(CURL*, curl_socket_t fd, int wanted, void* self, void*) {
    static_cast<CurlLoop*>(self)->watch(fd, wanted);
    return 0;
}

void CurlLoop::watch(curl_socket_t fd, int wanted) {
    const auto known = sockets_.find(fd);
    if (wanted == CURL_POLL_REMOVE) {
        if (known == sockets_.end()) return;
        known->second->forget();
        sockets_.erase(known);
        return;
    }
    if (known != sockets_.end()) return known->second->want(wanted);
    const auto socket = std::make_shared<Socket>(*this, fd);
    sockets_.emplace(fd, socket);
    socket->want(wanted);
}

int CurlLoop::on_timer(CURLM*, long after_ms, void* self) {
    static_cast<CurlLoop*>(self)->set_timer(after_ms);
    return 0;
}

void CurlLoop::set_timer(long after_ms) {
    timer_.cancel();
    if (after_ms < 0) return;
    timer_.expires_after(std::chrono::milliseconds(after_ms));
    timer_.async_wait([this, alive = std::weak_ptr(alive_)](boost::system::error_code error) {
        if (!error && !alive.expired()) act(CURL_SOCKET_TIMEOUT, 0);
    });
}

void CurlLoop::act(curl_socket_t fd, int what) {
    int running = 0;
    curl_multi_socket_action(multi_, fd, what, &running);
    end_finished();
}

void CurlLoop::end_finished() {
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
        if (message->msg != CURLMSG_DONE) continue;
        CURL* easy = message->easy_handle;
        const auto result = message->data.result;
        const auto found = transfers_.find(easy);
        curl_multi_remove_handle(multi_, easy);
        if (found == transfers_.end()) continue;
        const auto done = std::move(found->second);
        transfers_.erase(found);
        done(result);
    }
}

}  // namespace menshen::sync
