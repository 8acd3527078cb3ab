#include "pictures.hpp"

#include <opencv2/core/utility.hpp>

#include <algorithm>
#include <atomic>
#include <optional>
#include <thread>

#include "camera/source.hpp"
#include "eye/worth.hpp"
#include "stopwatch.hpp"

namespace menshen::eval {
namespace {

constexpr std::size_t most_misses = 400;  // on a page: it stays a few ten megabytes

struct Sighting {
    Outcome outcome;
    std::vector<eye::Seen> seen;
};

/// The same call that the eye makes, with the clock around it.
Sighting look(eye::PlateReader& reader, const cv::Mat& image, bool crops) {
    Sighting result;
    const Stopwatch watch;
    if (crops) {
        if (auto seen = reader.read_crop(image)) result.seen.push_back(std::move(*seen));
    } else if (auto seen = reader.read(image, {})) {
        result.seen = std::move(*seen);
    }
    result.outcome.cpu_ms = watch.cpu_ms();
    result.outcome.ms = watch.ms();
    for (const auto& seen : result.seen) result.outcome.readings.push_back(reading_of(seen));
    return result;
}

/// One thread's networks.
struct Readers {
    eye::PlateReader ours;
    std::optional<eye::PlateReader> peer;
};

Result<Readers> load(const PicturesTask& task) {
    auto ours = eye::PlateReader::load(task.ours.models, task.ours.options);
    if (!ours) return ours.error();
    Readers readers{std::move(*ours), std::nullopt};
    if (!task.peer) return readers;
    auto peer = eye::PlateReader::load(task.peer->models, task.peer->options);
    if (!peer) return peer.error().in("the baseline");
    readers.peer = std::move(*peer);
    return readers;
}

struct Looked {
    bool finished = false;
    std::string problem;  // not empty: the picture could not be read
    Outcome ours, peer;
    std::optional<Miss> miss;
};

class Run {
  public:
    Run(const LabelledSet& set, const PicturesTask& task, bool page) : set_(set), task_(task), page_(page) {
        const auto all = set.pictures.size();
        done_.resize(task.limit == 0 ? all : std::min(all, task.limit));
    }

    Result<PicturesResult> all() {
        std::vector<Readers> readers;
        for (int i = 0; i < std::max(1, task_.threads); ++i) {
            auto loaded = load(task_);
            if (!loaded) return loaded.error();
            readers.push_back(std::move(*loaded));
        }
        {
            std::vector<std::jthread> threads;
            for (auto& mine : readers) threads.emplace_back([this, &mine] { work(mine); });
        }
        return collected();
    }

  private:
    void work(Readers& readers) {
        cv::setNumThreads(1);
        for (std::size_t i = next_++; i < done_.size(); i = next_++) one(readers, i);
    }

    [[nodiscard]] Labelled labelled(std::size_t i) const {
        Labelled picture = set_.pictures[i];
        if (task_.nothing) picture.plates.clear();
        if (task_.crops) {
            for (auto& plate : picture.plates) plate.corners.reset();
        }
        return picture;
    }

    void one(Readers& readers, std::size_t i) {
        Looked& done = done_[i];
        done.finished = true;
        const auto image = camera::load_picture(set_.folder + "/" + set_.pictures[i].file);
        if (!image) {
            done.problem = image.error().message;
            return;
        }
        auto mine = look(readers.ours, *image, task_.crops);
        done.ours = std::move(mine.outcome);
        if (readers.peer) done.peer = look(*readers.peer, *image, task_.crops).outcome;
        if (!page_) return;
        const Labelled picture = labelled(i);
        const auto verdict = Tally(task_.grant).count(picture, done.ours);
        const bool missed = verdict == Verdict::wrong || verdict == Verdict::unread || verdict == Verdict::false_plate;
        if (!missed || misses_++ >= most_misses) return;
        done.miss = make_miss(picture, verdict, done.ours, *image, mine.seen);
    }

    [[nodiscard]] PicturesResult collected() {
        PicturesResult result{Tally(task_.grant), Tally(task_.grant), task_.peer.has_value(), {}, {}, 0};
        for (std::size_t i = 0; i < done_.size(); ++i) {
            Looked& done = done_[i];
            if (!done.problem.empty()) {
                result.unreadable.push_back(done.problem);
                continue;
            }
            const Labelled picture = labelled(i);
            (void)result.ours.count(picture, done.ours);
            if (result.with_peer) (void)result.peer.count(picture, done.peer);
            if (done.miss) result.misses.push_back(std::move(*done.miss));
        }
        result.misses_left_out = static_cast<int>(misses_ > most_misses ? misses_ - most_misses : 0);
        return result;
    }

    const LabelledSet& set_;
    const PicturesTask& task_;
    bool page_;
    std::vector<Looked> done_;  // each thread writes the elements that it took
    std::atomic<std::size_t> next_{0};
    std::atomic<std::size_t> misses_{0};
};

}  // namespace

Reading reading_of(const eye::Seen& seen) {
    Reading reading;
    reading.text = seen.read.text;
    reading.likelihood = seen.read.likelihood;
    reading.whole = Plate::parse(seen.read.text).ok();
    reading.told = eye::worth_telling(seen);
    reading.corners = seen.read.corners;
    return reading;
}

Result<PicturesResult> evaluate(const LabelledSet& set, const PicturesTask& task, bool page) {
    return Run(set, task, page).all();
}

}  // namespace menshen::eval
