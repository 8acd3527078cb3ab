// The lists of the registry's scopes, beside the gate's own: each in a file of its own, written here and by nobody
// else. On the list writer's thread.
//
// A bundle comes in as a ScopeUpload: bytes, until its head is there; then the caller judges the head
// (bundle/head.hpp), settle() requires that the list it leads to is the head's, and commit() makes it the list. Until
// then nothing is seen by a reader; a whole list is made in a new file and takes the old one's place in one short
// transaction (I4). Between settle() and commit() the caller keeps what it has seen where it cannot fall (the journal):
// a crash between the two leaves the older list, which the same bundle brings up once more.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bundle/head.hpp"
#include "bundle/manifest.hpp"
#include "values/result.hpp"
#include "values/time.hpp"

namespace menshen::whitelist {

struct Tables;

/// What a scope's list is now.
struct ScopeState {
    std::string scope;
    bundle::Head head;
    bundle::Signed document;  // of the head
    std::int64_t credentials = 0;
    std::int64_t permits = 0;
    std::int64_t blocks = 0;
    std::optional<UtcTime> changed;  // last commit of another list
};

/// Only a snapshot (or a whole list) leads on from here: the changes do not lead to the head's list, there is no list
/// to change, or the stored one is damaged.
[[nodiscard]] bool needs_snapshot(const Error& error);

/// One bundle on its way in. Dropped before commit(), nothing has happened. Must not outlive the writer. After an error
/// it is good for nothing, and the list is as it was.
class ScopeUpload {
  public:
    ScopeUpload(ScopeUpload&&) noexcept;
    ScopeUpload& operator=(ScopeUpload&&) noexcept;
    ~ScopeUpload();

    /// Of a snapshot: its packed bytes, in pieces of any size, then end_snapshot(). Errc::corrupt: it is not what its
    /// manifest says.
    [[nodiscard]] Status snapshot(std::string_view packed);
    [[nodiscard]] Status end_snapshot();
    /// The lines of the changes, ending in a head. Errc::invalid: no such lines.
    [[nodiscard]] Status changes(std::string_view lines);
    /// The head that they end in, not verified. Errc::invalid: they were cut off.
    [[nodiscard]] Result<bundle::Signed> finish();
    /// The head that finish() gave was judged, and this is it.
    [[nodiscard]] Status settle(const bundle::Head& head, UtcTime now);
    [[nodiscard]] Status commit();

  private:
    friend class ScopeLists;
    struct Impl;
    explicit ScopeUpload(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

class ScopeLists {
  public:
    /// Opens the files that `tables` name, and removes those that nobody names. A file that cannot be used is set aside
    /// and told in damaged().
    [[nodiscard]] static Result<ScopeLists> open(Tables& tables, const std::filesystem::path& folder,
                                                 const std::string& vfs);
    ScopeLists(ScopeLists&&) noexcept;
    ScopeLists& operator=(ScopeLists&&) noexcept;
    ~ScopeLists();

    [[nodiscard]] std::vector<ScopeState> all() const;
    [[nodiscard]] const std::vector<std::string>& damaged() const;

    /// On the list as it is, one at a time; without a list it begins with nothing.
    [[nodiscard]] Result<ScopeUpload> begin_changes(std::string_view scope);
    /// The changes since ever: a new list, whatever there was.
    [[nodiscard]] Result<ScopeUpload> begin_whole(std::string_view scope);
    /// The manifest has been judged.
    [[nodiscard]] Result<ScopeUpload> begin_snapshot(const bundle::Manifest& manifest);

    /// A list that was found damaged: set aside, as if it had never been.
    [[nodiscard]] Status drop(std::string_view scope);
    /// The signed line of the key set, as a second copy of what the journal keeps; empty: none.
    [[nodiscard]] Result<std::string> keys();
    [[nodiscard]] Status keep_keys(std::string_view line);
    /// A block of kind `block` in any scope, in force at `at` (none: whenever it ends).
    [[nodiscard]] Result<bool> is_blocked(std::string_view plate, std::optional<LocalTime> at);

    /// Moves each WAL into its file.
    [[nodiscard]] Status checkpoint();

    struct Impl;

  private:
    explicit ScopeLists(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace menshen::whitelist
