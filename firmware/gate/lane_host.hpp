// What a lane needs of the box around it. Implemented by Gate; every call and callback on the loop.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "decide/decide.hpp"
#include "journal/records.hpp"
#include "pictures.hpp"
#include "ports/display.hpp"
#include "values/event.hpp"
#include "whitelist/reader.hpp"

namespace menshen::gate {

using ListAnswer = whitelist::Answer;

using journal::PictureRef;

class LaneHost {
  public:
    virtual ~LaneHost() = default;
    [[nodiscard]] virtual Now now() const = 0;
    [[nodiscard]] virtual Mode mode() const = 0;
    /// Rises with every change of the whitelist that was asked for; what was decided under an older one is judged
    /// again.
    [[nodiscard]] virtual std::uint64_t list_version() const = 0;
    [[nodiscard]] virtual bool list_usable() const = 0;
    virtual void look_up(std::vector<std::string> plates, std::function<void(Result<ListAnswer>)> then) = 0;
    /// presences and zone_inside, from the memory copy of the journal's projection.
    virtual void fill_presence(DecideInput& input) const = 0;
    /// Durable, in the order of calls; `then` gets the sequence.
    virtual void record(Event event, std::function<void(Result<std::uint64_t>)> then) = 0;
    /// A passage event, which also moves presence.
    virtual void record_passage(const journal::PassageRecord& passage) = 0;
    /// Hashes now, writes the files later.
    virtual std::vector<PictureRef> keep(const std::vector<std::pair<std::string, Picture>>& pictures) = 0;
    [[nodiscard]] virtual AuthorisationId next_authorisation() = 0;
    virtual void fault(const LaneId& lane, const std::string& fault, bool raised, const std::string& detail) = 0;
    virtual Pictures& pictures() = 0;

    /// What the panel shows has changed.
    virtual void lane_changed(const LaneId& lane) = 0;
    virtual void referred_changed() = 0;
    virtual void passed(boost::json::object entry) = 0;
    /// Something a guard should look at now: tailgate, opened_externally, …
    virtual void alarm(const LaneId& lane, const std::string& alarm) = 0;
    /// A guard's touch that the lane did not carry out, and why.
    virtual void refused(const LaneId& lane, const std::string& action, const std::string& why) = 0;
};

}  // namespace menshen::gate
