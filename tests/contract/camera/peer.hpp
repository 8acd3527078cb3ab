// The other end of a camera's address, as badly behaved as a test asks for: a small HTTP server, and programs of
// others.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace menshen::test {

/// A picture with something in it, as JPEG.
std::string jpeg(int width, int height, int shade = 0);

/// One client's connection. send() is false when the client is gone or the server ends.
class Client {
  public:
    Client(int socket, const std::atomic<bool>& stop) : socket_(socket), stop_(stop) {}
    bool send(const std::string& bytes) const;
    /// Waits unless the server ends before.
    bool pause(int ms) const;

  private:
    int socket_;
    const std::atomic<bool>& stop_;
};

/// Listens on 127.0.0.1, port chosen by the kernel; answers every connection with `serve` in a thread of its own, at
/// most one at a time.
class HttpPeer {
  public:
    explicit HttpPeer(std::function<void(const Client&)> serve);
    ~HttpPeer();
    HttpPeer(const HttpPeer&) = delete;
    HttpPeer& operator=(const HttpPeer&) = delete;
    [[nodiscard]] std::string url() const;

  private:
    void accept_all();
    std::function<void(const Client&)> serve_;
    std::atomic<bool> stop_{false};
    int listener_ = -1;
    int port_ = 0;
    std::thread thread_;
};

/// The usual MJPEG stream: header, then `frame(n)` at 20 a second until the client is gone.
void serve_mjpeg(const Client& client, const std::function<std::string(int)>& frame);

/// A program that is ended, by its id, with this object. Its first line of output is kept.
class Program {
  public:
    explicit Program(const std::vector<std::string>& command, bool wait_for_line = true);
    ~Program();
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;
    /// The next line within `ms`, or empty.
    std::string line(int ms);
    void signal(int number) const;
    /// Its exit status within `ms`: exit code, 1000 + signal, or −1 if it still runs.
    int ended(int ms);
    [[nodiscard]] int pid() const { return pid_; }
    [[nodiscard]] const std::string& first_line() const { return first_; }

  private:
    int pid_ = -1, out_ = -1;
    std::string buffer_, first_;
    int status_ = -1;
};

/// Polls until it is true or `ms` are over.
bool eventually(int ms, const std::function<bool()>& condition);

}  // namespace menshen::test
