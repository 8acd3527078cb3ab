#include "eye/pictures.hpp"

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>

#include "values/plate_size.hpp"

namespace menshen::eye {
namespace {

cv::Point2f centre_of(const Read& read) {
    cv::Point2f sum(0, 0);
    for (const auto& p : read.corners) sum += cv::Point2f(p.x, p.y);
    return sum / 4;
}

}  // namespace

std::vector<std::uint8_t> jpeg_of(const cv::Mat& image, int max_width, int quality) {
    if (image.empty()) return {};
    cv::Mat scaled = image;
    if (image.cols > max_width) {
        const double scale = static_cast<double>(max_width) / image.cols;
        cv::resize(image, scaled, {max_width, std::max(1, cvRound(image.rows * scale))}, 0, 0, cv::INTER_AREA);
    }
    std::vector<std::uint8_t> bytes;
    cv::imencode(".jpg", scaled, bytes, {cv::IMWRITE_JPEG_QUALITY, quality});
    return bytes;
}

Pictures::Track& Pictures::track_of(const Read& read) {
    std::erase_if(tracks_, [&](const Track& t) { return read.captured - t.seen > forgotten; });
    const auto centre = centre_of(read);
    const float w = plate_width(read);
    Track* nearest = nullptr;
    for (auto& track : tracks_) {
        const float distance = static_cast<float>(cv::norm(track.centre - centre));
        const bool nearer = nearest == nullptr || distance < static_cast<float>(cv::norm(nearest->centre - centre));
        if (distance < 1.5F * std::max(track.width, w) && nearer) nearest = &track;
    }
    if (nearest == nullptr) {
        if (tracks_.size() >= most_tracks) tracks_.erase(tracks_.begin());
        nearest = &tracks_.emplace_back();
    }
    nearest->centre = centre;
    nearest->width = w;
    nearest->seen = read.captured;
    return *nearest;
}

bool Pictures::wanted(Read& read) {
    Track& track = track_of(read);
    const double worth =
        (0.1 + double{read.likelihood}) * std::sqrt(double{plate_width(read)}) * (0.2 + double{read.sharpness});
    const bool first = track.id.empty();
    const bool take = first || (worth > better * track.worth && read.captured - track.sent >= between);
    if (take) {
        track.worth = worth;
        track.sent = read.captured;
        track.id = prefix_ + std::to_string(++count_);
    }
    read.picture = track.id;
    return take;
}

}  // namespace menshen::eye
