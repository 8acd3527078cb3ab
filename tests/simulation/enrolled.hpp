// A gate with a registry: the registry's keys and lists in the test's hand, and a courier who carries what it is told.
#pragma once

#include <boost/json/serialize.hpp>
#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <optional>
#include <string>

#include "../unit/whitelist/feed.hpp"
#include "bundle/batch.hpp"
#include "bundle/event_line.hpp"
#include "bundle/key_file.hpp"
#include "courier.hpp"
#include "fixture.hpp"

namespace menshen::test {

inline std::string signed_keys(const bundle::KeySet& keys, const std::string& root = "root") {
    return bundle::write_signed(
        bundle::sign(bundle::DocumentType::keys, bundle::write_key_set(keys).value(), bundle::secret(root)));
}
inline std::string signed_manifest(const bundle::Manifest& manifest, const std::string& key = "k1") {
    return bundle::write_signed(
        bundle::sign(bundle::DocumentType::manifest, bundle::write_manifest(manifest).value(), bundle::secret(key)));
}
inline std::string signed_ack(const bundle::Ack& ack, const std::string& key = "k1") {
    return bundle::write_signed(
        bundle::sign(bundle::DocumentType::ack, bundle::write_ack(ack).value(), bundle::secret(key)));
}

inline std::string signed_evidence(const bundle::EvidenceAck& ack, const std::string& key = "k1") {
    return bundle::write_signed(
        bundle::sign(bundle::DocumentType::evidence, bundle::write_evidence_ack(ack).value(), bundle::secret(key)));
}

inline constexpr const char* registry_section = R"(
[registry]
scope = "yard"
gate = "north"
)";

/// What whoever enrols a gate leaves in its data folder.
inline void enrol(const std::filesystem::path& data, const bundle::KeySet& keys = bundle::key_set()) {
    const auto folder = data / "registry";
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "root.pub") << bundle::public_key_text({"root", bundle::secret("root").key.public_key()});
    std::filesystem::remove(folder / "event.key");
    REQUIRE(bundle::write_secret_file(folder / "event.key", bundle::secret("north")).ok());
    std::ofstream(folder / "enrolment") << signed_keys(keys) << "\n";
}

inline std::string enrolled_folder() {
    std::string name = (std::filesystem::temp_directory_path() / "menshen-enrolled-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    enrol(name);
    return name;
}

/// A registry with the scopes yard and common.
struct Centre {
    whitelist::Feed yard{"yard"};
    whitelist::Feed common{"common"};

    explicit Centre(UtcTime now) {
        yard.time = common.time = now;
        yard.permit(1);
        yard.credential(2, listed, 1);
        common.block(1, "京B66666");
    }
};

struct EnrolledBox : Box {
    explicit EnrolledBox(std::string folder = enrolled_folder(),
                         const std::function<void(HandClock&)>& before_start = {})
        : Box(std::move(folder), before_start, registry_section) {}

    using Session = std::shared_ptr<gate::CourierSession>;
    static Session session() { return std::make_shared<gate::CourierSession>(); }

    courier_message::Frame ask_frame(boost::json::object header, std::string bytes = {},
                                     const Session& at = session()) {
        auto got = std::make_shared<std::optional<courier_message::Frame>>();
        gate().courier()->ask({std::move(header), std::move(bytes)}, at,
                              [got](courier_message::Frame answer) { *got = std::move(answer); });
        REQUIRE(until([&] { return got->has_value(); }));
        settle();
        return **got;
    }
    boost::json::object ask_courier(boost::json::object header, std::string bytes = {}, const Session& at = session()) {
        return ask_frame(std::move(header), std::move(bytes), at).header;
    }
    boost::json::object changes(const std::string& scope, std::string lines) {
        return ask_courier({{"verb", "changes"}, {"scope", scope}}, std::move(lines));
    }
    boost::json::object snapshot(const std::string& scope, const std::string& manifest, const std::string& packed,
                                 const std::string& lines) {
        const auto at = session();
        auto said =
            ask_courier({{"verb", "begin"}, {"scope", scope}, {"what", "snapshot"}, {"manifest", manifest}}, {}, at);
        for (std::size_t from = 0; said.at("ok").as_bool() && from < packed.size(); from += 500) {
            said = ask_courier({{"verb", "packed"}}, packed.substr(from, 500), at);
        }
        if (said.at("ok").as_bool()) said = ask_courier({{"verb", "lines"}}, lines, at);
        return said.at("ok").as_bool() ? ask_courier({{"verb", "finish"}}, {}, at) : said;
    }
    std::string where(const std::string& scope) {
        const auto said = ask_courier({{"verb", "where"}});
        for (const auto& one : said.at("scopes").as_array()) {
            if (one.at("scope").as_string() == scope.c_str()) return std::string(one.at("at").as_string());
        }
        return "";
    }
    /// Both scopes from nothing.
    void fill(Centre& centre) {
        REQUIRE(changes("common", centre.common.changes_since(0)).at("ok").as_bool());
        REQUIRE(changes("yard", centre.yard.changes_since(0)).at("ok").as_bool());
    }
    bool knows(const std::string& plate) {
        std::optional<bool> found;
        gate().look_up(plate, [&](const Result<boost::json::object>& answer) {
            found = answer && answer->at("listed").as_bool();
        });
        REQUIRE(until([&] { return found.has_value(); }));
        return *found;
    }
    std::vector<std::string> alarms() {
        std::vector<std::string> all;
        for (const auto& event : events(EventKind::alarm)) all.emplace_back(event.body.at("alarm").as_string());
        return all;
    }
    bool has_fault(const std::string& fault) {
        const auto state = gate().snapshot();
        for (const auto& one : state.at("faults").as_array()) {
            if (one.at("fault").as_string() == fault.c_str()) return true;
        }
        return false;
    }
};

}  // namespace menshen::test
