// The stable keys of every enum that is both printed and read back.
#pragma once

#include "values/decision.hpp"
#include "values/names.hpp"
#include "values/permit.hpp"
#include "values/plate.hpp"

namespace menshen {

inline constexpr Names<PlateColour, 7> plate_colours{{{PlateColour::unknown, "unknown"},
                                                      {PlateColour::blue, "blue"},
                                                      {PlateColour::yellow, "yellow"},
                                                      {PlateColour::green, "green"},
                                                      {PlateColour::yellow_green, "yellow_green"},
                                                      {PlateColour::white, "white"},
                                                      {PlateColour::black, "black"}}};
inline constexpr Names<PlateClass, 15> plate_classes{{{PlateClass::unknown, "unknown"},
                                                      {PlateClass::small_car, "small_car"},
                                                      {PlateClass::large_vehicle, "large_vehicle"},
                                                      {PlateClass::new_energy_small, "new_energy_small"},
                                                      {PlateClass::new_energy_large, "new_energy_large"},
                                                      {PlateClass::police, "police"},
                                                      {PlateClass::army, "army"},
                                                      {PlateClass::armed_police, "armed_police"},
                                                      {PlateClass::embassy, "embassy"},
                                                      {PlateClass::consulate, "consulate"},
                                                      {PlateClass::hong_kong, "hong_kong"},
                                                      {PlateClass::macao, "macao"},
                                                      {PlateClass::learner, "learner"},
                                                      {PlateClass::trailer, "trailer"},
                                                      {PlateClass::civil_aviation, "civil_aviation"}}};
inline constexpr Names<CredentialKind, 5> credential_kinds{{{CredentialKind::plate, "plate"},
                                                            {CredentialKind::card, "card"},
                                                            {CredentialKind::qr, "qr"},
                                                            {CredentialKind::face, "face"},
                                                            {CredentialKind::pin, "pin"}}};
inline constexpr Names<PermitClass, 10> permit_classes{{{PermitClass::staff, "staff"},
                                                        {PermitClass::parking, "parking"},
                                                        {PermitClass::pass, "pass"},
                                                        {PermitClass::temporary, "temporary"},
                                                        {PermitClass::committee, "committee"},
                                                        {PermitClass::visitor, "visitor"},
                                                        {PermitClass::group_visit, "group_visit"},
                                                        {PermitClass::official_car, "official_car"},
                                                        {PermitClass::contractor, "contractor"},
                                                        {PermitClass::emergency, "emergency"}}};
inline constexpr Names<PermitState, 3> permit_states{
    {{PermitState::active, "active"}, {PermitState::suspended, "suspended"}, {PermitState::cancelled, "cancelled"}}};
inline constexpr Names<BlockKind, 3> block_kinds{
    {{BlockKind::block, "block"}, {BlockKind::watch, "watch"}, {BlockKind::hold, "hold"}}};
inline constexpr Names<Verdict, 3> verdict_names{
    {{Verdict::deny, "deny"}, {Verdict::grant, "grant"}, {Verdict::refer, "refer"}}};
inline constexpr Names<Notice, 4> notice_names{{{Notice::watchlist, "watchlist"},
                                                {Notice::maybe_cloned, "maybe_cloned"},
                                                {Notice::stale_list, "stale_list"},
                                                {Notice::leaves_uncounted, "leaves_uncounted"}}};

}  // namespace menshen
