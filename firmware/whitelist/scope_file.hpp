// One registry scope's file: its rows, leaves, buckets and terms, read and written.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bundle/digest.hpp"
#include "scope_key.hpp"
#include "store/database.hpp"

namespace menshen::whitelist {

/// What a connection of any role reads.
class ScopeRows {
  public:
    explicit ScopeRows(store::Database opened) : database_(std::move(opened)) {}
    [[nodiscard]] Status prepare();

    [[nodiscard]] store::Database& database() { return database_; }
    /// False: there is no such row.
    [[nodiscard]] Result<bool> get(const RowKey& key, std::string& body);
    /// Ascending. Errc::corrupt: the stored bytes are no leaves (terms).
    [[nodiscard]] Result<std::vector<bundle::Hash>> leaves(std::uint16_t bucket);
    [[nodiscard]] Result<std::vector<Term>> terms(std::size_t shelf);
    /// The entries with just that hash.
    [[nodiscard]] Result<std::vector<Term>> terms_of(std::uint64_t hash);
    /// Nothing: the bucket is empty.
    [[nodiscard]] Result<std::optional<bundle::Hash>> bucket(std::uint16_t bucket);
    [[nodiscard]] Result<bundle::BucketTable> table();
    /// Empty: there is no such entry.
    [[nodiscard]] Result<std::string> meta(std::string_view key);
    [[nodiscard]] Result<std::int64_t> number(std::string_view key);

  private:
    template <class Item>
    [[nodiscard]] Result<std::vector<Item>> items(store::Statement& query, std::int64_t key);

    store::Database database_;
    store::Statement row_, other_, leaves_, terms_, bucket_, meta_;
};

/// And what its one writer does.
class ScopeFile {
  public:
    /// A new file in the making: seen by nobody, synced at the end of its one transaction, at most `most_bytes` long.
    /// Replaces what lies there.
    [[nodiscard]] static Result<ScopeFile> create(const std::filesystem::path& file, std::string_view scope,
                                                  std::int64_t most_bytes, const std::string& vfs);
    /// A finished one. Errc::corrupt, Errc::not_found: it is not.
    [[nodiscard]] static Result<ScopeFile> open(const std::filesystem::path& file, const std::string& vfs);

    [[nodiscard]] ScopeRows& rows() { return rows_; }
    [[nodiscard]] store::Database& database() { return rows_.database(); }
    /// `known`: there is such a row, and it is replaced.
    [[nodiscard]] Status put(const RowKey& key, std::string_view body, bool known);
    [[nodiscard]] Status del(const RowKey& key);
    /// None: the bucket is empty.
    [[nodiscard]] Status set_leaves(std::uint16_t bucket, std::span<const bundle::Hash> sorted);
    [[nodiscard]] Status set_bucket(std::uint16_t bucket, std::int64_t rows, const bundle::Hash& hash);
    [[nodiscard]] Status set_terms(std::size_t shelf, std::span<const Term> sorted);
    [[nodiscard]] Status set_meta(std::string_view key, std::string_view value);

  private:
    explicit ScopeFile(store::Database database) : rows_(std::move(database)) {}
    [[nodiscard]] Status prepare();

    ScopeRows rows_;
    store::Statement put_row_, set_row_, del_row_, put_other_, del_other_, put_leaves_, del_leaves_, put_bucket_,
        del_bucket_, put_terms_, del_terms_, put_meta_;
};

/// The file and what SQLite leaves beside it.
void remove_scope_file(const std::filesystem::path& file);

}  // namespace menshen::whitelist
