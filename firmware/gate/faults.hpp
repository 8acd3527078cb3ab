// Faults are declared data (ARCHITECTURE rule 9): raised once, cleared once, each with a sentence for the guard.
#pragma once

#include <boost/json/array.hpp>

#include <map>
#include <string>

#include "values/claim.hpp"
#include "values/permit.hpp"

namespace menshen::gate {

/// What the guard reads, and what to do. Unknown keys answer with the key itself.
[[nodiscard]] Bilingual fault_sentence(std::string_view fault);

class Faults {
  public:
    /// True if this is new (or its detail changed).
    bool raise(const LaneId& lane, const std::string& fault, const std::string& detail, LocalTime since);
    /// True if it was there.
    bool clear(const LaneId& lane, const std::string& fault);
    [[nodiscard]] bool has(const LaneId& lane, const std::string& fault) const {
        return active_.contains({lane, fault});
    }
    /// Each once, without its lane.
    [[nodiscard]] boost::json::array names() const;
    /// As GateControl::snapshot() describes.
    [[nodiscard]] boost::json::array to_json() const;

  private:
    struct Entry {
        std::string detail;
        LocalTime since{};
    };
    std::map<std::pair<LaneId, std::string>, Entry> active_;
};

}  // namespace menshen::gate
