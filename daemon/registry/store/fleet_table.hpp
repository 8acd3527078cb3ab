#pragma once

#include "registry/store.hpp"
#include "sql.hpp"

namespace menshen::registry {

class FleetTable final : public Fleet {
  public:
    explicit FleetTable(Sql& sql) : sql_(sql) {}
    [[nodiscard]] Status note(const GateReport& report) override;
    [[nodiscard]] Result<std::vector<GateReport>> reports() override;
    [[nodiscard]] Status admit(const GateCode& code, const Actor& by, UtcTime now) override;
    [[nodiscard]] Result<std::int64_t> withdraw_codes(const Actor& by, UtcTime now) override;
    [[nodiscard]] Result<Id> enrol(const Digest& code, GateIdentity identity, UtcTime now) override;
    [[nodiscard]] Status renew(Id gate, const Digest& tls_key, UtcTime now) override;
    [[nodiscard]] Result<std::vector<GateIdentity>> identities() override;

  private:
    [[nodiscard]] Status note(const Actor& by, UtcTime now, std::string action, Id gate, std::string_view after = {});
    [[nodiscard]] Result<Id> gate_of(const Digest& code, const Digest& tls_key, UtcTime now);
    [[nodiscard]] Result<bool> is_anothers(const Digest& tls_key, Id gate);
    Sql& sql_;
};

}  // namespace menshen::registry
