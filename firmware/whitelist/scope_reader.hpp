// The registry's lists as a look-up sees them: every scope that whitelist.db names, each in one snapshot.
#pragma once

#include <filesystem>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "scope_source.hpp"
#include "store/database.hpp"
#include "whitelist/reader.hpp"

namespace menshen::whitelist {

inline constexpr std::string_view common_scope = "common";

/// A schedule that a permit names, and where it stands: two scopes may give the same id.
struct FoundSchedule {
    std::string scope;
    std::int64_t original = 0;  // its id there
    Schedule schedule;          // its id in this answer
};

class ScopeReader {
  public:
    ScopeReader(store::Database& main, std::filesystem::path folder, std::string vfs)
        : main_(&main), folder_(std::move(folder)), vfs_(std::move(vfs)) {}
    [[nodiscard]] Status prepare();

    /// Opens the files that are named now. Before each look-up, outside of any transaction.
    [[nodiscard]] Status follow();
    /// Between these two every scope is read as it is at one moment.
    [[nodiscard]] Status begin();
    void end();

    /// Adds what the scopes say of the credential, and the schedules that its permits name.
    [[nodiscard]] Status add_permits(Listing& listing, CredentialKind kind);
    [[nodiscard]] Status add_blocks(Listing& listing);
    [[nodiscard]] const std::vector<FoundSchedule>& schedules() const { return schedules_; }
    /// Of all scopes together.
    [[nodiscard]] const Calendar& calendar() const { return calendar_.value; }

    /// Rows by kind over all scopes, and the last change.
    [[nodiscard]] Status add_to(Summary& summary);
    /// The scope whose stored list failed its check last; empty: none did.
    [[nodiscard]] const std::string& damaged() const { return damaged_; }

  private:
    struct Open {
        Open(std::string name, std::string path, store::Database database)
            : file(std::move(path)), rows(std::move(database)), source(std::move(name), rows) {}
        std::string file;
        ScopeRows rows;
        ScopeSource source;
        store::Statement begin, end, version;
        std::int64_t seen_version = -1;
    };

    [[nodiscard]] Result<std::map<std::string, std::string>> named();
    [[nodiscard]] Status open(const std::string& scope, const std::string& file);
    [[nodiscard]] Status refresh(Open& one);
    [[nodiscard]] Status read_calendar();
    [[nodiscard]] Status add_permit(Listing& listing, ScopeSource& source, Understood<Credential> credential);
    /// Zones and access points of the permit's scope, and those of `common` that it may name as well.
    [[nodiscard]] Status heed_places(ScopeSource& source, Permit& permit);
    [[nodiscard]] Status add_schedule(ScopeSource& source, Permit& permit);
    [[nodiscard]] ScopeSource* common();
    /// Remembers where an error came from.
    [[nodiscard]] Status blame(const Open& one, Status done);

    store::Database* main_;
    std::filesystem::path folder_;
    std::string vfs_;
    store::Statement main_version_, named_;
    std::int64_t seen_version_ = -1;
    std::list<Open> open_;
    Understood<Calendar> calendar_;
    std::vector<FoundSchedule> schedules_;  // of this look-up
    bool changed_ = true;
    std::string damaged_;
};

}  // namespace menshen::whitelist
