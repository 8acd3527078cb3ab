// How people get in: a one-time invitation makes a user with a password and a TOTP secret of his own; both open a
// session; a session ends by idleness, by age, or at once when its user is changed or removed. There is no default
// password: the first administrator is made by the invitation that `init` prints.
//
// Hashing takes a tenth of a second: prepare() and finish() belong on the store's thread, judge() on another.
#pragma once

#include <optional>
#include <string>

#include "registry/accounts.hpp"
#include "registry/password.hpp"

namespace menshen::registry {

struct SignInPolicy {
    PasswordCost cost;
    std::chrono::minutes idle{30};
    std::chrono::hours longest{12};
    std::chrono::hours invitation{48};
    std::chrono::minutes set_up{60};          // of the first administrator's invitation
    int free_failures = 5;                    // in a row; each further one locks
    std::chrono::seconds first_lock{30};      // doubled by each further failure …
    std::chrono::seconds longest_lock{3600};  // … up to this
};

/// What an invited person sends.
struct Enlistment {
    std::string invitation;  // the code he was given
    std::string name;
    std::string password;
    std::string totp_secret;  // raw: made for him just now, and shown as a QR code
    std::string totp_code;    // proves that his app has it
};

/// A password on its way to be judged.
struct Attempt {
    std::optional<User> user;
    std::string hash;  // his, or one of nobody that takes as long
    std::string password;
    bool right = false;
    /// Slow; touches nothing else.
    void judge();
};

struct OpenedSession {
    std::string token;  // for the cookie; only its hash is kept
    User user;
};

class SignIn {
  public:
    SignIn(Accounts& accounts, SignInPolicy policy) : accounts_(accounts), policy_(policy) {}

    /// The code to be handed over, once. Errc::invalid: no role or no scope.
    [[nodiscard]] Result<std::string> invite(const std::string& display, const Roles& roles, const Scopes& scopes,
                                             const Actor& by, UtcTime now);
    /// The same for a user who has lost his password or telephone: what he had is worth nothing any more.
    /// Errc::not_found, Errc::denied as Accounts::reset().
    [[nodiscard]] Result<std::string> reset(Id user, const Actor& by, UtcTime now);
    /// For `init`. Errc::denied: there is a user already.
    [[nodiscard]] Result<std::string> invite_first(UtcTime now);
    /// Makes the user, or gives one who was reset his new password and secret. Errc::denied: the invitation;
    /// Errc::invalid: name, password or code; Errc::conflict: the name is taken.
    [[nodiscard]] Result<User> enlist(const Enlistment& enlistment, UtcTime now);

    [[nodiscard]] Result<Attempt> prepare(const std::string& name, std::string password);
    /// Errc::denied for a wrong name, password or code alike. Errc::exhausted: locked, says for how long.
    [[nodiscard]] Result<OpenedSession> finish(const Attempt& attempt, const std::string& code, const std::string& from,
                                               UtcTime now);

    /// Errc::denied: there is no such session (any more).
    [[nodiscard]] Result<SignedIn> session(const std::string& token, UtcTime now);
    [[nodiscard]] Status sign_out(const std::string& token, const Actor& who, UtcTime now);
    /// Forgets what has ended.
    [[nodiscard]] Status tend(UtcTime now);

  private:
    [[nodiscard]] Result<std::string> invite(const Invitation& wanted, const Actor& by, UtcTime now);
    [[nodiscard]] Result<User> invited(const Invitation& invitation, const std::string& name);
    [[nodiscard]] Status refuse(const User& user, const Actor& who, UtcTime now);
    [[nodiscard]] const std::string& nobody();
    Accounts& accounts_;
    SignInPolicy policy_;
    std::string nobody_;
};

}  // namespace menshen::registry
