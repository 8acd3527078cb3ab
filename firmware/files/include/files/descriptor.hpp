// A file descriptor that closes itself.
#pragma once

#include <utility>

namespace menshen::files {

class Descriptor {
  public:
    /// Takes what ::open gave. Negative: none is open.
    explicit Descriptor(int fd = -1) noexcept : fd_(fd) {}
    Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    ~Descriptor() { close(); }

    [[nodiscard]] int get() const noexcept { return fd_; }
    explicit operator bool() const noexcept { return fd_ >= 0; }
    /// What it says of a failed write is not asked for: whoever cares has synced before. Leaves errno alone.
    void close() noexcept;

  private:
    int fd_;
};

}  // namespace menshen::files
