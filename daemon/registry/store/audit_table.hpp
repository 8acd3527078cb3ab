// The audit's rows and its chain.
#pragma once

#include "registry/audit.hpp"
#include "registry/store.hpp"
#include "sql.hpp"

namespace menshen::registry {

/// Adds entries within one transaction, which must be of the writer's.
class AuditWriter {
  public:
    [[nodiscard]] static Result<AuditWriter> begin(Sql& sql);

    /// Number, salt, hashes are given here.
    [[nodiscard]] Status add(AuditEntry entry);
    [[nodiscard]] std::int64_t last() const { return number_; }

  private:
    explicit AuditWriter(Sql& sql) : sql_(sql) {}
    Sql& sql_;
    std::int64_t number_ = 0;
    Digest chain_{};
};

/// One entry, within a transaction: what was done (`entry`: kind, id, scope, body), by whom and when.
[[nodiscard]] Status add_audit(Sql& sql, const Actor& by, UtcTime now, std::string action, AuditEntry entry);

class AuditTable final : public AuditTrail {
  public:
    explicit AuditTable(Sql& sql) : sql_(sql) {}
    [[nodiscard]] Result<std::vector<AuditEntry>> find(const AuditQuery& query) override;
    [[nodiscard]] Result<AuditReport> verify() override;

  private:
    Sql& sql_;
};

}  // namespace menshen::registry
