#include "registry/permit_office.hpp"

namespace menshen::registry {

namespace {

Query query_of(const PermitSearch& search) {
    Query query;
    query.kind = Kind::permit;
    query.scopes = search.scopes;
    query.words = search.words;
    query.group = search.permit_class;
    query.state = search.state;
    query.lasting = search.lasting;
    query.refers_to = search.person ? search.person : search.unit;
    query.after = search.after;
    query.limit = search.limit;
    return query;
}

template <class T>
Result<std::string> name_of(Directory& directory, const std::optional<Id>& id) {
    if (!id) return std::string();
    auto found = directory.find(*id);
    if (!found) return found.error();
    const T* named = *found ? std::get_if<T>(&(*found)->value) : nullptr;
    return named != nullptr ? named->name : std::string();
}

Result<PermitPage> page_of(Directory& directory, const Query& query) {
    auto found = directory.find(query);
    if (!found) return found.error();
    PermitPage page;
    page.next = std::move(found->next);
    for (auto& permit : found->entities) {
        auto view = view_of_permit(directory, std::move(permit));
        if (!view) return view.error();
        page.permits.push_back(std::move(view).value());
    }
    return page;
}

}  // namespace

Result<PermitView> view_of_permit(Directory& directory, Entity permit) {
    PermitView view;
    Query query;
    query.kind = Kind::credential;
    query.refers_to = permit.id;
    auto credentials = directory.find(query);
    if (!credentials) return credentials.error();
    view.credentials = std::move(credentials->entities);
    const auto& value = permit.as<Permit>();
    auto person = name_of<Person>(directory, value.person);
    if (!person) return person.error();
    auto unit = name_of<Unit>(directory, value.unit);
    if (!unit) return unit.error();
    view.holder = person->empty() ? value.holder : std::move(person).value();
    view.unit = std::move(unit).value();
    view.permit = std::move(permit);
    return view;
}

Result<PermitPage> search_permits(Directory& directory, const PermitSearch& search) {
    return page_of(directory, query_of(search));
}

Result<PermitPage> expiring_permits(Directory& directory, const PermitSearch& search, int days, LocalTime now) {
    Query query = query_of(search);
    query.state = menshen::to_string(PermitState::active);
    query.order = Query::Order::soonest_end;
    query.lasting = search.permit_class.empty();
    query.ends_after = now;
    query.ends_before = now + std::chrono::days(days);
    return page_of(directory, query);
}

}  // namespace menshen::registry
