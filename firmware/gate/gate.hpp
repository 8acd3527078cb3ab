// The gate box: its lanes, its stores, its sockets and its panel, wired on one loop.
#pragma once

#include <boost/asio/io_context.hpp>

#include <deque>
#include <list>
#include <map>
#include <memory>

#include "admin_server.hpp"
#include "camera_views.hpp"
#include "eye_server.hpp"
#include "faults.hpp"
#include "lane_controller.hpp"
#include "ports/gate_control.hpp"
#include "site/site.hpp"
#include "stores.hpp"
#include "system_clock.hpp"

namespace menshen::gate {

class Courier;
class CourierServer;

/// Makes the boards of the lanes; the real one is BusBarriers, tests bring fakes.
class BarrierMaker {
  public:
    virtual ~BarrierMaker() = default;
    /// Once for each lane, before start().
    virtual Result<std::shared_ptr<Barrier>> make(const site::Lane& lane) = 0;
    virtual void start() = 0;
    virtual void stop() = 0;
};

class Gate : public GateControl, public LaneHost {
  public:
    Gate(boost::asio::io_context& loop, site::Site site, TrustedClock& clock);
    ~Gate() override;

    /// Opens the stores, recovers what a crash left, makes the lanes, listens on the sockets. Nothing moves before.
    Status start(BarrierMaker& barriers, const std::function<std::shared_ptr<Display>(const site::Lane&)>& displays);
    void stop();

    // ---- GateControl
    [[nodiscard]] boost::json::object snapshot() const override;
    [[nodiscard]] std::shared_ptr<void> subscribe(Listener listener) override;
    void command(GuardCommand command, std::function<void(Status)> done) override;
    void picture(const std::string& id, std::function<void(Picture)> done) override;
    [[nodiscard]] Result<CameraView> camera_view(const std::string& camera) override;
    void events(std::uint64_t before, int limit, std::function<void(Result<boost::json::array>)> done) override;
    void look_up(const std::string& plate, std::function<void(Result<boost::json::object>)> done) override;
    [[nodiscard]] bool first_start() const override;
    void create_guard(std::string name, std::string pin, std::function<void(Status)> done) override;
    void check_guard(std::string name, std::string pin, std::function<void(Status)> done) override;
    void guard_changed(const std::string& guard, GuardChange change, const std::string& whom) override;

    /// Whatever is due; the loop calls it every half second, tests when they have moved the clock.
    void tick();

    /// Eye messages and admin requests, as the sockets deliver them; tests call them directly.
    [[nodiscard]] EyeServer::Handlers eye_handlers();
    void admin(const boost::json::object& request, const AdminServer::Answer& answer);
    /// Of a gate with a registry.
    [[nodiscard]] Courier* courier() { return courier_.get(); }

  private:
    // ---- LaneHost
    [[nodiscard]] Now now() const override { return clock_.now(); }
    [[nodiscard]] Mode mode() const override { return stores_->mode(); }
    [[nodiscard]] std::uint64_t list_version() const override { return list_version_; }
    [[nodiscard]] bool list_usable() const override;
    void look_up(std::vector<std::string> plates, std::function<void(Result<ListAnswer>)> then) override;
    void fill_presence(DecideInput& input) const override;
    void record(Event event, std::function<void(Result<std::uint64_t>)> then) override;
    void record_passage(const journal::PassageRecord& passage) override;
    std::vector<PictureRef> keep(const std::vector<std::pair<std::string, Picture>>& pictures) override;
    [[nodiscard]] AuthorisationId next_authorisation() override { return stores_->next_authorisation(); }
    void fault(const LaneId& lane, const std::string& fault, bool raised, const std::string& detail) override;
    Pictures& pictures() override { return pictures_; }
    void lane_changed(const LaneId& lane) override;
    void referred_changed() override;
    void passed(boost::json::object entry) override;
    void alarm(const LaneId& lane, const std::string& alarm) override;
    void refused(const LaneId& lane, const std::string& action, const std::string& why) override;

    // ---- guards
    void carry_out(const GuardCommand& command, const std::function<void(Status)>& done);
    void admit(const GuardCommand& command, const std::function<void(Status)>& done);
    void register_visitor(const GuardCommand& command, const std::function<void(Status)>& done);
    void record_session(boost::json::object body);
    void set_mode(Mode mode, const std::string& by);
    void hold(LaneController& lane, const GuardCommand& command, const std::function<void(Status)>& done);
    Status confirm_clock();
    void watch_clock(const Now& now);
    [[nodiscard]] LaneController* lane(const LaneId& id);

    // ---- admin.sock
    struct ImportSession;
    void admin_import(const boost::json::object& request, const AdminServer::Answer& answer);
    void admin_import_begin(const boost::json::object& request, const AdminServer::Answer& answer);
    void admin_import_rows(const boost::json::object& request, const AdminServer::Answer& answer);
    void admin_import_finish(const boost::json::object& request, const AdminServer::Answer& answer);
    void import_done(const std::string& by, const Result<whitelist::ImportReport>& report,
                     const AdminServer::Answer& answer);
    [[nodiscard]] std::shared_ptr<ImportSession> import_of(const AdminServer::Answer& answer) const;
    void admin_list(const boost::json::object& request, const AdminServer::Answer& answer);
    void admin_block(const boost::json::object& request, const AdminServer::Answer& answer);
    void admin_unblock(const boost::json::object& request, const AdminServer::Answer& answer);
    void admin_events(const boost::json::object& request, const AdminServer::Answer& answer);

    Status start_courier();
    void list_changed(const std::string& what, const std::string& by, std::int64_t rows);
    void emit(const boost::json::object& message);
    void flush_changed();
    [[nodiscard]] boost::json::object site_json() const;
    [[nodiscard]] boost::json::array referred_json() const;

    boost::asio::io_context& loop_;
    site::Site site_;
    TrustedClock& clock_;
    Pictures pictures_;
    CameraViews views_;
    Faults faults_;
    std::unique_ptr<Stores> stores_;
    std::map<LaneId, std::unique_ptr<LaneController>> lanes_;
    std::map<std::string, LaneId> camera_lanes_;
    BarrierMaker* barriers_ = nullptr;
    std::unique_ptr<EyeServer> eye_server_;
    std::unique_ptr<AdminServer> admin_server_;
    std::unique_ptr<Courier> courier_;  // none: a stand-alone gate
    std::unique_ptr<CourierServer> courier_server_;
    boost::asio::steady_timer ticker_;
    std::weak_ptr<ImportSession> import_session_;  // a connection's
    std::uint64_t list_version_ = 1;
    ClockState clock_state_ = ClockState::trusted;  // as it was told last
    Instant clock_kept_{};
    std::deque<boost::json::object> recent_;  // newest first
    std::shared_ptr<std::list<Listener>> listeners_ =
        std::make_shared<std::list<Listener>>();  // tokens may outlive the gate
    std::map<LaneId, bool> changed_;              // lanes whose view is sent at the end of this turn of the loop
    bool flush_posted_ = false;
    bool referred_dirty_ = false;
};

}  // namespace menshen::gate
