// A gate's permits taken over while somebody else works at the same registry: what was looked at is looked at again.
#include <boost/json/array.hpp>
#include <fmt/format.h>

#include "link/registry.hpp"
#include "lossy_way.hpp"
#include "stage.hpp"
#include "whole_permits.hpp"

using namespace menshen;
using namespace menshen::test;

namespace {

namespace json = boost::json;

struct Taken {
    Stage stage;
    User chief = stage.signed_in();

    [[nodiscard]] link::Registry registry(std::uint16_t port) const {
        const link::ConfigFolder folder(chief.config(""));
        auto session = link::load_session(folder).value().value();
        session.registry = fmt::format("https://127.0.0.1:{}", port);
        link::Registry made(session, folder, false);
        made.pause = [](std::chrono::seconds) {};
        return made;
    }
    static office::WholePermits limited(link::Registry& registry, const std::string& plate, const std::string& zone) {
        Permit permit;
        permit.id = 1;
        permit.holder = "张三";
        permit.zones = {zone};
        return {registry, "main", "", {{1, office::WholePermit{permit, {plate}, std::nullopt}}}};
    }
    /// The id of that zone; 0: there is none.
    static std::int64_t zone(link::Registry& registry, const std::string& key) {
        std::int64_t id = 0;
        REQUIRE(registry.each("/v1/zones", {}, [&](const json::object& each) {
            if (std::string(each.at("value").at("key").as_string()) == key) id = each.at("id").as_int64();
            return id == 0;
        }));
        return id;
    }
    void issue_for_two(const std::string& plate) {
        REQUIRE(chief.menshen({"permit", "issue", plate, "浙B99999", "--max-inside", "1"}).code == 0);
    }
    [[nodiscard]] bool unchanged(const std::string& plate) {
        const auto shown = chief.menshen({"permit", "show", plate, "--json"}).json();
        return shown.at("version") == 1 && shown.at("value").at("max_inside") == 1 &&
               shown.at("value").at("zones").as_array().empty();
    }
};

}  // namespace

TEST_CASE("what changed between the look and the yes is seen, and nothing is written") {
    Taken taken;
    auto registry = taken.registry(taken.stage.port);
    auto permits = Taken::limited(registry, "浙A11111", "yard");
    const auto looked = permits.compare({1}).value();
    CHECK(looked.added == 1);
    CHECK(looked.errors == 0);
    taken.issue_for_two("浙A11111");
    const auto done = permits.commit({1}).value();
    CHECK_FALSE(done.committed);
    REQUIRE(done.errors == 1);
    CHECK(done.problems.at(0).text.find("浙B99999") != std::string::npos);
    CHECK(taken.unchanged("浙A11111"));
    CHECK(Taken::zone(registry, "yard") == 0);
}

TEST_CASE("what changed while hours and zones were made is seen, and no permit is written") {
    for (const bool zone_goes : {true, false}) {
        CAPTURE(zone_goes);
        Taken taken;
        auto direct = taken.registry(taken.stage.port);
        bool changed = false;
        // the answer to the zone's making is lost, and before it is asked for again somebody comes between
        for (int answers = 0; answers < 6 && !changed; ++answers) {
            LossyWay way(taken.stage.port);
            way.lose_after(answers, 2);
            const auto plate = fmt::format("浙A1111{}", answers), key = fmt::format("yard{}", answers);
            auto registry = taken.registry(way.port());
            registry.pause = [&](std::chrono::seconds) {
                const auto id = Taken::zone(direct, key);
                const bool issued = taken.chief.menshen({"permit", "show", plate}).code == 0;
                if (id == 0 || issued) return;
                changed = true;
                if (!zone_goes) return taken.issue_for_two(plate);
                const json::object removed{{"remove", {{"kind", "zone"}, {"id", id}}}};
                REQUIRE(direct.change({"POST", "/v1/commits", {{"changes", json::array{removed}}}}));
            };
            const auto done = Taken::limited(registry, plate, key).commit({1});
            if (!changed) continue;
            REQUIRE_FALSE(done);
            CHECK(done.error().code == Errc::conflict);
            CHECK(done.error().message.find("give the command again") != std::string::npos);
            if (zone_goes) CHECK(taken.chief.menshen({"permit", "show", plate}).code == 1);
            if (!zone_goes) CHECK(taken.unchanged(plate));
        }
        CHECK(changed);
    }
}
