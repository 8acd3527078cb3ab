// Any changes in one transaction. What a user needs for it depends on what he changes: one table.
#include <boost/json/array.hpp>
#include <fmt/format.h>

#include "answers.hpp"
#include "bundle/head.hpp"
#include "registry/fields.hpp"

namespace menshen::registry::server {
namespace {

Operation needed_for(Kind kind) {
    switch (kind) {
        case Kind::unit:
        case Kind::person:
        case Kind::vehicle:
        case Kind::permit:
        case Kind::credential:
            return Operation::issue_permits;
        case Kind::zone:
        case Kind::access_point:
        case Kind::schedule:
        case Kind::calendar:
            return Operation::change_structure;
        case Kind::gate:
            return Operation::change_gates;
        case Kind::visit:
            return Operation::book_visits;
        case Kind::block:
            return Operation::change_blocks;
    }
    return Operation::change_users;
}

bool may_change(const Call& call, Kind kind, std::string_view scope) {
    const auto& user = call.who->user;
    const auto operation = needed_for(kind);
    return allows(user.roles, operation) && covers(user.scopes, scope, operation);
}

std::optional<Kind> kind_in(Body& change) {
    const auto key = change.text("kind");
    const auto kind = kind_from(key);
    if (!key.empty() && !kind) change.wrong("kind", "choice", "is no kind of entity");
    return kind;
}

/// One {"put":{…}} or {"remove":{…}}.
void read_change(const boost::json::value& value, const std::string& at, Body& body, ChangeSet& set) {
    const auto* object = value.if_object();
    const bool removes = object != nullptr && object->contains("remove");
    const auto* inner =
        object != nullptr && object->size() == 1 ? object->if_contains(removes ? "remove" : "put") : nullptr;
    if (inner == nullptr || !inner->is_object()) {
        body.take({{at, "format", R"(must be {"put":{…}} or {"remove":{…}})"}});
        return;
    }
    Body change(inner->as_object(), at + (removes ? "/remove" : "/put"));
    const auto kind = kind_in(change);
    const auto if_version = change.number("if_version");
    if (removes) {
        const auto id = change.number("id", Need::required);
        if (kind && id) set.changes.push_back(Remove{*kind, *id, if_version});
    } else {
        Put put;
        put.id = change.number("id").value_or(0);
        put.scope = change.text("scope");
        put.if_version = if_version;
        if (kind) {
            put.value = empty_value(*kind);
            change.value("value", put.value);
        } else {
            (void)change.object("value");
        }
        set.changes.push_back(std::move(put));
    }
    body.take(change.finish());
}

/// If-Match: "yard@1760000000:12", "common@…"
bool read_heads(std::string_view field, ChangeSet& set) {
    while (!field.empty()) {
        const auto end = std::min(field.find(','), field.size());
        auto one = field.substr(0, end);
        field.remove_prefix(std::min(end + 1, field.size()));
        while (one.starts_with(' ')) one.remove_prefix(1);
        while (one.ends_with(' ')) one.remove_suffix(1);
        if (one.size() > 2 && one.front() == '"' && one.back() == '"') one = one.substr(1, one.size() - 2);
        const auto split = one.find('@');
        if (split == std::string_view::npos) return false;
        const auto at = bundle::parse_position(one.substr(split + 1));
        if (!at) return false;
        set.if_head.push_back({std::string(one.substr(0, split)), at->epoch, at->seq});
    }
    return true;
}

/// The scope that an entity is in now: no change takes it out of a scope that the user has no business in.
std::optional<Reply> refuse_change(Desk& desk, const Call& call, const Change& change) {
    const auto* put = std::get_if<Put>(&change);
    const auto* remove = std::get_if<Remove>(&change);
    const Kind kind = put != nullptr ? kind_of(put->value) : remove->kind;
    const Id id = put != nullptr ? put->id : remove->id;
    if (put != nullptr && !may_change(call, kind, put->scope)) return forbidden();
    if (id <= 0) return std::nullopt;
    auto known = desk.reader.directory().find(id);
    if (!known) return problem(known.error());
    if (*known && !may_change(call, (*known)->kind(), (*known)->scope)) return forbidden();
    // what is not there the store refuses by its field; a user without the right learns nothing from it
    if (!*known && !allows(call.who->user.roles, needed_for(kind))) return forbidden();
    return std::nullopt;
}

/// A visit's permit is the one it was booked with, which is cancelled with it: whoever may change visits could end any
/// permit otherwise. What a change leaves out stays.
std::optional<Reply> keep_permit(Desk& desk, std::size_t at, Change& change) {
    auto* put = std::get_if<Put>(&change);
    auto* visit = put != nullptr ? std::get_if<Visit>(&put->value) : nullptr;
    if (visit == nullptr) return std::nullopt;
    std::optional<Id> booked;
    if (put->id > 0) {
        auto known = desk.reader.directory().find(put->id);
        if (!known) return problem(known.error());
        if (*known && (*known)->kind() == Kind::visit) booked = (*known)->as<Visit>().permit;
    }
    if (visit->permit && visit->permit != booked) {
        return wrong_fields({{fmt::format("/changes/{}/put/value/permit", at), "choice",
                              "is given when the visit is booked (POST /v1/visits)"}});
    }
    visit->permit = booked;
    return std::nullopt;
}

Reply commit_changes(Desk& desk, const Call& call) {
    Body body(call);
    ChangeSet set;
    const auto* changes = body.array("changes", max_changes);
    for (std::size_t i = 0; changes != nullptr && i < changes->size(); ++i) {
        read_change((*changes)[i], fmt::format("/changes/{}", i), body, set);
    }
    set.why = body.text("why", Need::optional);
    set.action = "commit";
    set.idempotency_key = call.field("idempotency-key");
    if (const auto& errors = body.finish(); !errors.empty()) return wrong_fields(errors);
    if (!read_heads(call.field("if-match"), set)) {
        return problem(400, "if-match", {"If-Match 格式不对", "If-Match is not \"SCOPE@EPOCH:SEQ\""});
    }
    if (!set.idempotency_key.empty()) set.fingerprint = fingerprint(set);  // of what was asked for
    for (std::size_t i = 0; i < set.changes.size(); ++i) {
        if (auto refused = refuse_change(desk, call, set.changes[i])) return *refused;
        if (auto refused = keep_permit(desk, i, set.changes[i])) return *refused;
    }
    return reply_of(desk.store->commits().commit(set, call.actor(), call.now), call);
}

}  // namespace

void add_commit_routes(Routes& routes) {
    auto commit =
        changing("POST", "/v1/commits", Operation::see_permits, commit_changes,
                 "Changes of any kind in one transaction; each needs its own right", "changes:object[] why:string?");
    commit.access = Access::session;
    commit.operation.reset();
    commit.most_body = large_body;
    routes.push_back(commit);
}

}  // namespace menshen::registry::server
