// Pictures on their way up, by their hash: those that the registry misses, after lists and events, never faster than
// they may.
#pragma once

#include <map>

#include "common.hpp"
#include "keys.hpp"

namespace menshen::sync {

class Pictures {
  public:
    Pictures(Common& common, Keys& keys) : common_(common), keys_(keys), gate_(common.io, common.config.gate) {}

    [[nodiscard]] Awaitable<void> run();
    void close() { gate_.close(); }

  private:
    struct Wanted {
        std::string sha256;
        std::int64_t size = 0;
    };
    Awaitable<Outcome> round();
    Awaitable<Outcome> ask_what_is_missing(const std::string& gate, std::size_t skip, std::vector<Wanted>& into);
    Awaitable<Outcome> acknowledge(const std::string& gate, const std::string& log);
    Awaitable<Outcome> carry_acknowledgement(const std::string& line);
    Awaitable<Outcome> carry(const Wanted& wanted);
    Awaitable<Outcome> fetch(const Wanted& wanted, std::string& bytes);
    Awaitable<void> until_calm();
    [[nodiscard]] bool is_absent(const std::string& sha256) const;
    void note_absent(const std::string& sha256);
    [[nodiscard]] Duration until_next_look() const;

    Common& common_;
    Keys& keys_;
    GateLink gate_;
    /// What the gate has not: not written yet, or dropped when its space was full. Asked for again, ever more rarely.
    struct Absent {
        UtcTime until{};
        Duration wait{0};
    };
    std::map<std::string, Absent> absent_;
    bool more_ = false;  // there may be more than was named
};

}  // namespace menshen::sync
