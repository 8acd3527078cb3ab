#include <algorithm>

#include "bundle/digest.hpp"
#include "bundle/head.hpp"
#include "registry/signer.hpp"

namespace menshen::registry {

std::uint32_t BundleHeads::bucket_of(std::string_view kind, Id id) const {
    return bundle::bucket_of(kind, id);
}

Digest BundleHeads::leaf(std::string_view kind, Id id, std::string_view body) const {
    return bundle::leaf_of(kind, id, body);
}

Digest BundleHeads::bucket(std::span<const Digest> leaves) const {
    std::vector<bundle::Hash> sorted(leaves.begin(), leaves.end());
    return bundle::bucket_hash(sorted);
}

Result<SignedHead> BundleHeads::head(const HeadFields& fields, std::span<const Digest> buckets) {
    bundle::BucketTable table;
    for (std::size_t i = 0; i < buckets.size(); ++i) {
        if (auto done = table.restore(static_cast<std::uint16_t>(i), buckets[i], 0); !done) return done.error();
    }
    bundle::Head head{
        fields.at.scope, {fields.at.epoch, fields.at.seq}, table.root(), fields.rows, fields.issued, {}, {}};
    head.fresh = fields.issued + policy_.fresh;
    head.exp = fields.issued + policy_.expires;
    auto document = bundle::write_head(head);
    if (!document) return document.error();
    auto made = signer_.sign(bundle::DocumentType::head, std::move(document).value(), fields.issued);
    if (!made) return made.error();
    std::string signature(made->signature.begin(), made->signature.end());
    return SignedHead{fields.at,           fields.rows, fields.issued, std::move(made->document), std::move(made->kid),
                      std::move(signature)};
}

bundle::Signed to_signed(const SignedHead& head) {
    bundle::Signed line{bundle::DocumentType::head, head.bytes, head.key_id, {}};
    std::copy_n(head.signature.begin(), std::min(head.signature.size(), line.signature.size()), line.signature.begin());
    return line;
}

}  // namespace menshen::registry
