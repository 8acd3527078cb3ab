// Where the registry is kept, as an interface: an embedded SQLite file today, PostgreSQL behind the same contract tests
// (tests/contract/registry_store) where one machine is outgrown.
//
// A Store has one owner: one thread at a time calls it, and it alone writes. Readers are independent of it and of each
// other, one thread each; every call of theirs sees one committed moment. Times are arguments.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "registry/accounts.hpp"
#include "registry/audit.hpp"
#include "registry/change_set.hpp"
#include "registry/directory.hpp"
#include "registry/events.hpp"
#include "registry/feed.hpp"
#include "values/time.hpp"

namespace menshen::registry {

struct AuditQuery {
    std::optional<Id> subject{}, user{};
    std::string action;       // exact; empty: any
    std::int64_t before = 0;  // number: newest first below it; 0 = from the newest
    int limit = 50;           // 1 to 1,000
};

struct AuditReport {
    bool whole = false;
    std::int64_t entries = 0;
    std::int64_t broken_at = 0;  // the first that does not fit; 0: none
    Digest head{};               // of the last entry: to be kept elsewhere, a cut-off tail is not seen otherwise
};

class AuditTrail {
  public:
    AuditTrail() = default;
    AuditTrail(const AuditTrail&) = delete;
    AuditTrail& operator=(const AuditTrail&) = delete;
    virtual ~AuditTrail() = default;
    [[nodiscard]] virtual Result<std::vector<AuditEntry>> find(const AuditQuery& query) = 0;
    [[nodiscard]] virtual Result<AuditReport> verify() = 0;
};

class Commits {
  public:
    Commits() = default;
    Commits(const Commits&) = delete;
    Commits& operator=(const Commits&) = delete;
    virtual ~Commits() = default;

    /// One transaction: entities, feed rows with the next s of their scope, heads, audit entries, the result under its
    /// idempotency key. Durable when it returns. `now.local` is what a permit's end is judged by. An Error (disk full,
    /// damaged) or a Refused has changed nothing.
    [[nodiscard]] virtual Result<Outcome> commit(const ChangeSet& set, const Actor& actor, const Now& now) = 0;
    /// What that key of that actor led to: the result, or why it may not be used (another fingerprint), or nothing.
    [[nodiscard]] virtual Result<std::optional<Outcome>> repeated(const Actor& actor, const std::string& key,
                                                                  const std::string& fingerprint) = 0;

    /// Errc::invalid: the name; Errc::conflict: it exists. The first epoch is HeadMaker::epoch().
    [[nodiscard]] virtual Result<SignedHead> create_scope(const std::string& name, const std::string& title,
                                                          const Actor& actor, const Now& now) = 0;
    /// After a restore from backup: gates take a snapshot (I19). Never an epoch that was before.
    [[nodiscard]] virtual Result<SignedHead> new_epoch(const std::string& scope, const Actor& actor,
                                                       const Now& now) = 0;
    /// The same position, signed anew, so that freshness is known.
    [[nodiscard]] virtual Result<SignedHead> renew_head(const std::string& scope, UtcTime now) = 0;

    /// House-keeping in small steps, daily or oftener: rows of what ended long ago leave the feed; tombstones and kept
    /// results that are old enough go. False: there was nothing left to do.
    [[nodiscard]] virtual Result<bool> tend(const Now& now) = 0;
};

/// What a gate said of itself when it asked for changes last.
struct GateReport {
    Id gate = 0;
    UtcTime seen{};
    std::vector<Position> heads;  // that it has
    std::string version;          // of its program
    std::string state;            // JSON: clock, faults, list's age; as it came
};

/// A one-time code that lets one gate enrol; only its hash is kept.
struct GateCode {
    Digest code{};
    Id gate = 0;
    UtcTime ends{};
};

/// A gate as it has enrolled: by the keys that it made and nobody else has.
struct GateIdentity {
    Id gate = 0;
    std::string event_kid;
    Digest event_key{};  // Ed25519, public: signs its batches of events
    Digest tls_key{};    // SHA-256 of its certificate's public key
    Digest tls_old{};    // of the one before the last renewal, whose answer may have been lost; zeros: none
    UtcTime enrolled{};
    UtcTime renewed{};
};

class Fleet {
  public:
    Fleet() = default;
    Fleet(const Fleet&) = delete;
    Fleet& operator=(const Fleet&) = delete;
    virtual ~Fleet() = default;
    [[nodiscard]] virtual Status note(const GateReport& report) = 0;
    [[nodiscard]] virtual Result<std::vector<GateReport>> reports() = 0;

    /// The gate's code from now on; one that was open is worth nothing any more.
    [[nodiscard]] virtual Status admit(const GateCode& code, const Actor& by, UtcTime now) = 0;
    /// No code, open or used, is worth anything any more. How many were open.
    [[nodiscard]] virtual Result<std::int64_t> withdraw_codes(const Actor& by, UtcTime now) = 0;
    /// Uses the code up and takes the identity, which ends the one before; `identity.gate` is the code's. While the
    /// code would last, whoever has the same TLS key may repeat this: his answer was lost. Errc::denied: no such code
    /// (any more). Errc::conflict: another gate has such a key.
    [[nodiscard]] virtual Result<Id> enrol(const Digest& code, GateIdentity identity, UtcTime now) = 0;
    /// A new certificate's key; the one before stays good until the next renewal. Errc::not_found: it has no identity.
    [[nodiscard]] virtual Status renew(Id gate, const Digest& tls_key, UtcTime now) = 0;
    [[nodiscard]] virtual Result<std::vector<GateIdentity>> identities() = 0;
};

/// One thread each.
class Reader {
  public:
    Reader() = default;
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;
    virtual ~Reader() = default;
    [[nodiscard]] virtual Directory& directory() = 0;
    [[nodiscard]] virtual Feed& feed() = 0;
    [[nodiscard]] virtual EventSearch& events() = 0;
    [[nodiscard]] virtual AuditTrail& audit() = 0;
    /// Everything as of one moment in a new file (registry.db of a backup), checked; the owner writes on meanwhile.
    /// Errc::conflict: there is such a file.
    [[nodiscard]] virtual Status copy_to(const std::filesystem::path& file) = 0;
};

class Store : public Reader {
  public:
    [[nodiscard]] virtual Commits& commits() = 0;
    [[nodiscard]] virtual EventIntake& intake() = 0;
    [[nodiscard]] virtual Accounts& accounts() = 0;
    [[nodiscard]] virtual Fleet& fleet() = 0;
    /// May be handed to another thread, and must not outlive the store.
    [[nodiscard]] virtual Result<std::unique_ptr<Reader>> reader() = 0;
    /// When nothing else is to do.
    [[nodiscard]] virtual Status checkpoint() = 0;
};

}  // namespace menshen::registry
