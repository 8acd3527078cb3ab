// A gate that does what a test tells it, behind the panel's port. On the loop's thread only.
#pragma once

#include <boost/json/array.hpp>

#include <map>
#include <string>
#include <vector>

#include "ports/clock.hpp"
#include "ports/gate_control.hpp"

namespace menshen::test {

struct FakeClock : Clock {
    Now time{Instant{seconds(1000)}, UtcTime{}, *parse_local("2026-11-22 08:30"), ClockState::trusted};
    [[nodiscard]] Now now() const override { return time; }
};

class FakeGate : public GateControl {
  public:
    boost::json::object state{{"site", "测试站"},
                              {"now", "2026-11-22T08:30:00"},
                              {"clock", "trusted"},
                              {"mode", "normal"},
                              {"list", {{"usable", true}, {"credentials", 3}, {"changed", ""}, {"scope", "local"}}},
                              {"lanes", boost::json::array()},
                              {"referred", boost::json::array()},
                              {"faults", boost::json::array()},
                              {"recent", boost::json::array()}};
    std::map<std::string, std::string> guards;  // name → PIN
    std::map<std::string, Picture> pictures;
    std::vector<GuardCommand> commands;
    Status command_answer;
    Status check_answer;  // besides name and PIN
    bool silent = false;  // asked, but never answers
    std::vector<std::function<void(Status)>> unanswered;
    std::function<void(const GuardCommand&)> on_command;
    boost::json::array past;
    std::uint64_t asked_before = 0;
    int asked_limit = 0;
    int snapshots = 0;

    void publish(const boost::json::object& update) {
        for (const auto& [id, listener] : listeners_) listener(update);
    }

    [[nodiscard]] boost::json::object snapshot() const override {
        ++const_cast<FakeGate*>(this)->snapshots;
        return state;
    }
    std::shared_ptr<void> subscribe(Listener listener) override {
        const int id = ++next_;
        listeners_[id] = std::move(listener);
        return {static_cast<void*>(nullptr), [this, id](void*) { listeners_.erase(id); }};
    }
    void command(GuardCommand command, std::function<void(Status)> done) override {
        commands.push_back(command);
        if (on_command) on_command(command);
        answer(command_answer, std::move(done));
    }
    void picture(const std::string& id, std::function<void(Picture)> done) override {
        const auto found = pictures.find(id);
        done(found == pictures.end() ? nullptr : found->second);
    }
    Result<CameraView> camera_view(const std::string& camera) override {
        ++views_asked;
        const auto found = views.find(camera);
        if (found == views.end()) return Error{Errc::not_found, "there is no camera \"" + camera + "\""};
        return found->second;
    }
    std::map<std::string, CameraView> views;
    int views_asked = 0;
    void events(std::uint64_t before, int limit, std::function<void(Result<boost::json::array>)> done) override {
        asked_before = before;
        asked_limit = limit;
        done(past);
    }
    void look_up(const std::string& plate, std::function<void(Result<boost::json::object>)> done) override {
        if (const auto* known = listings.if_contains(plate)) return done(known->as_object());
        done(boost::json::object{{"plate", plate},
                                 {"listed", false},
                                 {"inside", nullptr},
                                 {"permits", boost::json::array()},
                                 {"blocks", boost::json::array()}});
    }
    [[nodiscard]] bool first_start() const override { return guards.empty(); }
    void create_guard(std::string name, std::string pin, std::function<void(Status)> done) override {
        if (guards.contains(name)) return answer({Errc::conflict, "the name is taken"}, std::move(done));
        guards.emplace(std::move(name), std::move(pin));
        answer({}, std::move(done));
    }
    void check_guard(std::string name, std::string pin, std::function<void(Status)> done) override {
        const auto found = guards.find(name);
        const bool good = found != guards.end() && found->second == pin;
        answer(!check_answer ? check_answer : good ? Status{} : Status{Errc::denied, "no"}, std::move(done));
    }

    void guard_changed(const std::string& guard, GuardChange change, const std::string& whom) override {
        changes.push_back({guard, change, whom});
    }
    struct Changed {
        std::string guard;
        GuardChange change;
        std::string whom;
        friend bool operator==(const Changed&, const Changed&) = default;
    };
    std::vector<Changed> changes;

    boost::json::object listings;  // plate → GateControl::look_up's answer

  private:
    void answer(const Status& status, std::function<void(Status)> done) {
        if (silent)
            unanswered.push_back(std::move(done));
        else
            done(status);
    }
    std::map<int, Listener> listeners_;
    int next_ = 0;
};

}  // namespace menshen::test
