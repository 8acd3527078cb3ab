// What became of clips, added up: what single frames alone say, and what the vote over them says. Pure.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tally.hpp"
#include "values/time.hpp"

namespace menshen::eval {

/// Answers of one kind, right or wrong, of `of` that were asked; the rest said nothing.
struct Answers {
    int right = 0, wrong = 0, of = 0;

    void count(bool said, bool is_right);
    void add(const Answers& more);
    [[nodiscard]] int silent() const { return of - right - wrong; }
    [[nodiscard]] double share() const { return of == 0 ? 0 : static_cast<double>(right) / of; }
    [[nodiscard]] double wrong_share() const { return of == 0 ? 0 : static_cast<double>(wrong) / of; }
};

/// Any answer, and those by which a gate would open.
struct Judged {
    Answers all, at_grant;
    void add(const Judged& more);
};

/// What became of one clip.
struct Clip {
    std::string verdict_text;  // the first arrival's plate as the gate would take it; empty: unreadable or none
    double likelihood = 0;
    int arrivals = 0;
    int wrong_at_grant = 0;  // arrivals that would have opened for a plate that is not there
    bool granted_right = false;
    Duration claim{};  // from the first told read to the statement that the gate goes by, in the clip's time
    int reads = 0;     // frames that this statement stands on
    int told = 0;      // frames with something told
    Judged frames;     // frames looked at, by the most certain plate in each
    Judged hasty;      // one answer a clip: that of the first frame which says a plate, of the first at the threshold
    Certainty certainty;             // of the frames
    std::vector<double> ms, cpu_ms;  // of each look
};

struct ArrivalsTally {
    double grant = 0.98;
    Judged frames, hasty, voted;      // of clips with a car
    int further_arrivals = 0;         // beyond those that are in the clip
    int wrong_at_grant = 0;           // arrivals, of all clips
    int empty = 0, false_claims = 0;  // clips in which nobody comes, and those of them that made a claim with a plate
    Judged empty_frames;              // of those clips; none is right
    int told = 0;
    Certainty frames_certainty, voted_certainty;
    std::map<std::string, Judged> classes;  // voted, by the class of the plate
    std::vector<double> claim_ms, reads, ms, cpu_ms;

    Verdict count(const Labelled& clip, const Clip& seen);
};

/// Whether one of the clip's plates reads so.
[[nodiscard]] bool labelled_as(const Labelled& clip, const std::string& text);

}  // namespace menshen::eval
