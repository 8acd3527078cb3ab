// The inside of step(): one Machine lives for one call. Its parts: step.cpp (inputs and timers), opening.cpp (from
// grant to passage), sensing.cpp (what the loops, the photocell and the arm tell), guard.cpp (guard, fire, bus).
#pragma once

#include "lane/lane.hpp"

namespace menshen::lane {

class Machine {
  public:
    Machine(const Config& config, State& state, std::vector<Effect>& effects, Instant now)
        : c(config), s(state), out(effects), now_(now) {}

    void run_due_timers();
    void take(const Input& input);
    void tidy();

  private:
    // step.cpp
    void on(const Sensed& in);
    void on(const Tick&) {}
    void fire_timer(Timer timer);
    void arm(Timer timer, Duration after);
    void disarm(Timer timer) { s.timers[static_cast<std::size_t>(timer)] = never; }
    [[nodiscard]] bool armed(Timer timer) const { return s.timers[static_cast<std::size_t>(timer)] != never; }
    void enter(Phase phase);
    void settle();
    void emit(Effect effect) { out.push_back(std::move(effect)); }
    void raise(Fault fault);
    void clear(Fault fault);
    [[nodiscard]] bool has(Fault fault) const { return s.faults[static_cast<std::size_t>(fault)]; }

    // opening.cpp
    void on(const Grant& in);
    void on(const Withdraw& in);
    void on(const IntentDurable& in);
    void on(const IntentFailed& in);
    void on(const CommandDone& in);
    void enqueue(const Authorisation& authorisation);
    Authorisation pop_queue(std::size_t index);
    void drop_queue(std::string_view why, bool guards_too);
    void wait_for_car();
    void settle_waiting();
    void begin_recording();
    void give_up_intent(std::string_view why);
    void open_now();
    void settle_opening();
    void opening_overdue();
    void become_open();
    void settle_open();
    void end(Outcome outcome, std::string_view detail);
    void end_as_observed(std::string_view detail);
    void interrupt(std::string_view why);
    void drop(const Authorisation& authorisation, std::string_view why);
    void lose_leave(AuthorisationId id);
    [[nodiscard]] bool current_is_under() const;
    void conclude();
    void next();
    void nobody_came();
    void left_approach();
    [[nodiscard]] bool car_present() const;

    // sensing.cpp
    void first_reading();
    void watch_fire();
    void watch_approach(Level before);
    void watch_under();
    void watch_photocell(Level before);
    void watch_arm();
    void under_rises(Level approach_before);
    void under_clears();
    void authorised_through();
    void stranger_through();
    void photocell_missed();
    void arm_is_down();
    void arm_is_up();
    void opened_by_itself();
    void begin_closing();
    void settle_closing();
    void close_if_clear();
    void arm_down_overdue();
    [[nodiscard]] bool ours_is_up() const;
    [[nodiscard]] bool in_the_way() const;

    // guard.cpp
    void on(const GuardClose&);
    void on(const GuardStop&);
    void on(const GuardHold& in);
    void on(const Lockdown& in);
    void on(const FireReset&);
    void on(const BusDown&);
    void on(const BusUp&);
    bool refused(std::string_view action);
    void enter_fire();
    void pulse();
    void keep_open();
    void let_go();
    void drop_all(std::string_view why);

    [[nodiscard]] bool closes() const { return c.close == CloseBy::menshen && (c.has_under || c.has_photocell); }

    const Config& c;
    State& s;
    std::vector<Effect>& out;
    Instant now_;
    Level approach_before_ = Level::unknown;  // in the reading before this one
};

/// Why a closing may not be asked for; empty = it may.
[[nodiscard]] std::string why_not_close(const Config& config, const Sensors& sensors);

}  // namespace menshen::lane
