// Who is logged in. Kept in memory only: a restart of the gate asks every guard again.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "ports/gate_control.hpp"
#include "values/time.hpp"

namespace menshen::panel {

class Sessions {
  public:
    /// `ended` hears of every session that ends: logout, expired or displaced.
    using Ended = std::function<void(const std::string& guard, GuardChange how)>;
    Sessions(Duration idle, std::size_t most, Ended ended) : idle_(idle), most_(most), ended_(std::move(ended)) {}

    /// A new session's token: 64 hexadecimal digits from the system's random source. When there are too many the one
    /// idle longest ends.
    std::string open(const std::string& guard, Instant now);
    /// The guard of a live session, or nothing.
    [[nodiscard]] std::optional<std::string> guard(std::string_view token, Instant now) const;
    /// A touch by the guard: the idle time starts anew.
    void touch(std::string_view token, Instant now);
    void close(std::string_view token);
    /// Ends what has been idle for too long. A session that is past its time is refused before that, too.
    void expire(Instant now);
    [[nodiscard]] std::size_t size() const noexcept { return open_.size(); }

  private:
    // Found by the digest, so that the time of a look-up says nothing about a token.
    using Digest = std::array<std::uint8_t, 32>;
    struct Session {
        std::string guard;
        Instant used;
    };
    static Digest digest_of(std::string_view token);
    void make_room();
    std::map<Digest, Session>::iterator end(std::map<Digest, Session>::iterator session, GuardChange how);

    Duration idle_;
    std::size_t most_;
    Ended ended_;
    std::map<Digest, Session> open_;
};

}  // namespace menshen::panel
