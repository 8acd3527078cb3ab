#include "bundle/sha256.hpp"
#include "bundle/snapshot.hpp"
#include "row_order.hpp"
#include "zstd.hpp"

namespace menshen::bundle {

struct SnapshotReader::Impl {
    Impl(const Manifest& signed_, Row to, Unpacker unpacking)
        : manifest(signed_), row(std::move(to)), unpacker(std::move(unpacking)) {}

    Status take_text(std::string_view piece) {
        text += static_cast<std::int64_t>(piece.size());
        if (text > manifest.text) return {Errc::corrupt, "the snapshot unpacks to more than its manifest says"};
        return cutter.feed(piece, take);
    }

    Status take_line(std::string_view text_line) {
        auto line = parse_line(text_line);
        if (!line) return line.error();
        const auto* put = std::get_if<Put>(&*line);
        if (put == nullptr) return {Errc::invalid, "a snapshot holds put lines only"};
        if (++rows > manifest.rows) return {Errc::corrupt, "the snapshot has more rows than its manifest says"};
        const SnapshotRow out{*put, bucket_of(put->kind, put->id), leaf_of(put->kind, put->id, put->body)};
        if (!order.follows(out.bucket, *put)) return {Errc::invalid, "out of order in the snapshot"};
        if (auto good = digest.add(out.bucket, out.leaf); !good) return good;
        return row(out);
    }

    Manifest manifest;
    Row row;
    Unpacker unpacker;
    Sha256 sha;
    LineCutter cutter;
    RowOrder order;
    DigestStream digest;
    std::int64_t size = 0, text = 0, rows = 0;
    const LineCutter::Each take = [this](std::string_view line) { return take_line(line); };
};

SnapshotReader::SnapshotReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SnapshotReader::SnapshotReader(SnapshotReader&&) noexcept = default;
SnapshotReader& SnapshotReader::operator=(SnapshotReader&&) noexcept = default;
SnapshotReader::~SnapshotReader() = default;

Result<SnapshotReader> SnapshotReader::create(const Manifest& manifest, Row row) {
    auto unpacker = Unpacker::create();
    if (!unpacker) return unpacker.error();
    return SnapshotReader(std::make_unique<Impl>(manifest, std::move(row), std::move(unpacker).value()));
}

Status SnapshotReader::feed(std::string_view compressed) {
    auto& self = *impl_;
    self.size += static_cast<std::int64_t>(compressed.size());
    if (self.size > self.manifest.size) return {Errc::corrupt, "the snapshot is longer than its manifest says"};
    self.sha.raw(compressed);
    return self.unpacker.add(compressed, [&](std::string_view piece) { return self.take_text(piece); });
}

Result<BucketTable> SnapshotReader::finish() {
    auto& self = *impl_;
    const auto wrong = [](const char* what) {
        return Error{Errc::corrupt, std::string("the snapshot is not its manifest's: ") + what};
    };
    if (self.size != self.manifest.size || !self.unpacker.ended()) return wrong("it is cut off");
    if (self.sha.end() != self.manifest.sha256) return wrong("sha256");
    if (!self.cutter.finish().ok() || self.text != self.manifest.text) return wrong("the length of its text");
    if (self.rows != self.manifest.rows) return wrong("the number of rows");
    BucketTable table = self.digest.finish();
    if (table.root() != self.manifest.root) return wrong("the root");
    return table;
}

}  // namespace menshen::bundle
