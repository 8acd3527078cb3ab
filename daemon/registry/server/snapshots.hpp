// Snapshots of scopes as files, made at most hourly: SCOPE-SHA256.zst beside SCOPE.manifest, the signed line. Used on
// one thread, with a reader of its own.
#pragma once

#include <map>
#include <string>

#include "desk.hpp"

namespace menshen::registry::server {

class Snapshots {
  public:
    Snapshots(const Services& services, std::unique_ptr<Reader> reader)
        : services_(services), reader_(std::move(reader)) {}

    /// The signed line of a snapshot from which the changes lead on; makes one where there is none. Errc::not_found:
    /// no such scope.
    [[nodiscard]] Result<std::string> manifest(const std::string& scope, UtcTime now);

  private:
    struct Kept {
        std::string line;
        Position at;
        UtcTime made{};
    };
    [[nodiscard]] bool serves(const Kept& kept, UtcTime now);
    [[nodiscard]] Result<Kept> make(const std::string& scope, UtcTime now);
    [[nodiscard]] std::optional<Kept> restore(const std::string& scope) const;
    void sweep(const std::string& scope) const;

    const Services& services_;
    std::unique_ptr<Reader> reader_;
    std::map<std::string, Kept> kept_;
};

/// Where a snapshot of the scope with that hash lies, if there is one.
[[nodiscard]] std::filesystem::path snapshot_file(const DataFolder& folder, const std::string& scope,
                                                  const std::string& sha256);

}  // namespace menshen::registry::server
