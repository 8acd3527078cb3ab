// Looking up who may pass. One reader a thread (the gate keeps it on a named worker); any number beside the writer.
#pragma once

#include <boost/json/object.hpp>

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "values/permit.hpp"
#include "values/result.hpp"
#include "values/time.hpp"

namespace menshen::whitelist {

/// Everything that a decision needs of the list, read in one snapshot.
struct Answer {
    std::vector<Listing> listings;    // one for each plate asked, in the same order
    std::vector<Schedule> schedules;  // those that the permits name
    Calendar calendar;                // of every scope together
};

/// For the trust ladder of the panel and `menshen status`.
struct Summary {
    std::int64_t credentials = 0;
    std::int64_t permits = 0;
    std::int64_t blocks = 0;
    std::optional<UtcTime> changed;  // last committed change
};

/// A part of the gate's own list (scope local), by rising id.
struct OwnPage {
    std::vector<std::pair<Permit, std::vector<Credential>>> permits;
    std::vector<Block> blocks;
    std::vector<Schedule> schedules;
    std::int64_t next = 0;  // the last id of this page; 0: it was the last page
};
/// {permits: [{permit, credentials}], blocks, schedules, next}, as values/json.hpp writes each.
[[nodiscard]] boost::json::object to_json(const OwnPage& page);
enum class OwnRows { permits, blocks, schedules };
inline constexpr int max_own_page = 1'000;

inline constexpr std::size_t max_plates_asked = 512;    // of one look-up: candidates and their look-alikes
inline constexpr std::size_t max_permits_a_plate = 64;  // more are not read; blocks are always read

class WhitelistReader {
  public:
    /// The writer must have opened the file before. `vfs` is for tests.
    [[nodiscard]] static Result<WhitelistReader> open(const std::filesystem::path& file, const std::string& vfs = {});
    WhitelistReader(WhitelistReader&&) noexcept;
    WhitelistReader& operator=(WhitelistReader&&) noexcept;
    ~WhitelistReader();

    /// Exact look-up of normalised plates (Plate::text()); an unknown plate has an empty Listing. Microseconds for each
    /// plate. Errc::corrupt: the list is damaged or a row cannot be read; nothing may be granted from it, close the
    /// reader and open the writer again with `distrust`. Errc::invalid: more than max_plates_asked.
    [[nodiscard]] Result<Answer> look_up(std::span<const std::string> plates);

    /// Any other credential: a card, a code.
    [[nodiscard]] Result<Listing> look_up(CredentialKind kind, const std::string& value);

    [[nodiscard]] Result<Summary> summary();

    /// What somebody asks who takes the gate's own list elsewhere. `limit`: 1 to max_own_page.
    [[nodiscard]] Result<OwnPage> own(OwnRows what, std::int64_t after, int limit);

    /// After Errc::corrupt: the registry's scope whose list is damaged, the gate's own is not. Empty: the gate's own.
    [[nodiscard]] const std::string& damaged_scope() const;

    /// Reads the whole file (about a second for 100 MiB), for after the start: open() looks at small files only.
    [[nodiscard]] Status check();

  private:
    struct Impl;
    explicit WhitelistReader(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace menshen::whitelist
