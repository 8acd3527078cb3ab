// The feed's rows, the buckets of their digests, and the head of each scope.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "registry/feed.hpp"
#include "scopes_table.hpp"
#include "sql.hpp"

namespace menshen::registry {

/// One row that a transaction changes; no body: it goes.
struct FeedChange {
    std::int64_t scope = 0;
    std::string kind;
    Id id = 0;
    std::optional<std::string> body;
    bool is_new = false;       // it cannot have a row yet
    std::uint32_t bucket = 0;  // given here
};

class FeedTable {
  public:
    FeedTable(Sql& sql, HeadMaker& heads) : sql_(sql), heads_(heads) {}

    /// Within a transaction: writes those rows that differ from what is there, gives each scope touched its next s and
    /// a new head. Returns the scopes' positions.
    [[nodiscard]] Result<std::vector<Position>> apply(std::vector<FeedChange> changes, UtcTime now);

    /// What a new scope begins with.
    [[nodiscard]] std::int64_t epoch(UtcTime now) const;
    /// Signs the scope's root anew at the position it has.
    [[nodiscard]] Result<SignedHead> sign(std::int64_t scope, UtcTime now);

  private:
    [[nodiscard]] Result<bool> differs(const FeedChange& change, std::int64_t& rows);
    [[nodiscard]] Status write(const FeedChange& change, std::int64_t s, UtcTime now, std::set<std::uint32_t>& touched);
    [[nodiscard]] Result<std::int64_t> next_s(std::int64_t scope, std::int64_t more_rows);
    [[nodiscard]] Status rehash(std::int64_t scope, std::uint32_t bucket);
    [[nodiscard]] Result<std::vector<Digest>> buckets(std::int64_t scope);
    Sql& sql_;
    HeadMaker& heads_;
};

/// Reading, on any connection.
class FeedReader final : public Feed {
  public:
    FeedReader(Sql& sql, ScopesTable& scopes) : sql_(sql), scopes_(scopes) {}
    [[nodiscard]] Result<std::vector<ScopeInfo>> scopes() override;
    [[nodiscard]] Result<SignedHead> head(const std::string& scope) override;
    [[nodiscard]] Result<Changes> changes(const Position& since, std::int64_t most, const RowSink& sink) override;
    [[nodiscard]] Result<std::optional<UtcTime>> behind_since(const Position& at) override;
    [[nodiscard]] Result<SignedHead> snapshot(const std::string& scope, const RowSink& sink) override;

  private:
    struct Key {
        std::int64_t bucket;
        std::string kind;
        Id id;
    };
    [[nodiscard]] Result<Changes> judge(const Position& since, std::int64_t scope, std::int64_t most);
    [[nodiscard]] Result<std::vector<Key>> keys_since(std::int64_t scope, std::int64_t s);
    Sql& sql_;
    ScopesTable& scopes_;
};

}  // namespace menshen::registry
