#include <boost/json/array.hpp>
#include <fmt/core.h>

#include "report.hpp"

namespace menshen::eval {
namespace {

namespace json = boost::json;

json::object answers_json(const Answers& a) {
    return {{"of", a.of}, {"right", a.right}, {"wrong", a.wrong}, {"unread", a.silent()}};
}

json::object judged_json(const Judged& judged) {
    auto out = answers_json(judged.all);
    out["at_grant"] = answers_json(judged.at_grant);
    return out;
}

/// What the vote adds to a look at one frame: shares of 1.
json::object gain_json(const ArrivalsTally& t) {
    return {{"right", t.voted.all.share() - t.frames.all.share()},
            {"wrong", t.voted.all.wrong_share() - t.frames.all.wrong_share()},
            {"right_at_grant", t.voted.at_grant.share() - t.frames.at_grant.share()},
            {"wrong_at_grant", t.voted.at_grant.wrong_share() - t.frames.at_grant.wrong_share()}};
}

std::string row(const char* name, const Answers& a) {
    const auto of = [&](int part) { return percent({part, a.of}); };
    return fmt::format("{:34} {:>6} {:>8} {:>7} {:>8} {:>7} {:>8} {:>7}\n", name, a.of, of(a.right), a.right,
                       of(a.wrong), a.wrong, of(a.silent()), a.silent());
}

std::string table(const ArrivalsTally& t) {
    auto out = fmt::format("{:34} {:>6} {:>16} {:>16} {:>16}\n", "", "of", "right", "wrong", "not read");
    out += row("each frame by itself", t.frames.all) + row("first frame that says a plate", t.hasty.all);
    out += row("vote, one claim a car", t.voted.all);
    out += fmt::format("at the grant threshold ({:g}), where a gate opens; else nothing is said\n", t.grant);
    out += row("each frame by itself", t.frames.at_grant) + row("first such frame", t.hasty.at_grant);
    out += row("vote, one claim a car", t.voted.at_grant);
    return out + fmt::format(
                     "gain of the vote over a frame: right {:+.1f} points, wrong {:+.1f}; at the threshold "
                     "right {:+.1f}, wrong {:+.1f}\n",
                     100 * (t.voted.all.share() - t.frames.all.share()),
                     100 * (t.voted.all.wrong_share() - t.frames.all.wrong_share()),
                     100 * (t.voted.at_grant.share() - t.frames.at_grant.share()),
                     100 * (t.voted.at_grant.wrong_share() - t.frames.at_grant.wrong_share()));
}

std::string classes_text(const ArrivalsTally& t) {
    auto out = fmt::format("\n{:18} {:>6} {:>8} {:>7} {:>9} {:>17} {:>8}\n", "class", "clips", "right", "wrong",
                           "not read", "granted: right", "wrong");
    for (const auto& [name, judged] : t.classes) {
        out += fmt::format("{:18} {:6} {:>8} {:7} {:9} {:17} {:8}\n", name, judged.all.of,
                           percent({judged.all.right, judged.all.of}), judged.all.wrong, judged.all.silent(),
                           judged.at_grant.right, judged.at_grant.wrong);
    }
    return out;
}

}  // namespace

json::object to_json(const ArrivalsTally& t) {
    json::object out{{"clips", t.voted.all.of},
                     {"right", t.voted.all.right},
                     {"wrong", t.voted.all.wrong},
                     {"unread", t.voted.all.silent()},
                     {"voted_share", t.voted.all.share()},
                     {"single_frame_share", t.frames.all.share()},
                     {"further_arrivals", t.further_arrivals},
                     {"grant_likelihood", t.grant},
                     {"granted_right", t.voted.at_grant.right},
                     {"wrong_at_grant", t.wrong_at_grant},
                     {"without_car", t.empty},
                     {"false_claims", t.false_claims},
                     {"looks", t.frames.all.of + t.empty_frames.all.of},
                     {"looks_told", t.told},
                     {"median_claim_ms", percentile(t.claim_ms, 0.5)},
                     {"p95_claim_ms", percentile(t.claim_ms, 0.95)},
                     {"median_claim_frames", percentile(t.reads, 0.5)},
                     {"p95_claim_frames", percentile(t.reads, 0.95)},
                     {"median_ms", percentile(t.ms, 0.5)},
                     {"p95_ms", percentile(t.ms, 0.95)},
                     {"median_cpu_ms", percentile(t.cpu_ms, 0.5)}};
    out["vote"] = judged_json(t.voted);
    out["single_frames"] = judged_json(t.frames);
    out["first_frame"] = judged_json(t.hasty);
    out["frames_without_car"] = judged_json(t.empty_frames);
    out["single_frames_ece"] = t.frames_certainty.error();
    out["vote_ece"] = t.voted_certainty.error();
    out["likelihoods"] = bands_json(t.voted_certainty);
    out["gain"] = gain_json(t);
    json::object classes;
    for (const auto& [name, judged] : t.classes) classes[name] = judged_json(judged);
    out["classes"] = std::move(classes);
    return out;
}

std::string to_text(const ArrivalsTally& t) {
    std::string out = fmt::format("{} clips\n", t.voted.all.of + t.empty);
    if (t.voted.all.of > 0) {
        out += table(t);
        out += fmt::format(
            "more arrivals than cars {}; from the first sight to the claim: median {:.0f} ms of the clip and "
            "{:.0f} frames, p95 {:.0f} ms and {:.0f}\n",
            t.further_arrivals, percentile(t.claim_ms, 0.5), percentile(t.reads, 0.5), percentile(t.claim_ms, 0.95),
            percentile(t.reads, 0.95));
    }
    if (t.empty > 0) {
        out += fmt::format("claims without a car    {}; frames with a plate {}, at the threshold {}\n",
                           counted({t.false_claims, t.empty}), t.empty_frames.all.wrong, t.empty_frames.at_grant.wrong);
    }
    out += fmt::format("arrivals that would have opened for a plate that is not there: {}\n", t.wrong_at_grant);
    if (!t.ms.empty()) {
        out += fmt::format("ms a look: median {:.1f}, p95 {:.1f}; processor time median {:.1f}\n",
                           percentile(t.ms, 0.5), percentile(t.ms, 0.95), percentile(t.cpu_ms, 0.5));
    }
    out += fmt::format("\nlikelihood of a frame's answer:{}\nlikelihood of the vote:{}\n",
                       bands_text(t.frames_certainty), bands_text(t.voted_certainty));
    return out + classes_text(t);
}

}  // namespace menshen::eval
