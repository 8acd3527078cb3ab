// Situations at a lane, built up from a plain one.
#pragma once

#include "decide/decide.hpp"

namespace menshen::cases {

inline constexpr const char* mine = "苏B12345";
inline constexpr const char* twin = "苏B1Z345";   // a look-alike of `mine`
inline constexpr const char* other = "苏E88888";  // no look-alike of either

inline Permit permit(std::int64_t id = 7) {
    Permit p;
    p.id = id;
    return p;
}

inline Listing listing(std::string plate, Permit p = permit()) {
    Listing l;
    l.plate = plate;
    l.permits.push_back({Credential{p.id * 10, CredentialKind::plate, plate, p.id}, std::move(p)});
    return l;
}

inline Block block(std::string plate, BlockKind kind = BlockKind::block) {
    Block b;
    b.kind = kind;
    b.plate = std::move(plate);
    return b;
}

/// One certain candidate, on the list with a plain permit, a trusted clock on Wednesday 2026-11-18 at ten.
inline DecideInput plain() {
    DecideInput in;
    in.claim.candidates = {{mine, 0.99}};
    in.listings = {listing(mine)};
    in.zone = "yard";
    in.access_point = "in-1";
    in.clock = ClockState::trusted;
    in.local = *parse_local("2026-11-18 10:00");
    return in;
}

inline DecideInput with(Permit p) {
    DecideInput in = plain();
    in.listings = {listing(mine, std::move(p))};
    return in;
}

inline DecideInput leaving() {
    DecideInput in = plain();
    in.direction = Direction::out;
    in.presences = {{mine, true, std::chrono::hours(2), 0, 1}};
    return in;
}

}  // namespace menshen::cases
