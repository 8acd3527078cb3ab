// One car at one lane, from its claim to its outcome.
#pragma once

#include <boost/json/object.hpp>

#include <optional>
#include <string>

#include "lane/lane.hpp"
#include "lane_host.hpp"

namespace menshen::gate {

struct Arrival {
    Claim claim;
    Decision decision;
    ListAnswer answer;               // of the claim's candidates, for the guard's eyes
    std::uint64_t list_version = 0;  // under which it was decided
    Instant decided{};
    LocalTime at{};
    std::uint64_t judging = 0;          // counts look-ups: a late answer to an older question is ignored
    std::uint64_t sequence = 0;         // of its decision event, 0 until durable
    AuthorisationId authorisation = 0;  // 0 = none was given
    std::string by = "menshen";
    std::string outcome;  // key of Outcome, empty until known
    bool referred = false;
    bool unread = false;  // made from the loop, no camera saw a plate
    bool evidence_kept = false;
    // Where its plate was and is, from reads of its text: whose car has come to the loop (LaneController::standing).
    float first_width = 0, width = 0;  // pixels
    float first_x = 0, x = 0;          // middle of the plate
    float width_at_loop = 0;           // when its intent was written
    Instant seen{};
    bool on_loop = false;             // came into view as somebody came to the approach loop, or since
    std::optional<Instant> withheld;  // granted, but it is not clear that it is this car that stands on the loop
    bool way_was_open = false;        // granted while the lane was held open or on fire: no opening of its own
    bool gone = false;                // out of the camera's view
};

/// The permit that was decided on, or null.
[[nodiscard]] const Permit* decided_permit(const Arrival& arrival);

/// Plates to ask the whitelist for: the candidates first, then the look-alikes of the best (bounded).
[[nodiscard]] std::vector<std::string> plates_to_ask(const Claim& claim);

/// The shapes of GateControl::snapshot().
[[nodiscard]] boost::json::array candidates_json(const Arrival& arrival);
[[nodiscard]] boost::json::value permit_json(const Arrival& arrival);
[[nodiscard]] boost::json::object referred_json(const Arrival& arrival);
[[nodiscard]] boost::json::object passed_json(const Arrival& arrival, Direction direction);
/// The same entry made from journalled events, for events().
void put_decision(boost::json::object& out, const Decision& decision);

/// Ids of the claim's pictures; empty where there is none. A car that only the loop saw has a scene and no crop.
[[nodiscard]] std::string scene_id(const Claim& claim);
[[nodiscard]] std::string crop_id(const Claim& claim);
/// `guard` empty: menshen's own.
[[nodiscard]] lane::Authorisation authorisation(AuthorisationId id, ArrivalId arrival, const std::string& plate,
                                                const std::string& guard = {});

}  // namespace menshen::gate
