// Keys, times and a small registry for the feed's tests.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "bundle/digest.hpp"
#include "bundle/feed.hpp"
#include "bundle/head.hpp"

namespace menshen::bundle {

inline constexpr UtcTime noon{std::chrono::milliseconds(1'795'000'000'000)};
inline constexpr std::chrono::hours hour{1};

/// A key of a name, always the same.
inline NamedSecret secret(const std::string& kid) {
    return {kid, SecretKey::from_seed(sha256("test key " + kid)).value()};
}
inline OnlineKey online(const std::string& kid, UtcTime from = noon - hour, UtcTime until = noon + 1000 * hour) {
    return {kid, secret(kid).key.public_key(), from, until};
}
inline KeySet key_set(std::int64_t version = 1, std::int64_t epoch = 1) {
    return {version, epoch, noon, {online("k1"), online("k2")}};
}

inline Head head_of(RowDigest& rows, Position at, UtcTime iat = noon) {
    return {"yard", at, rows.root(), rows.rows(), iat, iat + 2 * hour, iat + 48 * hour};
}
inline Signed signed_head(const Head& head, const std::string& kid = "k1") {
    return sign(DocumentType::head, write_head(head).value(), secret(kid));
}

/// Rows with the sequence number of their last change, deleted ones without body, and the lines that tell of them.
struct Registry {
    std::map<std::pair<std::string, std::int64_t>, std::pair<std::int64_t, std::string>> rows;
    RowDigest digest;
    Position at{1, 0};
    UtcTime time = noon;
    std::string kid = "k1";

    void put(const std::string& kind, std::int64_t id, const std::string& body) {
        rows[{kind, id}] = {++at.seq, body};
        digest.put(kind, id, body);
    }
    void del(const std::string& kind, std::int64_t id) {
        rows[{kind, id}] = {++at.seq, ""};
        digest.del(kind, id);
    }
    [[nodiscard]] Signed head() { return signed_head(head_of(digest, at, time), kid); }
    [[nodiscard]] std::string changes(std::int64_t since) {
        std::string out;
        for (const auto& [key, row] : rows) {
            if (row.first <= since) continue;
            const auto& [kind, id] = key;
            const bool done = row.second.empty() ? write_del(out, {row.first, kind, id}).ok()
                                                 : write_put(out, {row.first, kind, id, row.second}).ok();
            if (!done) std::abort();
        }
        write_head_line(out, head());
        return out;
    }
};

}  // namespace menshen::bundle
