// What the gate writes in the journal, as Events with the bodies that firmware/values/event.hpp names.
#pragma once

#include <boost/json/object.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "values/claim.hpp"
#include "values/event.hpp"
#include "values/result.hpp"
#include "values/time.hpp"

namespace menshen::journal {

/// A picture in the evidence folder, bound to the event that names its hash.
struct PictureRef {
    std::string name;    // what it shows: "scene", "crop", "exit" …
    std::string sha256;  // 64 lower-case hex digits
    std::int64_t bytes = 0;
    friend bool operator==(const PictureRef&, const PictureRef&) = default;
};

/// Which permit a passage counts for.
struct PermitKey {
    std::string scope = "local";
    std::int64_t id = 0;
    friend auto operator<=>(const PermitKey&, const PermitKey&) = default;  // NOLINT(modernize-use-nullptr)
};

/// Written before the relay moves (rule 2). At most one for an authorisation, for ever (I15).
struct Intent {
    AuthorisationId authorisation = 0;
    ArrivalId arrival = 0;
    LaneId lane;
    std::string plate;
    std::string reason;          // a key of Reason, or the guard's words
    std::string by = "menshen";  // or the guard's name
};

/// Ends an intent, exactly once (I8).
struct OutcomeRecord {
    AuthorisationId authorisation = 0;
    ArrivalId arrival = 0;
    LaneId lane;
    Outcome outcome = Outcome::unknown;
    std::string detail;
    std::vector<PictureRef> pictures;  // already written by write_picture
    bool keep = false;  // not a plain admission (guard, alarm, doubt): the quota never drops its pictures
};

/// Loops saw a car go through. Changes presence in the same transaction.
struct PassageRecord {
    AuthorisationId authorisation = 0;  // 0: nobody allowed it
    ArrivalId arrival = 0;
    LaneId lane;
    std::string plate;  // empty: not known
    bool entered = true;
    std::string zone;
    std::optional<PermitKey> permit;
    int plate_width = 0;  // pixels, when the car stood on the approach loop; 0: not seen there
};

/// The mode of a lane, or of the whole box where the lane is empty. Kept in the same transaction.
struct ModeRecord {
    LaneId lane;
    std::string mode;  // a key of Mode
    std::string by;
    std::optional<LocalTime> until;  // fleet mode: the lane is let go then
};

[[nodiscard]] Event to_event(const Intent& intent, const Now& now);
[[nodiscard]] Event to_event(const OutcomeRecord& outcome, const Now& now);
[[nodiscard]] Event to_event(const PassageRecord& passage, const Now& now);
[[nodiscard]] Event to_event(const ModeRecord& mode, const Now& now);
/// Any other event.
[[nodiscard]] Event make_event(EventKind kind, LaneId lane, boost::json::object body, const Now& now);
/// Errc::invalid: not a passage, or a field is missing.
[[nodiscard]] Result<PassageRecord> passage_from(const Event& event);
[[nodiscard]] Result<ModeRecord> mode_from(const Event& event);
/// Adds `pictures` (and `keep`) to the body of any event, which binds them: see Journal::append.
void add_pictures(Event& event, const std::vector<PictureRef>& pictures, bool keep);

/// {"sequence","utc","clock","lane","kind","arrival","authorisation","body"}: one line of `menshen events --json`.
[[nodiscard]] boost::json::object to_json(const Event& event);

}  // namespace menshen::journal
