#include "registry/set_up.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include "bundle/key_file.hpp"
#include "files/write.hpp"
#include "registry/data_folder.hpp"
#include "registry/sign_in.hpp"
#include "registry/sqlite_store.hpp"

namespace menshen::registry {

namespace {

constexpr auto authority_valid = std::chrono::days(20 * 365);
constexpr auto server_valid = std::chrono::days(5 * 365);
constexpr auto key_valid = std::chrono::days(2 * 365);
constexpr auto overlap = std::chrono::days(365);
constexpr auto backdated = std::chrono::hours(1);

const Actor installer{0, "init", "console"};

/// In the order that a set-up takes. Each step stands on those before it.
class SettingUp {
  public:
    SettingUp(const SetUp& wanted, const Now& now) : wanted_(wanted), now_(now), folder_{wanted.data} {}

    Status folders() {
        std::error_code failed;
        if (std::filesystem::exists(wanted_.data, failed) && !std::filesystem::is_empty(wanted_.data, failed)) {
            return {Errc::conflict,
                    fmt::format("{} is not empty; a registry is made in a folder of its own", wanted_.data.string())};
        }
        for (const auto& path : {wanted_.data, folder_.signing_keys(), folder_.snapshots(), folder_.evidence()}) {
            std::filesystem::create_directories(path, failed);
            if (!failed) std::filesystem::permissions(path, std::filesystem::perms::owner_all, failed);
            if (failed) return {Errc::io, path.string() + ": " + failed.message()};
        }
        began_ = true;
        return {};
    }

    Status keys() {
        auto root = bundle::SecretKey::generate();
        if (!root) return root.error();
        const bundle::NamedSecret named_root{"root", std::move(root).value()};
        if (auto done = bundle::write_secret_file(wanted_.root_key, named_root); !done) return done;
        wrote_root_ = true;
        bundle::KeySet set;
        set.version = 1;
        set.epoch = made_.epoch = std::chrono::duration_cast<seconds>(now_.utc.time_since_epoch()).count();
        set.iat = now_.utc;
        const UtcTime from = now_.utc - backdated;
        if (auto done = online_key("k1", from, from + key_valid, set); !done) return done;
        if (auto done = online_key("k2", from + overlap, from + overlap + key_valid, set); !done) return done;
        auto document = bundle::write_key_set(set);
        if (!document) return document.error();
        const auto line = bundle::write_signed(bundle::sign(bundle::DocumentType::keys, *document, named_root));
        if (auto done = files::write_new(folder_.key_set(), line + "\n", public_mode); !done) return done;
        made_.root_kid = named_root.kid;
        return files::write_new(folder_.root_key(),
                                bundle::public_key_text({named_root.kid, named_root.key.public_key()}), public_mode);
    }

    Status certificates() {
        auto authority = make_authority("menshen registry", now_.utc, authority_valid);
        if (!authority) return authority.error();
        auto server = make_server(*authority, wanted_.names, now_.utc, server_valid);
        if (!server) return server.error();
        server->certificate += authority->certificate;  // shown with it, so that a person can compare its fingerprint
        auto fingerprint = fingerprint_of(authority->certificate);
        if (!fingerprint) return fingerprint.error();
        made_.authority = *fingerprint;
        if (auto done = write_identity(folder_.authority(), *authority); !done) return done;
        return write_identity(folder_.server(), *server);
    }

    Status database() {
        auto signer = load_signer(folder_);
        if (!signer) return signer.error();
        BundleHeads heads(*signer, {});
        auto store = open_sqlite_store({folder_.database(), true, 4096, {}}, heads, now_.utc);
        if (!store) return store.error();
        auto& commits = (*store)->commits();
        auto done = commits.create_scope(std::string(common_scope), "All sites", installer, now_);
        if (done) done = commits.create_scope(wanted_.scope, wanted_.title, installer, now_);
        if (!done) return done.error();
        auto code = SignIn((*store)->accounts(), {}).invite_first(now_.utc);
        if (!code) return code.error();
        made_.code = *code;
        return (*store)->checkpoint();
    }

    [[nodiscard]] const Made& made() const { return made_; }

    void undo() const {
        std::error_code ignored;
        if (wrote_root_) std::filesystem::remove(wanted_.root_key, ignored);
        if (!began_) return;
        for (const auto& entry : std::filesystem::directory_iterator(wanted_.data, ignored)) {
            std::filesystem::remove_all(entry.path(), ignored);
        }
    }

  private:
    Status online_key(const std::string& kid, UtcTime from, UtcTime until, bundle::KeySet& set) {
        auto secret = bundle::SecretKey::generate();
        if (!secret) return secret.error();
        set.keys.push_back({kid, secret->public_key(), from, until});
        return bundle::write_secret_file(folder_.signing_keys() / (kid + ".secret"), {kid, std::move(secret).value()});
    }
    static Status write_identity(const std::filesystem::path& stem, const Identity& identity) {
        if (auto done = files::write_new(stem.string() + ".key", identity.key); !done) return done;
        return files::write_new(stem.string() + ".pem", identity.certificate, public_mode);
    }

    const SetUp& wanted_;
    const Now& now_;
    DataFolder folder_;
    Made made_;
    bool began_ = false, wrote_root_ = false;
};

}  // namespace

Result<Made> set_up(const SetUp& wanted, const Now& now) {
    if (sodium_init() < 0) return {Errc::internal, "libsodium does not start"};
    if (auto done = check_scope_name(wanted.scope); !done) return done.error();
    SettingUp setting_up(wanted, now);
    auto done = setting_up.folders();
    if (done) done = setting_up.keys();
    if (done) done = setting_up.certificates();
    if (done) done = setting_up.database();
    if (done) return setting_up.made();
    setting_up.undo();
    return done.error();
}

}  // namespace menshen::registry
