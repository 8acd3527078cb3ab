#include "camera/source.hpp"

#include <opencv2/imgproc.hpp>
#include <time.h>

#include <algorithm>
#include <exception>

#include "sources.hpp"

namespace menshen::camera {

Instant boot_now() {
    timespec t{};
    ::clock_gettime(CLOCK_BOOTTIME, &t);
    return Instant(std::chrono::seconds(t.tv_sec) + std::chrono::nanoseconds(t.tv_nsec));
}

Result<cv::Mat> admit(cv::Mat image, const Options& options) {
    if (image.empty() || image.cols < 8 || image.rows < 8) return {Errc::invalid, "a frame without pixels"};
    const auto pixels = std::int64_t{image.cols} * image.rows;
    if (pixels > options.max_pixels) {
        return {Errc::invalid, "a frame of " + std::to_string(image.cols) + " x " + std::to_string(image.rows) +
                                   " pixels is refused; set the camera to 1920 x 1080"};
    }
    if (image.type() == CV_8UC1) cv::cvtColor(image, image, cv::COLOR_GRAY2BGR);
    if (image.type() != CV_8UC3) return {Errc::invalid, "a frame that is not 8-bit colour"};
    const int side = std::max(image.cols, image.rows);
    if (side <= options.max_side) return image;
    const double scale = static_cast<double>(options.max_side) / side;
    cv::Mat smaller;
    cv::resize(image, smaller, {std::max(8, cvRound(image.cols * scale)), std::max(8, cvRound(image.rows * scale))}, 0,
               0, cv::INTER_AREA);
    return smaller;
}

Result<std::unique_ptr<Source>> Source::open(const Options& options) try {
    const auto address = parse_address(options.url, options.credentials);
    if (!address) return address.error();
    if (address->kind == Kind::folder) return open_folder(*address, options);
    return open_stream(*address, options);
} catch (const std::exception& e) {
    return {Errc::io, "opening " + without_credentials(options.url) + ": " + without_credentials(e.what())};
}

}  // namespace menshen::camera
