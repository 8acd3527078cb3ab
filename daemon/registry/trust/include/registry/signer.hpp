// Signs for the registry, with the online key that counts at that time. The offline root is not here: it has signed the
// key set, and lies in a drawer.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "bundle/key_set.hpp"
#include "bundle/keys.hpp"
#include "bundle/signed.hpp"
#include "registry/head_maker.hpp"

namespace menshen::registry {

/// Never changes once it is made: any thread may call it.
class Signer {
  public:
    /// `key_set` is the line that the root signed. Errc::invalid: not signed by `root`, or no secret key is of the set.
    [[nodiscard]] static Result<Signer> create(const std::string& key_set, const bundle::NamedKey& root,
                                               std::vector<bundle::NamedSecret> secrets);

    /// The first key of the set that is good now, and a month from now if one is. Errc::unavailable: none is; the
    /// message says what to do.
    [[nodiscard]] Result<bundle::Signed> sign(bundle::DocumentType type, std::string document, UtcTime now) const;
    [[nodiscard]] const bundle::KeySet& keys() const { return set_; }
    /// For who asks for the key set.
    [[nodiscard]] const std::string& key_set_line() const { return line_; }

  private:
    Signer(std::string line, bundle::KeySet set, std::vector<bundle::NamedSecret> secrets)
        : line_(std::move(line)), set_(std::move(set)), secrets_(std::move(secrets)) {}
    [[nodiscard]] const bundle::NamedSecret* secret_for(UtcTime now) const;

    std::string line_;
    bundle::KeySet set_;
    std::vector<bundle::NamedSecret> secrets_;
};

/// How long a head says that it is fresh, and good at all.
struct HeadPolicy {
    std::chrono::minutes fresh{10};
    std::chrono::hours expires{30 * 24};
};

/// Heads as firmware/bundle has them. Its epoch is the key set's: gates take no head of another one.
class BundleHeads final : public HeadMaker {
  public:
    /// `signer` must outlive it.
    BundleHeads(const Signer& signer, HeadPolicy policy) : signer_(signer), policy_(policy) {}
    [[nodiscard]] std::int64_t epoch() const override { return signer_.keys().epoch; }
    [[nodiscard]] std::uint32_t bucket_of(std::string_view kind, Id id) const override;
    [[nodiscard]] Digest leaf(std::string_view kind, Id id, std::string_view body) const override;
    [[nodiscard]] Digest bucket(std::span<const Digest> leaves) const override;
    [[nodiscard]] Result<SignedHead> head(const HeadFields& fields, std::span<const Digest> buckets) override;

  private:
    const Signer& signer_;
    HeadPolicy policy_;
};

/// As a line of the feed says it.
[[nodiscard]] bundle::Signed to_signed(const SignedHead& head);

}  // namespace menshen::registry
