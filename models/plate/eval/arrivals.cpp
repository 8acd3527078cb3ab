#include "arrivals.hpp"

#include <fmt/core.h>
#include <opencv2/core/utility.hpp>
#include <opencv2/videoio.hpp>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <optional>
#include <thread>

#include "camera/source.hpp"
#include "eye/attention.hpp"
#include "eye/worth.hpp"
#include "hearing.hpp"
#include "stopwatch.hpp"

namespace menshen::eval {
namespace {

constexpr Instant start{seconds(1000)};  // of every clip: any moment will do
constexpr double usual_fps = 15;         // of a clip that does not say

/// The eye on one clip, in the clip's own time.
class Watching {
  public:
    Watching(const ArrivalsTask& task, eye::PlateReader& reader)
        : task_(task), reader_(reader), attention_({}, task.max_fps) {}

    void frame(const cv::Mat& image, std::uint64_t number, Instant captured) {
        if (captured < busy_until_) return;  // the eye still looks at an older frame
        const auto glance = attention_.next(image, captured, captured);
        if (!glance) return;
        const Stopwatch watch;
        auto seen = glance->whole ? reader_.read(image, {}) : reader_.read_window(image, {}, glance->window);
        if (!seen) seen = std::vector<eye::Seen>{};
        ms.push_back(watch.ms());
        cpu_ms.push_back(watch.cpu_ms());
        std::erase_if(*seen, [](const eye::Seen& s) { return !eye::worth_telling(s); });
        busy_until_ = captured + task_.look;
        attention_.looked(*glance, *seen, captured, busy_until_);
        keep_best(*seen, image);
        Look look{number, captured, busy_until_, {}};
        for (const auto& s : *seen) look.reads.push_back(s.read);
        looks.push_back(std::move(look));
    }

    std::vector<Look> looks;
    std::vector<double> ms, cpu_ms;  // of each look
    cv::Mat best_frame;              // that which held the surest plate
    std::vector<eye::Seen> best_seen;

  private:
    void keep_best(const std::vector<eye::Seen>& told, const cv::Mat& image) {
        const bool better =
            !told.empty() && (best_seen.empty() || best_seen.front().read.likelihood < told.front().read.likelihood);
        if (better) best_seen = told;
        if (better || best_frame.empty()) best_frame = image.clone();
    }

    const ArrivalsTask& task_;
    eye::PlateReader& reader_;
    eye::Attention attention_;
    Instant busy_until_{};
};

struct Done {
    std::string problem;
    Clip clip;
    std::optional<Miss> miss;
    std::string kept;  // the looks, as a line of a file
};

/// Plays the clip; what is wrong with it, or nothing.
std::string play(const std::string& path, Watching& watching) try {
    cv::VideoCapture capture(path, cv::CAP_FFMPEG);
    if (!capture.isOpened()) return path + " is no clip that can be opened";
    const double said = capture.get(cv::CAP_PROP_FPS);
    const double fps = said >= 1 && said <= 240 ? said : usual_fps;
    cv::Mat image;
    std::uint64_t number = 0;
    for (; capture.read(image); ++number) {
        const auto admitted = camera::admit(image, {});
        if (!admitted) return path + ": " + admitted.error().message;
        watching.frame(*admitted, number + 1,
                       start + Duration(static_cast<std::int64_t>(static_cast<double>(number) * 1e9 / fps)));
    }
    return number == 0 ? path + " holds no frame that can be decoded" : std::string();
} catch (const std::exception& e) {
    return path + ": " + e.what();
}

bool missed(const Labelled& clip, const Clip& seen, Verdict& verdict) {
    verdict = ArrivalsTally().count(clip, seen);
    return verdict == Verdict::wrong || verdict == Verdict::unread || verdict == Verdict::false_plate ||
           seen.wrong_at_grant > 0;
}

Clip heard(const Labelled& clip, const std::vector<Look>& looks, double grant) {
    Hearing hearing(clip, grant);
    for (const Look& look : looks) hearing.hear(look);
    return hearing.finish();
}

Miss miss_of(const Labelled& clip, const Clip& seen, Verdict verdict, const Watching& watching) {
    Outcome outcome;
    for (const auto& each : watching.best_seen) outcome.readings.push_back(reading_of(each));
    Miss miss = make_miss(clip, verdict, outcome, watching.best_frame, watching.best_seen);
    const Answers& frames = seen.frames.all;
    miss.note = fmt::format("claimed {} ({:.3f}); {} arrivals; of {} frames {} right, {} wrong; the surest frame:",
                            seen.verdict_text.empty() ? "nothing" : seen.verdict_text, seen.likelihood, seen.arrivals,
                            frames.of, frames.right, frames.wrong);
    return miss;
}

Done one(const LabelledSet& set, const Labelled& clip, const ArrivalsTask& task, eye::PlateReader& reader, bool page) {
    Done done;
    Watching watching(task, reader);
    done.problem = play(set.folder + "/" + clip.file, watching);
    if (!done.problem.empty()) return done;
    done.clip = heard(clip, watching.looks, task.grant);
    done.clip.ms = std::move(watching.ms);
    done.clip.cpu_ms = std::move(watching.cpu_ms);
    if (!task.keep_looks.empty()) done.kept = to_line(clip.file, watching.looks);
    if (Verdict verdict{}; page && missed(clip, done.clip, verdict)) {
        done.miss = miss_of(clip, done.clip, verdict, watching);
    }
    return done;
}

/// Looks that were kept, voted on again.
Result<std::vector<Done>> again(const LabelledSet& set, const ArrivalsTask& task, std::size_t count) {
    const auto kept = load_looks(task.looks);
    if (!kept) return kept.error();
    std::vector<Done> done(count);
    for (std::size_t i = 0; i < count; ++i) {
        const auto found = kept->find(set.pictures[i].file);
        if (found == kept->end()) {
            done[i].problem = task.looks + " does not know " + set.pictures[i].file;
        } else {
            done[i].clip = heard(set.pictures[i], found->second, task.grant);
        }
    }
    return done;
}

Result<std::vector<Done>> watched(const LabelledSet& set, const ArrivalsTask& task, std::size_t count, bool page) {
    std::vector<eye::PlateReader> readers;
    for (int i = 0; i < std::max(1, task.threads); ++i) {
        auto reader = eye::PlateReader::load(task.reader.models, task.reader.options);
        if (!reader) return reader.error();
        readers.push_back(std::move(*reader));
    }
    std::vector<Done> done(count);
    std::atomic<std::size_t> next{0};
    std::vector<std::jthread> threads;
    for (auto& reader : readers) {
        threads.emplace_back([&] {
            cv::setNumThreads(1);
            for (std::size_t i = next++; i < done.size(); i = next++) {
                done[i] = one(set, set.pictures[i], task, reader, page);
            }
        });
    }
    threads.clear();  // joins them
    return done;
}

Status keep(const std::vector<Done>& done, const std::string& path) {
    std::ofstream out(path, std::ios::binary);
    for (const Done& each : done) out << each.kept;
    out.close();
    if (!out) return {Errc::io, path + " cannot be written"};
    return {};
}

}  // namespace

Result<ArrivalsResult> evaluate_arrivals(const LabelledSet& set, const ArrivalsTask& task, bool page) {
    const auto all = set.pictures.size();
    const auto count = task.limit == 0 ? all : std::min(all, task.limit);
    auto done = task.looks.empty() ? watched(set, task, count, page) : again(set, task, count);
    if (!done) return done.error();
    if (!task.keep_looks.empty()) {
        if (const auto kept = keep(*done, task.keep_looks); !kept) return kept.error();
    }
    ArrivalsResult result;
    result.tally.grant = task.grant;
    for (std::size_t i = 0; i < count; ++i) {
        Done& one_clip = (*done)[i];
        if (!one_clip.problem.empty()) {
            result.unreadable.push_back(one_clip.problem);
            continue;
        }
        (void)result.tally.count(set.pictures[i], one_clip.clip);
        if (one_clip.miss) result.misses.push_back(std::move(*one_clip.miss));
    }
    return result;
}

}  // namespace menshen::eval
