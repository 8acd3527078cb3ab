#include "eye/reader.hpp"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>
#include <exception>

#include "eye/appearance.hpp"

namespace menshen::eye {
namespace {

const cv::Size crop_size{384, 96};  // what is straightened: twice the recogniser's input, so that nothing is lost

/// A line of text that may be a plate: lies, is neither a word nor a banner.
bool plate_like(const Detection& detection, float min_width) {
    const float w = width(detection.corners), h = height(detection.corners);
    if (h < 6 || w < min_width) return false;
    const float aspect = w / h;
    const cv::Point2f along = detection.corners[1] - detection.corners[0];
    return aspect > 1.5F && aspect < 8 && std::abs(along.y) < 1.2F * std::abs(along.x);
}

/// How sure a text is: its share among the plates that the columns may spell, lessened where they hardly spell a plate
/// at all.
float honest(const Spelled& spelled) {
    if (spelled.plates.empty()) return 0;
    return static_cast<float>(spelled.plates.front().likelihood * std::sqrt(spelled.grammar));
}

void fill(Read& read, const Spelled& spelled, const std::string& raw) {
    read.likelihood = honest(spelled);
    read.text = spelled.plates.empty() ? normalise_plate_text(raw) : spelled.plates.front().plate;
    read.characters = spelled.characters;
    const float share = spelled.plates.empty() ? 0 : static_cast<float>(std::sqrt(spelled.grammar));
    for (auto& character : read.characters) {
        for (auto& alternative : character.alternatives) alternative.likelihood *= share;
    }
    if (read.text.size() > 40) read.text.resize(40);
}

std::array<Point, 4> points(const Quad& quad) {
    std::array<Point, 4> out;
    for (std::size_t i = 0; i < 4; ++i) out[i] = {quad[i].x, quad[i].y};
    return out;
}

}  // namespace

Result<PlateReader> PlateReader::load(const std::string& folder, ReaderOptions options) {
    auto detector = Detector::load(folder);
    if (!detector) return detector.error();
    auto recogniser = Recogniser::load(folder);
    if (!recogniser) return recogniser.error();
    return PlateReader(std::move(*detector), std::move(*recogniser), options);
}

void PlateReader::attempt(const cv::Mat& frame, const Quad& quad, Seen& best, double& merit) {
    const cv::Mat crop = straightened(frame, quad, crop_size);
    const auto ground = ground_of(crop);
    const bool special = ground.colour != PlateColour::blue && ground.colour != PlateColour::yellow;
    const auto spelled = spell(recogniser_.alphabet(), recogniser_.columns(crop), special);
    const double worth = double{honest(spelled)};
    if (worth <= merit && !best.crop.empty()) return;
    merit = worth;
    best.crop = crop;
    best.raw_text = recogniser_.raw_text();
    best.read.corners = points(quad);
    best.read.colour = ground.colour;
    best.read.colour_likelihood = ground.likelihood;
    fill(best.read, spelled, best.raw_text);
}

Seen PlateReader::recognise(const cv::Mat& frame, const Detection& detection) {
    Seen best;
    double merit = 0;
    attempt(frame, detection.corners, best, merit);
    best.read.detection = detection.score;
    best.read.sharpness = sharpness_of(best.crop);
    best.read.frame_width = frame.cols;
    best.read.frame_height = frame.rows;
    return best;
}

Result<std::vector<Seen>> PlateReader::read(const cv::Mat& frame, const Region& region) {
    return read_window(frame, region, bounds(region, frame.size()));
}

Result<std::vector<Seen>> PlateReader::read_window(const cv::Mat& frame, const Region& region, cv::Rect window) try {
    auto detections = detector_.find(frame, window, options_.budget);
    std::erase_if(detections, [&](const Detection& d) {
        return !plate_like(d, options_.min_width) || !inside(region, frame.size(), centre(d.corners));
    });
    if (detections.size() > options_.max_plates) detections.resize(options_.max_plates);
    std::vector<Seen> seen;
    for (const auto& detection : detections) seen.push_back(recognise(frame, detection));
    std::stable_sort(seen.begin(), seen.end(),
                     [](const Seen& a, const Seen& b) { return a.read.likelihood > b.read.likelihood; });
    return seen;
} catch (const std::exception& e) {
    return {Errc::internal, std::string("reading a frame: ") + e.what()};
}

Result<Seen> PlateReader::read_crop(const cv::Mat& crop) try {
    const auto w = static_cast<float>(crop.cols), h = static_cast<float>(crop.rows);
    return recognise(crop, {{cv::Point2f(0, 0), cv::Point2f(w, 0), cv::Point2f(w, h), cv::Point2f(0, h)}, 1});
} catch (const std::exception& e) {
    return {Errc::internal, std::string("reading a crop: ") + e.what()};
}

}  // namespace menshen::eye
