#include "registry/signer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace menshen::registry {

namespace {

constexpr auto changed_over_before = std::chrono::days(30);  // that long before its end a key gives way to the next

}  // namespace

Result<Signer> Signer::create(const std::string& key_set, const bundle::NamedKey& root,
                              std::vector<bundle::NamedSecret> secrets) {
    auto line = bundle::parse_signed(bundle::DocumentType::keys, key_set);
    if (!line) return line.error().in("the key set");
    auto judged = bundle::judge_key_set(*line, std::array{root}, {});
    if (!judged.document) return {Errc::invalid, "the key set is not signed by the root: " + judged.why};
    const auto unknown = std::ranges::find_if(secrets, [&](const bundle::NamedSecret& secret) {
        return std::ranges::none_of(judged.document->keys, [&](const bundle::OnlineKey& key) {
            return key.kid == secret.kid && key.key == secret.key.public_key();
        });
    });
    if (unknown != secrets.end()) return {Errc::invalid, "the root's key set does not name the key " + unknown->kid};
    if (secrets.empty()) return {Errc::invalid, "there is no secret key to sign with"};
    return Signer(key_set, std::move(*judged.document), std::move(secrets));
}

const bundle::NamedSecret* Signer::secret_for(UtcTime now) const {
    const bundle::NamedSecret* last_resort = nullptr;
    for (const auto& key : set_.keys) {
        const auto secret = std::ranges::find(secrets_, key.kid, &bundle::NamedSecret::kid);
        if (secret == secrets_.end() || now < key.from || now >= key.until) continue;
        if (now < key.until - changed_over_before) return &*secret;
        if (last_resort == nullptr) last_resort = &*secret;
    }
    return last_resort;
}

Result<bundle::Signed> Signer::sign(bundle::DocumentType type, std::string document, UtcTime now) const {
    const auto* secret = secret_for(now);
    if (secret == nullptr) {
        return {Errc::unavailable, fmt::format("no signing key is good at {}; is the clock right? Otherwise have the "
                                               "root sign a new key set",
                                               format_utc(now))};
    }
    return bundle::sign(type, std::move(document), *secret);
}

}  // namespace menshen::registry
