// Visits and blocks.
#include <boost/json/array.hpp>

#include "answers.hpp"
#include "registry/fields.hpp"

namespace menshen::registry::server {
namespace {

Reply book_visit(Desk& desk, const Call& call) {
    Body body(call);
    Booking booking;
    Value visit = Visit{};
    Value permit = Permit{};
    std::get<Permit>(permit).permit_class = PermitClass::visitor;
    booking.scope = body.text("scope");
    body.value("visit", visit);
    if (body.whole().contains("class")) {
        for (auto& error : read_fields({{"class", body.whole().at("class")}}, permit)) {
            body.take({error});
        }
        (void)body.text("class", Need::optional);
    }
    booking.zones = body.ids("zones");
    booking.credentials = read_credentials(body, Need::optional);
    booking.escort = body.flag("escort");
    const auto why = body.text("why", Need::optional);
    if (const auto& errors = body.finish(); !errors.empty()) return wrong_fields(errors);
    if (!call.covers(booking.scope)) return forbidden();
    booking.visit = std::get<Visit>(visit);
    booking.permit_class = std::get<Permit>(permit).permit_class;
    return reply_of(PermitOffice(*desk.store).book(booking, request_of(call, why), call.now), call, 201);
}

Reply cancel_visit(Desk& desk, const Call& call) {
    Reply refused;
    const auto visit = entity_of(desk, call, Kind::visit, refused);
    if (!visit) return refused;
    Body body(call);
    const auto why = body.text("why", Need::optional);
    if (const auto& errors = body.finish(); !errors.empty()) return wrong_fields(errors);
    return reply_of(PermitOffice(*desk.store).cancel_visit(visit->id, request_of(call, why), call.now), call);
}

Reply add_block(Desk& desk, const Call& call) {
    Body body(call);
    Value block = Block{};
    const auto scope = body.text("scope");
    body.value("block", block);
    const auto why = body.text("why", Need::optional);
    if (const auto& errors = body.finish(); !errors.empty()) return wrong_fields(errors);
    if (!call.covers(scope)) return forbidden();
    return reply_of(PermitOffice(*desk.store).block(scope, std::get<Block>(block), request_of(call, why), call.now),
                    call, 201);
}

Reply end_block(Desk& desk, const Call& call) {
    Reply refused;
    const auto block = entity_of(desk, call, Kind::block, refused);
    if (!block) return refused;
    return reply_of(PermitOffice(*desk.store).unblock(block->id, request_of(call), call.now), call);
}

}  // namespace

void add_visit_routes(Routes& routes) {
    routes.push_back(changing("POST", "/v1/visits", Operation::book_visits, book_visit, "Books a visit",
                              "scope:string visit:object class:string? zones:integer[]? credentials:object[]? "
                              "escort:boolean? why:string?"));
    routes.push_back(changing("POST", "/v1/visits/{id}/cancel", Operation::book_visits, cancel_visit,
                              "Cancels a visit and its permit", "why:string?"));
    routes.push_back(changing("POST", "/v1/blocks", Operation::change_blocks, add_block, "Blocks or watches a plate",
                              "scope:string block:object why:string?"));
    routes.push_back(changing("DELETE", "/v1/blocks/{id}", Operation::change_blocks, end_block, "Ends a block"));
}

}  // namespace menshen::registry::server
