// Stable keys of every enum that entities have.
#pragma once

#include <array>

#include "registry/entities.hpp"
#include "values/names.hpp"

namespace menshen::registry {

/// The keys that values prints, read backwards.
template <class E, std::size_t N>
[[nodiscard]] Names<E, N> named(const std::array<E, N>& all) {
    Names<E, N> names;
    for (std::size_t i = 0; i < N; ++i) names[i] = {all[i], menshen::to_string(all[i])};
    return names;
}

inline const auto permit_classes =
    named(std::array{PermitClass::staff, PermitClass::parking, PermitClass::pass, PermitClass::temporary,
                     PermitClass::committee, PermitClass::visitor, PermitClass::group_visit, PermitClass::official_car,
                     PermitClass::contractor, PermitClass::emergency});
inline const auto permit_states =
    named(std::array{PermitState::active, PermitState::suspended, PermitState::cancelled});
inline const auto credential_kinds = named(std::array{CredentialKind::plate, CredentialKind::card, CredentialKind::qr,
                                                      CredentialKind::face, CredentialKind::pin});
inline const auto block_kinds = named(std::array{BlockKind::block, BlockKind::watch, BlockKind::hold});
inline const auto plate_colours =
    named(std::array{PlateColour::unknown, PlateColour::blue, PlateColour::yellow, PlateColour::green,
                     PlateColour::yellow_green, PlateColour::white, PlateColour::black});

inline constexpr Names<GateState, 2> gate_states{{{GateState::active, "active"}, {GateState::revoked, "revoked"}}};
inline constexpr Names<AccessKind, 5> access_kinds{{{AccessKind::lane, "lane"},
                                                    {AccessKind::door, "door"},
                                                    {AccessKind::turnstile, "turnstile"},
                                                    {AccessKind::canteen, "canteen"},
                                                    {AccessKind::meeting, "meeting"}}};
inline constexpr Names<AccessDirection, 3> access_directions{
    {{AccessDirection::in, "in"}, {AccessDirection::out, "out"}, {AccessDirection::both, "both"}}};
inline constexpr Names<VisitState, 2> visit_states{
    {{VisitState::booked, "booked"}, {VisitState::cancelled, "cancelled"}}};
inline constexpr Names<Kind, 12> kinds{{{Kind::unit, "unit"},
                                        {Kind::person, "person"},
                                        {Kind::vehicle, "vehicle"},
                                        {Kind::zone, "zone"},
                                        {Kind::gate, "gate"},
                                        {Kind::access_point, "access_point"},
                                        {Kind::schedule, "schedule"},
                                        {Kind::calendar, "calendar"},
                                        {Kind::permit, "permit"},
                                        {Kind::credential, "credential"},
                                        {Kind::visit, "visit"},
                                        {Kind::block, "block"}}};

}  // namespace menshen::registry
