// A run's numbers, for people and for programs.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <string>

#include "arrivals.hpp"
#include "pictures.hpp"

namespace menshen::eval {

/// "91.0 %", and with what it is a share of.
[[nodiscard]] std::string percent(const Share& share);
[[nodiscard]] std::string counted(const Share& share);

/// How many answers of which certainty were wrong.
[[nodiscard]] boost::json::array bands_json(const Certainty& certainty);
[[nodiscard]] std::string bands_text(const Certainty& certainty);

/// pictures, with_plate, first, any, detected, false_plates … are counts; …_share are 0..1.
[[nodiscard]] boost::json::object to_json(const Tally& tally);
[[nodiscard]] std::string to_text(const Tally& tally);

/// Under vote, single_frames and first_frame the same counts: of, right, wrong, unread, and at_grant with the same.
[[nodiscard]] boost::json::object to_json(const ArrivalsTally& tally);
[[nodiscard]] std::string to_text(const ArrivalsTally& tally);

/// Ours divided by the peer's.
[[nodiscard]] boost::json::object ratios(const Tally& ours, const Tally& peer);

}  // namespace menshen::eval
