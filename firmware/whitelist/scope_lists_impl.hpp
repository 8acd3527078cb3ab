// The inside of ScopeLists, shared with its uploads.
#pragma once

#include <map>

#include "change.hpp"
#include "scope_changes.hpp"
#include "whitelist/scope_lists.hpp"

namespace menshen::whitelist {

/// A list in use.
struct Living {
    ScopeFile file;
    std::filesystem::path path;
    bundle::BucketTable table;
    RowCounts counts;
    ScopeState state;
    bool changing = false;  // an upload holds its transaction

    /// Errc::corrupt: what the file says of itself does not fit together.
    [[nodiscard]] static Result<std::unique_ptr<Living>> open(const std::filesystem::path& path,
                                                              const std::string& scope, const std::string& vfs);
};

struct ScopeLists::Impl {
    Tables* tables = nullptr;
    std::filesystem::path folder;
    std::string vfs;
    std::map<std::string, std::unique_ptr<Living>, std::less<>> living;
    std::vector<std::string> damaged;
    int next_number = 1;  // of a new file

    [[nodiscard]] Result<std::map<std::string, std::string>> named();
    void remove_unnamed(const std::map<std::string, std::string>& named);
    [[nodiscard]] std::filesystem::path new_path(std::string_view scope);
    /// One transaction: from now on this is the scope's list. The old one's file goes.
    [[nodiscard]] Status take_over(std::unique_ptr<Living> fresh);
    [[nodiscard]] Status forget(const std::string& scope);
};

struct ScopeUpload::Impl {
    Impl(ScopeLists::Impl& into, std::string_view of) : lists(&into), scope(of) {}
    ~Impl();
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    [[nodiscard]] Status begin_new(std::int64_t most_bytes);
    [[nodiscard]] Status begin_on(Living& list);
    [[nodiscard]] Status begin_rows(const bundle::Manifest& manifest);
    [[nodiscard]] Status begin_changes(bundle::BucketTable table, RowCounts counts);
    [[nodiscard]] Status take_row(const bundle::SnapshotRow& row);
    [[nodiscard]] Status write_state(const bundle::Head& head, UtcTime now);
    /// The new file is whole: a writer's from now on.
    [[nodiscard]] Status close_new();

    ScopeLists::Impl* lists;
    std::string scope;
    Living* list = nullptr;          // that is changed in place
    std::optional<ScopeFile> fresh;  // or the new one
    std::filesystem::path path;
    std::unique_ptr<Living> whole;  // once settled
    ScopeFile* file = nullptr;
    std::optional<store::Transaction> transaction;
    std::int64_t unsynced = 0;  // bytes of rows since the last commit of a new file

    std::optional<bundle::SnapshotReader> reader;
    std::optional<SnapshotRows> rows;
    std::optional<RowChanges> row_changes;
    std::optional<bundle::ChangeReader> lines;
    std::optional<bundle::Signed> document;
    std::optional<ScopeState> state;  // once settled
};

}  // namespace menshen::whitelist
