#include "findings.hpp"

#include "registry/fields.hpp"

namespace menshen::registry {

Result<std::vector<Entity>> lasting_permits(Directory& directory, const std::string& scope,
                                            const std::string& look_up) {
    Query query;
    query.kind = Kind::permit;
    query.scopes = {scope};
    query.look_up = look_up;
    query.state = menshen::to_string(PermitState::active);
    auto page = directory.find(query);
    if (!page) return page.error();
    std::erase_if(page->entities, [](const Entity& entity) {
        const auto c = entity.as<Permit>().permit_class;
        return c == PermitClass::visitor || c == PermitClass::group_visit;
    });
    return std::move(page->entities);
}

Result<std::optional<Entity>> block_in_force(Directory& directory, const std::string& scope, const std::string& plate,
                                             LocalTime now) {
    Query query;
    query.kind = Kind::block;
    query.scopes = {scope, std::string(common_scope)};
    query.look_up = look_up_key(CredentialKind::plate, plate);
    query.group = menshen::to_string(BlockKind::block);
    query.ends_after = now;
    query.limit = 1;
    auto page = directory.find(query);
    if (!page) return page.error();
    return page->entities.empty() ? std::nullopt : std::optional(std::move(page->entities[0]));
}

Result<std::vector<std::string>> confusable_plates(Directory& directory, const std::string& scope,
                                                   const std::string& plate) {
    std::vector<std::string> listed;
    auto parsed = Plate::parse(plate);
    if (!parsed) return listed;
    for (const auto& other : look_alikes(*parsed)) {
        auto there = directory.is_presented(scope, look_up_key(CredentialKind::plate, other.text()));
        if (!there) return there.error();
        if (*there) listed.push_back(other.text());
    }
    return listed;
}

Result<std::optional<Entity>> unit_named(Directory& directory, const std::string& scope, const std::string& name) {
    auto found = directory.find(Kind::unit, scope, name);
    if (!found || *found) return found;
    return directory.find(Kind::unit, std::string(common_scope), name);
}

}  // namespace menshen::registry
