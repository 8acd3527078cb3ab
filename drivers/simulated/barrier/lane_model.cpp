#include "lane_model.hpp"

#include <algorithm>
#include <utility>

namespace menshen::twin {
namespace {

constexpr double stop_line = 1.5;
constexpr double arm_line = 5.5;
constexpr double before_arm = 5.0;
constexpr double cleared = 6.5;
constexpr double gone = 12.0;
constexpr double appears = -4.0;
constexpr double gap = 2.5;              // to the car ahead; longer than a loop, so that loops can tell two cars apart
constexpr double courage_seconds = 1.0;  // a driver who finds the arm up and the road free waits this long
constexpr double largest_step = 0.02;
constexpr std::size_t most_cars = 16;

}  // namespace

const char* to_string(LaneModel::Arm arm) {
    switch (arm) {
        case LaneModel::Arm::down:
            return "down";
        case LaneModel::Arm::between:
            return "between";
        case LaneModel::Arm::up:
            return "up";
    }
    return "between";
}

void LaneModel::advance(double seconds) {
    while (seconds > 0) {
        const double part = std::min(seconds, largest_step);
        step(part);
        seconds -= part;
    }
}

void LaneModel::step(double seconds) {
    close_by_itself(seconds);
    move_arm(seconds);
    move_cars(seconds);
}

void LaneModel::open_contact(bool closed) {
    open_held_ = closed;
    if (!closed) return;
    motor_ = Motor::up;
    for (Car& car : cars_) {
        if (car.going || car.opened_for || car.tailgate) continue;
        car.opened_for = true;
        break;
    }
}

void LaneModel::close_contact(bool closed) {
    if (closed && !open_held_ && !(manner_.protects && (under() || photocell()))) motor_ = Motor::down;
}

void LaneModel::stop_contact(bool closed) {
    if (closed) motor_ = Motor::rest;
}

void LaneModel::hand_button() {
    open_contact(true);
    open_held_ = false;
}

bool LaneModel::arrive(Car car) {
    const bool known = std::any_of(cars_.begin(), cars_.end(), [&](const Car& other) { return other.id == car.id; });
    if (known || cars_.size() >= most_cars) return false;
    car.front = appears;
    if (!cars_.empty()) car.front = std::min(car.front, cars_.back().rear() - gap);
    cars_.push_back(std::move(car));
    return true;
}

bool LaneModel::back_out(const std::string& id) {
    for (Car& car : cars_) {
        if (car.id != id || car.passed) continue;
        car.backing = true;
        return true;
    }
    return false;
}

LaneModel::Arm LaneModel::arm() const {
    if (position_ <= 0.02) return Arm::down;
    return position_ >= 0.98 ? Arm::up : Arm::between;
}

bool LaneModel::occupied(double from, double to) const {
    return std::any_of(cars_.begin(), cars_.end(), [&](const Car& car) { return car.front > from && car.rear() < to; });
}

void LaneModel::move_arm(double seconds) {
    if (manner_.protects && motor_ == Motor::down && (under() || photocell())) motor_ = Motor::up;
    if (open_held_) motor_ = Motor::up;
    if (motor_ == Motor::up) position_ = std::min(1.0, position_ + seconds / manner_.up_seconds);
    if (motor_ == Motor::down) {
        position_ = std::max(0.0, position_ - seconds / manner_.down_seconds);
        if (position_ < 0.7 && photocell() && !manner_.protects) tell("hit");
    }
    if (position_ <= 0.0 || position_ >= 1.0) motor_ = Motor::rest;
    if (arm() != told_) {
        told_ = arm();
        tell("arm", {}, to_string(told_));
    }
}

void LaneModel::close_by_itself(double seconds) {
    if (under() || photocell()) {
        car_was_under_ = true;
        clear_for_ = 0;
        return;
    }
    clear_for_ += seconds;
    if (!manner_.closes_itself || open_held_ || !car_was_under_ || clear_for_ < manner_.close_delay_seconds) return;
    car_was_under_ = false;
    motor_ = Motor::down;
}

void LaneModel::move_cars(double seconds) {
    const bool busy = std::any_of(cars_.begin(), cars_.end(), [](const Car& car) { return car.going && !car.passed; });
    road_free_for_ = busy || arm() != Arm::up || motor_ == Motor::down ? 0.0 : road_free_for_ + seconds;
    const Car* ahead = nullptr;
    for (Car& car : cars_) {
        if (!car.backing) decide(car, ahead, seconds);
        drive(car, ahead, seconds);
        report(car);
        ahead = &car;
    }
    std::erase_if(cars_, [this](const Car& car) {
        const bool through = car.rear() > gone;
        const bool back = car.backing && car.front <= appears;
        if (through || back) tell("car_left", car.id, through ? "through" : "back");
        return through || back;
    });
}

void LaneModel::decide(Car& car, const Car* ahead, double /*seconds*/) {
    if (car.going || car.front < stop_line - 0.01) {
        // a tailgater does not slow down behind a car that drives
        if (!car.going && car.tailgate && ahead != nullptr && ahead->going && !ahead->passed && arm() == Arm::up)
            car.going = true;
        return;
    }
    if (arm() != Arm::up) return;
    const bool finds_it_open = road_free_for_ >= courage_seconds && (ahead == nullptr || ahead->passed);
    if (car.opened_for || car.tailgate || finds_it_open) car.going = true;
}

void LaneModel::drive(Car& car, const Car* ahead, double seconds) const {
    if (car.backing) {
        car.front -= car.metres_per_second * seconds;
        return;
    }
    double limit = ahead != nullptr ? ahead->rear() - gap : gone * 10;
    if (!car.going && car.front <= stop_line) limit = std::min(limit, stop_line);
    if (arm() == Arm::down && car.front <= before_arm) limit = std::min(limit, before_arm);
    car.front = std::max(car.front, std::min(car.front + car.metres_per_second * seconds, limit));
}

void LaneModel::report(Car& car) {
    const bool on_approach = car.front > 0.0 && car.rear() < 2.0;
    const bool on_under = car.front > 4.5 && car.rear() < cleared;
    if (on_approach != car.on_approach) tell("approach", car.id, on_approach ? "occupied" : "clear");
    if (on_under != car.on_under) tell("under", car.id, on_under ? "occupied" : "clear");
    car.on_approach = on_approach;
    car.on_under = on_under;
    if (!car.passed && car.rear() >= cleared) {
        car.passed = true;
        tell("passed", car.id);
    }
}

void LaneModel::tell(const std::string& what, const std::string& id, const std::string& detail) const {
    if (on_event) on_event(what, id, detail);
}

}  // namespace menshen::twin
