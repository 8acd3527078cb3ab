// A gate box for tests: its databases in a temporary folder, its clock in the test's hand, its boards and cameras
// values.
#pragma once

#include <boost/asio/io_context.hpp>

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "gate.hpp"

namespace menshen::test {

/// Stands still until told otherwise.
class HandClock : public TrustedClock {
  public:
    HandClock();
    [[nodiscard]] Now now() const override { return now_; }
    void forward(Duration by);
    void set_local(const std::string& local) { now_.local = *parse_local(local); }
    void set_state(ClockState state) { now_.clock = state; }
    [[nodiscard]] ClockTrust trust() const override { return kept; }
    void restore(const ClockTrust& trust) override { kept = trust; }
    Status confirm() override { return set_state(ClockState::trusted), Status{}; }
    ClockTrust kept;

  private:
    Now now_;
};

/// A board that does what it is told, with an arm that moves when the test says so.
class FakeBoard : public Barrier {
  public:
    void open(Instant deadline, Done done) override;
    void close(Instant deadline, Done done) override;
    void stop(Done done) override;
    void hold(bool on, Done done) override;

    /// Reports what its contacts say now.
    void report() { on_sensors(sensors); }
    void link(bool up);

    Sensors sensors{Level::clear, Level::clear, Level::clear, Arm::down, Contact::quiet};
    Status answer;                           // to every command
    std::function<void(bool done)> on_open;  // before an opening is taken, and after it was answered
    int opened = 0, closed = 0, stopped = 0;
    bool held = false;
};

inline constexpr const char* listed = "浙A12345";  // a plate to put into a list

class Box : public gate::BarrierMaker {
  public:
    /// `folder` of an earlier box: the same gate after a restart. `more`: further tables of its site file.
    explicit Box(std::string folder = {}, const std::function<void(HandClock&)>& before_start = {},
                 const std::string& more = {});
    ~Box() override;

    /// Turns the loop until `done`, at most five seconds of real time for the workers. False: it never came.
    bool until(const std::function<bool()>& done);
    /// Turns the loop until the workers have nothing left.
    void settle();
    /// Moves the clock in steps of 100 ms, ticking the gate at each.
    void pass_time(Duration time);

    /// A list of plates, all parking permits; `until` = exclusive end or empty.
    void import(const std::vector<std::pair<std::string, std::string>>& plates);
    /// The eye sees `plate` in `frames` frames 100 ms apart, at `x` pixels from the left.
    void see(const std::string& lane, const std::string& plate, int frames = 4, float x = 800,
             float likelihood = 0.995F);
    /// Loops and arm as a car goes through an opened barrier.
    void drive_through(const std::string& lane);
    void approach(const std::string& lane, Level level);

    FakeBoard& board(const std::string& lane) { return *boards_.at(lane); }
    gate::Gate& gate() { return *gate_; }
    std::vector<Event> events();
    std::vector<Event> events(EventKind kind);
    /// The newest decision's reason, as its key.
    std::string reason();
    Status command(GuardCommand::Action action, const std::string& lane, ArrivalId arrival = 0,
                   const std::string& plate = {});
    boost::json::object ask(boost::json::object request);
    boost::json::object lane_view(const std::string& lane);
    /// The first car that waits for a guard; 0: none does.
    ArrivalId referred();
    [[nodiscard]] const std::string& folder() const { return folder_; }
    void keep_folder() { keep_ = true; }
    void end();

    /// What see() shows: a car that comes nearer, or one that stands further off.
    bool driving = true;
    float scale = 1;  // of the plate: 0.5 = twice as far away

    HandClock clock;
    boost::asio::io_context loop;

    // BarrierMaker
    Result<std::shared_ptr<Barrier>> make(const site::Lane& lane) override;
    void start() override;
    void stop() override {}

  private:
    std::string folder_;
    bool keep_ = false;
    std::map<std::string, std::shared_ptr<FakeBoard>> boards_;
    std::unique_ptr<gate::Gate> gate_;
    std::uint64_t frame_ = 0;
};

}  // namespace menshen::test
