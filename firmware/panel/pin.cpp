#include "panel/pin.hpp"

#include <algorithm>
#include <cstddef>

#include "values/plate.hpp"

namespace menshen::panel {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// 123456, 987654, 890123: each digit one more (or one less) than the one before, around the clock.
bool is_run(std::string_view pin, int step) {
    for (std::size_t i = 1; i < pin.size(); ++i) {
        if ((pin[i] - pin[i - 1] - step + 20) % 10 != 0) return false;
    }
    return true;
}

/// 111111, 121212, 123123.
bool is_repetition(std::string_view pin, std::size_t group) {
    if (pin.size() % group != 0) return false;
    for (std::size_t i = group; i < pin.size(); ++i) {
        if (pin[i] != pin[i - group]) return false;
    }
    return true;
}

}  // namespace

Status check_name(std::string_view name) {
    if (name.empty() || name.size() > 128) return {Errc::invalid, "a name has 1 to 32 characters"};
    if (name.front() == ' ' || name.back() == ' ') return {Errc::invalid, "a name has no blank at either end"};
    const auto parts = characters(name);
    if (parts.size() > 32) return {Errc::invalid, "a name has 1 to 32 characters"};
    const bool clean = std::ranges::all_of(parts, [](std::string_view c) {
        const auto byte = static_cast<unsigned char>(c.front());
        return c.size() > 1 || (byte >= 0x20 && byte < 0x7f);
    });
    if (!clean) return {Errc::invalid, "a name has letters, digits and blanks only"};
    if (name == "menshen") return {Errc::invalid, "that is the gate's own name in the journal; choose another"};
    return {};
}

Status check_pin(std::string_view pin) {
    if (pin.size() < 6 || pin.size() > 12) return {Errc::invalid, "a PIN has 6 to 12 digits"};
    if (!std::ranges::all_of(pin, is_digit)) return {Errc::invalid, "a PIN has digits only"};
    const bool trivial =
        is_run(pin, 1) || is_run(pin, -1) || is_repetition(pin, 1) || is_repetition(pin, 2) || is_repetition(pin, 3);
    if (trivial) return {Errc::invalid, "this PIN is too easy to guess: no runs and no repetitions"};
    return {};
}

}  // namespace menshen::panel
