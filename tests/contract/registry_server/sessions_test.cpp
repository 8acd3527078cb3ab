// Getting in and being thrown out.
#include <fmt/format.h>
#include <unistd.h>

#include "registry/data_folder.hpp"
#include "rig.hpp"

namespace menshen::registry::server::test {

TEST_CASE("init makes secret files that others cannot read, and is not done twice") {
    const Rig rig;
    const auto data = rig.folder / "data";
    for (const auto& file : {rig.folder / "root.key", data / "authority.key", data / "server.key",
                             data / "signing" / "k1.secret", data / "registry.db"}) {
        const auto mode = std::filesystem::status(file).permissions() & std::filesystem::perms::all;
        CHECK_MESSAGE(mode == (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write),
                      file.string());
    }
    SetUp again;
    again.data = data;
    again.root_key = rig.folder / "other.key";
    again.names = {"127.0.0.1"};
    CHECK(set_up(again, rig.now()).error().code == Errc::conflict);
    CHECK(!std::filesystem::exists(again.root_key));
    SetUp same_root;
    same_root.data = rig.folder / "elsewhere";
    same_root.root_key = rig.folder / "root.key";
    same_root.names = {"127.0.0.1"};
    CHECK(set_up(same_root, rig.now()).error().code == Errc::conflict);
    CHECK(std::filesystem::exists(same_root.root_key));
    CHECK(std::filesystem::is_empty(same_root.data));
}

TEST_CASE("the first code makes one administrator; a session shows who he is and ends when he signs out") {
    const Rig rig;
    CHECK(rig.admin_door().get("/v1/session").status == 401);
    const auto me = rig.admin.get("/v1/session");
    CHECK(me.status == 200);
    CHECK(me.text("name") == "chief");
    CHECK(rig.admin.get("/v1/permits").status == 200);
    CHECK(rig.admin.ask("DELETE", "/v1/session").status == 204);
    CHECK(rig.admin.get("/v1/session").status == 401);
    const auto again = rig.admin_door().post("/v1/enlistments", {{"invitation", rig.made.code},
                                                                 {"name", "second"},
                                                                 {"password", "correct horse battery"},
                                                                 {"secret", "JBSWY3DPEHPK3PXP"},
                                                                 {"code", "123456"}});
    CHECK(again.status == 403);
    CHECK(again.fields.at("content-type") == "application/problem+json");
}

TEST_CASE("a wrong password is a problem document that says nothing of what was wrong, and locks after a while") {
    const Rig rig;
    const auto door = rig.admin_door();
    Heard heard;
    for (int i = 0; i < 6; ++i) {
        heard = door.post("/v1/session", {{"name", "chief"}, {"password", "wrong, wrong"}, {"code", "123456"}});
        if (i < 5) CHECK(heard.status == 401);
    }
    CHECK(heard.status == 429);
    CHECK(door.post("/v1/session", {{"name", "nobody"}, {"password", "wrong, wrong"}, {"code", "123456"}}).status ==
          401);
}

TEST_CASE("a browser's cookie changes something only from our own page") {
    Rig rig;
    const auto token = rig.user_with("issuer");
    const auto cookie = "Cookie: a=b; menshen_registry=" + token;
    const auto door = rig.admin_door();
    const auto host = rig.admin_address().substr(std::string("https://").size());
    const auto permit = rig.permit_wanted("浙A12345");
    CHECK(door.get("/v1/permits", {cookie}).status == 200);
    CHECK(door.post("/v1/permits", permit, {cookie}).status == 403);
    CHECK(door.post("/v1/permits", permit, {cookie, "Origin: https://elsewhere.example"}).status == 403);
    CHECK(door.post("/v1/permits", permit, {cookie, "Origin: https://" + host}).status == 201);
}

TEST_CASE("a user who is removed, or changed, is signed out at once") {
    Rig rig;
    const auto removed = rig.admin_door(rig.user_with("issuer"));
    const auto changed = rig.admin_door(rig.user_with("auditor"));
    REQUIRE(removed.get("/v1/permits").status == 200);
    REQUIRE(changed.get("/v1/audit").status == 200);
    const auto id = [](const Client& client) { return std::to_string(client.get("/v1/session").number("id")); };
    const auto removed_id = id(removed);
    const auto changed_id = id(changed);
    CHECK(rig.admin.ask("DELETE", "/v1/users/" + removed_id).status == 204);
    CHECK(removed.get("/v1/permits").status == 401);
    CHECK(rig.admin.patch("/v1/users/" + changed_id, {{"roles", boost::json::array{"reception"}}}).status == 200);
    CHECK(changed.get("/v1/audit").status == 401);
    const auto chief = std::to_string(rig.admin.get("/v1/session").number("id"));
    CHECK(rig.admin.ask("DELETE", "/v1/users/" + chief).status == 403);  // nobody would be left
}

TEST_CASE("a user who is reset is signed out at once, and comes in again by the new code under his own name alone") {
    Rig rig;
    const auto before = rig.admin_door(rig.user_with("issuer"));
    const auto who = before.get("/v1/session").json();
    const auto name = std::string(who.at("name").as_string());
    const auto path = fmt::format("/v1/users/{}", who.at("id").as_int64());
    const auto users = [&] { return rig.admin.get("/v1/users").json().at("items").as_array().size(); };
    const auto all = users();
    const auto lost = rig.admin.post(path + "/reset", {}).text("code");
    const auto reset = rig.admin.post(path + "/reset", {});
    REQUIRE_MESSAGE(reset.status == 201, reset.body);
    CHECK(reset.json().at("ends").is_string());
    CHECK(before.get("/v1/permits").status == 401);
    rig.pass(seconds(30));
    CHECK(rig.try_sign_in(name).status == 401);
    CHECK(rig.try_enlist(lost, name).status == 403);  // a newer code ends the one before
    CHECK(rig.try_enlist(reset.text("code"), "somebody").status == 422);
    CHECK(rig.try_enlist(reset.text("code"), "chief").status == 422);
    const auto after = rig.admin_door(rig.enlist(reset.text("code"), name));
    CHECK(after.get("/v1/session").json() == who);
    CHECK(rig.try_enlist(reset.text("code"), name).status == 403);
    CHECK(users() == all);
    for (const auto* action : {"user.reset", "user.renew"}) {
        const auto said = rig.admin.get(fmt::format("/v1/audit?action={}", action)).json().at("items").as_array();
        REQUIRE(!said.empty());
        CHECK(said.at(0).at("id") == who.at("id"));
    }
}

TEST_CASE("nobody resets himself, or who has a site that is not his; so an administrator is always left") {
    Rig rig;
    const auto reset = [](const Client& by, const boost::json::object& who) {
        return by.post(fmt::format("/v1/users/{}/reset", who.at("id").as_int64()), {}).status;
    };
    const auto chief = rig.admin.get("/v1/session").json();
    CHECK(reset(rig.admin, chief) == 409);
    const auto local = rig.admin_door(rig.user_with("administrator", "main"));
    CHECK(reset(local, chief) == 403);
    const auto second = rig.admin_door(rig.user_with("administrator"));
    const auto other = second.get("/v1/session").json();
    CHECK(reset(rig.admin, other) == 201);
    CHECK(rig.admin.ask("DELETE", fmt::format("/v1/users/{}", chief.at("id").as_int64())).status == 403);
    CHECK(rig.admin.get("/v1/session").status == 200);
}

TEST_CASE("nobody gives away a site that is not his") {
    Rig rig;
    const auto local = rig.admin_door(rig.user_with("administrator", "main"));
    const auto invite = [&](const char* scope) {
        return local
            .post("/v1/invitations",
                  {{"display", "x"}, {"roles", boost::json::array{"issuer"}}, {"scopes", boost::json::array{scope}}})
            .status;
    };
    CHECK(invite("main") == 201);
    CHECK(invite("*") == 403);
    CHECK(invite("other") == 403);
    CHECK(local.post("/v1/scopes", {{"name", "other"}, {"title", "Other"}}).status == 403);
    CHECK(rig.admin.post("/v1/scopes", {{"name", "other"}, {"title", "Other"}}).status == 201);
    CHECK(local.post("/v1/permits", rig.permit_wanted("浙A12345", "other")).status == 403);
    CHECK(local.get("/v1/permits?scope=other").status == 403);
    const auto permit = std::to_string(rig.issue("浙A12345", "other"));
    CHECK(local.get("/v1/permits/" + permit).status == 403);
    CHECK(local.post("/v1/permits/" + permit + "/cancel", {}).status == 403);
    CHECK(local.get("/v1/permits").json().at("items").as_array().empty());
}

}  // namespace menshen::registry::server::test
