// A gate that stood alone, with a real list behind its socket; its list becomes the registry's.
#include <boost/json/array.hpp>

#include "fake_gate.hpp"
#include "stage.hpp"

using namespace menshen;
using namespace menshen::test;

namespace {

void list(cli::FakeGate& gate, const std::string& plate, const std::function<void(Permit&)>& change = {}) {
    Permit permit;
    permit.holder = "of " + plate;
    if (change) change(permit);
    const std::vector<Credential> credentials = {{0, CredentialKind::plate, plate, 0}};
    REQUIRE(gate.writer.upsert_permit(permit, credentials, UtcTime{}).ok());
}

}  // namespace

TEST_CASE("adopt shows what would be taken over, does it with --yes, and again changes nothing") {
    Stage stage;
    auto chief = stage.signed_in();
    cli::FakeGate gate;
    list(gate, "浙A11111", [](Permit& p) {
        p.permit_class = PermitClass::staff;
        p.unit = "财政局";
        p.valid_until = parse_local("2031-01-01").value();
    });
    list(gate, "浙A22222", [](Permit& p) { p.max_inside = 1; });
    list(gate, "浙A33333", [](Permit& p) { p.state = PermitState::suspended; });
    list(gate, "浙A44444", [](Permit& p) { p.permit_class = PermitClass::visitor; });
    list(gate, "浙A5555S");
    for (const auto kind : {BlockKind::block, BlockKind::watch}) {
        REQUIRE(gate.writer.upsert_block({0, "local", kind, "粤B3C741", "stolen", std::nullopt}, UtcTime{}).ok());
    }
    const std::vector<std::string> adopt = {"adopt", "--socket", gate.socket};
    const auto with = [&](const char* option) {
        auto words = adopt;
        words.emplace_back(option);
        return words;
    };
    auto ran = chief.menshen(adopt);
    CHECK(ran.code == 5);
    CHECK(ran.says("5 to add, 0 to change, 0 unchanged"));  // three permits, two blocks
    CHECK(ran.says("suspended"));
    CHECK(ran.says("visitor of the day"));
    CHECK(chief.menshen({"permit", "list"}).out.find("浙A") == std::string::npos);

    ran = chief.menshen(with("--yes"));
    CHECK(ran.code == 0);
    const auto shown = chief.menshen({"permit", "show", "浙A11111", "--json"}).json().at("value").as_object();
    CHECK(shown.at("class") == "staff");
    CHECK(shown.at("holder") == "of 浙A11111");
    CHECK(shown.at("valid_until") == "2031-01-01T00:00:00");
    CHECK(chief.menshen({"permit", "show", "浙A22222", "--json"}).json().at("value").at("max_inside") == 1);
    CHECK(chief.menshen({"block", "list", "--json"}).json().at("items").as_array().size() == 2);
    CHECK(chief.menshen({"permit", "show", "浙A33333"}).code == 1);

    ran = chief.menshen(with("--yes"));
    CHECK(ran.code == 0);
    CHECK(ran.says("0 to add, 0 to change, 5 unchanged"));
    ran = chief.menshen({"adopt", "--socket", stage.in_folder("none.sock")});
    CHECK(ran.code == 4);
}

namespace {

/// One permit of two cars with everything that limits it.
void list_limited(cli::FakeGate& gate) {
    Schedule hours{1, "office", {}, {}};
    hours.week[0] = {{480, 1080}};
    hours.holiday = {{600, 720}};
    REQUIRE(gate.writer.put_schedule(hours, UtcTime{}).ok());
    Permit permit;
    permit.holder = "张三";
    permit.unit = "财政局";
    permit.schedule_id = 1;
    permit.zones = {"yard", "cellar"};
    permit.max_inside = 1;
    const std::vector<Credential> credentials = {{0, CredentialKind::plate, "浙A11111", 0},
                                                 {0, CredentialKind::plate, "浙A11112", 0}};
    REQUIRE(gate.writer.upsert_permit(permit, credentials, UtcTime{}).ok());
}

boost::json::object shown(User& chief, const std::string& plate) {
    return chief.menshen({"permit", "show", plate, "--json"}).json();
}

}  // namespace

TEST_CASE("adopt takes hours, zones and counts over with their permit, in one change; again it changes nothing") {
    Stage stage;
    auto chief = stage.signed_in();
    cli::FakeGate gate;
    list_limited(gate);
    list(gate, "浙A22222", [](Permit& p) {
        p.max_uses = 10;
        p.escort = true;
        p.zones = {"yard"};
    });
    list(gate, "浙A33333");
    const std::vector<std::string> adopt = {"adopt", "--socket", gate.socket, "--yes"};
    auto ran = chief.menshen(adopt);
    CHECK(ran.code == 0);
    CHECK(ran.says("3 to add, 0 to change, 0 unchanged"));
    CHECK(ran.says("counted anew"));

    const auto permit = shown(chief, "浙A11111");
    CHECK(shown(chief, "浙A11112").at("id") == permit.at("id"));
    const auto& value = permit.at("value").as_object();
    CHECK(value.at("max_inside") == 1);
    CHECK(value.at("schedule").is_int64());
    CHECK(value.at("zones").as_array().size() == 2);
    CHECK(permit.at("unit") == "财政局");
    const auto other = shown(chief, "浙A22222").at("value").as_object();
    CHECK(other.at("escort") == true);
    CHECK(other.at("max_uses") == 10);
    CHECK(other.at("zones").as_array().size() == 1);
    // never there without its limits: the version it was made with is the only one
    CHECK(permit.at("version") == 1);

    ran = chief.menshen(adopt);
    CHECK(ran.code == 0);
    CHECK(ran.says("0 to add, 0 to change, 3 unchanged"));

    list(gate, "浙A44444", [](Permit& p) { p.zones = {"yard"}; });
    REQUIRE(chief.menshen({"permit", "change", "浙A11111", "--max-inside", "2"}).code == 0);
    ran = chief.menshen(adopt);
    CHECK(ran.says("1 to add, 1 to change, 2 unchanged"));
    CHECK(shown(chief, "浙A11112").at("value").at("max_inside") == 1);
}

TEST_CASE("what the registry cannot hold as the gate does is an error, and nothing wider takes its place") {
    Stage stage;
    auto chief = stage.signed_in();
    cli::FakeGate gate;
    list(gate, "浙A11111", [](Permit& p) { p.access_points = {"north-in"}; });
    list(gate, "浙A22222", [](Permit& p) { p.zones = {"后院"}; });
    list(gate, "浙A33333", [](Permit& p) { p.schedule_id = 7; });  // hours that the gate has not
    list(gate, "浙A44444");
    std::vector<std::string> adopt = {"adopt", "--socket", gate.socket, "--yes"};
    auto ran = chief.menshen(adopt);
    CHECK(ran.code == 1);
    CHECK(ran.says("north-in is not known at the registry"));
    CHECK(ran.says("后院"));
    CHECK(ran.says("it admits nobody"));
    CHECK(chief.menshen({"permit", "show", "浙A44444"}).code == 1);
    adopt.emplace_back("--skip-bad");
    ran = chief.menshen(adopt);
    CHECK(ran.code == 0);
    CHECK(chief.menshen({"permit", "show", "浙A44444"}).code == 0);
    for (const auto* plate : {"浙A11111", "浙A22222", "浙A33333"}) {
        CHECK(chief.menshen({"permit", "show", plate}).code == 1);
    }

    list_limited(gate);
    REQUIRE(gate.writer.put_schedule({2, "office", {}, {}}, UtcTime{}).ok());  // the same name, other hours
    list(gate, "浙A55555", [](Permit& p) { p.schedule_id = 2; });
    ran = chief.menshen(adopt);
    CHECK(ran.says("the hours office are others"));
    CHECK(chief.menshen({"permit", "show", "浙A55555"}).code == 1);
}

TEST_CASE("adopt makes a block of the registry's last as long as the gate's own, and none shorter") {
    Stage stage;
    auto chief = stage.signed_in();
    cli::FakeGate gate;
    const auto block = [&](const char* plate, const char* until, BlockKind kind = BlockKind::block) {
        Block own{0, "local", kind, plate, "stolen", std::nullopt};
        if (until != nullptr) own.until = parse_local(until).value();
        REQUIRE(gate.writer.upsert_block(own, UtcTime{}).ok());
    };
    const auto blocked = [&](const char* plate, const char* until, const char* reason) {
        std::vector<std::string> words = {"block", "add", plate, "--reason", reason};
        if (until != nullptr) words.insert(words.end(), {"--until", until});
        REQUIRE(chief.menshen(words).code == 0);
    };
    const auto until = [&](const std::string& plate) {
        std::string found = "none";
        const auto all = chief.menshen({"block", "list", "--json"}).json().at("items").as_array();
        for (const auto& each : all) {
            const auto& value = each.at("value").as_object();
            if (std::string(value.at("plate").as_string()) != plate || value.at("kind") != "block") continue;
            CHECK(found == "none");
            found = value.at("until").is_null() ? "lifted" : std::string(value.at("until").as_string());
            CHECK(value.at("reason") == "the registry's");
        }
        return found;
    };
    blocked("粤B11111", "2027-06-01 12:00", "the registry's");
    blocked("粤B22222", "2031-01-01 12:00", "the registry's");
    blocked("粤B33333", "2025-01-01 12:00", "the registry's");  // it has ended
    blocked("粤B44444", nullptr, "the registry's");
    block("粤B11111", "2030-01-01");
    block("粤B22222", "2030-01-01");
    block("粤B33333", nullptr);
    block("粤B44444", "2030-01-01");
    block("粤B44444", nullptr, BlockKind::hold);
    const std::vector<std::string> adopt = {"adopt", "--socket", gate.socket, "--yes"};
    auto ran = chief.menshen(adopt);
    CHECK(ran.code == 0);
    CHECK(ran.says("1 to add, 2 to change, 2 unchanged"));
    CHECK(until("粤B11111") == "2030-01-01T00:00:00");
    CHECK(until("粤B22222") == "2031-01-01T12:00:00");
    CHECK(until("粤B33333") == "lifted");
    CHECK(until("粤B44444") == "lifted");
    ran = chief.menshen(adopt);
    CHECK(ran.code == 0);
    CHECK(ran.says("0 to add, 0 to change, 5 unchanged"));
}

TEST_CASE("adopt changes no permit that is another car's, too") {
    Stage stage;
    auto chief = stage.signed_in();
    cli::FakeGate gate;
    REQUIRE(chief.menshen({"permit", "issue", "浙A11111", "浙B99999", "--max-inside", "1"}).code == 0);
    list(gate, "浙A11111", [](Permit& p) { p.max_inside = 5; });
    list(gate, "浙A22222", [](Permit& p) { p.escort = true; });
    const auto ran = chief.menshen({"adopt", "--socket", gate.socket, "--yes"});
    CHECK(ran.code == 1);
    CHECK(ran.says("is also that of 浙B99999"));
    CHECK(shown(chief, "浙B99999").at("value").at("max_inside") == 1);
    CHECK(shown(chief, "浙B99999").at("version") == 1);
    CHECK(chief.menshen({"permit", "show", "浙A22222"}).code == 1);
}
