// Users, their invitations and sessions as a store keeps them. What passwords and codes are worth is judged by
// registry/sign_in.hpp; here are only hashes. Every change writes its audit entry in the same transaction.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "registry/change_set.hpp"
#include "registry/digest.hpp"
#include "registry/roles.hpp"
#include "values/time.hpp"

namespace menshen::registry {

struct User {
    Id id = 0;
    std::string name;  // unique; what is typed to sign in
    std::string display;
    Roles roles;
    Scopes scopes;
    std::string password;        // argon2id, as libsodium writes it; empty: reset, he cannot sign in
    std::string totp;            // secret, raw
    std::int64_t totp_step = 0;  // of the last code used: none is taken twice
    std::int64_t failures = 0;   // in a row
    UtcTime locked_until{};
    UtcTime created{};
};

/// A one-time code that makes a user, or gives one another password and secret; only its hash is kept.
struct Invitation {
    Digest code{};
    std::string display;
    Roles roles;
    Scopes scopes;
    UtcTime ends{};
    Id user = 0;  // who is given others; 0: it makes a user, with that display, those roles and scopes
};

struct Session {
    Digest token{};  // hash
    Id user = 0;
    UtcTime opened{};
    UtcTime seen{};
    std::string from;
};

struct SignedIn {
    Session session;
    User user;
};

class Accounts {
  public:
    Accounts() = default;
    Accounts(const Accounts&) = delete;
    Accounts& operator=(const Accounts&) = delete;
    virtual ~Accounts() = default;

    [[nodiscard]] virtual Result<std::optional<User>> user(const std::string& name) = 0;
    [[nodiscard]] virtual Result<std::vector<User>> users() = 0;

    [[nodiscard]] virtual Status invite(const Invitation& invitation, const Actor& by, UtcTime now) = 0;
    [[nodiscard]] virtual Result<std::optional<Invitation>> invitation(const Digest& code) = 0;
    /// No invitation is worth anything any more. How many there were.
    [[nodiscard]] virtual Result<std::int64_t> withdraw_invitations(const Actor& by, UtcTime now) = 0;
    /// The user's password and secret are worth nothing any more, nor is another code for him; his sessions end; the
    /// invitation lets him make new ones. Errc::not_found: no such user. Errc::denied: nobody who could sign in would
    /// be administrator of every scope any more.
    [[nodiscard]] virtual Status reset(const Invitation& invitation, const Actor& by, UtcTime now) = 0;
    /// Uses the invitation up and makes the user, or gives its own, `user.id`, his new password and secret.
    /// Errc::not_found: no such invitation for him (any more). Errc::conflict: the name is taken.
    [[nodiscard]] virtual Result<User> enlist(const Digest& code, User user, UtcTime now) = 0;
    /// Roles, scopes, display, password and TOTP secret; ends all sessions of the user. Errc::denied: nobody who could
    /// sign in would be administrator of every scope any more.
    [[nodiscard]] virtual Status change(const User& user, const Actor& by, UtcTime now) = 0;
    /// The same rule; ends all sessions.
    [[nodiscard]] virtual Status remove(Id user, const Actor& by, UtcTime now) = 0;

    [[nodiscard]] virtual Status note_failure(Id user, std::int64_t failures, UtcTime locked_until, const Actor& who,
                                              UtcTime now) = 0;
    /// Forgets failures, remembers the step of the code. Errc::conflict: that step was used meanwhile.
    [[nodiscard]] virtual Status open_session(const Session& session, std::int64_t totp_step, const Actor& who) = 0;
    [[nodiscard]] virtual Result<std::optional<SignedIn>> session(const Digest& token) = 0;
    [[nodiscard]] virtual Status touch_session(const Digest& token, UtcTime seen) = 0;
    [[nodiscard]] virtual Status end_session(const Digest& token, const Actor& who, UtcTime now) = 0;
    /// Forgets sessions opened or seen before, and invitations that have ended.
    [[nodiscard]] virtual Status forget(UtcTime opened_before, UtcTime seen_before, UtcTime now) = 0;
};

}  // namespace menshen::registry
