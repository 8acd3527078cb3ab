// The simulated site: the twins of two lanes, the gate, the eye, and the wires between them.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "director/central.hpp"
#include "director/child.hpp"
#include "director/line_link.hpp"
#include "director/observed.hpp"
#include "director/options.hpp"

namespace menshen::director {

class Site {
  public:
    Site(boost::asio::any_io_executor loop, Options options);
    ~Site();

    /// Everything up, the list imported, both cameras running. What fails is named, with its log.
    [[nodiscard]] Task<Status> start();
    [[nodiscard]] Task<void> stop();

    [[nodiscard]] const std::string& panel_url() const { return panel_; }
    [[nodiscard]] const std::vector<std::string>& lanes() const { return names_; }
    /// True where the lane's camera is drawn by a twin.
    [[nodiscard]] bool drawn(const std::string& lane) const;
    [[nodiscard]] Observed& observed() { return observed_; }
    /// Nothing: the site stands alone.
    [[nodiscard]] Central* central() const { return central_.get(); }

    /// A car drives up: seen by the camera, felt by the loops.
    [[nodiscard]] Task<Status> arrive(const std::string& lane, const Car& car);
    /// A car behind it, which the camera does not draw; it follows through the open barrier.
    [[nodiscard]] Task<Status> tailgate(const std::string& lane, const Car& car);
    /// Only before the camera, off the loops; until clear().
    [[nodiscard]] Task<Status> park(const std::string& lane, const Car& car);
    [[nodiscard]] Task<Status> clear(const std::string& lane);
    [[nodiscard]] Task<Status> back_out(const std::string& lane, const Car& car);
    [[nodiscard]] Task<Status> board(const std::string& lane, bool alive);
    [[nodiscard]] Task<Status> camera(const std::string& lane, bool whole);

    /// The last lines of every log, for a person who wants to know why.
    [[nodiscard]] std::string tails(int lines) const;

  private:
    struct Lane;
    [[nodiscard]] Task<Status> start_twins(Lane& lane);
    [[nodiscard]] Task<Status> start_inner();
    [[nodiscard]] Task<Status> start_alone();
    [[nodiscard]] Task<Status> start_enrolled();
    [[nodiscard]] Task<Status> list_arrived();
    [[nodiscard]] Task<Status> start_gate();
    /// Runs a verb of the tool `menshen` to its end.
    [[nodiscard]] Task<Status> use_tool(std::string verb);
    [[nodiscard]] Task<Status> start_eye();
    [[nodiscard]] Task<Status> cameras_running();
    [[nodiscard]] Status write_site_file();
    [[nodiscard]] Status follow();
    [[nodiscard]] Task<void> again(Child* child);
    void barrier_said(Lane& lane, const boost::json::object& line);
    [[nodiscard]] Child& add(Command command);
    [[nodiscard]] Command command(const std::string& name, const std::string& lane = {}) const;
    [[nodiscard]] std::string log_of(const std::string& name) const { return options_.data + "/log/" + name + ".log"; }

    boost::asio::any_io_executor loop_;
    Options options_;
    Observed observed_;
    std::vector<std::string> names_;
    std::map<std::string, std::unique_ptr<Lane>> lanes_;
    std::vector<std::unique_ptr<Child>> children_;
    std::unique_ptr<Central> central_;
    LineLink admin_, events_;
    std::string panel_;
    bool stopping_ = false;
};

}  // namespace menshen::director
