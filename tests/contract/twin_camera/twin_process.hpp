// The twin as a child process, and line and byte sockets with deadlines.
#pragma once

#include <boost/json/object.hpp>
#include <sys/types.h>

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace menshen::test {

/// A connected TCP socket; every wait ends after `patience`.
class Wire {
  public:
    explicit Wire(unsigned short port, std::chrono::seconds patience = std::chrono::seconds(20));
    ~Wire();
    Wire(const Wire&) = delete;
    Wire& operator=(const Wire&) = delete;

    void write(const std::string& bytes) const;
    /// Up to the end mark and with it; throws at the deadline or when the peer closes.
    std::string read_until(const std::string& end);
    std::string read_exactly(std::size_t bytes);
    /// True when the peer has closed (waits for it, reading on).
    bool closes();

  private:
    bool fill();
    int fd_;
    std::string held_;
};

/// Starts menshen-twin-camera, reads its line, ends it by its id.
class TwinProcess {
  public:
    explicit TwinProcess(std::vector<std::string> options);
    ~TwinProcess();
    TwinProcess(const TwinProcess&) = delete;
    TwinProcess& operator=(const TwinProcess&) = delete;

    [[nodiscard]] const boost::json::object& ready() const { return ready_; }
    [[nodiscard]] unsigned short control_port() const;
    [[nodiscard]] unsigned short http_port() const;
    [[nodiscard]] std::string url(const std::string& camera) const;
    /// SIGTERM, then the exit code.
    int end();

  private:
    pid_t pid_ = -1;
    boost::json::object ready_;
};

/// A client of the control port.
class Director {
  public:
    explicit Director(const TwinProcess& twin) : wire_(twin.control_port()) {}
    /// Sends a line and waits for its answer; events on the way are kept.
    boost::json::object ask(const std::string& line);
    /// The next event that fits, now or later.
    boost::json::object await(const std::function<bool(const boost::json::object&)>& fits);

  private:
    Wire wire_;
    std::vector<boost::json::object> events_;
};

/// The exit code and the output of a program.
struct Finished {
    int code;
    std::string out;
};
[[nodiscard]] Finished run_to_end(const std::vector<std::string>& arguments);

}  // namespace menshen::test
