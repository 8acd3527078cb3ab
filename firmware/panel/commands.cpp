#include "commands.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "values/plate.hpp"
#include "values/time.hpp"

namespace menshen::panel {
namespace {

namespace json = boost::json;
using Action = GuardCommand::Action;

enum class Needs { lane, box, arrival, plate };

struct Verb {
    std::string_view name;
    Action action;
    Needs needs;
};

constexpr std::array verbs{
    Verb{"open", Action::open, Needs::lane},
    Verb{"close", Action::close, Needs::lane},
    Verb{"stop", Action::stop, Needs::lane},
    Verb{"hold", Action::hold, Needs::lane},
    Verb{"release", Action::release, Needs::lane},
    Verb{"lockdown", Action::lockdown, Needs::box},
    Verb{"unlock", Action::unlock, Needs::box},
    Verb{"fire_reset", Action::fire_reset, Needs::lane},
    Verb{"admit", Action::admit, Needs::arrival},
    Verb{"refuse", Action::refuse, Needs::arrival},
    Verb{"register_visitor", Action::register_visitor, Needs::plate},
    Verb{"confirm_clock", Action::confirm_clock, Needs::box},
};

/// A text field; missing is empty, another type is an error.
Status read_text(const json::object& body, std::string_view name, std::size_t most, std::string& into) {
    const auto* value = body.if_contains(name);
    if (!value || value->is_null()) return {};
    if (!value->is_string()) return {Errc::invalid, std::string(name) + ": a text is expected"};
    const std::string_view text = value->get_string();
    if (text.size() > most * 4 || characters(text).size() > most) {
        return {Errc::invalid, std::string(name) + ": at most " + std::to_string(most) + " characters"};
    }
    into = text;
    return {};
}

Status read_arrival(const json::object& body, ArrivalId& into) {
    const auto* value = body.if_contains("arrival");
    if (!value || value->is_null()) return {};
    boost::system::error_code ec;
    into = value->to_number<ArrivalId>(ec);
    if (ec) return {Errc::invalid, "arrival: a number is expected"};
    return {};
}

bool is_lane(std::string_view lane) {
    return lane.size() <= 32 && std::ranges::all_of(lane, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
           });
}

bool is_blank(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) <= ' '; });
}

Status read_fields(const json::object& body, GuardCommand& command) {
    if (auto ok = read_text(body, "lane", 32, command.lane); !ok) return ok;
    if (auto ok = read_text(body, "plate", 24, command.plate); !ok) return ok;
    if (auto ok = read_text(body, "why", 200, command.why); !ok) return ok;
    if (auto ok = read_text(body, "until", 32, command.until); !ok) return ok;
    if (auto ok = read_arrival(body, command.arrival); !ok) return ok;
    if (!is_lane(command.lane)) return {Errc::invalid, "lane: the name of a lane is expected"};
    if (is_blank(command.why)) return {Errc::invalid, "why: say the reason / 请填写原因"};
    return {};
}

/// The plate in its one form, the end as the gate reads it.
Status normalise(GuardCommand& command) {
    if (!command.plate.empty()) {
        auto plate = Plate::parse(command.plate);
        if (!plate) return plate.error().in("plate");
        command.plate = plate->text();
    }
    if (!command.until.empty()) {
        auto until = parse_local(command.until);
        if (!until) return until.error().in("until");
        command.until = format_local(*until);
    }
    return {};
}

Status check_needs(Needs needs, const GuardCommand& command) {
    if (needs == Needs::lane && command.lane.empty()) return {Errc::invalid, "lane: missing"};
    if (needs == Needs::arrival && command.arrival == 0) return {Errc::invalid, "arrival: missing"};
    const bool named = needs == Needs::plate || command.action == Action::admit;
    if (named && command.plate.empty()) return {Errc::invalid, "plate: missing"};
    return {};
}

}  // namespace

Result<GuardCommand> command_from(const json::object& body, const std::string& guard) {
    GuardCommand command;
    command.guard = guard;
    std::string name;
    if (auto ok = read_text(body, "action", 32, name); !ok) return ok.error();
    const auto* verb = std::ranges::find(verbs, name, &Verb::name);
    if (verb == verbs.end()) return {Errc::invalid, "action: not known: \"" + name + "\""};
    command.action = verb->action;
    if (auto ok = read_fields(body, command); !ok) return ok.error();
    if (auto ok = normalise(command); !ok) return ok.error();
    if (auto ok = check_needs(verb->needs, command); !ok) return ok.error();
    return command;
}

}  // namespace menshen::panel
