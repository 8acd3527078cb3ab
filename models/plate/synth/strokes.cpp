// Letters and digits of a plate as strokes: centre lines in a box of 45 x 90 mm. Lines that leave the box are cut flat
// by its edge, as the stamped characters are.
#include <opencv2/imgproc.hpp>

#include <array>
#include <sstream>
#include <vector>

#include "plate-synth/glyph.hpp"

namespace menshen::synth {
namespace {

constexpr double box_width = 45;
constexpr double box_height = 90;
constexpr double stroke = 10.5;

struct Strokes {
    char character;
    const char* path;  // M x y, L x y, Q control end: millimetres
};

constexpr std::array<Strokes, 36> table{{
    {'0',
     "M 22.5 5.5 Q 39.5 5.5 39.5 24 L 39.5 66 Q 39.5 84.5 22.5 84.5 Q 5.5 84.5 5.5 66 L 5.5 24 Q 5.5 5.5 22.5 5.5"},
    {'1', "M 10 24 L 25 3 L 25 95"},
    {'2', "M 5.5 27 Q 5.5 5.5 22.5 5.5 Q 39.5 5.5 39.5 25 Q 39.5 36 31 48 L 6.5 84.5 L 50 84.5"},
    {'3',
     "M 5.5 24 Q 6 5.5 22.5 5.5 Q 38.5 5.5 38.5 24 Q 38.5 41 20 42 Q 39.5 43 39.5 63 Q 39.5 84.5 22.5 84.5 Q 5.5 84.5 "
     "5.5 65"},
    {'4', "M 25 -3 L 5.5 64 L 50 64 M 31 36 L 31 95"},
    {'5', "M 39 5.5 L 9 5.5 L 7 42 Q 13 34 23 34 Q 39.5 34 39.5 59 Q 39.5 84.5 22 84.5 Q 6 84.5 5.5 66"},
    {'6', "M 29 -3 L 9 46 Q 5.5 54 5.5 61 Q 5.5 84.5 22.5 84.5 Q 39.5 84.5 39.5 61 Q 39.5 38 22.5 38 Q 13 38 8 50"},
    {'7', "M -5 5.5 L 38.5 5.5 L 18 95"},
    {'8',
     "M 22.5 5.5 Q 37.5 5.5 37.5 23 Q 37.5 41 22.5 41 Q 7.5 41 7.5 23 Q 7.5 5.5 22.5 5.5 M 22.5 41 Q 39.5 41 39.5 62 Q "
     "39.5 84.5 22.5 84.5 Q 5.5 84.5 5.5 62 Q 5.5 41 22.5 41"},
    {'9', "M 16 93 L 36 44 Q 39.5 36 39.5 29 Q 39.5 5.5 22.5 5.5 Q 5.5 5.5 5.5 29 Q 5.5 52 22.5 52 Q 32 52 37 40"},
    {'A', "M 3 95 L 22.5 2 L 42 95 M 10 63 L 35 63"},
    {'B',
     "M 5.5 5.5 L 5.5 84.5 L 22 84.5 Q 39.5 84.5 39.5 62 Q 39.5 42 22 42 L 5.5 42 M 22 42 Q 37 42 37 23.5 Q 37 5.5 22 "
     "5.5 L 5.5 5.5"},
    {'C', "M 39.5 27 Q 39.5 5.5 22.5 5.5 Q 5.5 5.5 5.5 24 L 5.5 66 Q 5.5 84.5 22.5 84.5 Q 39.5 84.5 39.5 63"},
    {'D', "M 5.5 5.5 L 5.5 84.5 L 20 84.5 Q 39.5 84.5 39.5 64 L 39.5 26 Q 39.5 5.5 20 5.5 L 5.5 5.5"},
    {'E', "M 50 5.5 L 5.5 5.5 L 5.5 84.5 L 50 84.5 M 5.5 43 L 36 43"},
    {'F', "M 50 5.5 L 5.5 5.5 L 5.5 95 M 5.5 45 L 36 45"},
    {'G',
     "M 39.5 26 Q 39.5 5.5 22.5 5.5 Q 5.5 5.5 5.5 24 L 5.5 66 Q 5.5 84.5 22.5 84.5 Q 39.5 84.5 39.5 66 L 39.5 49 L 24 "
     "49"},
    {'H', "M 5.5 -5 L 5.5 95 M 39.5 -5 L 39.5 95 M 5.5 43 L 39.5 43"},
    {'I', "M 22.5 -5 L 22.5 95"},
    {'J', "M 35 -5 L 35 64 Q 35 84.5 20.5 84.5 Q 6 84.5 6 62"},
    {'K', "M 5.5 -5 L 5.5 95 M 42 -5 L 6 53 M 19 36 L 42 97"},
    {'L', "M 5.5 -5 L 5.5 84.5 L 50 84.5"},
    {'M', "M 5 95 L 5 -5 M 5 0 L 22.5 60 L 40 0 M 40 -5 L 40 95"},
    {'N', "M 5.5 95 L 5.5 -5 M 5.5 2 L 39.5 88 M 39.5 -5 L 39.5 95"},
    {'O',
     "M 22.5 5.5 Q 39.5 5.5 39.5 24 L 39.5 66 Q 39.5 84.5 22.5 84.5 Q 5.5 84.5 5.5 66 L 5.5 24 Q 5.5 5.5 22.5 5.5"},
    {'P', "M 5.5 95 L 5.5 5.5 L 22 5.5 Q 39.5 5.5 39.5 28 Q 39.5 50 22 50 L 5.5 50"},
    {'Q',
     "M 22.5 5.5 Q 39.5 5.5 39.5 24 L 39.5 66 Q 39.5 84.5 22.5 84.5 Q 5.5 84.5 5.5 66 L 5.5 24 Q 5.5 5.5 22.5 5.5 M 25 "
     "63 L 43 90"},
    {'R', "M 5.5 95 L 5.5 5.5 L 22 5.5 Q 39.5 5.5 39.5 27 Q 39.5 48 22 48 L 5.5 48 M 21 48 L 40 95"},
    {'S',
     "M 38.5 25 Q 38 5.5 22.5 5.5 Q 6.5 5.5 6.5 24 Q 6.5 37 22.5 43 Q 39.5 49 39.5 64 Q 39.5 84.5 22.5 84.5 Q 5.5 84.5 "
     "5.5 64"},
    {'T', "M -5 5.5 L 50 5.5 M 22.5 5 L 22.5 95"},
    {'U', "M 5.5 -5 L 5.5 66 Q 5.5 84.5 22.5 84.5 Q 39.5 84.5 39.5 66 L 39.5 -5"},
    {'V', "M 3 -5 L 22.5 86 L 42 -5"},
    {'W', "M 4 -5 L 12.5 85 L 22.5 20 L 32.5 85 L 41 -5"},
    {'X', "M 4 -3 L 41 93 M 41 -3 L 4 93"},
    {'Y', "M 4 -5 L 22.5 46 L 41 -5 M 22.5 46 L 22.5 95"},
    {'Z', "M -5 5.5 L 38 5.5 L 7 84.5 L 50 84.5"},
}};

using Polyline = std::vector<cv::Point2d>;

void add_curve(Polyline& line, cv::Point2d control, cv::Point2d end) {
    constexpr int steps = 12;
    const cv::Point2d start = line.back();
    for (int i = 1; i <= steps; ++i) {
        const double t = static_cast<double>(i) / steps;
        line.push_back((1 - t) * (1 - t) * start + 2 * t * (1 - t) * control + t * t * end);
    }
}

std::vector<Polyline> lines_of(const char* path) {
    std::vector<Polyline> lines;
    std::istringstream in(path);
    const auto point = [&in] {
        cv::Point2d p;
        in >> p.x >> p.y;
        return p;
    };
    for (char command = 0; in >> command;) {
        if (command == 'M') lines.push_back({point()});
        if (command == 'L') lines.back().push_back(point());
        if (command == 'Q') {
            const cv::Point2d control = point();
            add_curve(lines.back(), control, point());
        }
    }
    return lines;
}

}  // namespace

cv::Mat stroke_mask(char32_t character, cv::Size size) {
    if (character >= U'a' && character <= U'z') character -= 32;
    for (const Strokes& strokes : table) {
        if (static_cast<char32_t>(strokes.character) != character) continue;
        constexpr int fine = 8;  // pixels a millimetre before the reduction, which smooths the edges
        cv::Mat big(static_cast<int>(box_height) * fine, static_cast<int>(box_width) * fine, CV_8U, cv::Scalar(0));
        for (const Polyline& line : lines_of(strokes.path)) {
            std::vector<cv::Point> points;
            points.reserve(line.size());
            for (const cv::Point2d& p : line) points.emplace_back(cv::Point2d(p * fine));
            cv::polylines(big, points, false, cv::Scalar(255), static_cast<int>(stroke * fine), cv::LINE_8);
        }
        cv::Mat out;
        cv::resize(big, out, size, 0, 0, cv::INTER_AREA);
        return out;
    }
    return {};
}

}  // namespace menshen::synth
