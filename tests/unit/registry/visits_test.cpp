#include "office.hpp"

namespace menshen::registry::test {

namespace {

Booking booking() {
    Booking booking;
    booking.scope = "yard";
    booking.visit.visitor = "李四";
    booking.visit.purpose = "meeting";
    booking.visit.plates = {"浙 a12345", "浙A54321"};
    booking.visit.from = at("2026-11-23T09:00:00");
    booking.visit.until = at("2026-11-23T12:00:00");
    return booking;
}

}  // namespace

TEST_CASE("a booked visit lets its cars in while it lasts, and not once it is cancelled") {
    Office desk;
    const auto made = Office::done(desk.office.book(booking(), desk.request, desk.now));
    const auto visit = made.changed[0].id;
    const auto permit = made.changed[1].id;
    CHECK(desk.permit(permit).permit_class == PermitClass::visitor);
    CHECK(desk.permit(permit).valid_until == at("2026-11-23T12:00:00"));
    CHECK(desk.credentials(permit).size() == 2);
    CHECK(desk.store->directory().find(visit)->value().as<Visit>().permit == permit);
    CHECK(desk.fed("permit", permit).find("李四") != std::string::npos);

    Office::done(desk.office.cancel_visit(visit, desk.request, desk.now));
    CHECK(desk.permit(permit).state == PermitState::cancelled);
    CHECK(desk.store->directory().find(visit)->value().as<Visit>().state == VisitState::cancelled);
    CHECK(Office::refused(desk.office.cancel_visit(visit, desk.request, desk.now)).code == Errc::conflict);
    CHECK(Office::refused(desk.office.cancel_visit(permit, desk.request, desk.now)).code == Errc::not_found);
}

TEST_CASE("what a visit cannot be") {
    Office desk;
    auto wrong = booking();
    wrong.visit.plates = {"浙A1"};
    CHECK(Office::refused(desk.office.book(wrong, desk.request, desk.now)).fields.at(0).pointer == "/plates/0");
    wrong = booking();
    wrong.visit.from = at("2026-11-20T09:00:00");
    wrong.visit.until = at("2026-11-20T12:00:00");
    CHECK(Office::refused(desk.office.book(wrong, desk.request, desk.now)).fields.at(0).pointer == "/until");
    wrong = booking();
    wrong.permit_class = PermitClass::staff;
    CHECK(Office::refused(desk.office.book(wrong, desk.request, desk.now)).fields.at(0).pointer == "/permit_class");
    Office::done(desk.office.block("yard", {BlockKind::block, "浙A12345", "theft", {}}, desk.request, desk.now));
    CHECK(Office::refused(desk.office.book(booking(), desk.request, desk.now)).fields.at(0).code == "blocked");
}

TEST_CASE("a visitor may have a permit besides, and come again") {
    Office desk;
    desk.issue("浙A12345");
    auto first = booking();
    Office::done(desk.office.book(first, desk.request, desk.now));
    first.visit.from = at("2026-11-24T09:00:00");
    first.visit.until = at("2026-11-24T12:00:00");
    first.permit_class = PermitClass::group_visit;
    Office::done(desk.office.book(first, desk.request, desk.now));
    Query query;
    query.kind = Kind::visit;
    query.words = "a12345";
    query.ends_after = at("2026-11-24T00:00:00");
    CHECK(desk.store->directory().find(query)->entities.size() == 1);
}

}  // namespace menshen::registry::test
