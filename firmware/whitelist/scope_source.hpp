// What a scope's file says of a plate, row by row: each row is proved against its bucket before it is used.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scope_file.hpp"
#include "values/permit.hpp"

namespace menshen::whitelist {

/// A row as this build understands it. `unknown` not empty: it never grants, nor what refers to it (I21).
template <class T>
struct Understood {
    T value{};
    std::vector<std::string> unknown;
};

class ScopeSource {
  public:
    /// `rows` must outlive it.
    ScopeSource(std::string scope, ScopeRows& rows) : scope_(std::move(scope)), rows_(&rows) {}
    [[nodiscard]] const std::string& scope() const { return scope_; }

    /// Forgets places, which change rarely. After another connection has committed.
    void forget() { places_.clear(); }

    // Errc::corrupt: a row's leaf is not in its bucket, or the bucket has not its hash.
    [[nodiscard]] Result<std::vector<Understood<Credential>>> credentials(std::string_view kind,
                                                                          std::string_view value);
    [[nodiscard]] Result<std::vector<Block>> blocks(std::string_view plate);
    [[nodiscard]] Result<std::optional<Understood<Permit>>> permit(std::int64_t id);
    [[nodiscard]] Result<std::optional<Understood<Schedule>>> schedule(std::int64_t id);
    /// Of all calendar rows.
    [[nodiscard]] Result<Understood<Calendar>> calendar();
    /// What is not understood of a zone's row, or an access point's; a place without a row is none to worry about.
    [[nodiscard]] Result<std::vector<std::string>> unknown_of_place(RowKind kind, const std::string& key);

  private:
    /// False: there is no such row.
    [[nodiscard]] Result<bool> proved(const RowKey& key, std::string& body);
    /// Calls `each(key, body)` for every row of `kind` found by the term; a row that is gone is corrupt.
    template <class Each>
    [[nodiscard]] Status found(RowKind kind, std::string_view what, std::string_view value, Each each);

    std::string scope_;
    ScopeRows* rows_;
    std::map<std::pair<RowKind, std::string>, std::vector<std::string>> places_;
};

}  // namespace menshen::whitelist
