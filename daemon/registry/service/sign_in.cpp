#include "registry/sign_in.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>

#include "registry/fields.hpp"
#include "registry/one_time_code.hpp"
#include "registry/totp.hpp"

namespace menshen::registry {

namespace {

constexpr std::size_t token_bytes = 32;
constexpr auto touched_every = std::chrono::minutes(1);  // a look at a page is no reason to write to the disk

std::string new_token() {
    std::array<std::uint8_t, token_bytes> bytes{};
    randombytes_buf(bytes.data(), bytes.size());
    return bundle::to_hex(bytes);
}

Status check_name(std::string_view name) {
    const bool clean =
        std::ranges::none_of(name, [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F; });
    if (clean && !name.empty() && name.size() <= 64) return {};
    return {Errc::invalid, "a user's name has 1 to 64 bytes and no blanks"};
}

}  // namespace

void Attempt::judge() {
    right = password_matches(hash, password) && user.has_value();
    sodium_memzero(password.data(), password.size());
}

Result<std::string> SignIn::invite(const Invitation& wanted, const Actor& by, UtcTime now) {
    const auto code = new_one_time_code();
    Invitation invitation = wanted;
    invitation.code = hash_of_code(invitation_code, code);
    if (auto done = accounts_.invite(invitation, by, now); !done) return done.error();
    return code;
}

Result<std::string> SignIn::invite(const std::string& display, const Roles& roles, const Scopes& scopes,
                                   const Actor& by, UtcTime now) {
    if (roles.empty() || scopes.empty()) return {Errc::invalid, "an invitation needs a role and a site"};
    for (const auto& scope : scopes) {
        if (scope == "*") continue;
        if (auto done = check_scope_name(scope); !done) return done.error();
    }
    return invite(Invitation{{}, display, roles, scopes, now + policy_.invitation, 0}, by, now);
}

Result<std::string> SignIn::reset(Id user, const Actor& by, UtcTime now) {
    const auto code = new_one_time_code();
    const Invitation invitation{hash_of_code(invitation_code, code), {}, {}, {}, now + policy_.invitation, user};
    if (auto done = accounts_.reset(invitation, by, now); !done) return done.error();
    return code;
}

Result<std::string> SignIn::invite_first(UtcTime now) {
    auto users = accounts_.users();
    if (!users) return users.error();
    if (!users->empty()) return {Errc::denied, "there are users already; one of them invites others"};
    return invite(Invitation{{}, {}, {Role::administrator}, {"*"}, now + policy_.set_up, 0}, {0, "init", "console"},
                  now);
}

/// As he is, but for password and secret; without an id he is to be made.
Result<User> SignIn::invited(const Invitation& invitation, const std::string& name) {
    User user;
    user.name = name;
    user.display = invitation.display.empty() ? name : invitation.display;
    user.roles = invitation.roles;
    user.scopes = invitation.scopes;
    if (invitation.user == 0) return user;
    auto known = accounts_.user(name);
    if (!known) return known.error();
    if (!*known || (*known)->id != invitation.user) {
        return {Errc::invalid, "this code is for a user that there is already, and he has another name"};
    }
    return std::move(**known);
}

Result<User> SignIn::enlist(const Enlistment& enlistment, UtcTime now) {
    const auto code = hash_of_code(invitation_code, enlistment.invitation);
    auto invitation = accounts_.invitation(code);
    if (!invitation) return invitation.error();
    if (!*invitation || (*invitation)->ends <= now) {
        return {Errc::denied, "there is no such invitation, or it has been used or has ended"};
    }
    if (auto done = check_name(enlistment.name); !done) return done.error();
    if (auto done = check_password(enlistment.password, enlistment.name); !done) return done.error();
    const auto step = match_totp(enlistment.totp_secret, enlistment.totp_code, now, 0);
    if (!step)
        return {Errc::invalid, "the six digits are not those of this secret now; is the telephone's clock right?"};
    auto hash = hash_password(enlistment.password, policy_.cost);
    if (!hash) return hash.error();
    auto user = invited(**invitation, enlistment.name);
    if (!user) return user.error();
    user->password = std::move(hash).value();
    user->totp = enlistment.totp_secret;
    user->totp_step = *step;
    return accounts_.enlist(code, std::move(user).value(), now);
}

const std::string& SignIn::nobody() {
    if (nobody_.empty()) nobody_ = hash_password("nobody has this password", policy_.cost).value_or("");
    return nobody_;
}

Result<Attempt> SignIn::prepare(const std::string& name, std::string password) {
    auto user = accounts_.user(name);
    if (!user) return user.error();
    Attempt attempt;
    const bool has_one = *user && !(*user)->password.empty();
    attempt.hash = has_one ? (*user)->password : nobody();
    if (has_one) attempt.user = std::move(user).value();
    attempt.password = std::move(password);
    return attempt;
}

Status SignIn::refuse(const User& user, const Actor& who, UtcTime now) {
    const auto failures = user.failures + 1;
    UtcTime until{};
    if (failures >= policy_.free_failures) {
        const auto doublings = std::min<std::int64_t>(failures - policy_.free_failures, 20);
        const auto wait = std::min(policy_.first_lock * (std::int64_t{1} << doublings), policy_.longest_lock);
        until = now + wait;
    }
    return accounts_.note_failure(user.id, failures, until, who, now);
}

Result<OpenedSession> SignIn::finish(const Attempt& attempt, const std::string& code, const std::string& from,
                                     UtcTime now) {
    const Error wrong{Errc::denied, "name, password or code is wrong"};
    if (!attempt.user) return wrong;
    auto found = accounts_.user(attempt.user->name);  // others may have tried meanwhile
    if (!found) return found.error();
    if (!*found || (*found)->id != attempt.user->id || (*found)->password != attempt.hash) return wrong;
    const User& user = **found;
    const Actor who{user.id, user.name, from};
    if (now < user.locked_until) {
        const auto left = std::chrono::ceil<seconds>(std::min<Duration>(user.locked_until - now, policy_.longest_lock));
        return {Errc::exhausted,
                fmt::format("locked for {} seconds after {} wrong attempts", left.count(), user.failures)};
    }
    const auto step = match_totp(user.totp, code, now, user.totp_step);
    if (!attempt.right || !step) {
        if (auto done = refuse(user, who, now); !done) return done.error();
        return wrong;
    }
    OpenedSession opened{new_token(), user};
    const Session session{bundle::sha256(opened.token), user.id, now, now, from};
    if (auto done = accounts_.open_session(session, *step, who); !done) return done.error();
    return opened;
}

Result<SignedIn> SignIn::session(const std::string& token, UtcTime now) {
    const auto hash = bundle::sha256(token);
    auto found = accounts_.session(hash);
    if (!found) return found.error();
    if (!*found) return {Errc::denied, "the session has ended; sign in again"};
    auto& session = (*found)->session;
    if (now >= session.opened + policy_.longest || now >= session.seen + policy_.idle) {
        return {Errc::denied, "the session has ended; sign in again"};
    }
    if (now >= session.seen + touched_every) {
        if (auto done = accounts_.touch_session(hash, now); !done) return done.error();
        session.seen = now;
    }
    return std::move(**found);
}

Status SignIn::sign_out(const std::string& token, const Actor& who, UtcTime now) {
    return accounts_.end_session(bundle::sha256(token), who, now);
}

Status SignIn::tend(UtcTime now) {
    return accounts_.forget(now - policy_.longest, now - policy_.idle, now);
}

}  // namespace menshen::registry
