// One lane: reads become claims, claims decisions, decisions inputs of the lane machine, its effects deeds. Everything
// on the loop; blocking things go through LaneHost and Barrier.
#pragma once

#include <boost/asio/steady_timer.hpp>

#include <deque>
#include <map>
#include <memory>
#include <string>

#include "arrival.hpp"
#include "identify/identify.hpp"
#include "lane_host.hpp"
#include "ports/barrier.hpp"
#include "ports/display.hpp"
#include "site/site.hpp"
#include "usual_width.hpp"
#include "values/eye_message.hpp"

namespace menshen::gate {

class LaneController {
  public:
    /// Ids of arrivals count up from `first_read` where a camera read them, from `first_unread` where only the loop saw
    /// them.
    LaneController(boost::asio::any_io_executor loop, const site::Lane& lane, LaneHost& host,
                   std::shared_ptr<Barrier> barrier, std::shared_ptr<Display> display, ArrivalId first_read,
                   ArrivalId first_unread);

    // ---- from the eye
    void on_read(const Read& read);
    void on_beat(const eye_message::Beat& beat);
    void on_camera_gone(const std::string& why);
    void on_picture(const std::string& id, const std::string& kind);

    /// Fleet mode: a standing order of a named person, perhaps with an end. It outlives a lost bus and a restart, and
    /// ends with what ends it in the lane: close, stop, fire, lockdown.
    struct Hold {
        std::string by;
        std::optional<LocalTime> until;
    };

    // ---- from guards; the caller has journalled the guard's action before
    void guard_open(const std::string& guard);
    Status guard_admit(ArrivalId arrival, const std::string& plate, const std::string& guard);
    Status guard_refuse(ArrivalId arrival, const std::string& guard);
    void guard_hold(const Hold& hold);
    void guard_release(const std::string& guard);
    /// Of an earlier run, before the board is read.
    void restore_hold(const Hold& hold);
    /// Pixels, oldest first.
    void restore_widths(const std::vector<int>& widths);
    void feed(const lane::Input& input);
    /// An arrival that waits for a guard, if it is of this lane.
    [[nodiscard]] const Arrival* referred(ArrivalId arrival) const;

    /// The list or the mode changed: who waits for a guard is judged again.
    void judge_again();
    /// Whatever is due: called at deadlines and at least every half second; more often changes nothing.
    void tick();

    [[nodiscard]] const LaneId& id() const { return config_.id; }
    [[nodiscard]] boost::json::object view() const;
    void append_referred(boost::json::array& out) const;

  private:
    // decisions
    void handle(const Identified& identified);
    [[nodiscard]] bool is_noise(const Claim& claim) const;
    void arrived(Claim claim, bool unread);
    void revised(const Claim& claim);
    void left(ArrivalId arrival);
    void leave_if(const std::function<bool(const Arrival&)>& which);
    void judge(ArrivalId arrival);
    void judged(ArrivalId arrival, std::uint64_t question, std::uint64_t list_version,
                const Result<ListAnswer>& answer);
    void decided(Arrival& arrival, const DecideInput& input);
    void announce(const Arrival& arrival);
    void grant(Arrival& arrival);
    void refer(Arrival& arrival, bool on);
    void forget(ArrivalId arrival);
    /// What the lane itself adds to the box's mode: fire, fleet (held), or nothing.
    [[nodiscard]] Mode own_mode() const;
    [[nodiscard]] DecideInput decide_input(const Arrival& arrival, const ListAnswer& answer) const;
    void check_unread(Instant now);
    void prune(Instant now);
    void judge_intent_again();
    void watch_intent();
    [[nodiscard]] bool not_open_yet(AuthorisationId id) const;
    void watch_camera(Instant now);
    void settle_all(Instant now);

    // effects
    void run(const lane::Effect& effect);
    void operator()(const lane::CommitIntent& effect);
    void operator()(const lane::Open& effect);
    void operator()(const lane::Close& effect);
    void operator()(const lane::Stop& effect);
    void operator()(const lane::FireHold& effect);
    void operator()(const lane::Ended& effect);
    void operator()(const lane::Dropped& effect);
    void operator()(const lane::Passage& effect);
    void operator()(const lane::Alarm& effect);
    void operator()(const lane::RaiseFault& effect);
    void operator()(const lane::ClearFault& effect);
    void operator()(const lane::Refused& effect);
    void watch_fire_contact(Instant now);
    void write_intent(const lane::Authorisation& authorisation);
    /// Asks the list again when it may have changed; go(true) if the grant still stands.
    void still_granted(AuthorisationId id, std::function<void(bool)> go);
    std::vector<PictureRef> keep_pictures(const Arrival& arrival);
    void settle_evidence(ArrivalId arrival);

    /// Is it this car that stands on the approach loop?
    enum class Standing { here, unclear, another };
    [[nodiscard]] bool in_view(const Arrival& arrival) const;
    [[nodiscard]] Standing standing(const Arrival& arrival) const;
    void watch_loop(Level approach);
    void forget_loop(Instant now);
    void leave_loop(bool seen_clear);
    [[nodiscard]] bool came_with_loop(const Arrival& arrival) const;
    void first_sight(Arrival& arrival) const;
    void follow(const Read& read);
    void withhold(AuthorisationId id);
    /// A grant that will not open: a person decides. Told in the journal.
    void hand_to_guard(Arrival& arrival, Reason reason, const std::string& why);
    void watch_withheld(Instant now);

    void follow_hold(lane::Phase before);
    void watch_hold();
    void end_hold(const std::string& by);
    void record_mode(const std::string& by);
    void way_closed();
    void open_held(Instant deadline);
    void watch_held_opening();
    void send_held_opening();
    void end_held_opening(Outcome outcome, std::string_view detail);

    [[nodiscard]] Event event(EventKind kind, ArrivalId arrival = 0, AuthorisationId authorisation = 0) const;
    void record(Event event);
    [[nodiscard]] Arrival* find(ArrivalId arrival);
    [[nodiscard]] Arrival* by_authorisation(AuthorisationId id);
    void arm_timer();

    boost::asio::any_io_executor loop_;
    site::Lane config_;
    LaneHost& host_;
    std::shared_ptr<Barrier> barrier_;
    std::shared_ptr<Display> display_;
    Identifier identifier_;
    lane::State state_;
    std::optional<Instant> lane_deadline_;
    std::deque<lane::Input> inputs_;  // an effect's answer may come while effects run
    bool feeding_ = false;
    std::map<ArrivalId, Arrival> arrivals_;
    std::deque<ArrivalId> noise_;  // claims that nobody was asked about; better knowledge makes arrivals of them
    ArrivalId shown_ = 0;          // whose decision the panel shows
    std::optional<Arrival> last_;  // the same after it has left
    ArrivalId next_unread_;
    std::optional<Instant> loop_since_;          // somebody stands on the approach loop
    bool loop_was_clear_ = false;                // before that: it was seen to come
    std::optional<Instant> loop_unknown_since_;  // the board does not say
    UsualWidth at_loop_;                         // of plates whose cars were let in and went through
    struct Sight {
        std::string text;
        Instant captured{};
        float width = 0, x = 0;  // pixels; x of its middle
    };
    std::deque<Sight> sights_;  // the last reads, from before their cars were claimed
    std::optional<Hold> hold_;
    struct HeldOpening {
        AuthorisationId id = 0;
        Instant deadline{};  // of the command
        Instant send_at{};   // when its intent is durable, or has waited for long enough
        bool sent = false;
        std::optional<Status> answer;
    };
    std::optional<HeldOpening> held_opening_;
    std::optional<Instant> fire_contact_since_;
    bool unread_done_ = false;  // this stay on the approach loop was given to the guard already
    std::string scene_;         // newest picture of the camera
    LocalTime scene_at_{};
    eye_message::Beat beat_;
    std::optional<Instant> beat_at_;
    float read_x_ = 0;      // its middle, pixels
    float read_width_ = 0;  // pixels, of the last read
    Instant started_;
    boost::asio::steady_timer timer_;
    std::shared_ptr<bool> alive_ =
        std::make_shared<bool>(true);  // answers that come after the lane is gone are dropped
};

}  // namespace menshen::gate
