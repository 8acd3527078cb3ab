#pragma once

#include <string>
#include <vector>

#include "support/temporary_folder.hpp"
#include "whitelist/reader.hpp"
#include "whitelist/writer.hpp"

namespace menshen::whitelist {

inline LocalTime at(const char* text) {
    return parse_local(text).value();
}

inline Now now_at(const char* local) {
    Now now;
    now.local = at(local);
    now.utc = UtcTime(now.local.time_since_epoch() - std::chrono::hours(8));
    now.clock = ClockState::trusted;
    return now;
}

inline const Now noon = now_at("2026-11-22T12:00:00");

/// A list in a folder of its own, with its writer and one reader.
struct List {
    support::TemporaryFolder folder;
    WhitelistWriter writer = std::move(WhitelistWriter::open(folder / "whitelist.db", noon.utc).value().writer);
    WhitelistReader reader = WhitelistReader::open(folder / "whitelist.db").value();

    Listing listing(const std::string& plate) {
        return reader.look_up(std::span<const std::string>(&plate, 1)).value().listings.at(0);
    }
    Permit add(const std::string& plate, Permit permit = {}) {
        const Credential credential{0, CredentialKind::plate, plate, 0};
        return writer.upsert_permit(std::move(permit), {&credential, 1}, noon.utc).value();
    }
};

inline ImportRow row(std::int64_t line, std::string plate, std::optional<std::string> holder = std::nullopt) {
    ImportRow row;
    row.line = line;
    row.plate = std::move(plate);
    row.holder = std::move(holder);
    return row;
}

}  // namespace menshen::whitelist
