#include "own_blocks.hpp"

#include <algorithm>
#include <optional>
#include <tuple>

#include "json_text.hpp"

namespace menshen::office {

namespace json = boost::json;

std::vector<Block> longest_of_each(std::vector<Block> blocks) {
    std::stable_sort(blocks.begin(), blocks.end(), [](const Block& a, const Block& b) {
        const auto key = [](const Block& block) { return std::tie(block.kind, block.plate); };
        if (key(a) != key(b)) return key(a) < key(b);
        return b.until && (!a.until || *a.until > *b.until);
    });
    const auto same = [](const Block& a, const Block& b) { return a.kind == b.kind && a.plate == b.plate; };
    blocks.erase(std::unique(blocks.begin(), blocks.end(), same), blocks.end());
    return blocks;
}

bool covers(const json::object& there, const Block& own) {
    const auto& value = object_in(there, "value");
    if (text_in(value, "plate") != own.plate || text_in(value, "kind") != to_string(own.kind)) return false;
    const auto until = text_in(value, "until");
    if (until.empty()) return true;  // until it is lifted
    const auto end = parse_local(until);
    return own.until && end && *end >= *own.until;
}

namespace {

json::value end_of(const Block& block) {
    return block.until ? json::value(format_local(*block.until)) : json::value(nullptr);
}

link::Change to_add(const Block& block, const std::string& site) {
    return {"POST",
            "/v1/blocks",
            {{"scope", site},
             {"block",
              {{"kind", to_string(block.kind)},
               {"plate", block.plate},
               {"reason", block.reason},
               {"until", end_of(block)}}}}};
}

/// The registry has one a kind and plate: it gets the later end.
link::Change to_prolong(const json::object& there, const Block& block) {
    auto value = object_in(there, "value");
    value["until"] = end_of(block);
    return {"POST",
            "/v1/commits",
            {{"changes", json::array{{{"put",
                                       {{"kind", "block"},
                                        {"id", number_in(there, "id")},
                                        {"scope", text_in(there, "scope")},
                                        {"value", std::move(value)},
                                        {"if_version", number_in(there, "version")}}}}}}}};
}

}  // namespace

struct OwnBlocks::Plan {
    std::vector<link::Change> changes;
    cli::GateReport report;
};

Result<OwnBlocks::Plan> OwnBlocks::plan() {
    Plan plan;
    for (const auto& block : blocks_) {
        std::optional<json::object> there;
        auto done = registry_.each(
            "/v1/blocks", {{"words", block.plate}, {"scope", site_}, {"group", std::string(to_string(block.kind))}},
            [&](const json::object& each) {
                if (text_in(object_in(each, "value"), "plate") == block.plate) there = each;
                return !there;
            });
        if (!done) return done.error();
        if (!there) {
            ++plan.report.added;
            plan.changes.push_back(to_add(block, site_));
        } else if (!covers(*there, block)) {
            ++plan.report.changed;
            plan.changes.push_back(to_prolong(*there, block));
        } else {
            ++plan.report.unchanged;
        }
    }
    return plan;
}

Result<cli::GateReport> OwnBlocks::compare() {
    auto planned = plan();
    if (!planned) return planned.error();
    return std::move(planned->report);
}

Result<cli::GateReport> OwnBlocks::commit() {
    auto planned = plan();
    if (!planned) return planned.error();
    for (const auto& change : planned->changes) {
        if (auto done = registry_.change(change); !done) return done.error();
    }
    return std::move(planned->report);
}

}  // namespace menshen::office
