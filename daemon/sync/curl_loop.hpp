// libcurl's multi handle on an Asio loop (curl_multi_socket_action): libcurl says which sockets it waits for and until
// when, the loop waits.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <curl/curl.h>

#include <functional>
#include <map>
#include <memory>

namespace menshen::sync {

class CurlLoop {
  public:
    using Done = std::function<void(CURLcode)>;

    explicit CurlLoop(boost::asio::io_context& io);
    ~CurlLoop();
    CurlLoop(const CurlLoop&) = delete;
    CurlLoop& operator=(const CurlLoop&) = delete;

    /// `done` is called once, on the loop, when the transfer has ended; the handle is off the loop by then.
    void add(CURL* easy, Done done);
    /// `done` will not be called.
    void remove(CURL* easy);

  private:
    class Socket;
    static int on_socket(CURL* easy, curl_socket_t fd, int wanted, void* self, void* known);
    static int on_timer(CURLM* multi, long after_ms, void* self);
    void watch(curl_socket_t fd, int wanted);
    void set_timer(long after_ms);
    void act(curl_socket_t fd, int what);
    void end_finished();

    boost::asio::io_context& io_;
    CURLM* multi_;
    boost::asio::steady_timer timer_;
    std::map<curl_socket_t, std::shared_ptr<Socket>> sockets_;
    std::map<CURL*, Done> transfers_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // the timer's handler may be queued when we end
};

}  // namespace menshen::sync
