#pragma once

#include "registry/store.hpp"
#include "tables.hpp"

namespace menshen::registry {

class SqliteCommits final : public Commits {
  public:
    explicit SqliteCommits(Tables& tables) : tables_(tables) {}
    [[nodiscard]] Result<Outcome> commit(const ChangeSet& set, const Actor& actor, const Now& now) override;
    [[nodiscard]] Result<std::optional<Outcome>> repeated(const Actor& actor, const std::string& key,
                                                          const std::string& fingerprint) override;
    [[nodiscard]] Result<SignedHead> create_scope(const std::string& name, const std::string& title, const Actor& actor,
                                                  const Now& now) override;
    [[nodiscard]] Result<SignedHead> new_epoch(const std::string& scope, const Actor& actor, const Now& now) override;
    [[nodiscard]] Result<SignedHead> renew_head(const std::string& scope, UtcTime now) override;
    [[nodiscard]] Result<bool> tend(const Now& now) override;

  private:
    /// A place in the order of what ends: ends, then id.
    struct Ended {
        std::int64_t end = 0;
        Id id = 0;
        bool operator==(const Ended&) const = default;
    };
    struct Step {
        std::vector<Id> entities;
        Ended up_to;  // where house-keeping stands after it
    };
    [[nodiscard]] Result<bool> retire(const Now& now);
    [[nodiscard]] Result<Ended> retired_up_to();
    [[nodiscard]] Result<Step> newly_ended(const Ended& last, LocalTime until);
    [[nodiscard]] Result<Step> ended_too_early(const Ended& last, LocalTime until);
    [[nodiscard]] Result<bool> purge_tombstones(UtcTime now);
    [[nodiscard]] Result<bool> forget_results(UtcTime now);
    Tables& tables_;
};

}  // namespace menshen::registry
