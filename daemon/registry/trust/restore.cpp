#include <fmt/format.h>
#include <sodium.h>

#include "backup_files.hpp"
#include "registry/backup.hpp"
#include "registry/rotate.hpp"
#include "registry/sign_in.hpp"
#include "registry/sqlite_store.hpp"

namespace menshen::registry {

namespace {

namespace fs = std::filesystem;

const Actor restorer{0, "restore", "console"};

/// In the order that a restore takes. Each step stands on those before it.
class Restoring {
  public:
    Restoring(const fs::path& backup, DataFolder into, const Now& now)
        : from_{backup}, into_(std::move(into)), now_(now) {}

    Status check() {
        auto said = read_backup(from_.path);
        if (!said) return said.error();
        restored_.of = std::move(said).value();
        auto hash = hash_of_file(from_.database());
        if (!hash) return hash.error();
        if (bundle::to_hex(*hash) == restored_.of.sha256) return {};
        return {Errc::corrupt, from_.database().string() + " is not what was backed up; take another backup"};
    }

    Status files() {
        if (auto done = make_empty_folder(into_.path); !done) return done;
        began_ = true;
        for (const auto& folder : {into_.signing_keys(), into_.snapshots()}) {
            if (auto done = make_empty_folder(folder); !done) return done;
        }
        auto done = copy_durably(from_.database(), into_.database());
        if (done) done = copy_identity(from_, into_);
        if (!done) return done;
        auto pictures = copy_pictures(from_, into_);
        return pictures ? Status() : Status(pictures.error());
    }

    /// Version and epoch by the clock: above all that this registry, or one restored before, can have given out.
    Status keys(const fs::path& root_key) {
        auto root = read_root(root_key, into_);
        if (!root) return root.error();
        const auto by_clock = std::chrono::duration_cast<seconds>(now_.utc.time_since_epoch()).count();
        bundle::KeySet set;
        set.version = by_clock;
        set.epoch = restored_.epoch = std::max(by_clock, restored_.of.epoch + 1);
        set.iat = now_.utc;
        auto done = put_key_set(into_, set, *root);
        if (done) restored_.kid = set.keys.front().kid;
        return done;
    }

    /// Heads of the new epoch; nobody is signed in any more, and no one-time code counts.
    Status heads() {
        auto signer = load_signer(into_);
        if (!signer) return signer.error();
        BundleHeads maker(*signer, {});
        auto store = open_sqlite_store({into_.database(), false, 4096, {}}, maker, now_.utc);
        if (!store) return store.error();
        auto audit = (*store)->audit().verify();
        if (!audit) return audit.error();
        if (!audit->whole) return {Errc::corrupt, fmt::format("the audit is broken at entry {}", audit->broken_at)};
        auto scopes = (*store)->feed().scopes();
        if (!scopes) return scopes.error();
        for (const auto& scope : *scopes) {
            auto head = (*store)->commits().new_epoch(scope.head.at.scope, restorer, now_);
            if (!head) return head.error();
        }
        constexpr auto later = std::chrono::hours(1);  // than any session was opened
        auto done = (*store)->accounts().forget(now_.utc + later, now_.utc + later, now_.utc);
        if (done) done = withdraw_codes(**store);
        return done ? (*store)->checkpoint() : done;
    }

    [[nodiscard]] const Restored& restored() const { return restored_; }
    void undo() const {
        std::error_code ignored;
        if (!began_) return;
        for (const auto& entry : fs::directory_iterator(into_.path, ignored)) fs::remove_all(entry.path(), ignored);
    }

  private:
    /// What was open in the backup may have been used after it, or withdrawn.
    Status withdraw_codes(Store& store) {
        auto& accounts = store.accounts();
        auto invitations = accounts.withdraw_invitations(restorer, now_.utc);
        if (!invitations) return invitations.error();
        auto codes = store.fleet().withdraw_codes(restorer, now_.utc);
        if (!codes) return codes.error();
        restored_.withdrawn = *invitations + *codes;
        auto users = accounts.users();
        if (!users) return users.error();
        if (!users->empty()) return {};
        auto code = SignIn(accounts, {}).invite_first(now_.utc);  // nobody could come in otherwise
        if (!code) return code.error();
        restored_.code = *code;
        return {};
    }

    DataFolder from_, into_;
    const Now& now_;
    Restored restored_;
    bool began_ = false;
};

}  // namespace

Result<Restored> restore(const fs::path& backup, const DataFolder& into, const fs::path& root_key, const Now& now) {
    if (sodium_init() < 0) return {Errc::internal, "libsodium does not start"};
    Restoring restoring(backup, into, now);
    auto done = restoring.check();
    if (done) done = restoring.files();
    if (done) done = restoring.keys(root_key);
    if (done) done = restoring.heads();
    if (done) return restoring.restored();
    restoring.undo();
    return done.error();
}

}  // namespace menshen::registry
