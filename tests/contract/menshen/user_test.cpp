#include <boost/json/array.hpp>

#include <fstream>

#include "stage.hpp"

using namespace menshen::test;

TEST_CASE("a user is invited, signs in, is given a role and is removed; his session ends at once") {
    Stage stage;
    auto chief = stage.signed_in();
    const auto invited = chief.menshen({"user", "add", "前台小王", "--role", "reception", "--json"});
    REQUIRE(invited.code == 0);
    User wang(stage.in_folder("wang"));
    wang.environment = {"MENSHEN_PASSWORD=another long password"};
    const auto code = std::string(invited.json().at("code").as_string());
    REQUIRE(wang.menshen({"login", "--registry", stage.address, "--fingerprint", stage.fingerprint, "--name", "wang",
                          "--invitation", code, "--secret", stage.in_folder("wang.secret")})
                .code == 0);
    CHECK(wang.menshen({"visit", "list"}).code == 0);
    auto ran = wang.menshen({"permit", "issue", "浙A12345"});
    CHECK(ran.code == 1);  // he may not; that is not "not signed in"
    CHECK(wang.menshen({"audit"}).code == 1);
    CHECK(chief.menshen({"user", "role", "wang", "--role", "issuer"}).code == 0);
    CHECK(wang.menshen({"visit", "list"}).code == 3);  // changed: signed out
    ran = wang.menshen({"login", "--name", "wang", "--secret", stage.in_folder("wang.secret")});
    REQUIRE_MESSAGE(ran.code == 0, ran.err);
    CHECK(wang.menshen({"permit", "issue", "浙A12345"}).code == 0);
    CHECK(chief.menshen({"user", "list"}).says("issuer"));
    CHECK(chief.menshen({"user", "remove", "wang"}).code == 0);
    CHECK(wang.menshen({"permit", "list"}).code == 3);
    CHECK(chief.menshen({"user", "remove", "wang"}).code == 1);
    CHECK(chief.menshen({"user", "remove", "chief"}).code == 1);  // the last administrator
}

TEST_CASE("the audit tells who did what, is proved here too, and a rewritten past is found out") {
    Stage stage;
    auto chief = stage.signed_in();
    REQUIRE(chief.menshen({"permit", "issue", "浙A12345", "--why", "new"}).code == 0);
    auto ran = chief.menshen({"audit", "--action", "permit.issue"});
    CHECK(ran.says("chief"));
    CHECK(ran.says("new"));
    ran = chief.menshen({"audit", "--verify", "--json"});
    CHECK(ran.code == 0);
    const auto entries = ran.json().at("entries").as_int64();
    CHECK(ran.json().at("proved_here") == entries);
    REQUIRE(chief.menshen({"permit", "cancel", "浙A12345"}).code == 0);
    ran = chief.menshen({"audit", "--verify"});
    CHECK(ran.code == 0);
    CHECK(ran.says("last time"));
    // as if what we saw last time had not been what is there now
    const auto name = chief.config("audit/127.0.0.1_" + std::to_string(stage.port) + ".json");
    std::ifstream in(name);
    std::string mark((std::istreambuf_iterator<char>(in)), {});
    const auto digit = mark.find("\"chain\":\"") + 9;
    mark[digit] = mark[digit] == '0' ? '1' : '0';
    std::ofstream(name) << mark;
    ran = chief.menshen({"audit", "--verify"});
    CHECK(ran.code == 1);
    CHECK(ran.complains("somebody has changed it"));
}
