// What guards ask: each touch is journalled with name and reason before anything moves (MISSION P2).
#include <array>

#include "gate.hpp"

namespace menshen::gate {

namespace {

using Action = GuardCommand::Action;

constexpr std::array action_names{"open",   "close",      "stop",  "hold",   "release",          "lockdown",
                                  "unlock", "fire_reset", "admit", "refuse", "register_visitor", "confirm_clock"};

constexpr std::array change_names{"created", "login", "logout", "expired", "displaced"};

bool needs_lane(Action action) {
    return action != Action::lockdown && action != Action::unlock && action != Action::register_visitor &&
           action != Action::confirm_clock;
}

}  // namespace

void Gate::command(GuardCommand command, std::function<void(Status)> done) {
    if (command.why.empty()) return done({Errc::invalid, "choose or write a reason"});
    if (command.why.size() > 500 || command.plate.size() > 64) return done({Errc::invalid, "the text is too long"});
    if (needs_lane(command.action) && lane(command.lane) == nullptr)
        return done({Errc::not_found, "there is no lane \"" + command.lane + "\""});
    Event event;
    event.lane = command.lane;
    event.kind = EventKind::guard_action;
    event.arrival = command.arrival;
    event.body = {{"action", action_names.at(static_cast<std::size_t>(command.action))},
                  {"guard", command.guard},
                  {"why", command.why},
                  {"plate", command.plate}};
    // Not awaited: the journal keeps the order, so this event is durable before the intent that follows it; and where
    // the disk is dead the guard must still be able to act (rule 2).
    record(std::move(event), [](const auto&) {});
    carry_out(command, done);
}

void Gate::carry_out(const GuardCommand& command, const std::function<void(Status)>& done) {
    auto* l = lane(command.lane);
    switch (command.action) {
        case Action::open:
            l->guard_open(command.guard);
            break;
        case Action::close:
            l->feed(lane::GuardClose{});
            break;
        case Action::stop:
            l->feed(lane::GuardStop{});
            break;
        case Action::hold:
            return hold(*l, command, done);
        case Action::release:
            l->guard_release(command.guard);
            break;
        case Action::fire_reset:
            l->feed(lane::FireReset{});
            break;
        case Action::lockdown:
            set_mode(Mode::lockdown, command.guard);
            break;
        case Action::unlock:
            set_mode(Mode::normal, command.guard);
            break;
        case Action::admit:
            return admit(command, done);
        case Action::refuse:
            return done(l->guard_refuse(command.arrival, command.guard));
        case Action::register_visitor:
            return register_visitor(command, done);
        case Action::confirm_clock:
            return done(confirm_clock());
    }
    done({});
}

void Gate::set_mode(Mode mode, const std::string& by) {
    stores_->set_mode(mode, by);
    for (auto& [id, lane] : lanes_) {
        lane->feed(lane::Lockdown{mode == Mode::lockdown});
        lane->judge_again();
    }
    emit({{"site", site_json()}});
}

void Gate::hold(LaneController& lane, const GuardCommand& command, const std::function<void(Status)>& done) {
    LaneController::Hold hold{command.guard, std::nullopt};
    if (!command.until.empty()) {
        const auto until = parse_local(command.until);
        if (!until) return done(until.error());
        if (*until <= clock_.now().local) return done({Errc::invalid, "the hold would end before it begins"});
        hold.until = *until;
    }
    lane.guard_hold(hold);
    done({});
}

/// Permits that end are judged by this clock from now on.
Status Gate::confirm_clock() {
    if (auto status = clock_.confirm(); !status) return status;
    watch_clock(clock_.now());
    for (auto& [id, lane] : lanes_) lane->judge_again();
    return {};
}

/// A block stands above a guard's choice; opening by hand, under his name, stays possible.
void Gate::admit(const GuardCommand& command, const std::function<void(Status)>& done) {
    const auto plate = Plate::parse(command.plate);
    if (!plate) return done(plate.error());
    const auto text = plate->text();
    look_up({text}, [this, command, done, text](const Result<ListAnswer>& answer) {
        const auto local = clock_.now().local;
        if (answer && !answer->listings.empty()) {
            for (const auto& block : answer->listings[0].blocks) {
                const bool active = !block.until || local < *block.until;
                if (active && block.kind != BlockKind::watch) {
                    return done({Errc::denied, text + " is on the blocklist (" + block.reason + "); it may not pass"});
                }
            }
        }
        auto* l = lane(command.lane);
        done(l == nullptr ? Status(Errc::not_found, "there is no such lane")
                          : l->guard_admit(command.arrival, text, command.guard));
    });
}

void Gate::register_visitor(const GuardCommand& command, const std::function<void(Status)>& done) {
    const auto now = clock_.now();
    whitelist::Visitor visitor;
    visitor.plate = command.plate;
    visitor.note = command.guard + ": " + command.why;
    visitor.until = date_of(now.local) + std::chrono::days(1);
    if (!command.until.empty()) {
        const auto until = parse_local(command.until);
        if (!until) return done(until.error());
        visitor.until = *until;
    }
    if (site_.registry && visitor.until > now.local + std::chrono::hours(24)) {
        return done(
            {Errc::invalid, "a guard lets a visitor in for 24 hours at most; longer visits are the registry's"});
    }
    stores_->register_visitor(visitor, now, [this, command, done](const Result<Permit>& permit) {
        if (!permit) return done(permit.error());
        Event event;
        event.kind = EventKind::visitor_registered;
        event.body = {{"plate", command.plate},
                      {"until", permit->valid_until ? format_local(*permit->valid_until) : ""},
                      {"by", command.guard}};
        record(std::move(event), [](const auto&) {});
        list_changed("visitor", command.guard, 1);
        done({});
    });
}

bool Gate::first_start() const {
    return !stores_->has_guards();
}

void Gate::create_guard(std::string name, std::string pin, std::function<void(Status)> done) {
    stores_->create_guard(std::move(name), std::move(pin), std::move(done));
}

void Gate::check_guard(std::string name, std::string pin, std::function<void(Status)> done) {
    stores_->check_guard(name, std::move(pin), clock_.now(),
                         [this, name, done = std::move(done)](const Status& status) {
                             record_session({{"guard", name}, {"action", status ? "login" : "refused"}});
                             done(status);
                         });
}

void Gate::guard_changed(const std::string& guard, GuardChange change, const std::string& whom) {
    boost::json::object body{{"guard", guard}, {"action", change_names.at(static_cast<std::size_t>(change))}};
    if (!whom.empty()) body["what"] = whom;
    record_session(std::move(body));
}

void Gate::record_session(boost::json::object body) {
    Event event;
    event.kind = EventKind::guard_session;
    event.body = std::move(body);
    record(std::move(event), [](const auto&) {});
}

void Gate::look_up(const std::string& plate, std::function<void(Result<boost::json::object>)> done) {
    look_up(std::vector{plate}, [this, plate, done = std::move(done)](const Result<ListAnswer>& answer) {
        if (!answer) return done(answer.error());
        boost::json::object out{{"plate", plate}, {"listed", false}, {"inside", stores_->inside(plate)}};
        boost::json::array permits, blocks;
        for (const auto& listing : answer->listings) {
            for (const auto& [credential, permit] : listing.permits) {
                const auto name = name_of(permit.permit_class);
                permits.push_back({{"class", to_string(permit.permit_class)},
                                   {"class_zh", name.zh},
                                   {"class_en", name.en},
                                   {"state", to_string(permit.state)},
                                   {"holder", permit.holder},
                                   {"unit", permit.unit},
                                   {"phone", permit.phone},
                                   {"note", permit.note},
                                   {"valid_from", permit.valid_from ? format_local(*permit.valid_from) : ""},
                                   {"valid_until", permit.valid_until ? format_local(*permit.valid_until) : ""}});
            }
            for (const auto& block : listing.blocks) {
                blocks.push_back({{"kind", to_string(block.kind)},
                                  {"reason", block.reason},
                                  {"until", block.until ? format_local(*block.until) : ""}});
            }
        }
        out["listed"] = !permits.empty();
        out["permits"] = std::move(permits);
        out["blocks"] = std::move(blocks);
        done(out);
    });
}

}  // namespace menshen::gate
