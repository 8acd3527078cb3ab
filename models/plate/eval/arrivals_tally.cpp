#include "arrivals_tally.hpp"

#include <algorithm>

namespace menshen::eval {
namespace {

double milliseconds_of(Duration d) {
    return std::chrono::duration<double, std::milli>(d).count();
}

}  // namespace

void Answers::count(bool said, bool is_right) {
    ++of;
    if (said) ++(is_right ? right : wrong);
}

void Answers::add(const Answers& more) {
    right += more.right, wrong += more.wrong, of += more.of;
}

void Judged::add(const Judged& more) {
    all.add(more.all);
    at_grant.add(more.at_grant);
}

bool labelled_as(const Labelled& clip, const std::string& text) {
    return std::any_of(clip.plates.begin(), clip.plates.end(), [&](const auto& p) { return p.text == text; });
}

Verdict ArrivalsTally::count(const Labelled& clip, const Clip& seen) {
    told += seen.told;
    ms.insert(ms.end(), seen.ms.begin(), seen.ms.end());
    cpu_ms.insert(cpu_ms.end(), seen.cpu_ms.begin(), seen.cpu_ms.end());
    wrong_at_grant += seen.wrong_at_grant;
    if (clip.plates.empty()) {
        ++empty;
        empty_frames.add(seen.frames);
        const bool is_false = !seen.verdict_text.empty();
        false_claims += is_false ? 1 : 0;
        return is_false ? Verdict::false_plate : Verdict::quiet;
    }
    frames.add(seen.frames);
    frames_certainty.add(seen.certainty);
    hasty.add(seen.hasty);
    further_arrivals += std::max(0, seen.arrivals - static_cast<int>(clip.plates.size()));
    const bool said = !seen.verdict_text.empty(), is_right = labelled_as(clip, seen.verdict_text);
    Judged one;
    one.all.count(said, is_right);
    one.at_grant.count(seen.granted_right || seen.wrong_at_grant > 0, seen.wrong_at_grant == 0);
    voted.add(one);
    classes[class_name(clip.plates.front())].add(one);
    if (!said) return Verdict::unread;
    voted_certainty.add(seen.likelihood, is_right);
    claim_ms.push_back(milliseconds_of(seen.claim));
    reads.push_back(seen.reads);
    return is_right ? Verdict::right : Verdict::wrong;
}

}  // namespace menshen::eval
