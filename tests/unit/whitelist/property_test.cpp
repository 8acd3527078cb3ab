// The list against a model: a map from plate to holder.
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <rapidcheck.h>

#include <map>

#include "fixture.hpp"

using namespace menshen;
using namespace menshen::whitelist;

namespace {

struct Model {
    std::map<std::string, std::string> holders;
    std::map<std::string, int> blocks;
};

std::string a_plate() {
    return fmt::format("浙B1234{}", *rc::gen::inRange(0, 8));
}

void import_some(List& list, Model& model) {
    std::map<std::string, std::string> file;
    for (int i = *rc::gen::inRange(0, 6); i > 0; --i) file[a_plate()] = std::to_string(*rc::gen::inRange(0, 3));
    std::vector<ImportRow> rows;
    for (const auto& [plate, holder] : file) rows.push_back(row(static_cast<int>(rows.size()) + 2, plate, holder));
    const bool broken = *rc::gen::weightedElement<bool>({{4, false}, {1, true}});
    const bool dry_run = *rc::gen::weightedElement<bool>({{3, false}, {1, true}});
    if (broken) rows.push_back(row(99, "浙B"));
    std::int64_t added = 0;
    std::int64_t changed = 0;
    for (const auto& [plate, holder] : file) {
        const auto known = model.holders.find(plate);
        added += known == model.holders.end() ? 1 : 0;
        changed += known != model.holders.end() && known->second != holder ? 1 : 0;
    }
    const auto report = list.writer.import({"a", rows, dry_run}, noon.utc).value();
    RC_ASSERT(report.added == added);
    RC_ASSERT(report.changed == changed);
    RC_ASSERT(report.committed == (!broken && !dry_run));
    if (report.committed) {
        for (const auto& [plate, holder] : file) model.holders[plate] = holder;
    }
}

void remove_one(List& list, Model& model) {
    const auto plate = a_plate();
    const auto listing = list.listing(plate);
    if (listing.permits.empty()) return;
    RC_ASSERT(list.writer.remove_permit(listing.permits[0].second.id, noon.utc).ok());
    model.holders.erase(plate);
}

void block_one(List& list, Model& model) {
    Block block;
    block.plate = a_plate();
    RC_ASSERT(list.writer.upsert_block(block, noon.utc).ok());
    ++model.blocks[block.plate];
}

}  // namespace

TEST_CASE("any order of imports, removals and blocks leaves what a map would hold") {
    CHECK(rc::check([] {
        List list;
        Model model;
        for (int i = *rc::gen::inRange(1, 12); i > 0; --i) {
            switch (*rc::gen::inRange(0, 4)) {
                case 0:
                    remove_one(list, model);
                    break;
                case 1:
                    block_one(list, model);
                    break;
                default:
                    import_some(list, model);
            }
        }
        for (int i = 0; i < 8; ++i) {
            const auto plate = fmt::format("浙B1234{}", i);
            const auto listing = list.listing(plate);
            const auto holder = model.holders.find(plate);
            RC_ASSERT(listing.permits.size() == (holder != model.holders.end() ? 1U : 0U));
            if (holder != model.holders.end()) RC_ASSERT(listing.permits[0].second.holder == holder->second);
            RC_ASSERT(static_cast<int>(listing.blocks.size()) == model.blocks[plate]);
        }
        RC_ASSERT(list.reader.summary()->permits == static_cast<std::int64_t>(model.holders.size()));
    }));
}
