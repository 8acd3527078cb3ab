#include "accounts_table.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <algorithm>

#include "audit_table.hpp"

namespace menshen::registry {

namespace {

namespace json = boost::json;

constexpr std::string_view user_columns =
    "id, name, display, roles, scopes, password, totp, totp_step, failures, locked_until, created";

std::vector<std::string> split(std::string_view text) {
    std::vector<std::string> parts;
    while (!text.empty()) {
        const auto end = text.find(' ');
        parts.emplace_back(text.substr(0, end));
        text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    }
    return parts;
}

std::string joined(const Scopes& scopes) {
    return fmt::format("{}", fmt::join(scopes, " "));
}

std::string joined(const Roles& roles) {
    std::vector<std::string_view> keys;
    for (const auto role : roles) keys.push_back(to_string(role));
    return fmt::format("{}", fmt::join(keys, " "));
}

Roles roles_from(std::string_view text) {
    Roles roles;
    for (const auto& key : split(text)) {
        if (const auto role = role_from(key)) roles.push_back(*role);  // a newer release's gives no right here
    }
    return roles;
}

User user_from(const Rows& row) {
    User user;
    user.id = row.integer(0);
    user.name = row.text(1);
    user.display = row.text(2);
    user.roles = roles_from(row.view(3));
    user.scopes = split(row.view(4));
    user.password = row.text(5);
    user.totp = row.bytes(6);
    user.totp_step = row.integer(7);
    user.failures = row.integer(8);
    user.locked_until = row.utc(9);
    user.created = row.utc(10);
    return user;
}

/// What the audit may show of a user: no hash, no secret.
std::string shown(const std::string& name, const std::string& display, const Roles& roles, const Scopes& scopes) {
    return json::serialize(
        json::object{{"name", name}, {"display", display}, {"roles", joined(roles)}, {"scopes", joined(scopes)}});
}

}  // namespace

Status AccountsTable::audited(const Actor& by, UtcTime now, std::string action, Id user, std::string body,
                              const std::function<Status()>& work) {
    auto transaction = store::Transaction::begin(sql_.database());
    if (!transaction) return transaction.error();
    if (auto done = work(); !done) return done;
    AuditEntry entry;
    entry.kind = "user";
    entry.id = user;
    entry.body = std::move(body);
    if (auto done = add_audit(sql_, by, now, std::move(action), std::move(entry)); !done) return done;
    return transaction->commit();
}

Result<std::optional<User>> AccountsTable::user(const std::string& name) {
    auto rows = sql_.ask(fmt::format("SELECT {} FROM user WHERE name = ?1", user_columns), name);
    if (!rows) return rows.error();
    auto row = rows->next();
    if (!row) return row.error();
    return *row ? std::optional(user_from(*rows)) : std::nullopt;
}

Result<std::vector<User>> AccountsTable::users() {
    std::vector<User> all;
    auto done =
        each_row(sql_.ask(fmt::format("SELECT {} FROM user ORDER BY name", user_columns)), [&](const Rows& row) {
            all.push_back(user_from(row));
            return Status{};
        });
    if (!done) return done.error();
    return all;
}

Status AccountsTable::invite(const Invitation& invitation, const Actor& by, UtcTime now) {
    const auto body = audit_body({}, shown({}, invitation.display, invitation.roles, invitation.scopes), {});
    return audited(by, now, "user.invite", 0, body, [&] { return insert(invitation); });
}

Status AccountsTable::insert(const Invitation& invitation) {
    const auto user = invitation.user == 0 ? std::nullopt : std::optional(invitation.user);
    return sql_.run("INSERT INTO invitation (code, display, roles, scopes, ends, user) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                    invitation.code, invitation.display, joined(invitation.roles), joined(invitation.scopes),
                    invitation.ends, user);
}

Status AccountsTable::reset(const Invitation& invitation, const Actor& by, UtcTime now) {
    const auto user = invitation.user;
    return audited(by, now, "user.reset", user, audit_body({}, {}, {}), [&]() -> Status {
        auto found = sql_.number("UPDATE user SET password = '', totp = x'' WHERE id = ?1 RETURNING id", user);
        if (!found) return found.error();
        if (!*found) return {Errc::not_found, fmt::format("no user {}", user)};
        auto done = sql_.run("DELETE FROM invitation WHERE user = ?1", user);
        if (done) done = insert(invitation);
        if (done) done = end_sessions(user);
        return done ? still_administered() : done;
    });
}

Result<std::optional<Invitation>> AccountsTable::invitation(const Digest& code) {
    auto rows = sql_.ask("SELECT display, roles, scopes, ends, user FROM invitation WHERE code = ?1", code);
    if (!rows) return rows.error();
    auto row = rows->next();
    if (!row) return row.error();
    if (!*row) return std::optional<Invitation>{};
    return std::optional(Invitation{code, rows->text(0), roles_from(rows->view(1)), split(rows->view(2)), rows->utc(3),
                                    rows->maybe_integer(4).value_or(0)});
}

Result<std::int64_t> AccountsTable::withdraw_invitations(const Actor& by, UtcTime now) {
    auto open = sql_.number("SELECT count(*) FROM invitation");
    if (!open) return open.error();
    const auto count = open->value_or(0);
    if (count == 0) return count;
    const auto body = audit_body({}, fmt::format(R"({{"withdrawn":{}}})", count), {});
    auto done = audited(by, now, "user.withdraw", 0, body, [&] { return sql_.run("DELETE FROM invitation"); });
    if (!done) return done.error();
    return count;
}

Status AccountsTable::use(const Digest& code, Id user, UtcTime now) {
    auto used = sql_.number(
        "DELETE FROM invitation WHERE code = ?1 AND ends > ?2 AND coalesce(user, 0) = ?3 RETURNING 1", code, now, user);
    if (!used) return used.error();
    return *used ? Status() : Status(Errc::not_found, "there is no such invitation, or it has been used or has ended");
}

Result<User> AccountsTable::renew(const Digest& code, User user, UtcTime now) {
    const Actor who{user.id, user.name, {}};
    auto done = audited(who, now, "user.renew", user.id, audit_body({}, {}, {}), [&]() -> Status {
        if (auto used = use(code, user.id, now); !used) return used;
        auto found = sql_.number(
            "UPDATE user SET password = ?2, totp = ?3, totp_step = ?4, failures = 0, locked_until = 0 WHERE id = ?1 "
            "RETURNING id",
            user.id, user.password, bytes_of(user.totp), user.totp_step);
        if (!found) return found.error();
        return *found ? Status() : Status(Errc::not_found, fmt::format("no user {}", user.id));
    });
    if (!done) return done.error();
    return user;
}

Result<User> AccountsTable::enlist(const Digest& code, User user, UtcTime now) {
    auto open = invitation(code);
    if (!open) return open.error();
    if (*open && (*open)->user != 0) return renew(code, std::move(user), now);
    auto next = sql_.number(
        "SELECT max(coalesce((SELECT max(id) FROM user), 0), coalesce((SELECT max(user) FROM audit), 0)) + 1");
    if (!next) return next.error();
    user.id = next->value_or(1);  // also of users who are gone: the audit names them by it
    user.created = now;
    const Actor who{user.id, user.name, {}};
    auto done = audited(who, now, "user.enlist", user.id,
                        audit_body({}, shown(user.name, user.display, user.roles, user.scopes), {}), [&]() -> Status {
                            if (auto used = use(code, 0, now); !used) return used;
                            auto taken = this->user(user.name);
                            if (!taken) return taken.error();
                            if (*taken) return {Errc::conflict, fmt::format("there is a user {} already", user.name)};
                            return sql_.run("INSERT INTO user VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, 0, ?9)",
                                            user.id, user.name, user.display, joined(user.roles), joined(user.scopes),
                                            user.password, bytes_of(user.totp), user.totp_step, user.created);
                        });
    if (!done) return done.error();
    return user;
}

Status AccountsTable::end_sessions(Id user) {
    return sql_.run("DELETE FROM session WHERE user = ?1", user);
}

Status AccountsTable::still_administered() {
    auto all = users();
    if (!all) return all.error();
    const bool one = std::ranges::any_of(*all, [](const User& user) {
        return !user.password.empty() && std::ranges::find(user.roles, Role::administrator) != user.roles.end() &&
               std::ranges::find(user.scopes, "*") != user.scopes.end();
    });
    if (one) return {};
    return {Errc::denied, "nobody would be administrator of every site any more; appoint another one first"};
}

Status AccountsTable::change(const User& user, const Actor& by, UtcTime now) {
    const auto body = audit_body({}, shown(user.name, user.display, user.roles, user.scopes), {});
    return audited(by, now, "user.change", user.id, body, [&]() -> Status {
        auto changed = sql_.number(
            "UPDATE user SET display = ?2, roles = ?3, scopes = ?4, password = ?5, totp = ?6 "
            "WHERE id = ?1 RETURNING id",
            user.id, user.display, joined(user.roles), joined(user.scopes), user.password, bytes_of(user.totp));
        if (!changed) return changed.error();
        if (!*changed) return {Errc::not_found, fmt::format("no user {}", user.id)};
        if (auto done = end_sessions(user.id); !done) return done;
        return still_administered();
    });
}

Status AccountsTable::remove(Id user, const Actor& by, UtcTime now) {
    return audited(by, now, "user.remove", user, audit_body({}, {}, {}), [&]() -> Status {
        auto removed = sql_.number("DELETE FROM user WHERE id = ?1 RETURNING id", user);
        if (!removed) return removed.error();
        if (!*removed) return {Errc::not_found, fmt::format("no user {}", user)};
        if (auto done = sql_.run("DELETE FROM invitation WHERE user = ?1", user); !done) return done;
        if (auto done = end_sessions(user); !done) return done;
        return still_administered();
    });
}

Status AccountsTable::note_failure(Id user, std::int64_t failures, UtcTime locked_until, const Actor& who,
                                   UtcTime now) {
    const auto body = fmt::format(R"({{"failures":{}}})", failures);
    return audited(who, now, "session.refused", user, body, [&] {
        return sql_.run("UPDATE user SET failures = ?2, locked_until = ?3 WHERE id = ?1", user, failures, locked_until);
    });
}

Status AccountsTable::open_session(const Session& session, std::int64_t totp_step, const Actor& who) {
    return audited(who, session.opened, "session.open", session.user, "{}", [&]() -> Status {
        auto taken = sql_.number(
            "UPDATE user SET failures = 0, locked_until = 0, totp_step = ?2 "
            "WHERE id = ?1 AND totp_step < ?2 RETURNING id",
            session.user, totp_step);
        if (!taken) return taken.error();
        if (!*taken) return {Errc::conflict, "this code has been used; wait for the next one"};
        return sql_.run("INSERT INTO session VALUES (?1, ?2, ?3, ?4, ?5)", session.token, session.user, session.opened,
                        session.seen, session.from);
    });
}

Result<std::optional<SignedIn>> AccountsTable::session(const Digest& token) {
    auto rows = sql_.ask(fmt::format("SELECT {}, s.opened, s.seen, s.origin FROM session s JOIN user ON id = s.user "
                                     "WHERE s.token = ?1",
                                     user_columns),
                         token);
    if (!rows) return rows.error();
    auto row = rows->next();
    if (!row) return row.error();
    if (!*row) return std::optional<SignedIn>{};
    auto user = user_from(*rows);
    Session session{token, user.id, rows->utc(11), rows->utc(12), rows->text(13)};
    return std::optional(SignedIn{std::move(session), std::move(user)});
}

Status AccountsTable::touch_session(const Digest& token, UtcTime seen) {
    return sql_.run("UPDATE session SET seen = ?2 WHERE token = ?1", token, seen);
}

Status AccountsTable::end_session(const Digest& token, const Actor& who, UtcTime now) {
    return audited(who, now, "session.end", who.user, "{}",
                   [&] { return sql_.run("DELETE FROM session WHERE token = ?1", token); });
}

Status AccountsTable::forget(UtcTime opened_before, UtcTime seen_before, UtcTime now) {
    auto done = sql_.run("DELETE FROM session WHERE opened < ?1 OR seen < ?2", opened_before, seen_before);
    if (done) done = sql_.run("DELETE FROM invitation WHERE ends <= ?1", now);
    return done;
}

}  // namespace menshen::registry
