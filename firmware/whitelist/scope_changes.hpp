// Rows on their way into a scope's file: a whole snapshot, or changes on what is there. Within the file's transaction.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "bundle/digest.hpp"
#include "bundle/feed.hpp"
#include "bundle/snapshot.hpp"
#include "scope_file.hpp"

namespace menshen::whitelist {

/// Rows of each kind, as status and panel tell them.
struct RowCounts {
    std::array<std::int64_t, 8> of{};  // by RowKind

    [[nodiscard]] static Result<RowCounts> read(ScopeRows& rows);
    [[nodiscard]] Status write(ScopeFile& file) const;
    std::int64_t& operator[](RowKind kind) { return of.at(static_cast<std::size_t>(kind)); }
};

/// The rows of a snapshot into an empty file. Holds the leaves of one bucket and at most 16 MiB of terms.
class SnapshotRows {
  public:
    explicit SnapshotRows(ScopeFile& file) : file_(&file) {}
    [[nodiscard]] Status take(const bundle::SnapshotRow& row);
    /// `table` is what SnapshotReader::finish() proved.
    [[nodiscard]] Status finish(const bundle::BucketTable& table);
    [[nodiscard]] const RowCounts& counts() const { return counts_; }

  private:
    [[nodiscard]] Status end_bucket();
    [[nodiscard]] Status write_terms();

    ScopeFile* file_;
    std::uint16_t bucket_ = 0;
    std::vector<bundle::Hash> leaves_;  // of bucket_
    std::vector<std::vector<Term>> shelves_ = std::vector<std::vector<Term>>(shelf_count);
    std::size_t terms_ = 0;
    RowCounts counts_;
};

/// Puts and dels on a file that has rows. They are written in the order of the file, 16 MiB at a time.
class RowChanges {
  public:
    RowChanges(ScopeFile& file, bundle::BucketTable table, RowCounts counts)
        : file_(&file), table_(std::move(table)), counts_(counts) {}
    [[nodiscard]] Status take(const bundle::Line& put_or_del);
    /// Writes what is left and computes the touched buckets. Errc::corrupt: the file is not what it was when its root
    /// was computed.
    [[nodiscard]] Status finish();
    [[nodiscard]] const bundle::BucketTable& table() const { return table_; }
    [[nodiscard]] const RowCounts& counts() const { return counts_; }
    [[nodiscard]] bool empty() const { return waiting_.empty() && leaves_.empty(); }

  private:
    struct Waiting {
        RowKey key;  // its name lies in text_
        std::size_t name_at, name_size, body_at, body_size;
        bool put;
    };
    struct LeafChange {
        std::uint16_t bucket;
        bool added;
        bundle::Hash leaf;
    };
    struct TermChange {
        bool added;
        Term term;
    };
    void wait(std::string_view kind, std::int64_t id, std::string_view body, bool put);
    [[nodiscard]] Status write_waiting();
    [[nodiscard]] Status write(const Waiting& change);
    void note(const RowKey& key, std::string_view body, bool added);
    [[nodiscard]] Status settle_bucket(std::span<const LeafChange> changes);
    [[nodiscard]] Status settle_shelf(std::span<const TermChange> changes);

    ScopeFile* file_;
    bundle::BucketTable table_;
    RowCounts counts_;
    std::string text_;
    std::vector<Waiting> waiting_;
    std::vector<LeafChange> leaves_;
    std::vector<TermChange> terms_;
    std::string before_;
};

}  // namespace menshen::whitelist
