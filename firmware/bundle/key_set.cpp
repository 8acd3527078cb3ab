#include "bundle/key_set.hpp"

#include <algorithm>
#include <set>

#include "bytes.hpp"
#include "documents.hpp"

namespace menshen::bundle {
namespace {

std::string write_online_key(const OnlineKey& key) {
    return R"({"kid":")" + key.kid + R"(","key":")" + to_base64(key.key.bytes) + R"(","from":)" +
           std::to_string(key.from.time_since_epoch().count()) + R"(,"until":)" +
           std::to_string(key.until.time_since_epoch().count()) + "}";
}

bool is_sound(const OnlineKey& key) {
    return is_name(key.kid) && key.from.time_since_epoch().count() >= 0 && key.from < key.until &&
           key.until.time_since_epoch().count() <= max_number;
}

bool load_online_key(const JsonNode& node, OnlineKey& out) {
    const DocumentFields fields(node);
    return fields("kid", out.kid) && fields.public_key("key", out.key) && fields.time("from", out.from) &&
           fields.time("until", out.until);
}

bool load_key_set(const JsonNode& node, KeySet& out) {
    const DocumentFields fields(node);
    return fields("version", out.version) && fields("epoch", out.epoch) && fields.time("iat", out.iat) &&
           fields.array("keys", out.keys, max_online_keys, load_online_key);
}

}  // namespace

Result<std::string> write_key_set(const KeySet& keys) {
    std::string list;
    std::set<std::string_view> kids;
    for (const auto& key : keys.keys) {
        list.append(list.empty() ? "[" : ",").append(write_online_key(key));
        kids.insert(key.kid);
    }
    return DocumentWriter(DocumentType::keys)
        .number("version", keys.version, 1)
        .number("epoch", keys.epoch, 1)
        .time("iat", keys.iat)
        .raw("keys", list + "]")
        .require(!keys.keys.empty() && keys.keys.size() <= max_online_keys, "one to four keys are needed")
        .require(kids.size() == keys.keys.size(), "two keys of one name")
        .require(std::all_of(keys.keys.begin(), keys.keys.end(), is_sound), "a key's name or times are out of range")
        .end();
}

Result<KeySet> parse_key_set(std::string_view document) {
    return parse_document<KeySet>(DocumentType::keys, document, load_key_set, write_key_set);
}

Judged<KeySet> judge_key_set(const Signed& document, std::span<const NamedKey> roots, const KeysSeen& seen) {
    const auto root =
        std::find_if(roots.begin(), roots.end(), [&](const NamedKey& each) { return each.kid == document.kid; });
    if (auto good = verify(document, DocumentType::keys, root == roots.end() ? nullptr : &root->key);
        good.finding != Finding::accept) {
        return refuse<KeySet>(good.finding, std::move(good.why));
    }
    auto keys = parse_key_set(document.document);
    if (!keys) return refuse<KeySet>(Finding::malformed, keys.error().message);
    if (keys->version < seen.version || keys->epoch < seen.epoch) {
        return refuse<KeySet>(Finding::rolled_back, "version " + std::to_string(keys->version) + ", epoch " +
                                                        std::to_string(keys->epoch) + " after version " +
                                                        std::to_string(seen.version) + ", epoch " +
                                                        std::to_string(seen.epoch));
    }
    if (keys->version > seen.version) return {Finding::accept, {}, std::move(keys).value()};
    const bool same = keys->epoch == seen.epoch && (!seen.document || *seen.document == sha256(document.document));
    if (!same) {
        return refuse<KeySet>(Finding::forked, "two different key sets of version " + std::to_string(keys->version));
    }
    return {Finding::repeated, "known already", std::move(keys).value()};
}

const OnlineKey* online_key(const KeySet& keys, std::string_view kid) {
    const auto found =
        std::find_if(keys.keys.begin(), keys.keys.end(), [&](const OnlineKey& each) { return each.kid == kid; });
    return found == keys.keys.end() ? nullptr : &*found;
}

Verified check_epoch(std::int64_t epoch, const KeySet& keys) {
    const std::string why =
        "epoch " + std::to_string(epoch) + ", and the root has signed " + std::to_string(keys.epoch);
    if (epoch < keys.epoch) return {Finding::old_epoch, why};
    if (epoch > keys.epoch) return {Finding::unknown_epoch, why};
    return {Finding::accept, {}};
}

}  // namespace menshen::bundle
