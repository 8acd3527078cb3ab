// The administrators' verbs, apart from the command line, so that tests can call them. Each returns its exit code
// (cli::Exit). Texts are as the person wrote them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "office/desk.hpp"

namespace menshen::office {

struct LoginOptions {
    std::string registry;     // empty: the one of the session there is
    std::string ca_file;      // PEM: believe this authority
    std::string fingerprint;  // SHA-256 of the authority or the server's certificate
    std::string name;
    std::string invitation;   // one-time code: makes the user first
    std::string secret_file;  // Base32 of the second factor; the tool makes the codes itself (for machines)
    std::string site;
    int password_fd = -1;  // the password is read there; else $MENSHEN_PASSWORD; else it is asked for
    // the code: $MENSHEN_CODE, secret_file, or it is asked for
};
int run_login(const LoginOptions& options, Desk& desk);
int run_logout(Desk& desk);
int run_who_am_i(Desk& desk);

struct PermitOptions {
    std::string which;                // "12" or a plate, of a permit that there is
    std::vector<std::string> plates;  // of a new one
    std::vector<std::string> cards;
    std::optional<std::string> permit_class, holder, unit, phone, note, number, from, until, schedule, state;
    std::optional<std::vector<std::string>> zones;  // keys; empty: every zone
    std::optional<int> max_inside, max_uses;
    std::optional<bool> escort, order_required;
    std::string why;
};
int run_permit_issue(const PermitOptions& options, Desk& desk);
int run_permit_change(const PermitOptions& options, Desk& desk);
int run_permit_cancel(const PermitOptions& options, Desk& desk);
int run_permit_show(const PermitOptions& options, Desk& desk);

struct ReplaceOptions {
    std::string which;  // "12" or a plate
    std::string old;    // which of its credentials, where it has several
    std::string plate;  // instead; or
    std::string card;
    std::string why;
};
int run_permit_replace(const ReplaceOptions& options, Desk& desk);

struct ListOptions {
    std::string words, permit_class, state, kind;
    int expiring_days = 0;  // permits that end within
    bool past = false;      // also what is over
    int limit = 0;          // 0: all
};
int run_permit_list(const ListOptions& options, Desk& desk);
int run_visit_list(const ListOptions& options, Desk& desk);
int run_block_list(const ListOptions& options, Desk& desk);
int run_gate_list(const ListOptions& options, Desk& desk);

struct VisitOptions {
    std::string visitor, phone, purpose, unit, from, until, permit_class, why;
    std::vector<std::string> plates, zones;
    std::optional<int> people;
    bool escort = false;
};
int run_visit_book(const VisitOptions& options, Desk& desk);
int run_visit_cancel(std::int64_t id, const std::string& why, Desk& desk);

struct BlockOptions {
    std::string plate, kind = "block", reason, until;
};
int run_block_add(const BlockOptions& options, Desk& desk);
/// `which`: a number or a plate.
int run_block_lift(const std::string& which, Desk& desk);

struct GateOptions {
    std::string key;  // or, of a gate that there is, its number
    std::string name, place, note, why;
};
int run_gate_add(const GateOptions& options, Desk& desk);
/// `action`: code, revoke, activate.
int run_gate_action(const GateOptions& options, const std::string& action, Desk& desk);

/// As the gate's import: a dry run, a question (or --yes), all rows or none up to 60,000 at a time.
int run_import(const cli::ImportOptions& options, const std::string& why, std::istream& in, Desk& desk);

/// What a gate that stood alone has listed itself, as the site's permits and blocks: read at its admin socket (options.
/// socket), shown, and taken over like an import. Again it changes nothing. The gate's own list stays as it is.
int run_adopt(const cli::ImportOptions& options, const std::string& why, std::istream& in, Desk& desk);

struct ExportOptions {
    std::string file;  // .csv or .xlsx; empty or "-": CSV on standard output
    bool force = false;
};
int run_export(const ExportOptions& options, Desk& desk);

struct BackupOptions {
    std::string folder;  // of the backup
    std::string data = "/var/lib/menshen-registry";
    std::string root_key;  // of restore
};
/// By menshen-registry, on the registry's own machine and by the owner of its data; elsewhere they say where and how
/// (Exit::unreadable). The whole of it or nothing is left.
int run_backup(const BackupOptions& options, Desk& desk);
int run_restore(const BackupOptions& options, Desk& desk);

struct EventsOptions {
    std::string gate, kind, plate, lane;
    std::string from, until;  // this machine's wall clock
    int limit = 50;           // the newest
    bool follow = false;
};
int run_events(const EventsOptions& options, Desk& desk);

struct AuditOptions {
    std::string action, subject, user;  // the two are numbers
    int limit = 50;
    bool verify = false;
};
int run_audit(const AuditOptions& options, Desk& desk);

/// A decision again, out of what its event has stored. Exit::refused: it comes out otherwise.
int run_replay(std::int64_t number, Desk& desk);
int run_replay_at_gate(std::int64_t sequence, const std::string& socket, Desk& desk);

struct UserOptions {
    std::string which;  // number or name
    std::string display;
    std::vector<std::string> roles, sites;
};
int run_user_list(Desk& desk);
int run_user_add(const UserOptions& options, Desk& desk);
int run_user_role(const UserOptions& options, Desk& desk);
int run_user_remove(const UserOptions& options, Desk& desk);

}  // namespace menshen::office
