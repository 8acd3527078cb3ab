#include "plate-synth/plate_picture.hpp"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>

namespace menshen::synth {
namespace {

const cv::Scalar white(245, 245, 245);
const cv::Scalar black(25, 22, 22);
const cv::Scalar red(40, 30, 205);

cv::Scalar ground_of(PlateColour colour) {
    switch (colour) {
        case PlateColour::yellow:
            return {30, 185, 240};
        case PlateColour::green:
        case PlateColour::yellow_green:
            return {150, 220, 150};
        case PlateColour::white:
            return {238, 238, 238};
        case PlateColour::black:
            return {35, 32, 32};
        default:
            return {175, 70, 18};
    }
}

cv::Scalar ink_of(PlateColour colour, const std::u32string& text, std::size_t place) {
    if (colour == PlateColour::white && text.back() == U'警') return place + 1 == text.size() ? red : black;
    if (colour == PlateColour::white) return place < 2 ? red : black;  // army
    if (colour == PlateColour::blue || colour == PlateColour::black) return white;
    return black;
}

/// Left edges and widths of the characters, GA 36: millimetres from the left.
std::vector<cv::Rect2d> boxes_of(std::size_t count, double width_mm) {
    const bool eight = count == 8;
    const double gap = eight ? 9 : 12;
    const double dot_gap = eight ? 49 : 34;
    std::vector<cv::Rect2d> boxes;
    double x = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const double w = eight && i > 0 ? 43 : 45;
        boxes.emplace_back(x, 25, w, 90);
        x += w + (i == 1 ? dot_gap : gap);
    }
    const double total = boxes.back().x + boxes.back().width;
    for (cv::Rect2d& b : boxes) b.x += (width_mm - total) / 2;
    return boxes;
}

void paint_ground(cv::Mat& bgr, PlateColour colour) {
    bgr = ground_of(colour);
    if (colour != PlateColour::green && colour != PlateColour::yellow_green) return;
    const cv::Scalar top(240, 248, 240);  // new energy: from nearly white down to green
    const cv::Scalar bottom(120, 205, 85);
    for (int y = 0; y < bgr.rows; ++y) {
        const double t = static_cast<double>(y) / bgr.rows;
        bgr.row(y) = (1 - t) * top + t * bottom;
    }
    if (colour == PlateColour::yellow_green) bgr.colRange(0, bgr.cols * 110 / 480) = cv::Scalar(30, 185, 240);
}

void paint_mask(cv::Mat& bgr, const cv::Mat& mask, cv::Rect place, const cv::Scalar& ink) {
    cv::Mat roi = bgr(place);
    cv::Mat flat(place.size(), CV_8UC3, ink);
    cv::Mat alpha;
    mask.convertTo(alpha, CV_32F, 1.0 / 255);
    cv::blendLinear(flat, roi, alpha, cv::Mat(1 - alpha), roi);
}

void paint_frame(PlatePicture& plate, double scale, const cv::Scalar& ink) {
    const auto at = [scale](double x, double y) { return cv::Point(cvRound(x * scale), cvRound(y * scale)); };
    const int line = std::max(1, cvRound(2.0 * scale));
    cv::rectangle(plate.bgr, at(4, 4), at(plate.size_mm.width - 4, plate.size_mm.height - 4), ink, line, cv::LINE_AA);
    for (const double x : {0.25, 0.75})  // the four screws
        for (const double y : {12.0, plate.size_mm.height - 12})
            cv::circle(plate.bgr, at(plate.size_mm.width * x, y), cvRound(5 * scale), {150, 155, 155}, -1, cv::LINE_AA);
}

void soil(PlatePicture& plate, const PlateLook& look) {
    cv::RNG rng(look.seed * 2654435761U + 17);
    const int w = plate.bgr.cols;
    const int h = plate.bgr.rows;
    if (look.state == PlateState::covered) {  // a cloth hung over most of it
        cv::rectangle(plate.bgr, {0, 0}, {w, h * 9 / 10}, {96, 104, 112}, -1);
        for (int i = 0; i < 14; ++i) {
            const int x = rng.uniform(0, w);
            cv::line(plate.bgr, {x, 0}, {x + rng.uniform(-w / 12, w / 12), h * 9 / 10},
                     cv::Scalar::all(rng.uniform(70, 130)), w / 60, cv::LINE_AA);
        }
        return;
    }
    cv::Mat mud(h, w, CV_32F, cv::Scalar(0));
    for (int i = 0; i < 420; ++i)
        cv::ellipse(mud, {rng.uniform(0, w), rng.uniform(0, h)},
                    {rng.uniform(w / 60, w / 12), rng.uniform(h / 30, h / 5)}, rng.uniform(0, 180), 0, 360,
                    cv::Scalar(1), -1);
    cv::GaussianBlur(mud, mud, {}, w / 160.0);
    mud = mud * 0.95;
    cv::Mat brown(12, 36, CV_8UC3);
    rng.fill(brown, cv::RNG::UNIFORM, cv::Scalar(40, 55, 68), cv::Scalar(78, 98, 118));
    cv::resize(brown, brown, {w, h}, 0, 0, cv::INTER_LINEAR);
    cv::blendLinear(brown, plate.bgr, mud, cv::Mat(1 - mud), plate.bgr);
}

}  // namespace

PlateColour usual_colour(const std::u32string& text) {
    if (text.size() == 8) return PlateColour::green;
    const char32_t last = text.empty() ? U' ' : text.back();
    if (last == U'警') return PlateColour::white;
    if (last == U'学' || last == U'挂') return PlateColour::yellow;
    if (last == U'使' || last == U'领' || last == U'港' || last == U'澳') return PlateColour::black;
    return PlateColour::blue;
}

Result<PlatePicture> draw_plate(const Glyphs& glyphs, const PlateLook& look, double pixels_per_mm) {
    const std::u32string text = code_points(look.text.substr(0, 64));
    if (text.empty() || text.size() > 8 || text.find(U'\uFFFD') != std::u32string::npos)
        return {Errc::invalid, "plate: 1 to 8 characters of UTF-8 wanted, like 浙A12345"};
    PlatePicture plate;
    plate.colour = look.colour == PlateColour::unknown ? usual_colour(text) : look.colour;
    plate.size_mm = {text.size() == 8 ? 480.0 : 440.0, 140.0};
    plate.boxes_mm = boxes_of(text.size(), plate.size_mm.width);
    plate.bgr.create(cvRound(plate.size_mm.height * pixels_per_mm), cvRound(plate.size_mm.width * pixels_per_mm),
                     CV_8UC3);
    paint_ground(plate.bgr, plate.colour);
    plate.ground = plate.bgr.at<cv::Vec3b>(plate.bgr.rows / 2, plate.bgr.cols - 8);
    for (std::size_t i = 0; i < text.size(); ++i) {
        const cv::Rect2d& b = plate.boxes_mm[i];
        const cv::Rect place(cvRound(b.x * pixels_per_mm), cvRound(b.y * pixels_per_mm),
                             cvRound(b.width * pixels_per_mm), cvRound(b.height * pixels_per_mm));
        plate.inks.push_back(ink_of(plate.colour, text, i));
        paint_mask(plate.bgr, glyphs.mask(text[i], place.size()), place, plate.inks.back());
    }
    if (text.size() > 2) {
        const double x = (plate.boxes_mm[1].br().x + plate.boxes_mm[2].x) / 2;
        cv::circle(plate.bgr, {cvRound(x * pixels_per_mm), cvRound(70 * pixels_per_mm)}, cvRound(5 * pixels_per_mm),
                   plate.inks[1], -1, cv::LINE_AA);
    }
    paint_frame(plate, pixels_per_mm, plate.colour == PlateColour::white ? black : ink_of(plate.colour, text, 2));
    if (look.state != PlateState::clean) soil(plate, look);
    return plate;
}

}  // namespace menshen::synth
