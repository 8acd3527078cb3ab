#include "bundle/sha256.hpp"
#include "bundle/snapshot.hpp"
#include "row_order.hpp"
#include "zstd.hpp"

namespace menshen::bundle {

struct SnapshotWriter::Impl {
    Impl(Bytes to, Packer packing) : bytes(std::move(to)), packer(std::move(packing)) {}

    Status send(std::string_view packed) {
        sha.raw(packed);
        totals.size += static_cast<std::int64_t>(packed.size());
        return bytes(packed);
    }

    Bytes bytes;
    Packer packer;
    Sha256 sha;
    RowOrder order;
    DigestStream digest;
    SnapshotTotals totals;
    std::string line;
};

SnapshotWriter::SnapshotWriter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SnapshotWriter::SnapshotWriter(SnapshotWriter&&) noexcept = default;
SnapshotWriter& SnapshotWriter::operator=(SnapshotWriter&&) noexcept = default;
SnapshotWriter::~SnapshotWriter() = default;

Result<SnapshotWriter> SnapshotWriter::create(Bytes bytes, int level) {
    auto packer = Packer::create(level);
    if (!packer) return packer.error();
    return SnapshotWriter(std::make_unique<Impl>(std::move(bytes), std::move(packer).value()));
}

Status SnapshotWriter::put(const Put& put) {
    auto& self = *impl_;
    self.line.clear();
    if (auto good = write_put(self.line, put); !good) return good;
    const auto bucket = bucket_of(put.kind, put.id);
    const auto row = [&] { return std::string(put.kind) + " " + std::to_string(put.id); };
    if (!self.order.follows(bucket, put)) return {Errc::invalid, row() + ": out of order in the snapshot"};
    if (auto good = self.digest.add(bucket, leaf_of(put.kind, put.id, put.body)); !good) return good;
    self.totals.rows += 1;
    self.totals.text += static_cast<std::int64_t>(self.line.size());
    if (self.totals.rows > max_snapshot_rows || self.totals.text > max_snapshot_text) {
        return {Errc::invalid, row() + ": too much for one snapshot"};
    }
    return self.packer.add(self.line, [&](std::string_view packed) { return self.send(packed); });
}

Result<SnapshotTotals> SnapshotWriter::finish() {
    auto& self = *impl_;
    auto done = self.packer.finish([&](std::string_view packed) { return self.send(packed); });
    if (!done) return done.error();
    self.totals.root = self.digest.finish().root();
    self.totals.sha256 = self.sha.end();
    return self.totals;
}

}  // namespace menshen::bundle
