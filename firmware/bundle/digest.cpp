#include "bundle/digest.hpp"

#include <algorithm>
#include <tuple>

#include "bundle/sha256.hpp"

namespace menshen::bundle {
namespace {

constexpr std::uint8_t leaf_prefix = 0, bucket_prefix = 1, root_prefix = 2;

/// `first`, then everything of `hashes`.
Hash hash_over(std::uint8_t first, std::span<const Hash> hashes) {
    return Sha256()
        .bytes({&first, 1})
        .bytes({reinterpret_cast<const std::uint8_t*>(hashes.data()), hashes.size_bytes()})
        .end();
}

}  // namespace

std::uint16_t bucket_of(std::string_view kind, std::int64_t id) {
    const Hash hash = Sha256().raw(kind).number(id).end();
    return static_cast<std::uint16_t>(hash[0] << 4 | hash[1] >> 4);
}

Hash leaf_of(std::string_view kind, std::int64_t id, std::string_view body) {
    return Sha256().bytes({&leaf_prefix, 1}).text(kind).number(id).text(body).end();
}

Hash bucket_hash(std::span<Hash> leaves) {
    std::sort(leaves.begin(), leaves.end());
    return hash_over(bucket_prefix, leaves);
}

// ---- BucketTable

BucketTable::BucketTable() : hashes_(bucket_count, bucket_hash({})), counts_(bucket_count, 0) {}

void BucketTable::count(std::uint16_t bucket, std::int64_t rows) {
    rows_ += rows - counts_[bucket];
    counts_[bucket] = rows;
}

void BucketTable::set(std::uint16_t bucket, std::span<Hash> leaves) {
    hashes_[bucket] = bucket_hash(leaves);
    count(bucket, static_cast<std::int64_t>(leaves.size()));
}

Status BucketTable::restore(std::uint16_t bucket, const Hash& hash, std::int64_t rows) {
    if (bucket >= bucket_count || rows < 0 || rows > max_number) {
        return {Errc::invalid, "no bucket " + std::to_string(bucket) + " of " + std::to_string(rows) + " rows"};
    }
    hashes_[bucket] = hash;
    count(bucket, rows);
    return {};
}

Hash BucketTable::root() const {
    return hash_over(root_prefix, hashes_);
}

// ---- DigestStream

Status DigestStream::add(std::uint16_t bucket, const Hash& leaf) {
    if (bucket < bucket_ || bucket >= bucket_count) {
        return {Errc::invalid, "bucket " + std::to_string(bucket) + " after bucket " + std::to_string(bucket_)};
    }
    if (bucket > bucket_) {
        table_.set(bucket_, leaves_);
        leaves_.clear();
        bucket_ = bucket;
    }
    leaves_.push_back(leaf);
    return {};
}

BucketTable DigestStream::finish() {
    table_.set(bucket_, leaves_);
    leaves_.clear();
    return std::move(table_);
}

// ---- RowDigest

std::uint32_t RowDigest::number_of(std::string_view kind) {
    const auto found = kinds_.find(kind);
    if (found != kinds_.end()) return found->second;
    const auto number = static_cast<std::uint32_t>(kinds_.size());
    kinds_.emplace(kind, number);
    return number;
}

RowDigest::Bucket::iterator RowDigest::place(Bucket& bucket, std::uint32_t kind, std::int64_t id) {
    return std::lower_bound(bucket.begin(), bucket.end(), std::tuple(kind, id),
                            [](const Row& row, const auto& key) { return std::tuple(row.kind, row.id) < key; });
}

void RowDigest::put(std::string_view kind, std::int64_t id, std::string_view body) {
    const auto bucket = bucket_of(kind, id);
    auto& rows = buckets_[bucket];
    const Row row{number_of(kind), id, leaf_of(kind, id, body)};
    const auto at = place(rows, row.kind, id);
    if (at != rows.end() && at->kind == row.kind && at->id == id) {
        at->leaf = row.leaf;
    } else {
        rows.insert(at, row);
        ++rows_;
    }
    touched_.set(bucket);
}

bool RowDigest::del(std::string_view kind, std::int64_t id) {
    const auto known = kinds_.find(kind);
    if (known == kinds_.end()) return false;
    const auto bucket = bucket_of(kind, id);
    auto& rows = buckets_[bucket];
    const auto at = place(rows, known->second, id);
    if (at == rows.end() || at->kind != known->second || at->id != id) return false;
    rows.erase(at);
    --rows_;
    touched_.set(bucket);
    return true;
}

void RowDigest::compute(std::uint16_t bucket) {
    std::vector<Hash> leaves;
    leaves.reserve(buckets_[bucket].size());
    for (const auto& row : buckets_[bucket]) leaves.push_back(row.leaf);
    table_.set(bucket, leaves);
}

const BucketTable& RowDigest::table() {
    for (std::size_t bucket = 0; touched_.any() && bucket < bucket_count; ++bucket) {
        if (!touched_.test(bucket)) continue;
        compute(static_cast<std::uint16_t>(bucket));
        touched_.reset(bucket);
    }
    return table_;
}

Hash RowDigest::root() {
    return table().root();
}

}  // namespace menshen::bundle
