// What a lane's dry contacts say, after normally-open and normally-closed wiring is taken into account.
#pragma once

#include <string_view>

namespace menshen {

enum class Level { clear, occupied, unknown };  // loops (地感), photocell (防砸)
enum class Arm { down, between, up, unknown };  // unknown also when the barrier reports no position
enum class Contact { quiet, fire, fault };      // fire input

/// All inputs of a lane as one poll of the board saw them. The driver makes inputs older than two polls unknown.
/// What a lane does not have stays unknown here; lane::Config says which to heed.
struct Sensors {
    Level approach = Level::unknown;
    Level under = Level::unknown;
    Level photocell = Level::unknown;
    Arm arm = Arm::unknown;
    Contact fire = Contact::quiet;
    friend bool operator==(const Sensors&, const Sensors&) = default;
};

[[nodiscard]] std::string_view to_string(Level level);
[[nodiscard]] std::string_view to_string(Arm arm);
[[nodiscard]] std::string_view to_string(Contact contact);

}  // namespace menshen
