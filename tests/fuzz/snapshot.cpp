// The bytes of a snapshot, and of a change set, whatever a manifest says of them.
#include "bundle/snapshot.hpp"

#include "fuzz.hpp"

using namespace menshen;

namespace {

constexpr std::int64_t most_text = 1 << 20, most_rows = 100;

/// In two pieces, so that lines and frames are cut.
template <class Reader>
Status feed_halves(Reader& reader, std::string_view bytes) {
    auto done = reader.feed(bytes.substr(0, bytes.size() / 2));
    return done ? reader.feed(bytes.substr(bytes.size() / 2)) : done;
}

void unpack(std::string_view bytes) {
    bundle::Manifest manifest;
    manifest.rows = most_rows;
    manifest.text = most_text;
    manifest.size = static_cast<std::int64_t>(bytes.size());
    std::int64_t rows = 0, text = 0;
    auto reader = bundle::SnapshotReader::create(manifest, [&](const bundle::SnapshotRow& row) {
        ++rows;
        text += static_cast<std::int64_t>(row.put.body.size());
        return Status();
    });
    if (!reader) return;
    const auto fed = feed_halves(*reader, bytes);
    fuzz::must(rows <= most_rows && text <= most_text, "more than the manifest allows");
    if (fed) fuzz::must(!reader->finish().ok(), "a snapshot of a manifest without hashes");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto bytes = fuzz::text_of(data, size);
    unpack(bytes);
    bundle::ChangeReader changes([](const bundle::Line&) { return Status(); });
    if (feed_halves(changes, bytes)) (void)changes.finish().ok();
    return 0;
}
