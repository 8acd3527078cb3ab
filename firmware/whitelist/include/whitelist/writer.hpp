// The one writer of whitelist.db. Scope `local` is written here, by the gate itself, on an authorised command only;
// each call is one durable transaction (WAL, synchronous=FULL): after ok it survives a power cut, after an error
// nothing has changed. One thread at a time.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "store/owned.hpp"
#include "values/permit.hpp"
#include "values/result.hpp"
#include "values/time.hpp"
#include "whitelist/import.hpp"
#include "whitelist/import_stage.hpp"
#include "whitelist/import_walk.hpp"
#include "whitelist/scope_lists.hpp"

namespace menshen::whitelist {

/// A car that a guard lets in for today or tomorrow.
struct Visitor {
    std::string plate;   // as typed; parsed by Plate::parse
    std::string holder;  // may be empty
    std::string note;    // why, by whom
    LocalTime until{};   // exclusive; at most the end of tomorrow
};

class WhitelistWriter {
  public:
    struct Opened;

    /// Makes the file and its folder if they are not there. A corrupt, truncated, zero-length or foreign file is set
    /// aside and replaced by an empty list: Opened::set_aside says so, and the gate must tell a person, because
    /// nobody on the old list is admitted any more. `distrust`: set it aside without looking (it was found damaged in
    /// use; say why). Errc::denied: another process owns it. `vfs` is for tests.
    [[nodiscard]] static Result<Opened> open(const std::filesystem::path& file, UtcTime now,
                                             std::optional<std::string> distrust = std::nullopt,
                                             const std::string& vfs = {});
    WhitelistWriter(WhitelistWriter&&) noexcept;
    WhitelistWriter& operator=(WhitelistWriter&&) noexcept;
    ~WhitelistWriter();

    /// Stores a permit of scope local with exactly these credentials. id 0 = new; ids (also the credentials') are given
    /// here and rise for ever, so that counts kept elsewhere never meet a reused id. Returns the permit as stored.
    /// Errc::not_found: no such id. Errc::invalid: a plate breaks the grammar.
    [[nodiscard]] Result<Permit> upsert_permit(Permit permit, std::span<const Credential> credentials, UtcTime now);
    [[nodiscard]] Status remove_permit(std::int64_t id, UtcTime now);

    /// id 0 = new. The plate is parsed and normalised.
    [[nodiscard]] Result<Block> upsert_block(Block block, UtcTime now);
    [[nodiscard]] Status remove_block(std::int64_t id, UtcTime now);
    /// The gate's own, by rising id.
    [[nodiscard]] Result<std::vector<Block>> blocks();
    /// Of an earlier list, with the ids that they had there: all in one transaction. What is here already stays.
    [[nodiscard]] Status restore_blocks(std::span<const Block> blocks, UtcTime now);

    /// Errc::denied: the plate is blocked, in any scope. Errc::invalid: plate or time, with what to write instead.
    /// An existing visitor of that plate is extended. Removes visitors that ended more than 30 days ago.
    [[nodiscard]] Result<Permit> register_visitor(const Visitor& visitor, const Now& now);

    [[nodiscard]] Status put_schedule(const Schedule& schedule, UtcTime now);
    [[nodiscard]] Status remove_schedule(std::int64_t id, UtcTime now);
    [[nodiscard]] Status put_calendar(const Calendar& calendar, UtcTime now);

    /// All rows in one transaction: all or nothing. Identity is the plate: a plate that has a permit here (other than a
    /// visitor's) is changed, others are added; nothing is removed. dry_run does everything but commit, and also looks
    /// for look-alikes. Problems of level error prevent the commit; they are an answer, not an Error.
    [[nodiscard]] Result<ImportReport> import(const ImportRequest& request, UtcTime now);

    /// The same for a list that came in parts. The check may be left at any time; `progress` hears how many rows are
    /// written, on this thread.
    [[nodiscard]] ImportCheck check(ImportStage& stage);
    [[nodiscard]] Result<ImportReport> commit(ImportStage& stage, UtcTime now,
                                              const std::function<void(std::int64_t)>& progress = {});

    /// Moves the WAL into the file; called by the worker when it has nothing else to do.
    [[nodiscard]] Status checkpoint();

    /// The registry's lists, which lie beside this one.
    [[nodiscard]] ScopeLists& scopes();

  private:
    struct Impl;
    explicit WhitelistWriter(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

struct WhitelistWriter::Opened {
    WhitelistWriter writer;
    bool created = false;                      // empty: nobody is listed
    std::optional<store::SetAside> set_aside;  // a damaged list was renamed
};

}  // namespace menshen::whitelist
