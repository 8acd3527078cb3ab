#include "commit.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <set>

#include "registry/fields.hpp"

namespace menshen::registry {

namespace {

constexpr std::size_t most_errors = 1'000;

}  // namespace

void Commit::say(std::size_t at, std::string_view where, std::string code, std::string text) {
    if (errors_.size() >= most_errors) return;
    errors_.push_back({fmt::format("/changes/{}{}", at, where), std::move(code), std::move(text)});
}

void Commit::refuse(Errc code, std::string text) {
    if (!refused_) refused_ = Refused{code, std::move(text), {}};
}

Outcome Commit::outcome() {
    if (refused_) return std::move(*refused_);
    if (errors_.empty()) return std::move(committed_);
    return Refused{Errc::invalid, fmt::format("{} {}", errors_[0].pointer, errors_[0].text), std::move(errors_)};
}

Result<Outcome> Commit::run() {
    using Part = Status (Commit::*)();
    for (const Part part : {&Commit::check_heads, &Commit::give_ids, &Commit::prepare_all, &Commit::write_all,
                            &Commit::check_references, &Commit::project, &Commit::audit, &Commit::keep_result}) {
        if (auto done = (this->*part)(); !done) return done.error();
        if (!may_go_on()) break;
    }
    return outcome();
}

Status Commit::check_heads() {
    if (set_.changes.size() > max_changes) {
        refuse(Errc::invalid, fmt::format("more than {} changes at once; send them in parts", max_changes));
    }
    for (const auto& wanted : set_.if_head) {
        auto seq =
            tables_.sql.number("SELECT seq FROM scope WHERE name = ?1 AND epoch = ?2", wanted.scope, wanted.epoch);
        if (!seq) return seq.error();
        if (*seq != wanted.seq) {
            refuse(Errc::conflict, fmt::format("scope {} stands at another head than {}:{}; look again", wanted.scope,
                                               wanted.epoch, wanted.seq));
        }
    }
    return {};
}

Status Commit::give_ids() {
    auto next = tables_.entities.next_id();
    if (!next) return next.error();
    const Id first = *next;
    std::set<Id> named;
    steps_.resize(set_.changes.size());
    for (std::size_t at = 0; at < steps_.size(); ++at) {
        const auto* put = std::get_if<Put>(&set_.changes[at]);
        const Id id = put != nullptr ? put->id : std::get<Remove>(set_.changes[at]).id;
        if (id != 0 && !named.insert(id).second) {
            say(at, "/id", "duplicate", fmt::format("another change of this set is of {}, too", id));
        }
        if (put == nullptr || id > 0) continue;
        steps_[at].id = (*next)++;
        steps_[at].is_new = true;
        if (id < 0) given_.emplace(id, steps_[at].id);
    }
    return *next == first ? Status{} : tables_.entities.keep_next_id(*next);
}

Status Commit::prepare_all() {
    for (std::size_t at = 0; at < steps_.size(); ++at) {
        const auto before = errors_.size();
        const auto& change = set_.changes[at];
        auto done = std::holds_alternative<Put>(change) ? prepare(steps_[at], std::get<Put>(change))
                                                        : prepare(steps_[at], std::get<Remove>(change));
        if (!done) return done;
        for (auto i = before; i < errors_.size(); ++i) {  // checks of one value know nothing of the set
            if (!errors_[i].pointer.starts_with("/changes/")) {
                errors_[i].pointer = fmt::format("/changes/{}{}", at, errors_[i].pointer);
            }
        }
        if (errors_.size() >= most_errors || refused_) return {};
    }
    return {};
}

Status Commit::prepare(Step& step, const Put& put) {
    const auto at = static_cast<std::size_t>(&step - steps_.data());
    step.kind = kind_of(put.value);
    step.scope_name = put.scope;
    if (!step.is_new) {
        step.id = put.id;
        if (auto done = load_before(step, put.if_version); !done || !may_go_on()) return done;
        if (!put.scope.empty() && put.scope != step.scope_name) {
            say(at, "/scope", "scope", fmt::format("is in scope {}, which cannot change", step.scope_name));
        }
    } else {
        auto scope = tables_.scopes.find(put.scope);
        if (!scope) return scope.error();
        if (!*scope) say(at, "/scope", "scope", fmt::format("there is no scope '{}'", put.scope.substr(0, 40)));
        step.scope = scope->value_or(0);
    }
    auto& entity = entities_.emplace_back(Entity{step.id, step.scope_name, step.version + 1, put.value});
    each_reference(entity.value, [&](const Reference& reference) {
        if (*reference.id > 0) return;
        const auto given = given_.find(*reference.id);
        if (given != given_.end()) {
            *reference.id = given->second;
        } else {
            say(at, fmt::format("/{}", reference.field), "reference",
                fmt::format("no change of this set makes {}", *reference.id));
        }
    });
    auto wrong = check(entity.value);
    errors_.insert(errors_.end(), std::make_move_iterator(wrong.begin()), std::make_move_iterator(wrong.end()));
    step.entity = &entity;
    step.after = boost::json::serialize(to_json(entity.value));
    if (step.changes_something()) step.version = entity.version;
    return {};
}

Status Commit::prepare(Step& step, const Remove& remove) {
    step.kind = remove.kind;
    step.id = remove.id;
    auto done = load_before(step, remove.if_version);
    step.version = 0;
    return done;
}

Status Commit::load_before(Step& step, const std::optional<std::int64_t>& if_version) {
    const auto at = static_cast<std::size_t>(&step - steps_.data());
    auto found = tables_.entities.find(step.id);
    if (!found) return found.error();
    if (!*found || (*found)->kind() != step.kind) {
        say(at, "/id", "not_found", fmt::format("there is no {} {}", to_string(step.kind), step.id));
        return {};
    }
    const Entity& entity = **found;
    if (if_version && *if_version != entity.version) {
        refuse(Errc::conflict, fmt::format("{} {} has version {}, not {}: somebody else changed it",
                                           to_string(step.kind), step.id, entity.version, *if_version));
    }
    auto scope = tables_.scopes.number(entity.scope);
    if (!scope) return scope.error();
    step.scope = *scope;
    step.scope_name = entity.scope;
    step.version = entity.version;
    step.before = boost::json::serialize(to_json(entity.value));
    return {};
}

Status Commit::write_all() {
    // what goes makes room for unique keys
    for (const bool removals : {true, false}) {
        for (std::size_t at = 0; at < steps_.size(); ++at) {
            const auto& step = steps_[at];
            if ((step.entity == nullptr) != removals) continue;
            if (auto done = write(step, at); !done) return done;
        }
    }
    return {};
}

Status Commit::write(const Step& step, std::size_t at) {
    if (step.entity == nullptr) {
        known_.remove(step.id);
        return tables_.entities.remove(step.id);
    }
    known_.put(step.entity);
    if (!step.changes_something()) return {};
    const auto facets = facets_of(step.entity->value);
    if (facets.unique_key) {
        auto holder = tables_.entities.holder_of(step.kind, step.scope, *facets.unique_key, step.id);
        if (!holder) return holder.error();
        if (*holder != 0) {
            say(at, "", "duplicate", fmt::format("{} {} is the same already", to_string(step.kind), *holder));
            return {};
        }
    }
    return tables_.entities.put(*step.entity, step.scope, step.after, step.is_new);
}

Status Commit::check_references() {
    for (std::size_t at = 0; at < steps_.size(); ++at) {
        const auto& step = steps_[at];
        Status done;
        if (step.entity == nullptr) {
            done = check_referrers(step, at);
        } else if (step.changes_something()) {
            Value value = step.entity->value;
            each_reference(value, [&](const Reference& reference) {
                if (done) done = check_target(step, at, reference.field, reference.to, *reference.id);
            });
        }
        if (!done) return done;
    }
    return {};
}

Status Commit::check_target(const Step& step, std::size_t at, std::string_view field, Kind to, Id target) {
    auto found = known_.find(target);
    if (!found) return found.error();
    const Entity* entity = *found;
    if (entity == nullptr || entity->kind() != to) {
        say(at, fmt::format("/{}", field), "reference", fmt::format("there is no {} {}", to_string(to), target));
    } else if (entity->scope != step.scope_name && entity->scope != common_scope) {
        say(at, fmt::format("/{}", field), "scope",
            fmt::format("{} {} belongs to scope {}", to_string(to), target, entity->scope));
    }
    return {};
}

Status Commit::check_referrers(const Step& step, std::size_t at) {
    auto referrers = tables_.entities.referrers(step.id, 1);
    if (!referrers) return referrers.error();
    if (referrers->empty()) return {};
    const auto& first = referrers->front();
    say(at, "", "referred_to",
        fmt::format("{} {} is still named by {} {}", to_string(step.kind), step.id, to_string(first.kind), first.id));
    return {};
}

Status Commit::project() {
    for (const auto& step : steps_) {
        if (!step.changes_something()) continue;
        auto done = step.entity != nullptr ? projection_.changed(*step.entity, step.is_new)
                                           : projection_.removed(step.kind, step.id, step.scope);
        if (!done) return done;
    }
    auto heads = projection_.apply();
    if (!heads) return heads.error();
    committed_.heads = std::move(heads).value();
    return {};
}

Status Commit::audit() {
    auto writer = AuditWriter::begin(tables_.sql);
    if (!writer) return writer.error();
    for (const auto& step : steps_) {
        committed_.changed.push_back({step.kind, step.id, step.version});
        if (!step.changes_something()) continue;
        AuditEntry entry;
        entry.utc = now_.utc;
        entry.actor = actor_;
        entry.action = set_.action;
        entry.scope = step.scope_name;
        entry.kind = to_string(step.kind);
        entry.id = step.id;
        entry.body = audit_body(step.before, step.after, set_.why);
        if (auto done = writer->add(std::move(entry)); !done) return done;
    }
    committed_.audit = writer->last();
    return {};
}

Status Commit::keep_result() {
    if (set_.idempotency_key.empty()) return {};
    return tables_.sql.run("INSERT INTO result VALUES (?1, ?2, ?3, ?4, ?5, ?6)", actor_.user, actor_.name,
                           set_.idempotency_key, set_.fingerprint.empty() ? fingerprint(set_) : set_.fingerprint,
                           to_text(committed_), now_.utc);
}

}  // namespace menshen::registry
