#include "office/terminal.hpp"

#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <iostream>

namespace menshen::office {

namespace {

constexpr std::size_t longest_line = 1000;

termios shown;  // how the terminal was, for whoever interrupts us: NOLINT

/// Whoever interrupts us gets his terminal back as it was.
void give_back(int signal) {
    ::tcsetattr(STDIN_FILENO, TCSANOW, &shown);
    std::signal(signal, SIG_DFL);  // NOLINT
    ::raise(signal);               // NOLINT
}

/// Nothing that is typed is shown as long as this lives.
class EchoOff {
  public:
    explicit EchoOff(bool wanted) {
        if (!wanted || ::tcgetattr(STDIN_FILENO, &shown) != 0) return;
        for (const int signal : {SIGINT, SIGTERM, SIGHUP}) std::signal(signal, give_back);  // NOLINT
        auto without = shown;
        without.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        off_ = ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &without) == 0;
    }
    EchoOff(const EchoOff&) = delete;
    EchoOff& operator=(const EchoOff&) = delete;
    ~EchoOff() {
        if (!off_) return;
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
        for (const int signal : {SIGINT, SIGTERM, SIGHUP}) std::signal(signal, SIG_DFL);  // NOLINT
        std::cerr << "\n";
    }

  private:
    bool off_ = false;
};

}  // namespace

Result<std::string> ask_at_terminal(std::string_view prompt, bool hidden) {
    if (::isatty(STDIN_FILENO) != 1) return {Errc::invalid, "nobody sits at this terminal"};
    std::cerr << prompt << ": " << std::flush;
    const EchoOff off(hidden);
    std::string line;
    if (!std::getline(std::cin, line)) return {Errc::invalid, "the input ended"};
    return line;
}

Result<std::string> line_from(int descriptor) {
    std::string line;
    char c = 0;
    for (;;) {
        const auto n = ::read(descriptor, &c, 1);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return {Errc::invalid, "descriptor " + std::to_string(descriptor) + ": " + std::strerror(errno)};
        if (n == 0 || c == '\n' || line.size() >= longest_line) return line;
        line += c;
    }
}

}  // namespace menshen::office
