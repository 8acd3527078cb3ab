#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>
#include <map>

#include "plate-synth/crops.hpp"

namespace menshen::synth {
namespace {

/// Blue or yellow, which a text of seven does not tell.
PlateColour colour_seen(const cv::Mat& plate) {
    const cv::Scalar mean = cv::mean(plate);
    return mean[2] > mean[0] * 1.12 ? PlateColour::yellow : PlateColour::blue;
}

/// A real picture has its own blur and noise: half of what a drawn one is given.
Look lesser_look(Rng& rng, double character) {
    Look look = readable_look(rng, character, {50, 160});
    const double part = rng.uniform(0, 0.7);
    look.blur *= part;
    look.motion *= part;
    look.noise *= part;
    look.colour_noise *= part;
    look.sharpen *= 0.5;
    return look;
}

/// The surroundings of a plate, in a size at which a camera may have it.
cv::Mat around(Rng& rng, const cv::Mat& picture, Corners& corners) {
    const float margin = static_cast<float>(0.35 * height_of(corners));
    const cv::Rect box = cv::boundingRect(std::vector<cv::Point2f>(corners.begin(), corners.end())) + cv::Size(2, 2);
    const cv::Rect wide(box.x - static_cast<int>(margin), box.y - static_cast<int>(margin),
                        box.width + static_cast<int>(2 * margin), box.height + static_cast<int>(2 * margin));
    const cv::Rect place = wide & cv::Rect(0, 0, picture.cols, picture.rows);
    if (place.area() < 100) return {};
    const double width = width_of(corners);
    const double to = std::min(width * 1.1, std::clamp(std::exp(rng.normal(std::log(140), 0.4)), 60.0, 330.0));
    const double scale = to / width;
    cv::Mat out;
    cv::resize(picture(place), out, {}, scale, scale, scale < 1 ? cv::INTER_AREA : cv::INTER_LINEAR);
    corners = moved(corners, -cv::Point2f(static_cast<float>(place.x), static_cast<float>(place.y)));
    for (auto& p : corners) p *= static_cast<float>(scale);
    return out;
}

/// Whether the characters of this layout stay in the picture; fills their middles.
bool centre(CropRecord& record, const Layout& layout, const Corners& true_corners, const Corners& found) {
    const auto w = static_cast<float>(layout.width), h = static_cast<float>(layout.height);
    const auto from_mm = homography({cv::Point2f(0, 0), {w, 0}, {w, h}, {0, h}}, true_corners);
    const RowMap map(found, 1);
    for (std::size_t i = 0; i < layout.count; ++i) {
        const double x = map.at(true, mapped(from_mm, {layout.boxes[i].middle(), layout.height / 2})).x;
        if (x < 4 || x > row_width - 4) return false;
        record.centre[i] = static_cast<std::uint8_t>(std::lround(x));
    }
    return true;
}

}  // namespace

Result<RealCrops> RealCrops::open(const std::vector<std::string>& folders) {
    RealCrops out;
    std::map<std::string, std::vector<Labelled>> by_first;
    for (const std::string& folder : folders) {
        auto pictures = labelled_pictures(folder);
        if (!pictures) return pictures.error();
        for (Labelled& p : *pictures) {
            const auto plate = Plate::parse(p.plate);
            if (plate) by_first[std::string(characters(plate->text()).front())].push_back(std::move(p));
        }
    }
    for (auto& [first, pictures] : by_first) {
        const double weight = std::sqrt(static_cast<double>(pictures.size()));
        out.weights_ += weight;
        out.provinces_.push_back({std::move(pictures), weight});
    }
    return out;
}

const Labelled& RealCrops::pick(Rng& rng) const {
    double at = rng.uniform(0, weights_);
    for (const Province& province : provinces_) {
        at -= province.weight;
        if (at < 0) return rng.pick(province.pictures);
    }
    return rng.pick(provinces_.back().pictures);
}

bool RealCrops::draw(Rng& rng, const Textures& textures, CropRecord& record) {
    const Labelled& label = pick(rng);
    const auto& picture = cache_.get(label.file);
    const auto plate = Plate::parse(label.plate);
    if (picture.bgr.empty() || !plate) return false;
    const auto w = static_cast<float>(picture.bgr.cols), h = static_cast<float>(picture.bgr.rows);
    Corners corners{cv::Point2f(0, 0), {w, 0}, {w, h}, {0, h}};
    if (label.has_corners) {
        corners = label.corners;
        for (auto& p : corners) p *= static_cast<float>(picture.scale);
    }
    const PlateText text =
        plate_text(plate->text(), sort_of(*plate, colour_seen(laid_in_row(picture.bgr, corners, 1))));
    if (text.length == 0 || layout_of(form_of(text.sort)).rows != 1) return false;
    cv::Mat patch = around(rng, picture.bgr, corners);
    if (patch.empty()) return false;
    const double character = width_of(corners) * 0.12;
    if (rng.chance(0.85)) look_through(patch, lesser_look(rng, character), rng, textures);
    record.centre.fill(no_symbol);
    put_text(record, text);
    // a crop has been cut before: its corners are a little off already
    double share = label.has_corners ? rng.uniform(0.01, 0.09) : rng.uniform(0, 0.05);
    Corners found = corners;
    for (int tries = 0; tries < 4; ++tries, share *= 0.5) {
        found = tries < 3 ? jittered(rng, corners, share) : corners;
        if (centre(record, layout_of(form_of(text.sort)), corners, found)) break;
    }
    record.source = label.has_corners ? CropSource::real_scene : CropSource::real_crop;
    put_image(record, laid_in_row(patch, found, 1));
    return true;
}

}  // namespace menshen::synth
