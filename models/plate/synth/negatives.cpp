#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>

#include "plate-synth/crops.hpp"

namespace menshen::synth {
namespace {

Corners upright(const cv::Rect2f& r) {
    return {r.tl(), cv::Point2f(r.x + r.width, r.y), r.br(), cv::Point2f(r.x, r.y + r.height)};
}

/// A word, a number or nothing on a ground of any colour: shop signs, bumper texts, labels.
cv::Mat sign(Rng& rng, const Painter& painter) {
    const Palette palette = random_palette(rng, static_cast<Sort>(rng.below(sort_count)));
    cv::Mat out(56, 220, CV_8UC3);
    for (int y = 0; y < out.rows; ++y) {
        const auto t = static_cast<float>(y) / 56;
        const cv::Vec3f row = (1 - t) * palette.top + t * palette.bottom;
        out.row(y).setTo(cv::Scalar(double{row[0]}, double{row[1]}, double{row[2]}));
    }
    const cv::Mat& word = rng.pick(painter.glyphs().words());
    const int height = rng.between(14, 46),
              width = std::min(210, cvRound(height * rng.uniform(0.5, 1.3) * word.cols / word.rows));
    if (!rng.chance(0.15)) {
        cv::Mat sized;
        cv::resize(word, sized, {std::max(8, width), height}, 0, 0, cv::INTER_AREA);
        const cv::Rect place(rng.between(0, out.cols - sized.cols), rng.between(0, out.rows - height), sized.cols,
                             height);
        cv::Mat part = out(place), flat(place.size(), CV_8UC3);
        flat.setTo(cv::Scalar(double{palette.ink[0]}, double{palette.ink[1]}, double{palette.ink[2]}));
        flat.copyTo(part, sized > 110);
    }
    const cv::Mat clouds = painter.textures().clouds(rng, out.size(), rng.between(0, 2));
    cv::Mat grey;
    cv::cvtColor(clouds, grey, cv::COLOR_GRAY2BGR);
    const double share = rng.uniform(0, 0.4);
    cv::addWeighted(out, 1 - share, grey, share, 0, out);
    return out;
}

}  // namespace

Result<Negatives> Negatives::open(const std::vector<std::string>& folders) {
    Negatives out;
    for (const std::string& folder : folders) {
        auto pictures = labelled_pictures(folder);
        if (!pictures) return pictures.error();
        out.folders_.push_back(std::move(*pictures));
    }
    return out;
}

/// A whole small picture, the box of a foreign plate, or any patch of a large picture.
cv::Mat Negatives::patch(Rng& rng) {
    const Labelled& label = rng.pick(rng.pick(folders_));
    const auto& picture = cache_.get(label.file);
    if (picture.bgr.empty()) return {};
    const auto w = static_cast<float>(picture.bgr.cols), h = static_cast<float>(picture.bgr.rows);
    if (w < 260) return laid_in_row(picture.bgr, jittered(rng, upright({0, 0, w, h}), 0.08), 1);
    Corners corners;
    if (label.has_corners && rng.chance(0.45)) {
        corners = label.corners;
        for (auto& p : corners) p *= static_cast<float>(picture.scale);
        corners = jittered(rng, corners, 0.12);
    } else {
        const auto width = static_cast<float>(rng.uniform(40, w * 0.6)),
                   height = width / static_cast<float>(rng.uniform(1.8, 4.5));
        corners = upright({static_cast<float>(rng.uniform(0, double{w - width})),
                           static_cast<float>(rng.uniform(0, std::max(1.0, double{h - height}))), width, height});
    }
    return laid_in_row(picture.bgr, corners, rng.chance(0.2) ? 2 : 1);
}

void Negatives::draw(Rng& rng, const Painter& painter, CropRecord& record) {
    cv::Mat row;
    if (!folders_.empty() && rng.chance(0.75)) row = patch(rng);
    const bool drawn = row.empty();
    if (drawn) {
        cv::Mat picture = sign(rng, painter);
        const double narrower = rng.uniform(0.3, 1);
        cv::resize(picture, picture, {}, narrower, narrower, cv::INTER_AREA);
        const auto w = static_cast<float>(picture.cols), h = static_cast<float>(picture.rows);
        look_through(picture, readable_look(rng, w * 0.1F, {}), rng, painter.textures());
        row = laid_in_row(picture, jittered(rng, upright({0, 0, w, h}), 0.1), rng.chance(0.2) ? 2 : 1);
    } else if (rng.chance(0.6)) {
        Look look = readable_look(rng, 12, {});
        look_through(row, look, rng, painter.textures());
    }
    record = {};
    record.kind = CropKind::none;
    record.source = drawn ? CropSource::drawn : CropSource::negative;
    record.symbol.fill(no_symbol);
    record.centre.fill(no_symbol);
    put_image(record, row);
}

}  // namespace menshen::synth
