#include "script.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <map>
#include <sstream>

namespace menshen::lane {

namespace {

std::string number(AuthorisationId id) {
    return std::to_string(id);
}

struct EffectText {
    std::string operator()(const CommitIntent& e) const { return "commit " + number(e.authorisation.id); }
    std::string operator()(const Open& e) const { return "open " + number(e.id); }
    std::string operator()(const Close&) const { return "close"; }
    std::string operator()(const Stop&) const { return "stop"; }
    std::string operator()(const FireHold& e) const { return e.on ? "coil on" : "coil off"; }
    std::string operator()(const Ended& e) const {
        return "ended " + number(e.id) + " " + std::string(menshen::to_string(e.outcome));
    }
    std::string operator()(const Dropped& e) const { return "dropped " + number(e.authorisation.id) + " " + e.why; }
    std::string operator()(const Passage& e) const { return "passage " + number(e.id); }
    std::string operator()(const Alarm& e) const {
        return "alarm " + std::string(to_string(e.kind)) + " " + number(e.after);
    }
    std::string operator()(const RaiseFault& e) const { return "raise " + std::string(to_string(e.fault)); }
    std::string operator()(const ClearFault& e) const { return "clear " + std::string(to_string(e.fault)); }
    std::string operator()(const Refused& e) const { return "refused " + e.action + ": " + e.why; }
};

struct InputText {
    std::string operator()(const Sensed& i) const {
        const Sensors& s = i.sensors;
        return "sense approach=" + std::string(menshen::to_string(s.approach)) +
               " under=" + std::string(menshen::to_string(s.under)) +
               " photocell=" + std::string(menshen::to_string(s.photocell)) +
               " arm=" + std::string(menshen::to_string(s.arm)) + " fire=" + std::string(menshen::to_string(s.fire));
    }
    std::string operator()(const Grant& i) const {
        return (i.authorisation.guard ? "guard " : "grant ") + number(i.authorisation.id);
    }
    std::string operator()(const Withdraw& i) const { return "withdraw " + number(i.id); }
    std::string operator()(const IntentDurable& i) const { return "durable " + number(i.id); }
    std::string operator()(const IntentFailed& i) const { return "failed " + number(i.id); }
    std::string operator()(const CommandDone& i) const {
        constexpr std::array<std::string_view, 3> names{"ack ", "refused ", "timeout "};
        return std::string(names[static_cast<std::size_t>(i.how)]) + number(i.id);
    }
    std::string operator()(const GuardClose&) const { return "close"; }
    std::string operator()(const GuardStop&) const { return "stop"; }
    std::string operator()(const GuardHold& i) const { return i.on ? "hold" : "release"; }
    std::string operator()(const Lockdown& i) const { return i.on ? "lockdown" : "unlock"; }
    std::string operator()(const FireReset&) const { return "reset"; }
    std::string operator()(const BusDown&) const { return "bus-down"; }
    std::string operator()(const BusUp&) const { return "bus-up"; }
    std::string operator()(const Tick&) const { return "tick"; }
};

template <class E>
E named(const std::string& text, std::initializer_list<E> all) {
    for (const E e : all)
        if (menshen::to_string(e) == text) return e;
    FAIL("no such value: " << text);
    return *all.begin();
}

Level level(const std::string& text) {
    return named(text, {Level::clear, Level::occupied, Level::unknown});
}

void sense(Sensors& s, const std::string& name, const std::string& value) {
    if (name == "approach") s.approach = level(value);
    if (name == "under") s.under = level(value);
    if (name == "photocell") s.photocell = level(value);
    if (name == "arm") s.arm = named(value, {Arm::down, Arm::between, Arm::up, Arm::unknown});
    if (name == "fire") s.fire = named(value, {Contact::quiet, Contact::fire, Contact::fault});
}

Authorisation authorisation(AuthorisationId id, bool guard) {
    Authorisation a;
    a.id = id;
    a.arrival = guard ? 0 : 100 + id;
    a.plate = guard ? "" : "浙A" + number(10000 + id);
    a.by = guard ? "Wang" : "menshen";
    a.guard = guard;
    return a;
}

Input read_input(std::istringstream& words, Sensors& sensors) {
    std::string verb;
    words >> verb;
    if (verb == "sense") {
        for (std::string pair; words >> pair;) {
            const auto eq = pair.find('=');
            REQUIRE(eq != std::string::npos);
            sense(sensors, pair.substr(0, eq), pair.substr(eq + 1));
        }
        return Sensed{sensors};
    }
    AuthorisationId id = 0;
    words >> id;
    using How = CommandDone::How;
    const std::map<std::string, Input> inputs{{"grant", Grant{authorisation(id, false)}},
                                              {"guard", Grant{authorisation(id, true)}},
                                              {"withdraw", Withdraw{id}},
                                              {"durable", IntentDurable{id}},
                                              {"failed", IntentFailed{id}},
                                              {"ack", CommandDone{id, How::acknowledged}},
                                              {"refused", CommandDone{id, How::refused}},
                                              {"timeout", CommandDone{id, How::timed_out}},
                                              {"close", GuardClose{}},
                                              {"stop", GuardStop{}},
                                              {"hold", GuardHold{true}},
                                              {"release", GuardHold{false}},
                                              {"lockdown", Lockdown{true}},
                                              {"unlock", Lockdown{false}},
                                              {"reset", FireReset{}},
                                              {"bus-down", BusDown{}},
                                              {"bus-up", BusUp{}},
                                              {"tick", Tick{}}};
    const auto it = inputs.find(verb);
    REQUIRE_MESSAGE(it != inputs.end(), "no such input: ", verb);
    return it->second;
}

std::string trimmed(const std::string& text) {
    const auto a = text.find_first_not_of(' ');
    return a == std::string::npos ? "" : text.substr(a, text.find_last_not_of(' ') - a + 1);
}

class Player {
  public:
    explicit Player(const Config& config) : config_(config) {}

    void line(const std::string& text) {
        const auto arrow = text.find("->");
        REQUIRE_MESSAGE(arrow != std::string::npos, "no -> in: ", text);
        std::istringstream words(text.substr(0, arrow));
        double at = 0;
        words >> at;
        const Instant now{milliseconds(std::llround(at * 1000))};
        deliver_ticks_before(now, text);
        const Step result = take(read_input(words, sensors_), now);
        check(text, trimmed(text.substr(arrow + 2)), result);
    }

    [[nodiscard]] const State& state() const { return state_; }

  private:
    Step take(const Input& input, Instant now) {
        Step result = step(config_, state_, input, now);
        state_ = result.state;
        deadline_ = result.deadline;
        const bool in_the_past = deadline_ && *deadline_ <= now;
        CHECK_FALSE(in_the_past);
        return result;
    }

    void deliver_ticks_before(Instant now, const std::string& text) {
        while (deadline_ && *deadline_ < now) {
            const Instant due = *deadline_;
            const Step result = take(Tick{}, due);
            const double at = std::chrono::duration<double>(due.time_since_epoch()).count();
            CHECK_MESSAGE(text_of(result.effects).empty(), "unexpected at ", at, " before: ", text);
            if (!text_of(result.effects).empty()) MESSAGE(text_of(result.effects));
        }
    }

    static void check(const std::string& line, std::string expected, const Step& result) {
        std::string phase;
        if (const auto bracket = expected.find('['); bracket != std::string::npos) {
            phase = expected.substr(bracket + 1, expected.find(']') - bracket - 1);
            expected = trimmed(expected.substr(0, bracket));
        }
        INFO(line);
        CHECK(text_of(result.effects) == expected);
        if (!phase.empty()) CHECK(to_string(result.state.phase) == phase);
    }

    Config config_;
    State state_;
    Sensors sensors_;
    std::optional<Instant> deadline_;
};

}  // namespace

std::string text_of(const Effect& effect) {
    return std::visit(EffectText{}, effect);
}
std::string text_of(const Input& input) {
    return std::visit(InputText{}, input);
}

std::string text_of(const std::vector<Effect>& effects) {
    std::string all;
    for (const Effect& e : effects) all += (all.empty() ? "" : "; ") + text_of(e);
    return all;
}

Config full_lane() {
    Config config;
    config.id = "in";
    config.has_arm = true;
    return config;
}

State play(const Config& config, std::string_view script) {
    Player player(config);
    std::istringstream lines{std::string(script)};
    for (std::string line; std::getline(lines, line);) {
        line = trimmed(line.substr(0, line.find('#')));
        if (!line.empty()) player.line(line);
    }
    return player.state();
}

State play_from_quiet(const Config& config, std::string_view script) {
    return play(config,
                "0 sense approach=clear under=clear photocell=clear arm=down -> [idle]\n" + std::string(script));
}

State play_from_open(const Config& config, std::string_view script) {
    const std::string last = config.has_arm ? "4 sense arm=up -> ended 1 opened [open]\n" : "4 tick -> [open]\n";
    return play_from_quiet(config,
                           "1 grant 1 -> [waiting]\n"
                           "2 sense approach=occupied -> commit 1 [recording]\n"
                           "2.1 durable 1 -> open 1 [opening]\n"
                           "2.2 ack 1 ->\n" +
                               last + std::string(script));
}

}  // namespace menshen::lane
