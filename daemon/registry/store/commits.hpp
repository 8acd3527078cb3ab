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
    struct Ended {
        Id id;
        std::int64_t end;
    };
    [[nodiscard]] Result<bool> retire(const Now& now);
    [[nodiscard]] Result<std::vector<Ended>> newly_ended(LocalTime until);
    [[nodiscard]] Result<bool> purge_tombstones(UtcTime now);
    [[nodiscard]] Result<bool> forget_results(UtcTime now);
    Tables& tables_;
};

}  // namespace menshen::registry
