// An office with a store of one site behind it.
#pragma once

#include <doctest/doctest.h>

#include "registry/fields.hpp"
#include "registry/permit_office.hpp"
#include "registry/sqlite_store.hpp"
#include "samples.hpp"
#include "support/fake_heads.hpp"
#include "support/temporary_folder.hpp"

namespace menshen::registry::test {

struct Office {
    Office() {
        REQUIRE(store->commits().create_scope("yard", "The yard", request.actor, now));
        REQUIRE(store->commits().create_scope("common", "All", request.actor, now));
    }

    support::TemporaryFolder folder;
    support::FakeHeads heads;
    std::unique_ptr<Store> store =
        std::move(open_sqlite_store({folder / "registry.db", true, 4096, {}}, heads, {})).value();
    PermitOffice office{*store};
    Now now = [] {
        Now at_noon;
        at_noon.local = at("2026-11-22T12:00:00");
        at_noon.utc = UtcTime(at_noon.local.time_since_epoch() - std::chrono::hours(8));
        at_noon.clock = ClockState::trusted;
        return at_noon;
    }();
    Request request{{1, "王", "10.0.0.8"}, {}, "as applied for", {}};

    static Committed done(const Result<Answer>& answer) {
        if (!answer) FAIL(answer.error().message);
        if (const auto* no = std::get_if<Refused>(&answer->outcome)) FAIL(no->text);
        return std::get<Committed>(answer->outcome);
    }
    static Refused refused(const Result<Answer>& answer) {
        REQUIRE(answer);
        REQUIRE(std::holds_alternative<Refused>(answer->outcome));
        return std::get<Refused>(answer->outcome);
    }
    Issue wanted(const std::string& plate) const {
        Issue issue;
        issue.scope = "yard";
        issue.permit.holder = "张三";
        issue.credentials = {{CredentialKind::plate, plate}};
        return issue;
    }
    Id issue(const std::string& plate) { return done(office.issue(wanted(plate), request, now)).changed.at(0).id; }
    Permit permit(Id id) { return store->directory().find(id).value().value().as<Permit>(); }
    std::vector<Entity> credentials(Id permit_id) {
        Query query;
        query.kind = Kind::credential;
        query.refers_to = permit_id;
        return store->directory().find(query).value().entities;
    }
    /// What gates have of it; empty: nothing.
    std::string fed(std::string_view kind, Id id) {
        std::string found;
        REQUIRE(store->feed().snapshot("yard", [&](const FeedRow& row) {
            if (row.kind == kind && row.id == id) found = *row.body;
            return Status{};
        }));
        return found;
    }
};

}  // namespace menshen::registry::test
