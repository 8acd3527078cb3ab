// What the guard's panel may see and ask of the gate. Implemented by firmware/gate, used by firmware/panel; all calls
// and callbacks on the gate's loop.
#pragma once

#include <boost/json/object.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "values/claim.hpp"
#include "values/result.hpp"

namespace menshen {

/// One touch of a guard. `why` is mandatory (MISSION P2); the journal keeps guard and why before anything moves.
struct GuardCommand {
    enum class Action {
        open,
        close,
        stop,
        hold,  // fleet mode of one lane, until `until` or its release
        release,
        lockdown,
        unlock,  // whole box
        fire_reset,
        admit,             // a referred arrival, as `plate` (chosen candidate or typed)
        refuse,            // a referred arrival
        register_visitor,  // `plate` may enter until `until`, at most the end of tomorrow; never above a block
        confirm_clock,     // the box's date and time are right
    } action{};
    std::string guard;  // name at the session
    LaneId lane;        // empty for the box
    ArrivalId arrival = 0;
    std::string plate;
    std::string why;
    std::string until;  // "2026-11-22T18:00:00"; empty = the end of today; a hold then has no end
};

/// What becomes of a guard at the panel, besides what check_guard sees.
enum class GuardChange {
    created,    // `guard` made it possible for `whom` to log in; at first start they are the same
    login,      // without check_guard: who has just been created at first start
    logout,     // by a touch
    expired,    // nobody touched the panel for too long
    displaced,  // too many sessions: the one idle longest ended
};

using Picture = std::shared_ptr<const std::vector<std::uint8_t>>;  // JPEG

/// What one camera sees, as GateControl::camera_view says.
struct CameraView {
    boost::json::object seen;
    std::uint64_t number = 0;  // rises with every picture; 0 = there is none yet
    Picture picture;           // null: none
};

class GateControl {
  public:
    virtual ~GateControl() = default;

    /// The whole state, for a page that has just connected:
    /// { "site": "…", "now": "2026-11-22T08:30:00", "clock": "trusted", "mode": "normal",
    ///   "list": {"usable": true, "credentials": 1748, "changed": "…", "scope": "local"},
    ///   "lanes": [ Lane… ], "cameras": [{"id","lane"}…], "referred": [ Referred… ], "faults": [ Fault… ], "recent": [
    ///   Passed… newest first, ≤ 50 ]
    ///   }
    /// Lane     { "id","name","direction":"in|out","phase","sensors":{"approach","under","photocell","arm","fire"},
    ///            "arrival":n|0,
    ///            "plate","likelihood","candidates":[{"plate","likelihood","listed":bool,"holder","unit"}…],
    ///            "verdict","reason","zh","en","days_left":n|null,"permit":{"class","class_zh","holder","unit"}|null,
    ///            "hold":{"by","until":"local time|empty"}|null,
    ///            "by","scene":"picture id|empty","crop":"…","at":"local time|empty","queue":n,
    ///            "colour":"blue|yellow|…" (PlateColour), "scene_at":"local time of the picture|empty",
    ///            "camera":{"id","state","fps","width","height","detail","plate_width":px of the last read|0} }
    /// Referred { "arrival","lane","plate","candidates":[as
    /// above],"reason","zh","en","scene","crop","colour","since":"local time" } Fault    {
    /// "lane":"…|empty","fault","detail","zh","en","since" } Passed   {
    /// "sequence","lane","direction","plate","verdict","reason","zh","en","outcome","by","at","scene","crop","colour" }
    /// Fields of a faults or lanes entry that are not known are left out or empty; the page copes with both.
    [[nodiscard]] virtual boost::json::object snapshot() const = 0;

    /// {"lane": Lane} | {"referred": [ … whole list … ]} | {"faults": [ … ]} | {"passed": Passed} | {"site":
    /// {"clock","mode","list","now"}} | {"alarm":
    /// {"lane","alarm":"tailgate|opened_externally|backed_out|queue_full|welded_relay|wrong_way"}}: look there now; of
    /// the whole box (lane empty) "feed_forged|feed_altered|feed_rolled_back|feed_replayed|feed_forked|list_damaged" |
    /// {"refused": {"lane","action":"close|stop|hold|fire_reset","why"}}: a touch that the lane did not carry out
    using Listener = std::function<void(const boost::json::object&)>;
    /// Until the returned token is destroyed.
    [[nodiscard]] virtual std::shared_ptr<void> subscribe(Listener listener) = 0;

    /// `done` is called once, on the loop: the answer's message is for the guard.
    virtual void command(GuardCommand command, std::function<void(Status)> done) = 0;

    /// By picture id ([A-Za-z0-9._:-]{1,128}, never a path); fetched from memory or the evidence folder. Null if it is
    /// not there (any more).
    virtual void picture(const std::string& id, std::function<void(Picture)> done) = 0;

    /// For whoever aims a camera (its id as in snapshot): a picture of now with what the eye sees in it. Asking makes
    /// the eye send views, about four a second, for the next seconds; it never waits for one. Errc::not_found: no such
    /// camera.
    /// { "camera","lane","lane_name","state","detail",
    ///   "region":[[x,y]…] fractions of width and height, empty = everything, "age":ms|null (no view: none of the
    ///   rest), "width","height": px of the camera's frame, "frames": a second, "looks": a second,
    ///   "widths":{"least","good_from","good_to","most"}: px that a plate should have,
    ///   "plates":[{"corners":[[x,y]×4 px of the frame],"text","colour","width":px,"likelihood","sharpness",
    ///              "words":[{"key":"good|outside|too_small|small|too_large|large|tilted|from_the_side|blurred",
    ///                        "level":"good|fair|bad","zh","en","advice":{"zh","en"}} worst first]}… the one aimed at
    ///                        first] }
    [[nodiscard]] virtual Result<CameraView> camera_view(const std::string& camera) = 0;

    /// Past passages as Passed objects, newest first, for the list below the lanes: at most `limit` (1..200), `before`
    /// a sequence or 0.
    virtual void events(std::uint64_t before, int limit, std::function<void(Result<boost::json::array>)> done) = 0;

    /// What the whitelist says of one plate (already normalised), for the guard's look-up:
    /// { "plate","listed":bool,"inside":bool|null,
    ///   "permits":[{"class","class_zh","class_en","state","holder","unit","phone","note","valid_from","valid_until"}…],
    ///   "blocks":[{"kind","reason","until"}…] }. A plate nobody knows is an answer with listed = false, not an error.
    virtual void look_up(const std::string& plate, std::function<void(Result<boost::json::object>)> done) = 0;

    /// Guards' names and PIN hashes live in journal.db. first_start: no guard exists yet (the panel asks for one).
    [[nodiscard]] virtual bool first_start() const = 0;
    /// The panel has checked name and PIN (≥ 6 digits, not trivial). Errc::conflict: the name is taken.
    virtual void create_guard(std::string name, std::string pin, std::function<void(Status)> done) = 0;
    /// Constant work for a wrong name or PIN (Errc::denied); locked for a minute after five failures (Errc::exhausted).
    virtual void check_guard(std::string name, std::string pin, std::function<void(Status)> done) = 0;
    /// For the journal, so that it says who was at the panel and from when to when. `whom` of created only.
    virtual void guard_changed(const std::string& guard, GuardChange change, const std::string& whom) = 0;
};

}  // namespace menshen
