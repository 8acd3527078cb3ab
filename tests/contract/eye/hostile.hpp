// What must hold whatever a camera sends.
#pragma once

#include <doctest/doctest.h>

#include <random>
#include <string>

#include "rig.hpp"

namespace menshen::test {

inline constexpr int most_memory = 1600;  // MiB, resident, of a child

inline void still_there(Rig& rig) {
    CHECK(rig.eye.ended(0) < 0);
    CHECK(peak_memory(rig.eye.pid()) < 200);
    CHECK(peak_memory(rig.child) < most_memory);
    CHECK_FALSE(rig.gate.offended());
}

inline std::string garbage(std::size_t bytes) {
    std::mt19937 random(7);
    std::string out(bytes, '\0');
    for (auto& c : out) c = static_cast<char>(random());
    return out;
}

}  // namespace menshen::test
