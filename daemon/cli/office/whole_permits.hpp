// Permits that a list of plates cannot carry: with hours, zones, lanes, counts or an escort. Each is taken over whole,
// in one change; as a row of an import it would for a moment admit more than it did at the gate.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "cli/report.hpp"
#include "link/registry.hpp"
#include "values/permit.hpp"

namespace menshen::office {

struct WholePermit {
    Permit permit;
    std::vector<std::string> plates;
    std::optional<Schedule> schedule;  // as the gate has it; there if the permit names one
};
[[nodiscard]] bool has_limits(const Permit& permit);

class WholePermits {
  public:
    /// By their number at the gate. `registry` must outlive it.
    WholePermits(link::Registry& registry, std::string site, std::string why,
                 std::map<std::int64_t, WholePermit> permits)
        : registry_(registry), site_(std::move(site)), why_(std::move(why)), permits_(std::move(permits)) {}

    [[nodiscard]] bool has(std::int64_t number) const { return permits_.contains(number); }
    /// Of these what would change, and what the registry cannot hold as the gate does: an error at the permit's number.
    /// Zones, hours and units that it lacks are no mistake.
    [[nodiscard]] Result<cli::GateReport> compare(const std::set<std::int64_t>& numbers);
    /// First what they name and the registry lacks, then the permits, up to 1,000 changes in one transaction. With an
    /// error among them it changes nothing.
    [[nodiscard]] Result<cli::GateReport> commit(const std::set<std::int64_t>& numbers);

  private:
    struct Plan;
    struct Named;
    [[nodiscard]] Result<Plan> plan(const std::set<std::int64_t>& numbers);
    [[nodiscard]] Status add(std::int64_t number, const WholePermit& whole, Plan& plan);
    [[nodiscard]] Status add_named(const WholePermit& whole, Named& named, Plan& plan);
    [[nodiscard]] Status look_up(std::string_view kind, const std::string& name, boost::json::object value,
                                 Named& named, Plan& plan, boost::json::value& id);
    [[nodiscard]] Status send(boost::json::array changes);

    link::Registry& registry_;
    std::string site_, why_;
    std::map<std::int64_t, WholePermit> permits_;
};

}  // namespace menshen::office
