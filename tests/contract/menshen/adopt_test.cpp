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
    CHECK(ran.says("cars inside at once"));
    CHECK(ran.says("suspended"));
    CHECK(ran.says("visitor of the day"));
    CHECK(chief.menshen({"permit", "list"}).out.find("浙A") == std::string::npos);

    ran = chief.menshen(with("--yes"));
    CHECK(ran.code == 0);
    const auto shown = chief.menshen({"permit", "show", "浙A11111", "--json"}).json().at("value").as_object();
    CHECK(shown.at("class") == "staff");
    CHECK(shown.at("holder") == "of 浙A11111");
    CHECK(shown.at("valid_until") == "2031-01-01T00:00:00");
    CHECK(chief.menshen({"block", "list", "--json"}).json().at("items").as_array().size() == 2);
    CHECK(chief.menshen({"permit", "show", "浙A33333"}).code == 1);

    ran = chief.menshen(with("--yes"));
    CHECK(ran.code == 0);
    CHECK(ran.says("0 to add, 0 to change, 5 unchanged"));
    ran = chief.menshen({"adopt", "--socket", stage.in_folder("none.sock")});
    CHECK(ran.code == 4);
}
