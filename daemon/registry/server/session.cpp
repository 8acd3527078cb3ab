// Signing in and out, and becoming a user.
#include "session.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include "answers.hpp"
#include "registry/totp.hpp"
#include "state.hpp"

namespace menshen::registry::server {

Token token_of(const Call& call) {
    constexpr std::string_view bearer = "Bearer ";
    const auto authorization = call.field("authorization");
    if (authorization.starts_with(bearer)) return {std::string(authorization.substr(bearer.size())), false};
    auto rest = call.field("cookie");
    while (!rest.empty()) {
        auto pair = rest.substr(0, rest.find(';'));
        rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
        while (pair.starts_with(' ')) pair.remove_prefix(1);
        if (pair.starts_with(cookie_name) && pair.substr(cookie_name.size()).starts_with('=')) {
            return {std::string(pair.substr(cookie_name.size() + 1)), true};
        }
    }
    return {};
}

bool origin_is_ours(const Call& call) {
    return !call.field("host").empty() && call.field("origin") == fmt::format("https://{}", call.field("host"));
}

namespace {

namespace json = boost::json;

json::object signed_in_json(const User& user) {
    json::array roles;
    json::array operations;
    for (const auto role : user.roles) roles.emplace_back(to_string(role));
    for (const auto operation : all_operations()) {
        if (allows(user.roles, operation)) operations.emplace_back(to_string(operation));
    }
    return {{"id", user.id},
            {"name", user.name},
            {"display", user.display},
            {"roles", std::move(roles)},
            {"scopes", json::array(user.scopes.begin(), user.scopes.end())},
            {"operations", std::move(operations)}};
}

Reply opened_reply(const OpenedSession& opened, bool bearer, std::chrono::hours longest) {
    auto body = signed_in_json(opened.user);
    if (bearer) body["token"] = opened.token;
    Reply reply = json_reply(body, 201);
    if (!bearer) {
        reply.fields.emplace_back(
            "Set-Cookie", fmt::format("{}={}; Path=/; HttpOnly; Secure; SameSite=Strict; Max-Age={}", cookie_name,
                                      opened.token, std::chrono::seconds(longest).count()));
    }
    return reply;
}

/// A locked user learns for how long, also as seconds that a page can count down.
Reply locked_problem(Desk& desk, const std::string& name, const Error& error, UtcTime now) {
    auto reply = problem(
        429, "locked", {"输错次数太多，账号已暂时锁定", "Too many wrong attempts: this account is locked for a while"},
        error.message);
    const auto user = desk.store->accounts().user(name);
    if (!user || !*user || (*user)->locked_until <= now) return reply;
    const auto left = std::chrono::ceil<seconds>((*user)->locked_until - now);
    reply.fields.emplace_back("Retry-After", std::to_string(left.count()));
    return reply;
}

Reply sign_in_problem(Desk& desk, const std::string& name, const Error& error, UtcTime now) {
    if (error.code == Errc::exhausted) return locked_problem(desk, name, error, now);
    if (error.code != Errc::denied) return problem(error);
    return problem(401, "denied", {"用户名、密码或验证码不对", "Name, password or code is wrong"});
}

struct SigningIn {
    std::string name, password, code;
    bool bearer = false;
    std::optional<Attempt> attempt;
    Reply reply = busy(seconds(3));
};

/// Hashing on a thread of its own: whoever tries passwords does not hold up the store.
Awaitable<Reply> sign_in(StatePtr state, CallPtr call) {
    Body body(*call);
    auto trying = std::make_shared<SigningIn>();
    trying->name = body.text("name", Need::required, 64);
    trying->password = body.text("password", Need::required, 1'000);
    trying->code = body.text("code", Need::required, 10);
    trying->bearer = body.flag("bearer");
    if (const auto& errors = body.finish(); !errors.empty()) co_return wrong_fields(errors);
    AtDesk run = [trying](Desk& desk) {
        auto attempt = desk.sign_in->prepare(trying->name, std::move(trying->password));
        if (!attempt) return problem(attempt.error());
        trying->attempt = std::move(attempt).value();
        return no_content();
    };
    Reply prepared = co_await at_store(state, std::move(run));
    if (!trying->attempt) co_return prepared;
    Task task = [trying] { trying->attempt->judge(); };
    if (!co_await on(*state, *state->hash_worker, std::move(task))) co_return busy(seconds(3));
    AtDesk finish = [trying, call](Desk& desk) {
        auto opened = desk.sign_in->finish(*trying->attempt, trying->code, call->from, call->now.utc);
        if (!opened) return sign_in_problem(desk, trying->name, opened.error(), call->now.utc);
        return opened_reply(*opened, trying->bearer, desk.services.config.sign_in.longest);
    };
    co_return co_await at_store(state, std::move(finish));
}

Reply sign_out(Desk& desk, const Call& call) {
    auto done = desk.sign_in->sign_out(call.token, call.actor(), call.now.utc);
    if (!done) return problem(done.error());
    Reply reply = no_content();
    reply.fields.emplace_back("Set-Cookie",
                              fmt::format("{}=; Path=/; HttpOnly; Secure; SameSite=Strict; Max-Age=0", cookie_name));
    return reply;
}

Reply who_am_i(Desk&, const Call& call) {
    return json_reply(signed_in_json(call.who->user));
}

/// A secret for the telephone's app; nothing is kept of it here.
Reply new_secret(Desk&, const Call& call) {
    Body body(call);
    const auto name = body.text("name", Need::required, 64);
    if (const auto& errors = body.finish(); !errors.empty()) return wrong_fields(errors);
    const auto secret = new_totp_secret();
    return json_reply({{"secret", base32(secret)}, {"address", totp_address(secret, name, "menshen")}}, 201);
}

Reply enlist_user(Desk& desk, const Call& call) {
    Body body(call);
    Enlistment enlistment;
    enlistment.invitation = body.text("invitation", Need::required, 100);
    enlistment.name = body.text("name", Need::required, 64);
    enlistment.password = body.text("password");
    enlistment.totp_code = body.text("code", Need::required, 10);
    auto secret = from_base32(body.text("secret", Need::required, 100));
    if (!secret) body.wrong("secret", "format", secret.error().message);
    if (const auto& errors = body.finish(); !errors.empty()) return wrong_fields(errors);
    enlistment.totp_secret = *secret;
    auto user = desk.sign_in->enlist(enlistment, call.now.utc);
    return user ? json_reply(signed_in_json(*user), 201) : problem(user.error());
}

}  // namespace

void add_session_routes(Routes& routes) {
    auto open = posted("/v1/session", "Signs in: a cookie, or with `bearer` a token in the answer",
                       "name:string password:string code:string bearer:boolean?");
    open.where = Where::loop;
    open.wait = sign_in;
    routes.push_back(open);
    auto close = changing("DELETE", "/v1/session", Operation::see_permits, sign_out, "Signs out");
    close.access = Access::session;
    close.operation.reset();
    routes.push_back(close);
    auto show = reading("/v1/session", Operation::see_permits, who_am_i, "Who is signed in, and what he may do");
    show.access = Access::session;
    show.operation.reset();
    routes.push_back(show);
    auto secret = posted("/v1/totp-secrets", "A secret for the telephone's app", "name:string");
    secret.run = new_secret;
    routes.push_back(secret);
    auto enlist = posted("/v1/enlistments", "Makes a user out of an invitation",
                         "invitation:string name:string password:string secret:string code:string");
    enlist.where = Where::store;
    enlist.run = enlist_user;
    routes.push_back(enlist);
}

}  // namespace menshen::registry::server
