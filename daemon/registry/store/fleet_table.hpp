#pragma once

#include "registry/store.hpp"
#include "sql.hpp"

namespace menshen::registry {

class FleetTable final : public Fleet {
  public:
    explicit FleetTable(Sql& sql) : sql_(sql) {}
    [[nodiscard]] Status note(const GateReport& report) override;
    [[nodiscard]] Result<std::vector<GateReport>> reports() override;

  private:
    Sql& sql_;
};

}  // namespace menshen::registry
