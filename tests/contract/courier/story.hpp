// A registry and one enrolled gate with its courier, and what must be true of them at the end.
#pragma once

#include <boost/json/serialize.hpp>
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "world.hpp"

namespace menshen::test {

struct Story {
    support::TemporaryFolder folder;
    Centre centre{folder.path()};
    Box box{centre, "north"};

    explicit Story(const std::function<void(Box&)>& before = {}) {
        const auto added =
            centre.admin.post("/v1/gates", {{"scope", "main"}, {"gate", {{"key", "north"}, {"name", "North"}}}});
        if (added.status != 201) FAIL(added.body);
        const auto enrolled = box.enrol(added.text("code"), added.text("authority_sha256"));
        if (!enrolled) FAIL(enrolled.error().message);
        box.start_gate();
        if (before) before(box);
        box.start_courier();
    }

    /// The gate stands at the registry's newest head of each scope. It has computed that head's root itself (I6).
    [[nodiscard]] bool same_list() const {
        const auto scopes = centre.admin.get("/v1/scopes").json();
        for (const auto& each : scopes.at("items").as_array()) {
            const std::string scope(each.at("name").as_string());
            if (box.at(scope) != std::string(each.at("head").as_string())) return false;
        }
        return true;
    }
    /// All that the journal has is acknowledged.
    [[nodiscard]] bool same_events() const {
        const auto where = box.where();
        return where.contains("last") && where.at("last") == where.at("acknowledged");
    }
    /// Where both ends are and what the courier said last, for whoever must find out why they differ.
    [[nodiscard]] std::string standing() const {
        constexpr std::size_t last_words = 4000;
        const auto log = box.courier_log();
        return fmt::format(
            "registry {}\ngate {}\ncourier …{}", boost::json::serialize(centre.admin.get("/v1/scopes").json()),
            boost::json::serialize(box.where()), log.substr(log.size() - std::min(log.size(), last_words)));
    }
    /// I4, I9: same lists, and the registry has each event of the gate exactly once, without a gap.
    void check_end() const {
        if (!until([&] { return same_list() && same_events(); })) FAIL_CHECK(standing());
        std::map<std::int64_t, std::string> ours, theirs;
        for (const auto& each : box.events()) {
            ours[each.at("sequence").to_number<std::int64_t>()] = each.at("kind").as_string();
        }
        for (const auto& each : centre.events()) {
            const auto sequence = each.at("sequence").to_number<std::int64_t>();
            CHECK_MESSAGE(theirs.emplace(sequence, each.at("kind").as_string()).second, sequence);
        }
        std::int64_t expected = 1;
        for (const auto& [sequence, kind] : theirs) CHECK(sequence == expected++);
        CHECK(ours.size() >= theirs.size());
        for (const auto& [sequence, kind] : theirs) CHECK(ours[sequence] == kind);
        const auto alarms = centre.admin.get("/v1/alarms").json();
        for (const auto& each : alarms.at("items").as_array()) {
            FAIL_CHECK(each.at("kind").as_string().c_str());
        }
        for (const auto& each : box.events()) {
            if (each.at("kind").as_string() != "alarm") continue;
            const std::string alarm(each.at("body").at("alarm").as_string());
            CHECK_MESSAGE(alarm.find("feed_") != 0, alarm);
        }
    }
};

}  // namespace menshen::test
