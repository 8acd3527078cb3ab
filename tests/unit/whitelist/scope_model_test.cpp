// Any order of changes leaves the root that an in-memory digest has; and the published vectors give their roots.
#include <boost/json/parse.hpp>
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <rapidcheck.h>

#include <map>

#include "registry.hpp"
#include "support/text_file.hpp"
#include "whitelist/scope_check.hpp"

using namespace menshen;
using namespace menshen::whitelist;

namespace {

std::string plate(int number) {
    return fmt::format("浙A{:05}", number);
}

void change_one(Feed& feed) {
    const auto id = *rc::gen::inRange<std::int64_t>(1, 12);
    switch (*rc::gen::inRange(0, 7)) {
        case 0:
            feed.permit(id);
            break;
        case 1:
            feed.credential(id, plate(*rc::gen::inRange(0, 4)), *rc::gen::inRange(1, 12));
            break;
        case 2:
            feed.block(id, plate(*rc::gen::inRange(0, 4)));
            break;
        case 3:
            feed.put("robot", id, R"({"v":)" + std::to_string(feed.at.seq) + "}");
            break;
        case 4:
            feed.put("permit", bundle::max_number - id, "{}");
            break;
        default:
            feed.del(*rc::gen::element<std::string>("permit", "credential", "block", "robot"), id);
    }
}

/// What a look-up must answer, from the rows themselves.
std::size_t permits_of(const Feed& feed, const std::string& wanted) {
    std::size_t count = 0;
    for (const auto& [key, row] : feed.rows) {
        if (key.first != "credential" || row.second.empty()) continue;
        const auto body = boost::json::parse(row.second).as_object();
        if (body.at("value").as_string() != wanted) continue;
        const auto permit = feed.rows.find({"permit", body.at("permit_id").as_int64()});
        count += permit != feed.rows.end() && !permit->second.second.empty() ? 1 : 0;
    }
    return count;
}

std::size_t blocks_of(const Feed& feed, const std::string& wanted) {
    std::size_t count = 0;
    for (const auto& [key, row] : feed.rows) {
        if (key.first != "block" || row.second.empty()) continue;
        count += boost::json::parse(row.second).at("plate").as_string() == wanted ? 1 : 0;
    }
    return count;
}

void compare(List& list, Feed& feed) {
    const auto states = list.writer.scopes().all();
    RC_ASSERT(states.size() == 1U);
    RC_ASSERT(states[0].head.root == feed.digest.root());
    RC_ASSERT(states[0].head.at == feed.at);
    for (int i = 0; i < 4; ++i) {
        const auto listing = list.listing(plate(i));
        RC_ASSERT(listing.permits.size() == permits_of(feed, plate(i)));
        RC_ASSERT(listing.blocks.size() == blocks_of(feed, plate(i)));
    }
}

}  // namespace

TEST_CASE("I4: after any changes and snapshots the list is the model's, also after a restart") {
    CHECK(rc::check([] {
        List list;
        Feed feed;
        feed.permit(1);
        RC_ASSERT(apply_changes(list.writer, feed, 0).ok());
        for (int i = *rc::gen::inRange(1, 8); i > 0; --i) {
            const auto since = feed.at.seq;
            for (int n = *rc::gen::inRange(0, 10); n > 0; --n) change_one(feed);
            const bool whole = *rc::gen::weightedElement<bool>({{4, false}, {1, true}});
            RC_ASSERT((whole ? apply_snapshot(list.writer, feed) : apply_changes(list.writer, feed, since)).ok());
            compare(list, feed);
        }
        auto check = ScopeCheck::open(list.folder / "whitelist.db").value();
        for (bool more = true; more;) more = check.step().value();
        list.writer = WhitelistWriter(std::move(list.writer));
        compare(list, feed);
    }));
}

TEST_CASE("the published vectors: each list is applied as a snapshot and as changes, at just its root") {
    const auto vectors = boost::json::parse(support::text_in(MENSHEN_VECTORS "digest.json"));
    int lists = 0;
    for (const auto& one : vectors.at("lists").as_array()) {
        Feed feed;
        for (const auto& row : one.at("rows").as_array()) {
            feed.put(boost::json::value_to<std::string>(row.at("kind")), row.at("id").to_number<std::int64_t>(),
                     boost::json::value_to<std::string>(row.at("body")));
        }
        const auto root = bundle::hash_from_hex(boost::json::value_to<std::string>(one.at("root"))).value();
        for (const bool whole : {true, false}) {
            List list;
            REQUIRE((whole ? apply_snapshot(list.writer, feed) : apply_changes(list.writer, feed, 0)).ok());
            CHECK(list.writer.scopes().all().at(0).head.root == root);
        }
        ++lists;
    }
    CHECK(lists > 0);
}
