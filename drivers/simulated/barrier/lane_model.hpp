// One lane of asphalt: barrier arm, two loops, photocell, arm switches, fire contact, and the cars that drive through.
// Pure: time comes in as steps.
//
//   metres   -4 ............ 0 ==approach== 2 ........ 4.5 ==under== 6.5 .......... 12
//            car appears     1.5 stop line              5.5 arm and photocell       car gone
#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <string>

namespace menshen::twin {

struct Manner {
    double up_seconds = 1.5;  // arm from down to up
    double down_seconds = 2.0;
    double close_delay_seconds = 0.5;  // from the under loop's clearing to the barrier's own closing
    bool closes_itself = true;         // close = barrier; false: only its close contact closes it
    bool protects = true;              // its own crush protection: reopens for a car under the closing arm
};

struct Car {
    std::string id;
    bool tailgate = false;  // drives through behind another car without an opening of its own
    double length = 4.5;
    double metres_per_second = 2.0;
    double front = -4.0;
    bool going = false;       // past the point of waiting
    bool opened_for = false;  // an opening was ordered while it was the first without one
    bool backing = false;
    bool on_approach = false;
    bool on_under = false;
    bool passed = false;
    [[nodiscard]] double rear() const { return front - length; }
};

class LaneModel {
  public:
    enum class Arm { down, between, up };

    explicit LaneModel(Manner manner) : manner_(manner) {}

    /// Moves arm and cars on by `seconds` of model time.
    void advance(double seconds);

    // contacts of the board's relays
    void open_contact(bool closed);
    void close_contact(bool closed);
    void stop_contact(bool closed);
    /// The guard's button or a remote control: opens without menshen.
    void hand_button();

    /// False if a car of that name is there, or sixteen cars wait.
    bool arrive(Car car);
    bool back_out(const std::string& id);

    [[nodiscard]] bool approach() const { return occupied(0.0, 2.0); }
    [[nodiscard]] bool under() const { return occupied(4.5, 6.5); }
    [[nodiscard]] bool photocell() const { return occupied(5.45, 5.55); }
    [[nodiscard]] Arm arm() const;
    [[nodiscard]] double position() const { return position_; }
    [[nodiscard]] const std::deque<Car>& cars() const { return cars_; }

    bool fire = false;
    /// what: arm (detail down, between, up), approach, under, passed, car_left (detail through, back), hit. id: the
    /// car's, or empty.
    std::function<void(const std::string& what, const std::string& id, const std::string& detail)> on_event;

  private:
    enum class Motor { rest, up, down };

    [[nodiscard]] bool occupied(double from, double to) const;
    void step(double seconds);
    void move_arm(double seconds);
    void close_by_itself(double seconds);
    void move_cars(double seconds);
    void decide(Car& car, const Car* ahead, double seconds);
    void drive(Car& car, const Car* ahead, double seconds) const;
    void report(Car& car);
    void tell(const std::string& what, const std::string& id = {}, const std::string& detail = {}) const;

    Manner manner_;
    double position_ = 0.0;  // 0 down, 1 up
    Motor motor_ = Motor::rest;
    bool open_held_ = false;
    bool car_was_under_ = false;
    double clear_for_ = 0.0;
    double road_free_for_ = 0.0;
    Arm told_ = Arm::down;
    std::deque<Car> cars_;  // first one first
};

[[nodiscard]] const char* to_string(LaneModel::Arm arm);

}  // namespace menshen::twin
