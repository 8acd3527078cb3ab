// What a list of rows amounts to: one hash, the root, that registry and gate compute alike and the head signs.
//
// A row is known by (kind, id) within its scope; its body is a JSON object whose bytes count exactly as carried.
//   bucket      = the top 12 bits of SHA-256(kind ‖ id)
//   leaf        = SHA-256(0x00 ‖ length of kind ‖ kind ‖ id ‖ length of body ‖ body)
//   bucket hash = SHA-256(0x01 ‖ the bucket's leaves in ascending order of their bytes)
//   root        = SHA-256(0x02 ‖ bucket hash 0 ‖ … ‖ bucket hash 4095)
// Lengths and ids are 8 bytes, big-endian, as all numbers in menshen's hashes. An empty bucket has no exception: its
// hash is SHA-256(0x01). Leaves are ordered by themselves so that no store's collation matters. The scope and the
// sequence number of a row are not part of it: the head names the scope, and `s` only says what is new.
// tests/unit/bundle/vectors/digest.json has examples.
//
// A million rows of 150 bytes take about a second on one core, nearly all of it SHA-256. Nothing here is shared
// between threads.
#pragma once

#include <bitset>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bundle/hash.hpp"

namespace menshen::bundle {

inline constexpr std::size_t bucket_count = 4096;

[[nodiscard]] std::uint16_t bucket_of(std::string_view kind, std::int64_t id);
[[nodiscard]] Hash leaf_of(std::string_view kind, std::int64_t id, std::string_view body);
/// Sorts the leaves where they are.
[[nodiscard]] Hash bucket_hash(std::span<Hash> leaves);

/// The bucket hashes of one scope, for who keeps rows and leaves elsewhere (a database): after a change only the
/// buckets it touched are said again. 128 KiB.
class BucketTable {
  public:
    BucketTable();  // of no rows

    /// All leaves that the bucket has now; sorts them. bucket < bucket_count.
    void set(std::uint16_t bucket, std::span<Hash> leaves);
    /// As stored before: `hash` is what bucket() said of `rows` leaves. Errc::invalid: no such bucket.
    [[nodiscard]] Status restore(std::uint16_t bucket, const Hash& hash, std::int64_t rows);

    [[nodiscard]] const Hash& bucket(std::uint16_t bucket) const { return hashes_[bucket]; }
    [[nodiscard]] std::int64_t rows_in(std::uint16_t bucket) const { return counts_[bucket]; }
    [[nodiscard]] std::int64_t rows() const { return rows_; }
    /// Half a millisecond.
    [[nodiscard]] Hash root() const;

  private:
    void count(std::uint16_t bucket, std::int64_t rows);

    std::vector<Hash> hashes_;
    std::vector<std::int64_t> counts_;
    std::int64_t rows_ = 0;
};

/// The same for a list that comes whole, bucket by bucket in rising order: holds the leaves of one bucket at a time.
class DigestStream {
  public:
    /// Errc::invalid: the bucket is below the one before.
    [[nodiscard]] Status add(std::uint16_t bucket, const Hash& leaf);
    /// The table of all that was added; the stream is spent.
    [[nodiscard]] BucketTable finish();

  private:
    BucketTable table_;
    std::vector<Hash> leaves_;
    std::uint16_t bucket_ = 0;
};

/// The same in memory, told of every row (about 60 bytes each): put and del in any order; root() computes the touched
/// buckets alone.
class RowDigest {
  public:
    /// Adds the row or replaces its body.
    void put(std::string_view kind, std::int64_t id, std::string_view body);
    /// False: there is no such row.
    bool del(std::string_view kind, std::int64_t id);

    [[nodiscard]] std::int64_t rows() const { return rows_; }
    [[nodiscard]] Hash root();
    /// After the changes so far.
    [[nodiscard]] const BucketTable& table();

  private:
    struct Row {
        std::uint32_t kind = 0;  // its number in kinds_
        std::int64_t id = 0;
        Hash leaf{};
    };
    using Bucket = std::vector<Row>;  // by (kind, id)

    [[nodiscard]] std::uint32_t number_of(std::string_view kind);
    [[nodiscard]] static Bucket::iterator place(Bucket& bucket, std::uint32_t kind, std::int64_t id);
    void compute(std::uint16_t bucket);

    std::map<std::string, std::uint32_t, std::less<>> kinds_;
    std::vector<Bucket> buckets_ = std::vector<Bucket>(bucket_count);
    std::bitset<bucket_count> touched_;
    BucketTable table_;
    std::int64_t rows_ = 0;
};

}  // namespace menshen::bundle
