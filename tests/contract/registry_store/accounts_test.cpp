// Users, invitations and sessions.
#include "bench.hpp"

namespace menshen::registry::test {

namespace {

Digest code(int n) {
    Digest digest{};
    digest[0] = static_cast<std::uint8_t>(n);
    return digest;
}

User enlisted(Bench& bench, int n, const std::string& name, Roles roles = {Role::administrator},
              Scopes scopes = {"*"}) {
    auto& accounts = bench.store->accounts();
    REQUIRE(accounts.invite({code(n), name, roles, scopes, bench.now.utc + std::chrono::hours(1)}, bench.admin,
                            bench.now.utc));
    User user;
    user.name = name;
    user.roles = std::move(roles);
    user.scopes = std::move(scopes);
    user.password = "$argon2id$…";
    user.totp = std::string("\0secret", 7);
    user.totp_step = 10;
    return accounts.enlist(code(n), user, bench.now.utc).value();
}

Session open(Bench& bench, const User& user, int token, std::int64_t step) {
    Session session{code(token), user.id, bench.now.utc, bench.now.utc, "10.0.0.8"};
    REQUIRE(bench.store->accounts().open_session(session, step, {user.id, user.name, "10.0.0.8"}));
    return session;
}

}  // namespace

TEST_CASE("an invitation makes one user, once, in time") {
    Bench bench;
    auto& accounts = bench.store->accounts();
    const auto user = enlisted(bench, 1, "wang");
    CHECK(accounts.user("wang")->value().totp == user.totp);
    CHECK(accounts.user("wang")->value().roles == Roles{Role::administrator});
    CHECK(accounts.enlist(code(1), user, bench.now.utc).error().code == Errc::not_found);
    CHECK_FALSE(accounts.invitation(code(1))->has_value());
    REQUIRE(accounts.invite({code(2), "", {Role::issuer}, {"yard"}, bench.now.utc}, bench.admin, bench.now.utc));
    CHECK(accounts.enlist(code(2), user, bench.now.utc).error().code == Errc::not_found);

    REQUIRE(accounts.invite({code(3), "", {Role::issuer}, {"yard"}, bench.now.utc + std::chrono::hours(1)}, bench.admin,
                            bench.now.utc));
    CHECK(accounts.enlist(code(3), user, bench.now.utc).error().code == Errc::conflict);
    CHECK(accounts.invitation(code(3))->has_value());  // the name was taken: he may try another
    CHECK(accounts.users()->size() == 1);
}

TEST_CASE("a reset ends password, secret, sessions and the code before; the new code renews that user alone") {
    Bench bench;
    auto& accounts = bench.store->accounts();
    enlisted(bench, 1, "wang");
    auto li = enlisted(bench, 2, "li", {Role::issuer}, {"yard"});
    const auto session = open(bench, li, 50, 11);
    const auto reset = [&](int n, Id user) {
        return accounts.reset({code(n), {}, {}, {}, bench.now.utc + std::chrono::hours(1), user}, bench.admin,
                              bench.now.utc);
    };
    CHECK(reset(3, 999).error().code == Errc::not_found);
    REQUIRE(reset(3, li.id));
    REQUIRE(reset(4, li.id));
    CHECK(accounts.user("li")->value().password.empty());
    CHECK(accounts.user("li")->value().totp.empty());
    CHECK_FALSE(accounts.session(session.token)->has_value());
    CHECK_FALSE(accounts.invitation(code(3))->has_value());
    CHECK(accounts.invitation(code(4))->value().user == li.id);
    User stranger = li;
    stranger.id = 0;
    stranger.name = "somebody";
    CHECK(accounts.enlist(code(4), stranger, bench.now.utc).error().code == Errc::not_found);  // it makes nobody
    li.password = "$argon2id$new";
    li.totp = "new";
    li.totp_step = 20;
    REQUIRE(accounts.enlist(code(4), li, bench.now.utc));
    const auto renewed = accounts.user("li")->value();
    CHECK(renewed.password == li.password);
    CHECK(renewed.roles == li.roles);
    CHECK(renewed.totp_step == 20);
    CHECK(accounts.enlist(code(4), li, bench.now.utc).error().code == Errc::not_found);
    CHECK(accounts.users()->size() == 2);
}

TEST_CASE("the last administrator who can sign in is not reset; a code goes with its user") {
    Bench bench;
    auto& accounts = bench.store->accounts();
    const auto wang = enlisted(bench, 1, "wang");
    const auto li = enlisted(bench, 2, "li");
    const auto reset = [&](int n, Id user) {
        return accounts.reset({code(n), {}, {}, {}, bench.now.utc + std::chrono::hours(1), user}, bench.admin,
                              bench.now.utc);
    };
    REQUIRE(reset(3, li.id));
    CHECK(reset(4, wang.id).error().code == Errc::denied);
    CHECK_FALSE(accounts.user("wang")->value().password.empty());
    CHECK(accounts.remove(wang.id, bench.admin, bench.now.utc).error().code == Errc::denied);
    REQUIRE(accounts.remove(li.id, bench.admin, bench.now.utc));
    CHECK_FALSE(accounts.invitation(code(3))->has_value());
}

TEST_CASE("invitations that are withdrawn are worth nothing") {
    Bench bench;
    auto& accounts = bench.store->accounts();
    const auto user = enlisted(bench, 1, "wang");
    CHECK(accounts.withdraw_invitations(bench.admin, bench.now.utc).value() == 0);
    REQUIRE(accounts.invite({code(2), "", {Role::issuer}, {"yard"}, bench.now.utc + std::chrono::hours(1)}, bench.admin,
                            bench.now.utc));
    CHECK(accounts.withdraw_invitations(bench.admin, bench.now.utc).value() == 1);
    CHECK(accounts.enlist(code(2), user, bench.now.utc).error().code == Errc::not_found);
    CHECK(bench.store->audit().find({.action = "user.withdraw"})->size() == 1);
    CHECK(accounts.user("wang")->has_value());
}

TEST_CASE("sessions of a user who is changed or removed end at once") {
    Bench bench;
    auto& accounts = bench.store->accounts();
    enlisted(bench, 1, "wang");
    auto user = enlisted(bench, 2, "li", {Role::issuer}, {"yard"});
    open(bench, user, 50, 11);
    CHECK(accounts.session(code(50))->value().user.name == "li");
    user.scopes = {"dock"};
    REQUIRE(accounts.change(user, bench.admin, bench.now.utc));
    CHECK_FALSE(accounts.session(code(50))->has_value());
    open(bench, user, 51, 12);
    open(bench, user, 52, 13);
    REQUIRE(accounts.end_session(code(52), bench.admin, bench.now.utc));
    CHECK_FALSE(accounts.session(code(52))->has_value());
    CHECK(accounts.session(code(51))->has_value());
    REQUIRE(accounts.remove(user.id, bench.admin, bench.now.utc));
    CHECK_FALSE(accounts.session(code(51))->has_value());
    CHECK(accounts.remove(user.id, bench.admin, bench.now.utc).error().code == Errc::not_found);
    CHECK(enlisted(bench, 3, "li").id > user.id);  // another person, whom the audit tells apart
}

TEST_CASE("the last administrator of every site stays") {
    Bench bench;
    auto& accounts = bench.store->accounts();
    auto user = enlisted(bench, 1, "wang");
    enlisted(bench, 2, "li", {Role::administrator}, {"yard"});
    CHECK(accounts.remove(user.id, bench.admin, bench.now.utc).error().code == Errc::denied);
    user.roles = {Role::auditor};
    CHECK(accounts.change(user, bench.admin, bench.now.utc).error().code == Errc::denied);
    CHECK(accounts.user("wang")->value().roles == Roles{Role::administrator});
}

TEST_CASE("a code's step opens one session; failures are kept and forgotten") {
    Bench bench;
    auto& accounts = bench.store->accounts();
    const auto user = enlisted(bench, 1, "wang");
    const auto until = bench.now.utc + std::chrono::minutes(5);
    REQUIRE(accounts.note_failure(user.id, 6, until, bench.admin, bench.now.utc));
    bench.reopen();
    CHECK(bench.store->accounts().user("wang")->value().failures == 6);
    CHECK(bench.store->accounts().user("wang")->value().locked_until == until);
    const auto session = open(bench, user, 50, 11);
    CHECK(bench.store->accounts().user("wang")->value().failures == 0);
    CHECK(bench.store->accounts().open_session(session, 11, bench.admin).error().code == Errc::conflict);
}

TEST_CASE("sessions that are old or idle are forgotten, others stay") {
    Bench bench;
    auto& accounts = bench.store->accounts();
    const auto user = enlisted(bench, 1, "wang");
    open(bench, user, 50, 11);
    bench.now.utc += std::chrono::minutes(10);
    open(bench, user, 51, 12);
    REQUIRE(accounts.touch_session(code(51), bench.now.utc + std::chrono::minutes(5)));
    REQUIRE(accounts.forget(UtcTime{}, bench.now.utc, bench.now.utc));
    CHECK_FALSE(accounts.session(code(50))->has_value());
    CHECK(accounts.session(code(51))->value().session.seen == bench.now.utc + std::chrono::minutes(5));
    REQUIRE(accounts.forget(bench.now.utc + milliseconds(1), UtcTime{}, bench.now.utc));
    CHECK_FALSE(accounts.session(code(51))->has_value());
}

}  // namespace menshen::registry::test
