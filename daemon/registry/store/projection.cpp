#include "tables.hpp"

namespace menshen::registry {

namespace {

constexpr int most_referrers = 2'000'000;  // all there can be

}  // namespace

Status Projection::changed(const Entity& entity, bool is_new) {
    if (has_feed_row(entity.kind())) wanted_[entity.id] = is_new;
    if (is_new) return {};  // what refers to it is in the same change set
    auto referrers = tables_.entities.referrers(entity.id, most_referrers);
    if (!referrers) return referrers.error();
    for (const auto& each : *referrers) {
        if (has_feed_row(each.kind)) wanted_.emplace(each.id, false);
    }
    return {};
}

Status Projection::removed(Kind kind, Id id, std::int64_t scope) {
    if (has_feed_row(kind)) changes_.push_back({scope, std::string(to_string(kind)), id, std::nullopt, false, 0});
    return {};
}

Status Projection::project(Id id, bool is_new) {
    auto entity = known_.find(id);
    if (!entity) return entity.error();
    if (*entity == nullptr) return {};  // removed meanwhile
    auto body = feed_body(**entity, known_, now_.local);
    if (!body) return body.error();
    auto scope = tables_.scopes.number((*entity)->scope);
    if (!scope) return scope.error();
    changes_.push_back({*scope, std::string(to_string((*entity)->kind())), id, std::move(body).value(), is_new, 0});
    return {};
}

Result<std::vector<Position>> Projection::apply() {
    for (const auto& [id, is_new] : wanted_) {
        if (auto done = project(id, is_new); !done) return done.error();
    }
    return tables_.feed.apply(std::move(changes_), now_.utc);
}

}  // namespace menshen::registry
