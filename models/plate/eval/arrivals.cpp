#include "arrivals.hpp"

#include <fmt/core.h>
#include <opencv2/core/utility.hpp>
#include <opencv2/videoio.hpp>

#include <algorithm>
#include <atomic>
#include <map>
#include <optional>
#include <thread>

#include "camera/source.hpp"
#include "eye/attention.hpp"
#include "eye/worth.hpp"
#include "identify/identify.hpp"
#include "stopwatch.hpp"

namespace menshen::eval {
namespace {

constexpr Instant start{seconds(1000)};  // of every clip: any moment will do
constexpr double usual_fps = 15;         // of a clip that does not say

bool labelled_as(const Labelled& clip, const std::string& text) {
    return std::any_of(clip.plates.begin(), clip.plates.end(), [&](const auto& p) { return p.text == text; });
}

/// What the gate knows of one arrival: it goes by the first statement that is sure enough, else by the last.
struct Standing {
    std::string plate;
    double likelihood = 0;
    Instant at{};
    bool granted = false;

    void hear(const Claim& claim, Instant now, double grant) {
        if (granted) return;
        plate = claim.candidates.empty() ? std::string() : claim.candidates.front().plate;
        likelihood = claim.candidates.empty() ? 0 : claim.candidates.front().likelihood;
        granted = !plate.empty() && likelihood >= grant;
        at = now;
    }
};

/// The eye and the gate's identifier on one clip, in the clip's own time.
class Playing {
  public:
    Playing(const Labelled& clip, const ArrivalsTask& task, eye::PlateReader& reader)
        : clip_(clip), task_(task), reader_(reader), attention_({}, task.max_fps), identifier_("eval", {}, 1) {}

    void frame(const cv::Mat& image, std::uint64_t number, Instant captured) {
        settle(captured);
        if (captured < busy_until_) return;  // the eye still looks at an older frame
        const auto glance = attention_.next(image, captured, captured);
        if (!glance) return;
        const Stopwatch watch;
        auto seen = glance->whole ? reader_.read(image, {}) : reader_.read_window(image, {}, glance->window);
        if (!seen) seen = std::vector<eye::Seen>{};
        out_.ms.push_back(watch.ms());
        out_.cpu_ms.push_back(watch.cpu_ms());
        ++out_.looks;
        std::erase_if(*seen, [](const eye::Seen& s) { return !eye::worth_telling(s); });
        busy_until_ = captured + task_.look;
        attention_.looked(*glance, *seen, captured, busy_until_);
        if (best_seen_.empty()) best_frame_ = image.clone();
        judge_frame(*seen, image);
        for (auto& s : *seen) tell(s.read, number, captured);
    }

    Clip finish() {
        settle(Instant::max());
        out_.arrivals = static_cast<int>(standings_.size());
        for (const auto& [id, standing] : standings_) {
            const bool right = labelled_as(clip_, standing.plate);
            if (standing.granted) ++(right ? granted_right_ : out_.wrong_at_grant);
        }
        out_.granted_right = granted_right_ > 0;
        if (!standings_.empty()) {
            const Standing& first = standings_.begin()->second;
            out_.verdict_text = first.plate;
            out_.likelihood = first.likelihood;
            if (first_told_) out_.claim = first.at - *first_told_;
        }
        return std::move(out_);
    }
    [[nodiscard]] const cv::Mat& best_frame() const { return best_frame_; }
    [[nodiscard]] const std::vector<eye::Seen>& best_seen() const { return best_seen_; }

  private:
    void judge_frame(const std::vector<eye::Seen>& told, const cv::Mat& image) {
        if (told.empty()) return;
        ++out_.frames;
        const Reading first = reading_of(told.front());
        const bool right = labelled_as(clip_, first.text);
        if (right || first.whole) ++(right ? out_.frames_right : out_.frames_wrong);
        if (first.likelihood >= task_.grant) {
            ++out_.frames_at_grant;
            out_.frames_wrong_at_grant += right ? 0 : 1;
        }
        if (!best_seen_.empty() && best_seen_.front().read.likelihood >= told.front().read.likelihood) return;
        best_seen_ = told;
        best_frame_ = image.clone();
    }

    void tell(Read& read, std::uint64_t number, Instant captured) {
        read.lane = "eval";
        read.frame = number;
        read.captured = captured;
        if (!first_told_) first_told_ = captured;
        hear(identifier_.on_read(read, busy_until_), busy_until_);
    }

    /// Every deadline of the identifier up to `now`.
    void settle(Instant now) {
        constexpr int most = 100'000;  // a clip of an hour has less
        for (int i = 0; i < most; ++i) {
            const auto next = identifier_.next_deadline();
            if (!next || *next > now) return;
            hear(identifier_.tick(*next), *next);
        }
    }

    void hear(const Identified& news, Instant now) {
        for (const auto* statements : {&news.claims, &news.revisions}) {
            for (const auto& claim : *statements) standings_[claim.arrival].hear(claim, now, task_.grant);
        }
    }

    const Labelled& clip_;
    const ArrivalsTask& task_;
    eye::PlateReader& reader_;
    eye::Attention attention_;
    Identifier identifier_;
    Instant busy_until_{};
    std::map<ArrivalId, Standing> standings_;  // the first that came is the first in it
    std::optional<Instant> first_told_;
    int granted_right_ = 0;
    cv::Mat best_frame_;
    std::vector<eye::Seen> best_seen_;
    Clip out_;
};

struct Done {
    std::string problem;
    Clip clip;
    std::optional<Miss> miss;
};

/// Plays the clip; what is wrong with it, or nothing.
std::string play(const std::string& path, Playing& playing) try {
    cv::VideoCapture capture(path, cv::CAP_FFMPEG);
    if (!capture.isOpened()) return path + " is no clip that can be opened";
    const double said = capture.get(cv::CAP_PROP_FPS);
    const double fps = said >= 1 && said <= 240 ? said : usual_fps;
    cv::Mat image;
    std::uint64_t number = 0;
    for (; capture.read(image); ++number) {
        const auto admitted = camera::admit(image, {});
        if (!admitted) return path + ": " + admitted.error().message;
        playing.frame(*admitted, number + 1,
                      start + Duration(static_cast<std::int64_t>(static_cast<double>(number) * 1e9 / fps)));
    }
    return number == 0 ? path + " holds no frame that can be decoded" : std::string();
} catch (const std::exception& e) {
    return path + ": " + e.what();
}

Done one(const LabelledSet& set, const Labelled& clip, const ArrivalsTask& task, eye::PlateReader& reader, bool page) {
    Done done;
    Playing playing(clip, task, reader);
    done.problem = play(set.folder + "/" + clip.file, playing);
    if (!done.problem.empty()) return done;
    done.clip = playing.finish();
    const auto verdict = ArrivalsTally().count(clip, done.clip);
    const bool missed = verdict == Verdict::wrong || verdict == Verdict::unread || verdict == Verdict::false_plate ||
                        done.clip.wrong_at_grant > 0;
    if (!page || !missed) return done;
    Outcome outcome;
    for (const auto& seen : playing.best_seen()) outcome.readings.push_back(reading_of(seen));
    done.miss = make_miss(clip, verdict, outcome, playing.best_frame(), playing.best_seen());
    done.miss->note =
        fmt::format("claimed {} ({:.3f}); {} arrivals; of {} frames {} right, {} wrong; the surest frame:",
                    done.clip.verdict_text.empty() ? "nothing" : done.clip.verdict_text, done.clip.likelihood,
                    done.clip.arrivals, done.clip.frames, done.clip.frames_right, done.clip.frames_wrong);
    return done;
}

double milliseconds_of(Duration d) {
    return std::chrono::duration<double, std::milli>(d).count();
}

}  // namespace

Verdict ArrivalsTally::count(const Labelled& clip, const Clip& seen) {
    looks += seen.looks, frames += seen.frames, frames_right += seen.frames_right, frames_wrong += seen.frames_wrong;
    frames_at_grant += seen.frames_at_grant, frames_wrong_at_grant += seen.frames_wrong_at_grant;
    ms.insert(ms.end(), seen.ms.begin(), seen.ms.end());
    cpu_ms.insert(cpu_ms.end(), seen.cpu_ms.begin(), seen.cpu_ms.end());
    wrong_at_grant += seen.wrong_at_grant;
    if (clip.plates.empty()) {
        ++empty;
        const bool is_false = !seen.verdict_text.empty();
        false_claims += is_false ? 1 : 0;
        return is_false ? Verdict::false_plate : Verdict::quiet;
    }
    ++clips;
    further_arrivals += std::max(0, seen.arrivals - static_cast<int>(clip.plates.size()));
    granted_right += seen.granted_right ? 1 : 0;
    if (seen.verdict_text.empty()) {
        ++unread;
        return Verdict::unread;
    }
    claim_ms.push_back(milliseconds_of(seen.claim));
    const bool is_right = labelled_as(clip, seen.verdict_text);
    ++(is_right ? right : wrong);
    return is_right ? Verdict::right : Verdict::wrong;
}

Result<ArrivalsResult> evaluate_arrivals(const LabelledSet& set, const ArrivalsTask& task, bool page) {
    std::vector<eye::PlateReader> readers;
    for (int i = 0; i < std::max(1, task.threads); ++i) {
        auto reader = eye::PlateReader::load(task.reader.models, task.reader.options);
        if (!reader) return reader.error();
        readers.push_back(std::move(*reader));
    }
    const auto all = set.pictures.size();
    std::vector<Done> done(task.limit == 0 ? all : std::min(all, task.limit));
    std::atomic<std::size_t> next{0};
    {
        std::vector<std::jthread> threads;
        for (auto& reader : readers) {
            threads.emplace_back([&] {
                cv::setNumThreads(1);
                for (std::size_t i = next++; i < done.size(); i = next++) {
                    done[i] = one(set, set.pictures[i], task, reader, page);
                }
            });
        }
    }
    ArrivalsResult result;
    result.tally.grant = task.grant;
    for (std::size_t i = 0; i < done.size(); ++i) {
        if (!done[i].problem.empty()) {
            result.unreadable.push_back(done[i].problem);
            continue;
        }
        (void)result.tally.count(set.pictures[i], done[i].clip);
        if (done[i].miss) result.misses.push_back(std::move(*done[i].miss));
    }
    return result;
}

}  // namespace menshen::eval
