#include <boost/json/array.hpp>

#include "stage.hpp"

using namespace menshen::test;

TEST_CASE("gates are added with a code, listed, revoked and taken back") {
    Stage stage;
    auto chief = stage.signed_in();
    auto added = chief.menshen({"gate", "add", "north", "--name", "北门", "--json"}).json();
    CHECK(added.at("authority_sha256").as_string() == stage.fingerprint);
    CHECK_FALSE(added.at("code").as_string().empty());
    CHECK(chief.menshen({"gate", "add", "north"}).code == 1);
    const auto again = chief.menshen({"gate", "code", "north", "--json"}).json();
    CHECK(again.at("code") != added.at("code"));
    CHECK(chief.menshen({"gates"}).says("not enrolled"));
    CHECK(chief.menshen({"gate", "revoke", "north", "--why", "lost"}).code == 0);
    CHECK(chief.menshen({"gates", "--lang", "zh"}).says("已吊销"));
    CHECK(chief.menshen({"gate", "code", "north"}).code == 1);
    CHECK(chief.menshen({"gate", "activate", "north"}).code == 0);
    CHECK(chief.menshen({"gate", "revoke", "nowhere"}).code == 1);
}
