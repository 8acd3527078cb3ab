// A gate's own blocks, which are to hold at the registry, too, and as long as they would have held at the gate.
#pragma once

#include <boost/json/object.hpp>

#include <string>
#include <vector>

#include "cli/report.hpp"
#include "link/registry.hpp"
#include "values/permit.hpp"

namespace menshen::office {

/// Of several for one kind and plate the one that ends last, since the registry has one.
[[nodiscard]] std::vector<Block> longest_of_each(std::vector<Block> blocks);

/// Does the registry's block, as GET /v1/blocks tells it, keep that plate out at least as long as the gate's own?
[[nodiscard]] bool covers(const boost::json::object& there, const Block& own);

class OwnBlocks {
  public:
    /// `registry` must outlive it.
    OwnBlocks(link::Registry& registry, std::string site, std::vector<Block> blocks)
        : registry_(registry), site_(std::move(site)), blocks_(longest_of_each(std::move(blocks))) {}

    /// What would be added, and what of the registry's own would be made to last longer. None is made shorter.
    [[nodiscard]] Result<cli::GateReport> compare();
    [[nodiscard]] Result<cli::GateReport> commit();

  private:
    struct Plan;
    [[nodiscard]] Result<Plan> plan();
    link::Registry& registry_;
    std::string site_;
    std::vector<Block> blocks_;
};

}  // namespace menshen::office
