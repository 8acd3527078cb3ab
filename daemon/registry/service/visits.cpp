#include <fmt/format.h>

#include "plan.hpp"
#include "registry/fields.hpp"
#include "request_text.hpp"

namespace menshen::registry {

namespace {

Permit permit_of(const Booking& booking) {
    Permit permit;
    permit.permit_class = booking.permit_class;
    permit.holder = booking.visit.visitor;
    permit.phone = booking.visit.phone;
    permit.unit = booking.visit.unit;
    permit.note = booking.visit.purpose;
    permit.valid_from = booking.visit.from;
    permit.valid_until = booking.visit.until;
    permit.zones = booking.zones;
    permit.escort = booking.escort;
    return permit;
}

bool is_visitors(const Permit& permit) {
    return permit.permit_class == PermitClass::visitor || permit.permit_class == PermitClass::group_visit;
}

}  // namespace

Result<Answer> PermitOffice::book(const Booking& booking, const Request& request, const Now& now) {
    Plan plan(store_, "visit.book", booking.scope, request, now);
    if (auto before = plan.repeated({{"scope", booking.scope},
                                     {"visit", to_json(Value(booking.visit))},
                                     {"permit", to_json(Value(permit_of(booking)))},
                                     {"credentials", json_of(booking.credentials)}});
        !before || *before)
        return answer_from(std::move(before));
    Visit visit = booking.visit;
    visit.state = VisitState::booked;
    visit.permit = -1;
    if (!is_visitors(permit_of(booking))) {
        plan.wrong("/permit_class", "choice", "must be one of visitor, group_visit");
    }
    if (visit.until && *visit.until <= now.local) plan.wrong("/until", "out_of_range", "lies in the past");
    plan.put(visit, 0, "");
    plan.put(permit_of(booking), -1, "");
    Status done;
    for (std::size_t i = 0; done && i < visit.plates.size(); ++i) {
        done = plan.present({CredentialKind::plate, visit.plates[i]}, -1, false, fmt::format("/plates/{}", i));
    }
    for (std::size_t i = 0; done && i < booking.credentials.size(); ++i) {
        done = plan.present(booking.credentials[i], -1, false, fmt::format("/credentials/{}", i));
    }
    if (!done) return done.error();
    return plan.commit();
}

Result<Answer> PermitOffice::cancel_visit(Id visit, const Request& request, const Now& now) {
    Plan plan(store_, "visit.cancel", {}, request, now);
    if (auto before = plan.repeated({{"visit", visit}}); !before || *before) return answer_from(std::move(before));
    auto found = plan.load(Kind::visit, visit);
    if (!found) return found.error();
    if (!*found) return plan.commit();
    auto value = (*found)->as<Visit>();
    if (value.state == VisitState::cancelled) plan.conflict(fmt::format("visit {} is cancelled already", visit));
    value.state = VisitState::cancelled;
    const auto permit = value.permit;
    plan.put(std::move(value), visit, "", request.if_version.value_or((*found)->version));
    if (permit) {
        auto his = plan.load(Kind::permit, *permit);
        if (!his) return his.error();
        const bool open = *his && (*his)->as<Permit>().state != PermitState::cancelled;
        if (open && !is_visitors((*his)->as<Permit>())) {
            plan.conflict(fmt::format("permit {} is no visitor's; it must be cancelled by itself first", *permit));
        } else if (open) {
            auto ended = (*his)->as<Permit>();
            ended.state = PermitState::cancelled;
            ended.cancelled = now.local;
            plan.put(std::move(ended), *permit, "", (*his)->version);
        }
    }
    return plan.commit();
}

}  // namespace menshen::registry
