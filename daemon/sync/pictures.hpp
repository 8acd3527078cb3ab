// Pictures on their way up, by their hash: those that the registry misses, after lists and events, never faster than
// they may.
#pragma once

#include <map>

#include "common.hpp"

namespace menshen::sync {

class Pictures {
  public:
    explicit Pictures(Common& common) : common_(common), gate_(common.io, common.config.gate) {}

    [[nodiscard]] Awaitable<void> run();
    void close() { gate_.close(); }

  private:
    struct Wanted {
        std::string sha256;
        std::int64_t size = 0;
    };
    Awaitable<Outcome> round();
    Awaitable<Outcome> ask_what_is_missing(const std::string& gate, std::vector<Wanted>& into);
    Awaitable<Outcome> carry(const Wanted& wanted);
    Awaitable<Outcome> fetch(const Wanted& wanted, std::string& bytes);
    Awaitable<void> until_calm();
    [[nodiscard]] bool is_absent(const std::string& sha256);

    Common& common_;
    GateLink gate_;
    std::map<std::string, UtcTime> absent_;  // the gate has not: not written yet, or dropped when its space was full
    bool more_ = false;                      // there may be more than was named
};

}  // namespace menshen::sync
