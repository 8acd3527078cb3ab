#include "registry/rotate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "bundle/key_file.hpp"
#include "files/read.hpp"
#include "files/write.hpp"

namespace menshen::registry {

namespace {

constexpr auto key_lasts = std::chrono::days(2 * 365);
constexpr auto others_last = std::chrono::days(30);
constexpr auto counts_from = std::chrono::hours(1);  // before now: clocks differ

namespace fs = std::filesystem;

Result<bundle::KeySet> read_key_set(const DataFolder& folder, const bundle::NamedSecret& root) {
    auto line = files::read_small(folder.key_set());
    if (!line) return line.error();
    while (line->ends_with('\n')) line->pop_back();
    auto document = bundle::parse_signed(bundle::DocumentType::keys, *line);
    if (!document) return document.error().in(folder.key_set().string());
    auto judged = bundle::judge_key_set(*document, std::array{bundle::NamedKey{root.kid, root.key.public_key()}}, {});
    if (!judged.document) return {Errc::corrupt, folder.key_set().string() + ": " + judged.why};
    return std::move(*judged.document);
}

/// Of keys that the set no longer names.
void remove_other_secrets(const DataFolder& folder, const bundle::KeySet& set) {
    std::error_code failed;
    for (const auto& entry : fs::directory_iterator(folder.signing_keys(), failed)) {
        const auto kid = entry.path().stem().string();
        if (std::ranges::find(set.keys, kid, &bundle::OnlineKey::kid) == set.keys.end())
            fs::remove(entry.path(), failed);
    }
}

}  // namespace

Result<bundle::NamedSecret> read_root(const fs::path& file, const DataFolder& folder) {
    auto secret = bundle::read_secret_file(file);
    if (!secret) return secret;
    auto known = bundle::read_public_file(folder.root_key());
    if (!known) return known.error();
    if (secret->key.public_key() == known->key) return secret;
    return {Errc::denied, file.string() + " is not the root key of the registry in " + folder.path.string()};
}

/// The secret comes to its place behind the set that names it: whatever is cut off, what is there fits together.
Status put_key_set(const DataFolder& folder, bundle::KeySet& set, const bundle::NamedSecret& root) {
    auto secret = bundle::SecretKey::generate();
    if (!secret) return secret.error();
    const auto kid = fmt::format("v{}", set.version);  // never one that a gate knows as another key's name
    set.keys.insert(set.keys.begin(), {kid, secret->public_key(), set.iat - counts_from, set.iat + key_lasts});
    auto document = bundle::write_key_set(set);
    if (!document) return document.error();
    const auto line = bundle::write_signed(bundle::sign(bundle::DocumentType::keys, *document, root));
    const auto coming = folder.path / "signing.coming";
    std::error_code ignored;
    fs::remove(coming, ignored);
    auto done = bundle::write_secret_file(coming, {kid, std::move(secret).value()});
    if (done) done = files::replace(folder.key_set(), line + "\n", {.mode = public_mode});
    if (done) done = files::rename(coming, folder.signing_keys() / (kid + ".secret"));
    if (done) remove_other_secrets(folder, set);
    return done;
}

Result<bundle::KeySet> rotate(const DataFolder& folder, const Rotation& wanted, UtcTime now) {
    auto root = read_root(wanted.root_key, folder);
    if (!root) return root.error();
    auto set = read_key_set(folder, *root);
    if (!set) return set.error();
    ++set->version;
    set->iat = now;
    const UtcTime end = now + others_last;
    std::erase_if(set->keys, [&](const bundle::OnlineKey& key) {
        return wanted.drop_others || key.until <= now || key.from >= end;
    });
    for (auto& key : set->keys) key.until = std::min(key.until, end);
    while (set->keys.size() >= bundle::max_online_keys) set->keys.pop_back();  // the oldest
    if (auto done = put_key_set(folder, *set, *root); !done) return done.error();
    return set;
}

}  // namespace menshen::registry
