// A registry of one scope for tests, its bundles, and what a gate would make of them.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "../bundle/fixture.hpp"
#include "bundle/snapshot.hpp"
#include "fixture.hpp"

namespace menshen::whitelist {

inline const UtcTime feed_time = bundle::noon;

/// As bundle::Registry, with a scope's name and snapshots.
struct Feed : bundle::Registry {
    explicit Feed(std::string name = "yard") : scope(std::move(name)) {}

    [[nodiscard]] bundle::Head plain_head() {
        auto head = bundle::head_of(digest, at, time);
        head.scope = scope;
        return head;
    }
    [[nodiscard]] bundle::Signed signed_head() { return bundle::signed_head(plain_head(), kid); }
    [[nodiscard]] std::string changes_since(std::int64_t since) {
        auto lines = changes(since);
        lines.erase(lines.rfind('\n', lines.size() - 2) + 1);  // its head is of scope "yard"
        bundle::write_head_line(lines, signed_head());
        return lines;
    }
    [[nodiscard]] std::string head_line() {
        std::string line;
        bundle::write_head_line(line, signed_head());
        return line;
    }
    [[nodiscard]] bundle::Manifest snapshot(std::string& packed) {
        auto writer =
            bundle::SnapshotWriter::create([&](std::string_view bytes) { return packed.append(bytes), Status(); });
        std::vector<bundle::Put> puts;
        for (const auto& [key, row] : rows) {
            if (!row.second.empty()) puts.push_back({row.first, key.first, key.second, row.second});
        }
        const auto place = [](const bundle::Put& put) {
            return std::make_tuple(bundle::bucket_of(put.kind, put.id), put.kind, put.id);
        };
        std::sort(puts.begin(), puts.end(), [&](const auto& a, const auto& b) { return place(a) < place(b); });
        for (const auto& put : puts) {
            if (!writer->put(put)) std::abort();
        }
        const auto totals = writer->finish().value();
        return {scope, at, totals.root, totals.rows, totals.text, totals.size, totals.sha256, time};
    }

    void permit(std::int64_t id, const std::string& more = "") { put("permit", id, permit_body(id, more)); }
    [[nodiscard]] std::string permit_body(std::int64_t id, const std::string& more = "",
                                          const std::string& schedule = "null") const {
        return R"({"id":)" + std::to_string(id) + R"(,"scope":")" + scope +
               R"(","permit_class":"parking","state":"active","holder":"h)" + std::to_string(at.seq) +
               R"(","unit":"","phone":"","note":"","valid_from":null,"valid_until":null,"schedule_id":)" + schedule +
               R"(,"zones":[],"max_inside":null,"max_uses":null,"escort":false,"order_required":false)" + more + "}";
    }
    void credential(std::int64_t id, const std::string& plate, std::int64_t permit_id, const std::string& more = "") {
        put("credential", id,
            R"({"id":)" + std::to_string(id) + R"(,"kind":"plate","value":")" + plate + R"(","permit_id":)" +
                std::to_string(permit_id) + more + "}");
    }
    void block(std::int64_t id, const std::string& plate, const std::string& kind = "block",
               const std::string& more = "") {
        put("block", id,
            R"({"id":)" + std::to_string(id) + R"(,"scope":")" + scope + R"(","kind":")" + kind + R"(","plate":")" +
                plate + R"(","reason":"stolen","until":null)" + more + "}");
    }

    std::string scope;
};

/// Carries an upload to its end, as the gate does once the head is judged.
inline Status carry(Result<ScopeUpload> upload, const std::string& lines) {
    if (!upload) return upload.error();
    for (std::size_t at = 0; at < lines.size(); at += 1000) {
        if (auto done = upload->changes(std::string_view(lines).substr(at, 1000)); !done) return done;
    }
    auto document = upload->finish();
    if (!document) return document.error();
    auto head = bundle::parse_head(document->document);
    if (!head) return head.error();
    if (auto done = upload->settle(*head, feed_time); !done) return done;
    return upload->commit();
}

inline Status apply_changes(WhitelistWriter& writer, Feed& feed, std::int64_t since) {
    return carry(writer.scopes().begin_changes(feed.scope), feed.changes_since(since));
}

/// `since`: the changes that follow the snapshot, beside `manifest`.
inline Status apply_snapshot(WhitelistWriter& writer, const bundle::Manifest& manifest, const std::string& packed,
                             const std::string& lines) {
    auto upload = writer.scopes().begin_snapshot(manifest);
    if (!upload) return upload.error();
    for (std::size_t at = 0; at < packed.size(); at += 777) {
        if (auto done = upload->snapshot(std::string_view(packed).substr(at, 777)); !done) return done;
    }
    if (auto done = upload->end_snapshot(); !done) return done;
    return carry(std::move(upload), lines);
}
inline Status apply_snapshot(WhitelistWriter& writer, Feed& feed) {
    std::string packed;
    const auto manifest = feed.snapshot(packed);
    return apply_snapshot(writer, manifest, packed, feed.head_line());
}

}  // namespace menshen::whitelist
