// A store of the kind under test, with one site and what tests need to write little.
#pragma once

#include <doctest/doctest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "registry/store.hpp"
#include "support/fake_heads.hpp"
#include "support/temporary_folder.hpp"

namespace menshen::registry::test {

/// Opens the store that lies in the folder, or a new one. Each kind of store defines it once.
[[nodiscard]] Result<std::unique_ptr<Store>> open_store(const std::filesystem::path& folder, HeadMaker& heads,
                                                        UtcTime now);

inline Now now_at(const char* local) {
    Now now;
    now.local = parse_local(local).value();
    now.utc = UtcTime(now.local.time_since_epoch() - std::chrono::hours(8));
    now.clock = ClockState::trusted;
    return now;
}

inline LocalTime at(const char* local) {
    return parse_local(local).value();
}

using Rows = std::map<std::pair<std::string, Id>, std::string>;  // (kind, id) → body

struct Bench {
    explicit Bench(bool with_scopes = true);

    support::TemporaryFolder folder;
    support::FakeHeads heads;
    Now now = now_at("2026-11-22T12:00:00");
    Actor admin{1, "王主任", "10.0.0.8"};
    std::unique_ptr<Store> store;

    void reopen();
    Outcome commit(std::vector<Change> changes);
    Committed done(std::vector<Change> changes);   // requires that it is committed
    Refused refused(std::vector<Change> changes);  // requires that it is not
    Id make(Value value, const std::string& scope = "yard");

    /// A parking permit with a plate; the permit's id.
    Id permit(const std::string& plate, const std::string& holder = "张三");

    SignedHead head(const std::string& scope = "yard") { return store->feed().head(scope).value(); }
    /// Checks order and the head's root on the way.
    Rows snapshot(const std::string& scope = "yard");
    /// What a gate at `since` has after the changes; requires the answer `rows`.
    Rows after_changes(Rows rows, const Position& since);
    FeedAnswer answer_to(const Position& since, std::int64_t most = max_changed_rows);
};

inline bool has_error(const Refused& refused, const std::string& pointer, const std::string& code) {
    for (const auto& field : refused.fields) {
        if (field.pointer == pointer && field.code == code) return true;
    }
    return false;
}

inline Put put(Value value, Id id = 0, const std::string& scope = "yard") {
    return {id, scope, std::move(value), std::nullopt};
}

}  // namespace menshen::registry::test
