// A registry's bundles, carried into a list.
#pragma once

#include <string>

#include "feed.hpp"
#include "fixture.hpp"

namespace menshen::whitelist {

inline const UtcTime feed_time = bundle::noon;

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
