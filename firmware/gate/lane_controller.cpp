#include "lane_controller.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "values/json.hpp"
#include "values/plate_size.hpp"

namespace menshen::gate {

namespace {

constexpr std::size_t most_arrivals = 32;
constexpr auto camera_silent = seconds(5);
constexpr Duration oldest_read = seconds(5);  // a look of an overloaded eye takes a second or two
constexpr Duration newest_read = milliseconds(100);

bool is_alarm(Reason reason) {
    return reason == Reason::blocked || reason == Reason::held;
}

}  // namespace

LaneController::LaneController(boost::asio::any_io_executor loop, const site::Lane& lane, LaneHost& host,
                               std::shared_ptr<Barrier> barrier, std::shared_ptr<Display> display, ArrivalId first_read,
                               ArrivalId first_unread)
    : loop_(loop),
      config_(lane),
      host_(host),
      barrier_(std::move(barrier)),
      display_(std::move(display)),
      identifier_(lane.id, lane.identify, first_read),
      next_unread_(first_unread),
      started_(host.now().mono),
      timer_(loop) {
    barrier_->on_sensors = [this](const Sensors& sensors) {
        watch_loop(sensors.approach);
        feed(lane::Sensed{sensors});
    };
    barrier_->on_relays = [this](const std::string& wrong) {
        host_.fault(config_.id, "relay_wrong", !wrong.empty(), wrong);
    };
    barrier_->on_link = [this](bool up, const std::string& detail) {
        host_.fault(config_.id, "bus_down", !up, detail);
        if (up) {
            feed(lane::BusUp{});
        } else {
            watch_loop(Level::unknown);
            feed(lane::BusDown{});
        }
    };
}

// ---- from the eye

void LaneController::on_read(const Read& read) {
    // An eye that fell behind, or lies about its clock, tells of cars that are elsewhere by now.
    const auto age = host_.now().mono - read.captured;
    if (age > oldest_read || age < -newest_read) return;
    read_width_ = plate_width(read);
    read_x_ = (read.corners[0].x + read.corners[1].x) / 2;
    follow(read);
    handle(identifier_.on_read(read, host_.now().mono));
    arm_timer();
}

void LaneController::on_beat(const eye_message::Beat& beat) {
    const bool changed = beat.state != beat_.state;
    beat_ = beat;
    beat_at_ = host_.now().mono;
    // Trying again is neither: a dead camera would fill the journal by it.
    if (beat.state != "opening") host_.fault(config_.id, "camera_down", beat.state == "failed", beat.detail);
    if (changed) host_.lane_changed(config_.id);
}

void LaneController::on_camera_gone(const std::string& why) {
    beat_.state = "failed";
    beat_.detail = why;
    beat_at_.reset();
    host_.fault(config_.id, "camera_down", true, why);
    host_.lane_changed(config_.id);
}

void LaneController::on_picture(const std::string& id, const std::string& kind) {
    if (kind != "scene") return;
    scene_ = id;
    scene_at_ = host_.now().local;
    host_.lane_changed(config_.id);
}

void LaneController::tick() {
    const auto now = host_.now().mono;
    handle(identifier_.tick(now));
    feed(lane::Tick{});
    watch_camera(now);
    watch_intent();
    check_unread(now);
    watch_withheld(now);
    watch_hold();
    watch_fire_contact(now);
    settle_all(now);
    prune(now);
    arm_timer();
}

void LaneController::watch_camera(Instant now) {
    const bool silent = now - beat_at_.value_or(started_) > camera_silent;
    if (silent && beat_at_) on_camera_gone("no sign of life from the eye");
    if (silent && !beat_at_) host_.fault(config_.id, "camera_down", true, "the eye has not connected");
}

/// The pictures follow the reads; a second and a half later the best ones are here.
void LaneController::settle_all(Instant now) {
    for (auto& [id, arrival] : arrivals_) {
        const bool waits = !arrival.evidence_kept && arrival.authorisation == 0 && arrival.decided != Instant{};
        if (waits && now - arrival.decided > milliseconds(1500)) settle_evidence(id);
    }
}

/// A car on the approach loop that no camera could read goes to the guard (MISSION G4).
void LaneController::check_unread(Instant now) {
    if (!config_.machine.has_approach || !loop_since_) {
        unread_done_ = false;
        leave_if([](const Arrival& a) { return a.unread || a.gone; });
        return;
    }
    if (unread_done_ || now - *loop_since_ < config_.unread) return;
    const bool known = std::any_of(arrivals_.begin(), arrivals_.end(), [&](const auto& a) {
        return a.second.claim.first_seen > *loop_since_ - seconds(15);
    });
    const bool busy = state_.phase != lane::Phase::idle && state_.phase != lane::Phase::closing;
    if (known || busy) return;
    unread_done_ = true;
    Claim claim;
    claim.arrival = next_unread_++;
    claim.lane = config_.id;
    claim.first_seen = *loop_since_;
    claim.last_seen = now;
    if (const auto live = host_.pictures().find(scene_)) {
        claim.picture = fmt::format("arrival-{}", claim.arrival);
        host_.pictures().put(scene_id(claim), std::vector<std::uint8_t>(*live));
    }
    arrived(std::move(claim), true);
}

// ---- claims and decisions

void LaneController::handle(const Identified& identified) {
    for (const auto& claim : identified.claims) {
        if (is_noise(claim)) {
            noise_.push_back(claim.arrival);
            if (noise_.size() > most_arrivals) noise_.pop_front();
        } else {
            arrived(claim, false);
        }
    }
    for (const auto& claim : identified.revisions) revised(claim);
    for (const auto arrival : identified.gone) left(arrival);
}

/// Something like a plate that could not be read, while a car that is known stands there: a sign, the car's own bumper,
/// or the next car, which is asked about when it stands on the loop itself.
bool LaneController::is_noise(const Claim& claim) const {
    if (!config_.machine.has_approach || !claim.candidates.empty()) return false;
    return std::any_of(arrivals_.begin(), arrivals_.end(), [&](const auto& entry) {
        const auto& arrival = entry.second;
        return in_view(arrival) || (arrival.referred && loop_since_);
    });
}

void LaneController::arrived(Claim claim, bool unread) {
    // The camera has read the car that was thought unreadable: the guard need not be asked about it twice.
    leave_if([](const Arrival& a) { return a.unread; });
    while (arrivals_.size() >= most_arrivals) forget(arrivals_.begin()->first);
    const auto id = claim.arrival;
    auto& arrival = arrivals_[id];
    arrival.claim = std::move(claim);
    arrival.at = host_.now().local;
    arrival.unread = unread;
    shown_ = id;
    arrival.on_loop = loop_since_ && loop_was_clear_;
    first_sight(arrival);
    arrival.seen = host_.now().mono;
    judge(id);
}

void LaneController::revised(const Claim& claim) {
    if (std::find(noise_.begin(), noise_.end(), claim.arrival) != noise_.end()) {
        if (is_noise(claim)) return;
        std::erase(noise_, claim.arrival);
        return arrived(claim, false);
    }
    auto* arrival = find(claim.arrival);
    if (arrival == nullptr || arrival->authorisation != 0 || arrival->by != "menshen") return;
    arrival->claim = claim;
    judge(claim.arrival);
}

/// The car is out of the camera's view; what was granted goes on with the loops. Somebody may only stand before the
/// camera: while the approach loop has been occupied all along, the car is kept.
void LaneController::left(ArrivalId id) {
    auto* arrival = find(id);
    if (arrival == nullptr) return;
    arrival->gone = true;
    if (arrival->authorisation == 0 && !loop_since_) forget(id);
}

/// Those that nothing was granted to are forgotten.
void LaneController::leave_if(const std::function<bool(const Arrival&)>& which) {
    std::vector<ArrivalId> leaving;
    for (const auto& [id, arrival] : arrivals_) {
        if (which(arrival)) leaving.push_back(id);
    }
    for (const auto id : leaving) {
        auto* arrival = find(id);
        arrival->gone = true;
        if (arrival->authorisation == 0) forget(id);
    }
}

/// Cars that left without a passage the loops could prove.
void LaneController::prune(Instant now) {
    std::vector<ArrivalId> old;
    for (const auto& [id, arrival] : arrivals_) {
        const bool waits = arrival.referred && arrival.authorisation == 0;  // check_unread() sees it leave
        if (arrival.gone && !waits && now - arrival.decided > std::chrono::minutes(3)) old.push_back(id);
    }
    for (const auto id : old) forget(id);
}

void LaneController::forget(ArrivalId id) {
    auto* arrival = find(id);
    if (arrival == nullptr) return;
    const bool was_referred = arrival->referred;
    if (arrival->gone) identifier_.passed(id, host_.now().mono);  // should it come again, it is judged again
    settle_evidence(id);
    if (shown_ == id) last_ = *arrival;
    arrivals_.erase(id);
    if (was_referred) host_.referred_changed();
    host_.lane_changed(config_.id);
}

void LaneController::judge(ArrivalId id) {
    auto* arrival = find(id);
    if (arrival == nullptr) return;
    const auto question = ++arrival->judging;
    const auto version = host_.list_version();
    host_.look_up(plates_to_ask(arrival->claim),
                  [this, alive = std::weak_ptr(alive_), id, question, version](const Result<ListAnswer>& answer) {
                      if (alive.lock()) judged(id, question, version, answer);
                  });
}

/// Fire wins over lockdown, and lockdown over fleet.
Mode LaneController::own_mode() const {
    if (state_.phase == lane::Phase::fire) return Mode::fire;
    return state_.phase == lane::Phase::held ? Mode::fleet : Mode::normal;
}

DecideInput LaneController::decide_input(const Arrival& arrival, const ListAnswer& answer) const {
    const auto now = host_.now();
    DecideInput input;
    input.claim = arrival.claim;
    input.listings = answer.listings;
    input.schedules = answer.schedules;
    input.calendar = answer.calendar;
    const auto own = own_mode();
    input.mode = own == Mode::fire || host_.mode() == Mode::normal ? own : host_.mode();
    input.direction = config_.direction;
    input.zone = config_.zone;
    input.access_point = config_.id;
    input.policy = config_.policy;
    input.policy.list_usable = host_.list_usable();
    input.local = now.local;
    input.clock = now.clock;
    host_.fill_presence(input);
    return input;
}

void LaneController::judged(ArrivalId id, std::uint64_t question, std::uint64_t version,
                            const Result<ListAnswer>& answer) {
    auto* arrival = find(id);
    if (arrival == nullptr || arrival->judging != question || arrival->authorisation != 0) return;
    auto input = decide_input(*arrival, answer.value_or({}));
    if (!answer) input.policy.list_usable = false;
    host_.fault({}, "list_unreadable", !answer, answer ? "" : answer.error().message);
    arrival->answer = answer.value_or({});
    arrival->list_version = version;
    decided(*arrival, input);
}

void LaneController::decided(Arrival& arrival, const DecideInput& input) {
    const auto decision = decide(input);
    const bool first = arrival.decided == Instant{};
    arrival.decided = host_.now().mono;
    if (!first && decision == arrival.decision) return;
    arrival.decision = decision;
    auto record = event(EventKind::decision, arrival.claim.arrival);
    record.body = {{"input", to_json(input)}, {"decision", to_json(decision)}};
    host_.record(std::move(record),
                 [this, alive = std::weak_ptr(alive_), id = arrival.claim.arrival](Result<std::uint64_t> sequence) {
                     auto* durable = alive.lock() ? find(id) : nullptr;
                     if (durable == nullptr || !sequence) return;
                     durable->sequence = *sequence;
                     host_.passed(passed_json(*durable, config_.direction));
                 });
    announce(arrival);
    refer(arrival, decision.verdict == Verdict::refer);
    if (decision.verdict == Verdict::grant) grant(arrival);
    host_.lane_changed(config_.id);
}

/// LED board, and an alarm where one is due.
void LaneController::announce(const Arrival& arrival) {
    const auto& decision = arrival.decision;
    if (display_) {
        const bool granted = decision.verdict == Verdict::grant;
        const std::string greeting = !granted ? "" : config_.direction == Direction::in ? "欢迎光临" : "一路平安";
        display_->show({decision.plate, greeting, decision.days_left, decision.verdict, decision.reason});
    }
    const bool watched =
        std::find(decision.notices.begin(), decision.notices.end(), Notice::watchlist) != decision.notices.end();
    if (!is_alarm(decision.reason) && !watched) return;
    auto alarm = event(EventKind::alarm, arrival.claim.arrival);
    alarm.body = {{"alarm", watched ? std::string_view("watchlist") : to_string(decision.reason)},
                  {"detail", decision.plate}};
    record(std::move(alarm));
}

void LaneController::refer(Arrival& arrival, bool on) {
    if (arrival.referred == on) return;
    arrival.referred = on;
    host_.referred_changed();
}

void LaneController::grant(Arrival& arrival) {
    arrival.authorisation = host_.next_authorisation();
    feed(lane::Grant{authorisation(arrival.authorisation, arrival.claim.arrival, arrival.decision.plate)});
}

void LaneController::judge_again() {
    judge_intent_again();
    std::vector<ArrivalId> waiting;
    for (const auto& [id, arrival] : arrivals_) {
        if (arrival.authorisation == 0 && (arrival.referred || arrival.decision.verdict == Verdict::deny) &&
            arrival.by == "menshen") {
            waiting.push_back(id);
        }
    }
    for (const auto id : waiting) judge(id);
}

/// The intent is durable, and the car rolled off the loop meanwhile: the arm rises as soon as it comes back. The list
/// has changed, so this intent ends here (I2); if the car may still enter it gets another one.
void LaneController::judge_intent_again() {
    const auto& current = state_.current;
    if (state_.phase != lane::Phase::waiting || !state_.intent_durable || current->guard) return;
    auto* arrival = by_authorisation(current->id);
    feed(lane::Withdraw{current->id});
    if (arrival == nullptr) return;
    arrival->authorisation = 0;
    arrival->outcome.clear();
    arrival->decision = {};
    judge(arrival->claim.arrival);
}

/// The same as time goes by: a permit may end before the car is back.
void LaneController::watch_intent() {
    if (state_.phase != lane::Phase::waiting || !state_.intent_durable || state_.current->guard) return;
    still_granted(state_.current->id, [this, id = state_.current->id](bool granted) {
        if (!granted) feed(lane::Withdraw{id});
    });
}

/// Nothing has been opened for it: it may still be withdrawn.
bool LaneController::not_open_yet(AuthorisationId id) const {
    const bool queued =
        std::any_of(state_.queue.begin(), state_.queue.end(), [&](const auto& a) { return a.id == id; });
    const bool before = state_.phase == lane::Phase::waiting || state_.phase == lane::Phase::recording;
    return queued || (before && state_.current->id == id);
}

// ---- small things

Event LaneController::event(EventKind kind, ArrivalId arrival, AuthorisationId authorisation) const {
    Event e;
    e.lane = config_.id;
    e.kind = kind;
    e.arrival = arrival;
    e.authorisation = authorisation;
    return e;
}

void LaneController::record(Event e) {
    host_.record(std::move(e), [](const Result<std::uint64_t>&) {});
}

Arrival* LaneController::find(ArrivalId id) {
    const auto it = arrivals_.find(id);
    return it == arrivals_.end() ? nullptr : &it->second;
}

Arrival* LaneController::by_authorisation(AuthorisationId id) {
    if (id == 0) return nullptr;
    const auto it =
        std::find_if(arrivals_.begin(), arrivals_.end(), [&](const auto& a) { return a.second.authorisation == id; });
    return it == arrivals_.end() ? nullptr : &it->second;
}

void LaneController::arm_timer() {
    auto next = identifier_.next_deadline();
    if (lane_deadline_ && (!next || *lane_deadline_ < *next)) next = lane_deadline_;
    if (!next) return;
    const auto wait = std::max<Duration>(*next - host_.now().mono, milliseconds(1));
    timer_.expires_after(wait);
    timer_.async_wait([this, alive = std::weak_ptr(alive_)](boost::system::error_code error) {
        if (error || !alive.lock()) return;
        tick();
    });
}

}  // namespace menshen::gate
