// A whole list in one file: put lines (feed.hpp), one zstd frame. The rows rise by (bucket, kind, id), kinds as bytes,
// so the same list is the same text everywhere, a row cannot come twice, and both ends need the memory of one bucket.
// Memory: up to 8 MiB of zstd's window, one line, one bucket's leaves; whatever the bytes claim.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "bundle/digest.hpp"
#include "bundle/feed.hpp"
#include "bundle/manifest.hpp"

namespace menshen::bundle {

/// What a manifest says of the bytes; scope, place and time are added by the registry.
struct SnapshotTotals {
    Hash root{};
    std::int64_t rows = 0;
    std::int64_t text = 0;
    std::int64_t size = 0;
    Hash sha256{};
};

class SnapshotWriter {
  public:
    using Bytes = std::function<Status(std::string_view compressed)>;
    /// `level` as zstd's, 1..19. Errc::exhausted: no memory.
    [[nodiscard]] static Result<SnapshotWriter> create(Bytes bytes, int level = 3);
    SnapshotWriter(SnapshotWriter&&) noexcept;
    SnapshotWriter& operator=(SnapshotWriter&&) noexcept;
    ~SnapshotWriter();

    /// Errc::invalid: out of order, what write_put refuses, too much for a manifest. An error of `bytes` is passed on.
    [[nodiscard]] Status put(const Put& put);
    [[nodiscard]] Result<SnapshotTotals> finish();

  private:
    struct Impl;
    explicit SnapshotWriter(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

/// A row, its bucket and its leaf, which the gate stores too.
struct SnapshotRow {
    Put put;
    std::uint16_t bucket = 0;
    Hash leaf{};
};

class SnapshotReader {
  public:
    using Row = std::function<Status(const SnapshotRow&)>;
    /// The manifest has been judged. Rows that `row` sees are proved only when finish() is ok.
    [[nodiscard]] static Result<SnapshotReader> create(const Manifest& manifest, Row row);
    SnapshotReader(SnapshotReader&&) noexcept;
    SnapshotReader& operator=(SnapshotReader&&) noexcept;
    ~SnapshotReader();

    /// Pieces of any size. Errc::corrupt: more bytes, packed or unpacked, or more rows than the manifest has; not zstd;
    /// a window of more than 8 MiB; a second frame. Errc::invalid: a line that is no put, or out of order.
    [[nodiscard]] Status feed(std::string_view compressed);
    /// Size, sha256, length of the text, rows and root are the manifest's, or Errc::corrupt says which is not.
    [[nodiscard]] Result<BucketTable> finish();

  private:
    struct Impl;
    explicit SnapshotReader(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace menshen::bundle
