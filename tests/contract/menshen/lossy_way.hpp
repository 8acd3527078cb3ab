// The way between tool and registry, on which answers get lost: bytes are passed on, but of the next connections one
// answer is kept back and the connection ended once it has come.
#pragma once

#include <atomic>
#include <cstdint>
#include <thread>

namespace menshen::test {

class LossyWay {
  public:
    explicit LossyWay(std::uint16_t to);
    ~LossyWay();
    LossyWay(const LossyWay&) = delete;
    LossyWay& operator=(const LossyWay&) = delete;

    [[nodiscard]] std::uint16_t port() const { return port_; }
    /// The first answer of each of so many connections.
    void lose(int connections) {
        passed_ = 0;
        to_lose_ = connections;
    }
    /// Of the next connection the answer after so many, of those that follow the first: libcurl itself asks again where
    /// an answer was lost that was not a connection's first.
    void lose_after(int answers, int connections = 1) {
        passed_ = answers;
        to_lose_ = connections;
    }

  private:
    void serve();
    void carry(int client, bool lose);
    int listener_ = -1;
    std::uint16_t port_ = 0, to_;
    std::atomic<int> to_lose_{0}, passed_{0};
    std::jthread serving_;
};

}  // namespace menshen::test
