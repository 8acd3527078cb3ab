#include "eye/reader.hpp"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>
#include <exception>

#include "eye/appearance.hpp"
#include "values/plate_size.hpp"

namespace menshen::eye {
namespace {

// What is straightened and shown: about twice the recogniser's input, so that nothing is lost.
const cv::Size crop_size{384, 96}, two_row_size{384, 192};
constexpr std::size_t most_judged = 12;  // finds that are looked at closer, at about 0.6 ms each
constexpr float least_judged = 0.3F;     // of the detector's and the closer look's certainty together
constexpr float surely = 0.75F;          // probability from which a plate is read as of one or of two rows alone
constexpr float sure = 0.9F;             // readings that are likelier are alike in that
// Width by height from which an edge-to-edge picture has one row for certain. Plates of one row have 3.1 and more, of
// two rows 1.6 (motorcycles) to 2; what lies between was cut loosely, or is a plate of one row seen from the side.
constexpr float flat = 2.6F;

/// May be a plate: lies, is neither a word nor a banner. A plate of two rows seen from the side is hardly wider than
/// high; the baseline takes much else for text, and of those none so narrow.
bool plate_like(const Detection& detection, const ReaderOptions& options) {
    const float w = width(detection.corners), h = height(detection.corners);
    if (h < 6 || w < options.min_width) return false;
    const float aspect = w / h;
    const cv::Point2f along = detection.corners[1] - detection.corners[0];
    const float narrowest = options.detector == Networks::ours ? 0.8F : 1.5F;
    return aspect > narrowest && aspect < 8 && std::abs(along.y) < 1.2F * std::abs(along.x);
}

void fill(Read& read, const Answer& answer, const std::string& raw) {
    const auto& spelled = answer.spelled;
    read.likelihood = answer.likelihood;
    const bool spells = !spelled.plates.empty();
    if (answer.likelihood >= least_likelihood && spells) read.text = spelled.plates.front().plate;
    if (!spells) read.text = normalise_plate_text(raw);
    if (read.text.size() > 40) read.text.resize(40);
    read.characters = spelled.characters;
    if (!spells) return;
    // What is doubted of the whole text is doubted of all characters together: their product says what the text says.
    const auto share = static_cast<float>(std::pow(spelled.grammar, 0.5 / static_cast<double>(read.characters.size())));
    for (auto& character : read.characters) {
        for (auto& alternative : character.alternatives) alternative.likelihood *= share;
    }
}

void complete(const cv::Mat& frame, float score, Seen& seen) {
    seen.read.detection = score;
    seen.read.sharpness = sharpness_of(seen.crop);
    seen.read.frame_width = frame.cols;
    seen.read.frame_height = frame.rows;
}

/// The surer one, and of those that are sure the larger: that is the car at the gate.
bool goes_before(const Seen& a, const Seen& b) {
    const float one = std::min(a.read.likelihood, sure), other = std::min(b.read.likelihood, sure);
    return one != other ? one > other : one == sure && plate_width(a.read) > plate_width(b.read);
}

std::array<Point, 4> points(const Quad& quad) {
    std::array<Point, 4> out;
    for (std::size_t i = 0; i < 4; ++i) out[i] = {quad[i].x, quad[i].y};
    return out;
}

}  // namespace

Result<PlateReader> PlateReader::load(const std::string& folder, ReaderOptions options) {
    auto detector = Detector::load(folder, options.detector);
    if (!detector) return detector.error();
    std::optional<Corners> corners;
    if (options.detector == Networks::ours) {
        auto loaded = Corners::load(folder);
        if (!loaded) return loaded.error();
        corners = std::move(*loaded);
    }
    auto recogniser = Recogniser::load(folder, options.recogniser);
    if (!recogniser) return recogniser.error();
    return PlateReader(std::move(*detector), std::move(corners), std::move(*recogniser), options);
}

void PlateReader::attempt(const cv::Mat& frame, const Quad& quad, bool two_rows, Seen& best, double& merit) {
    const cv::Mat shown = straightened(frame, quad, two_rows ? two_row_size : crop_size);
    if (options_.recogniser == Networks::ours) {
        consider(one_row(frame, quad, two_rows), shown, quad, best, merit);
    } else {
        consider(two_rows ? one_row(frame, quad, true, 2) : shown, shown, quad, best, merit);
    }
}

void PlateReader::consider(const cv::Mat& row, const cv::Mat& shown, const Quad& quad, Seen& best, double& merit) {
    const auto recognised = recogniser_->recognise(row);
    const auto answer = answer_of(recogniser_->alphabet(), recognised);
    const double worth = double{answer.likelihood};
    if (worth <= merit && !best.crop.empty()) return;
    merit = worth;
    best.crop = shown;
    best.raw_text = recognised.raw_text;
    best.kind = recognised.kind();
    best.read.corners = points(quad);
    best.read.colour = recognised.ground.colour;
    best.read.colour_likelihood = recognised.ground.likelihood;
    fill(best.read, answer, best.raw_text);
}

Seen PlateReader::recognise(const cv::Mat& frame, const Detection& detection) {
    Seen best;
    double merit = 0;
    if (detection.two_rows < surely) attempt(frame, detection.corners, false, best, merit);
    if (detection.two_rows > 1 - surely) attempt(frame, detection.corners, true, best, merit);
    complete(frame, detection.score, best);
    return best;
}

Result<std::vector<Seen>> PlateReader::read(const cv::Mat& frame, const Region& region) {
    const auto found = find(frame, region);
    return found ? read_found(frame, *found) : found.error();
}

Result<std::vector<Seen>> PlateReader::read_window(const cv::Mat& frame, const Region& region, cv::Rect window) {
    const auto found = find_window(frame, region, window);
    return found ? read_found(frame, *found) : found.error();
}

Result<std::vector<Detection>> PlateReader::find(const cv::Mat& frame, const Region& region) {
    return find_in(frame, region, bounds(region, frame.size()), options_.budget);
}

Result<std::vector<Detection>> PlateReader::find_window(const cv::Mat& frame, const Region& region, cv::Rect window) {
    const bool little = options_.detector == Networks::ours;
    return find_in(frame, region, window, little ? options_.window_budget : options_.budget);
}

Result<std::vector<Detection>> PlateReader::find_in(const cv::Mat& frame, const Region& region, cv::Rect window,
                                                    int budget) try {
    auto detections = detector_->find(frame, window, budget);
    std::erase_if(detections, [&](const Detection& d) {
        return !plate_like(d, options_) || !inside(region, frame.size(), centre(d.corners));
    });
    if (corners_) judge(frame, detections);
    if (detections.size() > options_.max_plates) detections.resize(options_.max_plates);
    return detections;
} catch (const std::exception& e) {
    return {Errc::internal, std::string("looking at a frame: ") + e.what()};
}

/// The network of the corners looks closer, and says once more how sure it is that there is a plate.
void PlateReader::judge(const cv::Mat& frame, std::vector<Detection>& detections) {
    if (detections.size() > most_judged) detections.resize(most_judged);
    for (auto& detection : detections) detection = corners_->put_right(frame, detection);
    std::erase_if(detections, [](const Detection& d) { return d.score < least_judged; });
    std::stable_sort(detections.begin(), detections.end(),
                     [](const Detection& a, const Detection& b) { return a.score > b.score; });
}

Result<std::vector<Seen>> PlateReader::read_found(const cv::Mat& frame, const std::vector<Detection>& found) try {
    std::vector<Seen> seen;
    seen.reserve(found.size());
    for (const auto& detection : found) seen.push_back(recognise(frame, detection));
    std::stable_sort(seen.begin(), seen.end(), goes_before);
    return seen;
} catch (const std::exception& e) {
    return {Errc::internal, std::string("reading a frame: ") + e.what()};
}

Result<Seen> PlateReader::read_crop(const cv::Mat& crop) try {
    const auto w = static_cast<float>(crop.cols), h = static_cast<float>(crop.rows);
    const Quad edges{cv::Point2f(0, 0), cv::Point2f(w, 0), cv::Point2f(w, h), cv::Point2f(0, h)};
    Seen best;
    double merit = 0;
    // Where the shape leaves it open, both are read and the likelier stays; two rows first: if nothing is spelled
    // either way, the shape has the last word.
    if (w < flat * h) attempt(crop, edges, true, best, merit);
    consider(crop, crop, edges, best, merit);
    complete(crop, 1, best);
    return best;
} catch (const std::exception& e) {
    return {Errc::internal, std::string("reading a crop: ") + e.what()};
}

}  // namespace menshen::eye
