// The change feed as a store has it: rows with their sequence numbers, tombstones, and the head of each scope.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "registry/change_set.hpp"
#include "registry/head_maker.hpp"

namespace menshen::registry {

struct FeedRow {
    std::uint32_t bucket = 0;
    std::string_view kind;
    Id id = 0;
    std::int64_t s = 0;
    std::optional<std::string_view> body;  // none: a tombstone
};
/// The views are valid during the call. An error ends the stream and is handed on.
using RowSink = std::function<Status(const FeedRow&)>;

inline constexpr std::int64_t max_changed_rows = 200'000;
inline constexpr auto tombstones_kept = std::chrono::days(30);

struct ScopeInfo {
    std::string title;  // for people
    SignedHead head;
};

enum class FeedAnswer {
    rows,       // all of them went to the sink; 200
    new_epoch,  // the asker's epoch is another, or he is ahead of us; 409
    too_old,    // too many rows, or tombstones since then are gone: he must take a snapshot; 410
};

struct Changes {
    FeedAnswer answer = FeedAnswer::rows;
    std::int64_t rows = 0;
    SignedHead head;  // as of the rows
};

/// Every call sees one moment of the store. Errc::not_found: there is no such scope.
class Feed {
  public:
    Feed() = default;
    Feed(const Feed&) = delete;
    Feed& operator=(const Feed&) = delete;
    virtual ~Feed() = default;

    [[nodiscard]] virtual Result<std::vector<ScopeInfo>> scopes() = 0;
    [[nodiscard]] virtual Result<SignedHead> head(const std::string& scope) = 0;
    /// The newest version of every row with s > since.seq, and tombstones, in the order of (kind as bytes, id). Nothing
    /// goes to the sink unless the answer is `rows`. `most`: max_changed_rows, less in tests.
    [[nodiscard]] virtual Result<Changes> changes(const Position& since, std::int64_t most, const RowSink& sink) = 0;
    /// When the oldest change was made that is not in a list of this position; none: nothing has changed since.
    [[nodiscard]] virtual Result<std::optional<UtcTime>> behind_since(const Position& at) = 0;
    /// All rows without tombstones, in the order of (bucket, kind as bytes, id): one bucket's leaves after another's.
    [[nodiscard]] virtual Result<SignedHead> snapshot(const std::string& scope, const RowSink& sink) = 0;
};

}  // namespace menshen::registry
