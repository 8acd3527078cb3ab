#include "values/sensors.hpp"

#include "values/names.hpp"

namespace menshen {
namespace {

constexpr Names<Level, 3> levels{{{Level::clear, "clear"}, {Level::occupied, "occupied"}, {Level::unknown, "unknown"}}};
constexpr Names<Arm, 4> arms{
    {{Arm::down, "down"}, {Arm::between, "between"}, {Arm::up, "up"}, {Arm::unknown, "unknown"}}};
constexpr Names<Contact, 3> contacts{{{Contact::quiet, "quiet"}, {Contact::fire, "fire"}, {Contact::fault, "fault"}}};

}  // namespace

std::string_view to_string(Level level) {
    return name_in(levels, level);
}
std::string_view to_string(Arm arm) {
    return name_in(arms, arm);
}
std::string_view to_string(Contact contact) {
    return name_in(contacts, contact);
}

}  // namespace menshen
