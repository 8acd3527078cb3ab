// One change set within one transaction.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>

#include "registry/change_set.hpp"
#include "tables.hpp"

namespace menshen::registry {

class Commit {
  public:
    Commit(Tables& tables, const ChangeSet& set, const Actor& actor, const Now& now)
        : tables_(tables),
          set_(set),
          actor_(actor),
          now_(now),
          known_(tables.entities),
          projection_(tables, known_, now) {}

    /// Everything but BEGIN and COMMIT. After a Refused the transaction must be rolled back.
    [[nodiscard]] Result<Outcome> run();

  private:
    /// One change on its way.
    struct Step {
        Kind kind = Kind::unit;
        Id id = 0;
        std::int64_t version = 0;  // afterwards; 0: removed
        std::int64_t scope = 0;
        std::string scope_name;
        std::string before, after;       // JSON; empty: not there
        const Entity* entity = nullptr;  // afterwards
        bool is_new = false;
        [[nodiscard]] bool changes_something() const { return before != after; }
    };

    // Each notes what is wrong in refused_ or errors_; a Status is for what is broken.
    [[nodiscard]] Status check_heads();
    [[nodiscard]] Status give_ids();
    [[nodiscard]] Status prepare_all();
    [[nodiscard]] Status prepare(Step& step, const Put& put);
    [[nodiscard]] Status prepare(Step& step, const Remove& remove);
    [[nodiscard]] Status load_before(Step& step, const std::optional<std::int64_t>& if_version);
    [[nodiscard]] Status write_all();
    [[nodiscard]] Status write(const Step& step, std::size_t at);
    [[nodiscard]] Status check_references();
    [[nodiscard]] Status check_target(const Step& step, std::size_t at, std::string_view field, Kind to, Id target);
    [[nodiscard]] Status check_referrers(const Step& step, std::size_t at);
    [[nodiscard]] Status project();
    [[nodiscard]] Status audit();
    [[nodiscard]] Status keep_result();

    void say(std::size_t at, std::string_view where, std::string code, std::string text);
    void refuse(Errc code, std::string text);
    [[nodiscard]] bool may_go_on() const { return !refused_ && errors_.empty(); }
    [[nodiscard]] Outcome outcome();

    Tables& tables_;
    const ChangeSet& set_;
    const Actor& actor_;
    const Now& now_;
    KnownEntities known_;
    Projection projection_;
    std::map<Id, Id> given_;  // negative id of the set → id
    std::deque<Entity> entities_;
    std::vector<Step> steps_;
    FieldErrors errors_;
    std::optional<Refused> refused_;
    Committed committed_;
};

}  // namespace menshen::registry
