// Watches a lane from outside: what went in, what came out. It keeps its own books of grants, intents, openings and
// endings and shares no code with the machine; of the machine's state it looks only at the phase, the sizes of the
// lists and at which authorisations are still alive (to find one that was lost).
#pragma once

#include <string>
#include <vector>

#include "lane/lane.hpp"

namespace menshen::lane {

class Observer {
  public:
    explicit Observer(const Config& config) : c_(&config) {}

    /// Empty = every invariant holds over this step; otherwise which one is broken and how.
    [[nodiscard]] std::string see(const Input& input, const Step& step);

    /// What of the books can differ between two runs that have led to equal states.
    [[nodiscard]] std::uint64_t key(const State& state) const;

  private:
    struct Car {
        AuthorisationId id = 0;
        bool guard = false;
        bool intent = false;   // CommitIntent seen
        bool durable = false;  // the journal said so
        bool failed = false;   // the journal said no
        bool opened = false;
        bool ended = false;
        bool dropped = false;
        bool passed = false;
        bool stale = false;  // granted before the bus was lost
    };

    void hear(const Input& input);
    void hear_sensed(const Sensors& sensors);
    void judge(const Effect& effect);
    void judge_afterwards(const Step& step);
    void forget(const State& state);
    void judge_deadline(const Step& step);

    void on(const CommitIntent& e);
    void on(const Open& e);
    void on(const Close& e);
    void on(const Stop& e);
    void on(const FireHold& e);
    void on(const Ended& e);
    void on(const Dropped& e);
    void on(const Passage& e);
    void on(const Alarm& e);
    void on(const RaiseFault& e);
    void on(const ClearFault& e);
    void on(const Refused& e);

    Car* find(AuthorisationId id);
    [[nodiscard]] bool car_there(const Car& car) const;
    void require(bool holds, const char* what);

    const Config* c_;
    std::vector<Car> cars_;  // alive, or dead since the last step
    AuthorisationId highest_ = 0;
    Sensors sensors_;
    bool was_under_ = false;  // loop under the arm, before this input
    bool link_ = true;
    bool read_ = false;  // the board was read since it came up
    bool fire_ = false;
    bool hold_ = false;
    bool lockdown_ = false;
    bool fire_began_ = false;  // in this step
    bool fire_acted_ = false;
    std::array<bool, fault_count> faults_{};
    const Input* input_ = nullptr;
    std::string broken_;
};

}  // namespace menshen::lane
