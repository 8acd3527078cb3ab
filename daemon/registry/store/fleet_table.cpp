#include "fleet_table.hpp"

#include <fmt/format.h>

#include <sstream>

namespace menshen::registry {

Status FleetTable::note(const GateReport& report) {
    std::string heads;  // "scope epoch seq", one a line
    for (const auto& at : report.heads) heads += fmt::format("{} {} {}\n", at.scope, at.epoch, at.seq);
    return sql_.run(
        "INSERT INTO gate_report VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (gate) DO UPDATE "
        "SET seen = ?2, heads = ?3, version = ?4, state = ?5",
        report.gate, report.seen, heads, report.version, report.state);
}

Result<std::vector<GateReport>> FleetTable::reports() {
    std::vector<GateReport> all;
    auto done = each_row(sql_.ask("SELECT gate, seen, heads, version, state FROM gate_report ORDER BY gate"),
                         [&](const Rows& row) {
                             GateReport report{row.integer(0), row.utc(1), {}, row.text(3), row.text(4)};
                             std::istringstream heads(row.text(2));
                             for (Position at; heads >> at.scope >> at.epoch >> at.seq;) report.heads.push_back(at);
                             all.push_back(std::move(report));
                             return Status{};
                         });
    if (!done) return done.error();
    return all;
}

}  // namespace menshen::registry
