#pragma once

#include <functional>

#include "registry/accounts.hpp"
#include "sql.hpp"

namespace menshen::registry {

class AccountsTable final : public Accounts {
  public:
    explicit AccountsTable(Sql& sql) : sql_(sql) {}
    [[nodiscard]] Result<std::optional<User>> user(const std::string& name) override;
    [[nodiscard]] Result<std::vector<User>> users() override;
    [[nodiscard]] Status invite(const Invitation& invitation, const Actor& by, UtcTime now) override;
    [[nodiscard]] Result<std::optional<Invitation>> invitation(const Digest& code) override;
    [[nodiscard]] Result<std::int64_t> withdraw_invitations(const Actor& by, UtcTime now) override;
    [[nodiscard]] Status reset(const Invitation& invitation, const Actor& by, UtcTime now) override;
    [[nodiscard]] Result<User> enlist(const Digest& code, User user, UtcTime now) override;
    [[nodiscard]] Status change(const User& user, const Actor& by, UtcTime now) override;
    [[nodiscard]] Status remove(Id user, const Actor& by, UtcTime now) override;
    [[nodiscard]] Status note_failure(Id user, std::int64_t failures, UtcTime locked_until, const Actor& who,
                                      UtcTime now) override;
    [[nodiscard]] Status open_session(const Session& session, std::int64_t totp_step, const Actor& who) override;
    [[nodiscard]] Result<std::optional<SignedIn>> session(const Digest& token) override;
    [[nodiscard]] Status touch_session(const Digest& token, UtcTime seen) override;
    [[nodiscard]] Status end_session(const Digest& token, const Actor& who, UtcTime now) override;
    [[nodiscard]] Status forget(UtcTime opened_before, UtcTime seen_before, UtcTime now) override;

  private:
    /// `work` and one audit entry, together or not at all.
    [[nodiscard]] Status audited(const Actor& by, UtcTime now, std::string action, Id user, std::string body,
                                 const std::function<Status()>& work);
    [[nodiscard]] Status insert(const Invitation& invitation);
    [[nodiscard]] Status use(const Digest& code, Id user, UtcTime now);
    [[nodiscard]] Result<User> renew(const Digest& code, User user, UtcTime now);
    [[nodiscard]] Status end_sessions(Id user);
    [[nodiscard]] Status still_administered();
    Sql& sql_;
};

}  // namespace menshen::registry
