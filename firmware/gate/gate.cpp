#include "gate.hpp"

#include <boost/asio/post.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <filesystem>

#include "build.hpp"
#include "courier.hpp"

namespace menshen::gate {

namespace {
constexpr std::size_t most_recent = 50;
constexpr auto tick_every = milliseconds(500);
constexpr auto clock_kept_every = std::chrono::minutes(1);
}  // namespace

Gate::Gate(boost::asio::io_context& loop, site::Site site, TrustedClock& clock)
    : loop_(loop), site_(std::move(site)), clock_(clock), views_(site_), ticker_(loop) {}

Gate::~Gate() {
    stop();
}

Status Gate::start(BarrierMaker& barriers, const std::function<std::shared_ptr<Display>(const site::Lane&)>& displays) {
    std::error_code error;
    std::filesystem::create_directories(site_.data, error);
    std::filesystem::create_directories(site_.run, error);
    auto stores = Stores::open(
        loop_, site_, clock_,
        [this](const std::string& f, bool raised, const std::string& detail) { fault({}, f, raised, detail); });
    if (!stores) return stores.error();
    stores_ = std::move(stores).value();
    barriers_ = &barriers;

    for (const auto& lane : site_.lanes) {
        auto barrier = barriers.make(lane);
        if (!barrier) return barrier.error().in("lane " + lane.id);
        const auto read = stores_->arrival_range();
        const auto unread = stores_->arrival_range();
        if (!read || !unread) return (read ? unread : read).error();
        lanes_[lane.id] = std::make_unique<LaneController>(loop_.get_executor(), lane, *this, *barrier, displays(lane),
                                                           *read, *unread);
        if (mode() == Mode::lockdown) lanes_[lane.id]->feed(lane::Lockdown{true});  // it outlives a restart
        const auto kept = stores_->kept_modes().find(lane.id);
        if (kept != stores_->kept_modes().end() && kept->second.mode == to_string(Mode::fleet))
            lanes_[lane.id]->restore_hold({kept->second.by, kept->second.until});
        lanes_[lane.id]->restore_widths(stores_->kept_widths(lane.id));
    }
    for (const auto& camera : site_.cameras) camera_lanes_[camera.id] = camera.lane;

    Event boot;
    boot.kind = EventKind::boot;
    boot.body = {{"site", site_.name}, {"build", build_id()}};
    record(std::move(boot), [](const auto&) {});

    eye_server_ = std::make_unique<EyeServer>(loop_.get_executor(), camera_lanes_, eye_handlers());
    admin_server_ = std::make_unique<AdminServer>(
        loop_.get_executor(),
        [this](const boost::json::object& request, const AdminServer::Answer& answer) { admin(request, answer); });
    const auto socket = [&](const char* name) { return (std::filesystem::path(site_.run) / name).string(); };
    if (auto status = eye_server_->listen(socket("eye.sock")); !status) return status;
    if (auto status = admin_server_->listen(socket("admin.sock")); !status) return status;
    if (auto status = start_courier(); !status) return status;
    barriers.start();
    tick();
    return {};
}

Status Gate::start_courier() {
    if (!site_.registry) return {};
    Courier::Hooks hooks;
    hooks.fault = [this](const std::string& f, bool raised, const std::string& detail) {
        fault({}, f, raised, detail);
    };
    hooks.alarm = [this](const std::string& name, const std::string& detail) {
        Event event;
        event.kind = EventKind::alarm;
        event.body = {{"alarm", name}, {"detail", detail}};
        record(std::move(event), [](const auto&) {});
        alarm({}, name);
    };
    hooks.list_changed = [this](const std::string& what, const std::string& scope, std::int64_t rows) {
        list_changed(what, "registry " + scope, rows);
    };
    hooks.faults = [this] { return faults_.names(); };
    courier_ = std::make_unique<Courier>(loop_, *stores_, clock_, std::move(hooks));
    if (stores_->enrolment()->fresh) list_changed("enrolled", "registry " + site_.registry->scope, 0);
    courier_server_ = std::make_unique<CourierServer>(
        loop_.get_executor(), [this](courier_message::Frame question, const auto& session, const auto& answer) {
            courier_->ask(std::move(question), session, answer);
        });
    const auto path = (std::filesystem::path(site_.run) / "courier.sock").string();
    return courier_server_->listen(path, site_.registry->group);
}

void Gate::stop() {
    ticker_.cancel();
    if (eye_server_) eye_server_->close();
    if (admin_server_) admin_server_->close();
    if (courier_server_) courier_server_->close();
    if (barriers_ != nullptr) std::exchange(barriers_, nullptr)->stop();
    lanes_.clear();
    courier_.reset();
    stores_.reset();  // writes what is queued
}

EyeServer::Handlers Gate::eye_handlers() {
    const auto lane_of = [this](const std::string& camera) -> LaneController* {
        const auto it = camera_lanes_.find(camera);
        return it == camera_lanes_.end() ? nullptr : lane(it->second);
    };
    EyeServer::Handlers handlers;
    handlers.on_read = [this](const Read& read) {
        if (auto* l = lane(read.lane)) l->on_read(read);
    };
    handlers.on_beat = [this, lane_of](const eye_message::Beat& beat) {
        views_.on_beat(beat.camera, beat);
        if (auto* l = lane_of(beat.camera)) l->on_beat(beat);
    };
    handlers.on_picture = [this](eye_message::Picture picture) {
        const auto id = picture.id + "." + picture.kind;
        pictures_.put(id, std::move(picture.jpeg));
        if (auto* l = lane(picture.lane)) l->on_picture(id, picture.kind);
    };
    handlers.on_view = [this](const std::string& camera, eye_message::View view) {
        views_.on_view(camera, std::move(view), clock_.now().mono);
    };
    handlers.on_gone = [this, lane_of](const std::string& camera, const std::string& why) {
        views_.on_gone(camera, why);
        if (auto* l = lane_of(camera)) l->on_camera_gone(why);
    };
    return handlers;
}

LaneController* Gate::lane(const LaneId& id) {
    const auto it = lanes_.find(id);
    return it == lanes_.end() ? nullptr : it->second.get();
}

void Gate::tick() {
    const auto now = clock_.now();
    for (auto& [id, lane] : lanes_) lane->tick();
    views_.tick(now.mono);
    watch_clock(now);
    if (courier_) courier_->watch(now);
    ticker_.expires_after(tick_every);
    ticker_.async_wait([this](boost::system::error_code error) {
        if (!error) tick();
    });
}

void Gate::watch_clock(const Now& now) {
    fault({}, "clock_unset", now.clock == ClockState::unset, "");
    fault({}, "clock_drifting", now.clock == ClockState::drifting, "");
    const bool changed = std::exchange(clock_state_, now.clock) != now.clock;
    if (!changed && now.mono - clock_kept_ < clock_kept_every) return;
    clock_kept_ = now.mono;
    stores_->keep_clock();
    if (changed) emit({{"site", site_json()}});
}

// ---- LaneHost

bool Gate::list_usable() const {
    return stores_->list_usable();
}

void Gate::look_up(std::vector<std::string> plates, std::function<void(Result<ListAnswer>)> then) {
    stores_->look_up(std::move(plates), std::move(then));
}

void Gate::fill_presence(DecideInput& input) const {
    stores_->fill_presence(input);
}

void Gate::record(Event event, std::function<void(Result<std::uint64_t>)> then) {
    const auto now = clock_.now();
    event.utc = now.utc;
    event.clock = now.clock;
    stores_->record(std::move(event), std::move(then));
}

void Gate::record_passage(const journal::PassageRecord& passage) {
    stores_->record_passage(passage, clock_.now());
}

std::vector<PictureRef> Gate::keep(const std::vector<std::pair<std::string, Picture>>& pictures) {
    return stores_->keep(pictures);
}

void Gate::fault(const LaneId& lane, const std::string& fault, bool raised, const std::string& detail) {
    const bool known = faults_.has(lane, fault);
    if (raised ? !faults_.raise(lane, fault, detail, clock_.now().local) : !faults_.clear(lane, fault)) return;
    if (raised != known && stores_) {  // a changed detail is no new event
        Event event;
        event.lane = lane;
        event.kind = raised ? EventKind::fault_raised : EventKind::fault_cleared;
        event.body = {{"fault", fault}, {"detail", detail}};
        record(std::move(event), [](const auto&) {});
        spdlog::log(raised ? spdlog::level::warn : spdlog::level::info, "{} fault {} {}", lane, fault,
                    raised ? "raised: " + detail : "cleared");
    }
    emit({{"faults", faults_.to_json()}});
}

void Gate::lane_changed(const LaneId& lane) {
    changed_[lane] = true;
    if (std::exchange(flush_posted_, true)) return;
    boost::asio::post(loop_, [this] { flush_changed(); });
}

void Gate::referred_changed() {
    referred_dirty_ = true;
    if (std::exchange(flush_posted_, true)) return;
    boost::asio::post(loop_, [this] { flush_changed(); });
}

/// One message a lane and turn of the loop, however much happened in it.
void Gate::flush_changed() {
    flush_posted_ = false;
    for (const auto& [id, ignored] : std::exchange(changed_, {})) {
        if (auto* l = lane(id)) emit({{"lane", l->view()}});
    }
    if (std::exchange(referred_dirty_, false)) emit({{"referred", referred_json()}});
}

namespace {

/// A decision is known by its event; before that is durable (sequence 0) by its arrival.
bool same_decision(const boost::json::object& a, const boost::json::object& b) {
    const bool numbered = a.at("sequence") != 0 && b.at("sequence") != 0;
    return numbered ? a.at("sequence") == b.at("sequence") : a.at("arrival") == b.at("arrival");
}

}  // namespace

void Gate::passed(boost::json::object entry) {
    const auto same =
        std::find_if(recent_.begin(), recent_.end(), [&](const auto& e) { return same_decision(e, entry); });
    if (same != recent_.end()) {
        *same = entry;
    } else {
        recent_.push_front(entry);
        if (recent_.size() > most_recent) recent_.pop_back();
    }
    emit({{"passed", std::move(entry)}});
}

void Gate::alarm(const LaneId& lane, const std::string& alarm) {
    emit({{"alarm", {{"lane", lane}, {"alarm", alarm}}}});
}

void Gate::refused(const LaneId& lane, const std::string& action, const std::string& why) {
    emit({{"refused", {{"lane", lane}, {"action", action}, {"why", why}}}});
}

// ---- what the panel sees

void Gate::emit(const boost::json::object& message) {
    for (const auto& listener : std::list(*listeners_)) listener(message);
}

std::shared_ptr<void> Gate::subscribe(Listener listener) {
    listeners_->push_back(std::move(listener));
    return {nullptr, [weak = std::weak_ptr(listeners_), it = std::prev(listeners_->end())](void*) {
                if (const auto listeners = weak.lock()) listeners->erase(it);
            }};
}

boost::json::array Gate::referred_json() const {
    boost::json::array out;
    for (const auto& [id, lane] : lanes_) lane->append_referred(out);
    return out;
}

boost::json::object Gate::site_json() const {
    const auto now = clock_.now();
    constexpr std::array clocks{"unset", "drifting", "trusted"};
    auto list = stores_->list_json();
    if (courier_) list["scopes"] = courier_->scopes_json();
    return {{"now", format_local(now.local)},
            {"clock", clocks.at(static_cast<std::size_t>(now.clock))},
            {"mode", to_string(mode())},
            {"list", std::move(list)}};
}

boost::json::object Gate::snapshot() const {
    auto out = site_json();
    out["site"] = site_.name;
    boost::json::array lanes;
    for (const auto& lane : site_.lanes) lanes.push_back(lanes_.at(lane.id)->view());
    out["lanes"] = std::move(lanes);
    boost::json::array cameras;
    for (const auto& camera : site_.cameras) cameras.push_back({{"id", camera.id}, {"lane", camera.lane}});
    out["cameras"] = std::move(cameras);
    out["referred"] = referred_json();
    out["faults"] = faults_.to_json();
    out["recent"] = boost::json::array(recent_.begin(), recent_.end());
    return out;
}

void Gate::picture(const std::string& id, std::function<void(Picture)> done) {
    if (auto found = pictures_.find(id)) return done(std::move(found));
    stores_->picture(id, std::move(done));
}

Result<CameraView> Gate::camera_view(const std::string& camera) {
    const auto now = clock_.now().mono;
    if (views_.wanted(camera, now) && eye_server_) eye_server_->ask_view(camera);
    return views_.view(camera, now);
}

void Gate::list_changed(const std::string& what, const std::string& by, std::int64_t rows) {
    ++list_version_;
    Event event;
    event.kind = EventKind::list_changed;
    event.body = {{"what", what}, {"by", by}, {"rows", rows}};
    record(std::move(event), [](const auto&) {});
    fault({}, "list_set_aside", stores_->list_set_aside(), "");
    for (auto& [id, lane] : lanes_) lane->judge_again();
    emit({{"site", site_json()}});
}

}  // namespace menshen::gate
