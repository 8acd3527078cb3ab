// Who may, and then what happens.
#include <fmt/format.h>

#include "route.hpp"
#include "session.hpp"
#include "state.hpp"

namespace menshen::registry::server {
namespace {

Reply who_are_you(Door door) {
    if (door == Door::gate) {
        return problem(401, "certificate", {"需要有效的门岗证书", "A gate shows its certificate here: enrol first"});
    }
    Reply reply = problem(401, "session", {"请先登录", "Sign in first"});
    reply.fields.emplace_back("WWW-Authenticate", "Bearer");
    return reply;
}

std::optional<Reply> refuse_gate(const Server::State& state, Call& call, Access access) {
    if (!call.certificate) return who_are_you(Door::gate);
    if (!state.gates_known) return busy(seconds(5));
    const auto known = state.gates.find(call.certificate->key);
    if (known == state.gates.end()) {
        return problem(403, "revoked", {"该门岗未登记或已吊销", "This gate is not enrolled, or revoked"});
    }
    const auto& config = state.services.config;
    const milliseconds grace = access == Access::once_enrolled ? config.grace : std::chrono::days(0);
    if (call.now.utc >= call.certificate->until + grace) {
        return problem(403, "expired", {"门岗证书已过期，请续期", "The certificate has ended: renew it"});
    }
    call.gate = known->second;
    return std::nullopt;
}

Awaitable<std::optional<Reply>> refuse_user(StatePtr state, CallPtr call, const Route& route) {
    const auto token = token_of(*call);
    if (token.text.empty() || token.text.size() > 200) co_return who_are_you(Door::admin);
    if (token.from_cookie && route.method != "GET" && !origin_is_ours(*call)) {
        co_return problem(403, "origin", {"请求来源不符", "This comes from another page"});
    }
    call->token = token.text;
    AtDesk run = [call](Desk& desk) {
        auto who = desk.sign_in->session(call->token, call->now.utc);
        if (!who) return who.error().code == Errc::denied ? who_are_you(Door::admin) : problem(who.error());
        call->who = std::move(who).value();
        return no_content();
    };
    Reply reply = co_await at_store(state, std::move(run));
    if (!call->who) co_return reply;
    if (route.operation && !allows(call->who->user.roles, *route.operation)) co_return forbidden();
    co_return std::nullopt;
}

}  // namespace

Awaitable<std::optional<Reply>> refuse(StatePtr state, CallPtr call, const Route& route) {
    call->operation = route.operation;
    switch (route.access) {
        case Access::anybody:
            co_return std::nullopt;
        case Access::enrolled:
        case Access::once_enrolled:
            co_return refuse_gate(*state, *call, route.access);
        case Access::session:
        case Access::operation:
            break;
    }
    co_return co_await refuse_user(state, call, route);
}

Awaitable<Reply> answer(StatePtr state, CallPtr call, const Route& route) {
    if (route.where == Where::loop) co_return co_await route.wait(state, call);
    AtDesk run = [call, handler = route.run](Desk& desk) { return handler(desk, *call); };
    if (route.where == Where::reader) co_return co_await at_reader(state, std::move(run));
    co_return co_await at_store(state, std::move(run));
}

}  // namespace menshen::registry::server
