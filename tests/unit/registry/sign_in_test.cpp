#include "registry/sign_in.hpp"

#include "office.hpp"
#include "registry/totp.hpp"

namespace menshen::registry::test {

namespace {

constexpr const char* password = "three lanes at noon";

/// Hashes that take no time.
SignInPolicy quick() {
    SignInPolicy policy;
    policy.cost = {1, 8192};
    return policy;
}

struct Lobby : Office {
    SignIn sign_in{store->accounts(), quick()};
    std::string secret = new_totp_secret();

    Enlistment wanted(const std::string& invitation, const std::string& name) const {
        return {invitation, name, password, secret, totp_code(secret, totp_step(now.utc))};
    }
    User first() {
        const auto code = sign_in.invite_first(now.utc).value();
        auto user = sign_in.enlist(wanted(code, "wang"), now.utc);
        if (!user) FAIL(user.error().message);
        pass(std::chrono::minutes(2));  // the code of the enlistment is used up
        return std::move(user).value();
    }
    void pass(Duration time) { now.utc += std::chrono::duration_cast<milliseconds>(time); }
    Result<OpenedSession> try_with(const std::string& name, const std::string& tried, const std::string& code) {
        auto attempt = sign_in.prepare(name, tried);
        REQUIRE(attempt);
        attempt->judge();
        return sign_in.finish(*attempt, code, "10.0.0.8", now.utc);
    }
    std::string code() const { return totp_code(secret, totp_step(now.utc)); }
    Result<OpenedSession> enter(const std::string& name = "wang") { return try_with(name, password, code()); }
};

}  // namespace

TEST_CASE("I3: the first administrator is made by a one-time code, and by nothing else") {
    Lobby lobby;
    CHECK(lobby.enter().error().code == Errc::denied);
    const auto code = lobby.sign_in.invite_first(lobby.now.utc).value();
    CHECK(code.size() == 23);
    CHECK(lobby.sign_in.enlist(lobby.wanted("AAAAA-AAAAA-AAAAA-AAAAA", "wang"), lobby.now.utc).error().code ==
          Errc::denied);
    std::string typed = code;
    for (char& c : typed) c = c == '-' ? ' ' : static_cast<char>(std::tolower(c));
    const auto user = lobby.sign_in.enlist(lobby.wanted(typed, "wang"), lobby.now.utc);
    REQUIRE(user);
    CHECK(user->roles == Roles{Role::administrator});
    CHECK(user->password.starts_with("$argon2id$"));
    CHECK(lobby.sign_in.enlist(lobby.wanted(code, "li"), lobby.now.utc).error().code == Errc::denied);
    CHECK(lobby.sign_in.invite_first(lobby.now.utc).error().code == Errc::denied);
}

TEST_CASE("a set-up code ends after an hour") {
    Lobby lobby;
    const auto code = lobby.sign_in.invite_first(lobby.now.utc).value();
    lobby.pass(std::chrono::minutes(60));
    CHECK(lobby.sign_in.enlist(lobby.wanted(code, "wang"), lobby.now.utc).error().code == Errc::denied);
    CHECK(lobby.sign_in.invite_first(lobby.now.utc).ok());
}

TEST_CASE("weak passwords, bad names and a wrong code leave the invitation as it is") {
    Lobby lobby;
    const auto code = lobby.sign_in.invite_first(lobby.now.utc).value();
    for (const char* weak : {"short", "aaaaaaaaaaaa", "abcdefghijkl", "9876543210", "i am WANG indeed"}) {
        auto wanted = lobby.wanted(code, "wang");
        wanted.password = weak;
        CHECK(lobby.sign_in.enlist(wanted, lobby.now.utc).error().code == Errc::invalid);
    }
    CHECK(lobby.sign_in.enlist(lobby.wanted(code, "a b"), lobby.now.utc).error().code == Errc::invalid);
    auto wanted = lobby.wanted(code, "wang");
    wanted.totp_code = "000000";
    CHECK(lobby.sign_in.enlist(wanted, lobby.now.utc).error().code == Errc::invalid);
    CHECK(lobby.sign_in.enlist(lobby.wanted(code, "wang"), lobby.now.utc).ok());
}

TEST_CASE("name, password and code: wrong ones are answered alike, a code is taken once") {
    Lobby lobby;
    lobby.first();
    const auto wrong = lobby.enter("nobody").error();
    CHECK(wrong.code == Errc::denied);
    CHECK(lobby.try_with("wang", "another password", lobby.code()).error() == wrong);
    CHECK(lobby.try_with("wang", password, "123456").error() == wrong);
    const auto opened = lobby.enter();
    REQUIRE(opened);
    CHECK(lobby.sign_in.session(opened->token, lobby.now.utc)->user.name == "wang");
    CHECK(lobby.enter().error() == wrong);  // the same thirty seconds
    CHECK(lobby.sign_in.session("no token", lobby.now.utc).error().code == Errc::denied);
}

TEST_CASE("after five failures each further one locks for longer, up to an hour; a success forgets them") {
    Lobby lobby;
    lobby.first();
    for (int i = 0; i < 5; ++i) CHECK(lobby.try_with("wang", "wrong password", "").error().code == Errc::denied);
    CHECK(lobby.enter().error().code == Errc::exhausted);
    lobby.pass(seconds(29));
    CHECK(lobby.enter().error().code == Errc::exhausted);
    lobby.pass(seconds(1));
    CHECK(lobby.try_with("wang", "wrong password", "").error().code == Errc::denied);
    lobby.pass(seconds(59));
    CHECK(lobby.enter().error().code == Errc::exhausted);
    lobby.pass(seconds(1));
    REQUIRE(lobby.enter());
    CHECK(lobby.store->accounts().user("wang")->value().failures == 0);
    for (int i = 0; i < 30; ++i) {
        CHECK(lobby.try_with("wang", "wrong password", "").error().code == Errc::denied);
        lobby.pass(std::chrono::hours(1));
    }
    CHECK(lobby.enter().ok());
}

TEST_CASE("sessions end by idleness, by age, and when they are closed") {
    Lobby lobby;
    lobby.first();
    auto token = lobby.enter()->token;
    for (int i = 0; i < 5; ++i) {
        lobby.pass(std::chrono::minutes(29));
        CHECK(lobby.sign_in.session(token, lobby.now.utc).ok());
    }
    lobby.pass(std::chrono::minutes(30));
    CHECK_FALSE(lobby.sign_in.session(token, lobby.now.utc));
    token = lobby.enter()->token;
    for (int i = 0; i < 48; ++i) {
        lobby.pass(std::chrono::minutes(15));
        if (!lobby.sign_in.session(token, lobby.now.utc)) CHECK(i == 47);
    }
    token = lobby.enter()->token;
    REQUIRE(lobby.sign_in.sign_out(token, lobby.request.actor, lobby.now.utc));
    CHECK_FALSE(lobby.sign_in.session(token, lobby.now.utc));
    CHECK(lobby.sign_in.tend(lobby.now.utc).ok());
}

TEST_CASE("sessions of a user who is removed or changed end at once, also of one who is just signing in") {
    Lobby lobby;
    lobby.first();
    const auto code = lobby.sign_in.invite("Li", {Role::issuer}, {"yard"}, lobby.request.actor, lobby.now.utc).value();
    auto li = lobby.sign_in.enlist(lobby.wanted(code, "li"), lobby.now.utc).value();
    CHECK(li.display == "Li");
    lobby.pass(std::chrono::minutes(2));
    const auto token = lobby.enter("li")->token;
    li.roles = {Role::reception};
    REQUIRE(lobby.store->accounts().change(li, lobby.request.actor, lobby.now.utc));
    CHECK_FALSE(lobby.sign_in.session(token, lobby.now.utc));
    lobby.pass(std::chrono::minutes(1));
    auto attempt = lobby.sign_in.prepare("li", password).value();
    attempt.judge();
    REQUIRE(lobby.store->accounts().remove(li.id, lobby.request.actor, lobby.now.utc));
    CHECK(lobby.sign_in.finish(attempt, lobby.code(), "", lobby.now.utc).error().code == Errc::denied);
    CHECK(lobby.sign_in.invite("x", {}, {"yard"}, lobby.request.actor, lobby.now.utc).error().code == Errc::invalid);
    CHECK(lobby.sign_in.invite("x", {Role::issuer}, {"No"}, lobby.request.actor, lobby.now.utc).error().code ==
          Errc::invalid);
}

}  // namespace menshen::registry::test
