// Events at the registry, and their decisions made again. The registry runs in this process, so that a gate of ours can
// send it what it likes; the tool is the real program.
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <sys/stat.h>

#include <fstream>

#include "decide/decide.hpp"
#include "gate_log.hpp"
#include "registry/data_folder.hpp"
#include "stage.hpp"
#include "values/json.hpp"

using namespace menshen;
using namespace menshen::test;
using registry::server::test::GateLog;
using registry::server::test::Rig;
namespace json = boost::json;

namespace {

/// The chief, with the session that a login would have left.
User with_session(const Rig& rig) {
    const auto home = (rig.folder.path() / "chief").string();
    std::filesystem::create_directories(home + "/menshen");
    const auto file = home + "/menshen/session.json";
    std::ofstream(file) << json::serialize(json::object{{"registry", rig.admin_address()},
                                                        {"user", "chief"},
                                                        {"token", rig.admin.bearer},
                                                        {"site", ""},
                                                        {"authority", rig.authority}});
    ::chmod(file.c_str(), 0600);
    return User(home);
}

/// An expired permit at the gate.
DecideInput expired() {
    DecideInput input;
    input.claim.candidates = {{"浙A12345", 0.995}};
    Permit permit;
    permit.id = 7;
    permit.valid_until = parse_local("2026-11-01").value();
    input.listings = {{"浙A12345", {{Credential{8, CredentialKind::plate, "浙A12345", 7}, permit}}, {}}};
    input.local = parse_local("2026-11-02 08:00").value();
    input.clock = ClockState::trusted;
    return input;
}

std::string decision_body(const DecideInput& input, const json::value& decision) {
    return json::serialize(json::object{{"input", to_json(input)}, {"decision", decision}});
}

}  // namespace

TEST_CASE("events are found, and a decision is made again bit for bit, with what would have to differ") {
    Rig rig;
    const auto gate = rig.enrol("north");
    GateLog log('a');
    log.add("boot", R"({"build":"0.0.9+abc","site":"x"})");
    const auto input = expired();
    log.add("decision", decision_body(input, to_json(decide(input))));
    log.add("alarm", R"({"alarm":"tailgate"})");
    auto other = to_json(decide(input));
    other.as_object()["verdict"] = "grant";  // as another build may have decided
    log.add("decision", decision_body(input, other));
    REQUIRE(send(gate, log.batch(gate, 1, 4)).status == 200);

    auto chief = with_session(rig);
    auto ran = chief.menshen({"events"});
    CHECK(ran.code == 0);
    CHECK(ran.says("north/in"));
    CHECK(ran.out.find("boot") < ran.out.find("tailgate"));  // oldest first
    ran = chief.menshen({"events", "--plate", "浙A12345", "--kind", "decision", "--json", "--limit", "1"});
    CHECK(ran.json().at("sequence") == 4);
    CHECK(chief.menshen({"events", "--gate", "nowhere"}).code == 1);
    CHECK(chief.menshen({"events", "--from", "2090-01-01"}).out.empty());

    ran = chief.menshen({"replay", "2", "--json"});
    CHECK(ran.code == 0);
    const auto told = ran.json();
    CHECK(told.at("same") == true);
    CHECK(told.at("build_then") == "0.0.9+abc");
    std::set<std::string> keys;
    for (const auto& each : told.at("what_if").as_array()) keys.emplace(each.at("key").as_string());
    CHECK(keys ==
          std::set<std::string>{"plate_listed", "plate_unlisted", "permit_unending", "earlier", "read_doubtfully"});
    ran = chief.menshen({"replay", "2", "--lang", "zh"});
    CHECK(ran.says("逐位相同"));
    CHECK(ran.says("没有到期"));

    ran = chief.menshen({"replay", "4"});
    CHECK(ran.code == 1);
    CHECK(ran.says("comes out otherwise"));
    CHECK(chief.menshen({"replay", "3"}).code == 1);  // an alarm is no decision
    CHECK(chief.menshen({"replay", "99"}).code == 1);
    CHECK(chief.menshen({"replay", "2", "--local"}).code == 4);
}
