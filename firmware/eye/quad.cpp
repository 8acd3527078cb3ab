#include "eye/quad.hpp"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>

#include "plate-synth/layout.hpp"

namespace menshen::eye {
namespace {

float length(cv::Point2f v) {
    return std::hypot(v.x, v.y);
}
cv::Point2f unit(cv::Point2f v) {
    const float l = length(v);
    return l > 0 ? v / l : cv::Point2f(1, 0);
}

/// Least squares x = a + b y.
std::pair<float, float> line_through(const std::vector<cv::Point2f>& points) {
    double n = 0, sy = 0, sx = 0, syy = 0, sxy = 0;
    for (const auto& p : points) n += 1, sy += p.y, sx += p.x, syy += double{p.y} * p.y, sxy += double{p.x} * p.y;
    const double det = n * syy - sy * sy;
    if (n < 3 || det <= 1e-6) return {n > 0 ? static_cast<float>(sx / n) : 0.F, 0.F};
    const double b = (n * sxy - sx * sy) / det;
    return {static_cast<float>((sx - b * sy) / n), static_cast<float>(b)};
}

}  // namespace

Quad ordered(const std::array<cv::Point2f, 4>& points) {
    auto sorted = points;
    std::sort(sorted.begin(), sorted.end(), [](auto a, auto b) { return a.x < b.x; });
    if (sorted[0].y > sorted[1].y) std::swap(sorted[0], sorted[1]);
    if (sorted[2].y > sorted[3].y) std::swap(sorted[2], sorted[3]);
    return {sorted[0], sorted[2], sorted[3], sorted[1]};
}

Quad hugging(const std::vector<cv::Point>& contour) {
    std::array<cv::Point2f, 4> points;
    cv::minAreaRect(contour).points(points.data());
    const Quad box = ordered(points);
    const auto along = unit(box[1] - box[0]);
    const auto across = unit(box[3] - box[0]);
    const float w = length(box[1] - box[0]), h = length(box[3] - box[0]);
    if (h < 4 || w < 2 * h) return box;
    // The ends of the contour in the box's own coordinates; their lean is the plate's shear.
    std::vector<cv::Point2f> left, right;
    for (const auto& p : contour) {
        const cv::Point2f v = cv::Point2f(p) - box[0];
        const cv::Point2f own(v.dot(along), v.dot(across));
        if (own.y < 0.2F * h || own.y > 0.8F * h) continue;
        if (own.x < 0.5F * h) left.push_back(own);
        if (own.x > w - 0.5F * h) right.push_back(own);
    }
    if (left.size() < 3 || right.size() < 3) return box;
    const float lean = std::clamp(0.5F * (line_through(left).second + line_through(right).second), -0.6F, 0.6F);
    const float shift = 0.5F * lean * h;
    Quad quad = box;
    quad[0] -= along * shift, quad[1] -= along * shift;
    quad[2] += along * shift, quad[3] += along * shift;
    return quad;
}

Quad grown(const Quad& quad, float along, float across) {
    const auto top = unit(quad[1] - quad[0]), bottom = unit(quad[2] - quad[3]);
    const auto left = unit(quad[3] - quad[0]), right = unit(quad[2] - quad[1]);
    const float h = height(quad);
    Quad out = quad;
    out[0] += -top * along * h - left * across * h;
    out[1] += top * along * h - right * across * h;
    out[2] += bottom * along * h + right * across * h;
    out[3] += -bottom * along * h + left * across * h;
    return out;
}

float width(const Quad& quad) {
    return 0.5F * (length(quad[1] - quad[0]) + length(quad[2] - quad[3]));
}
float height(const Quad& quad) {
    return 0.5F * (length(quad[3] - quad[0]) + length(quad[2] - quad[1]));
}
cv::Point2f centre(const Quad& quad) {
    return (quad[0] + quad[1] + quad[2] + quad[3]) / 4;
}

bool convex(const Quad& quad) {
    for (std::size_t i = 0; i < 4; ++i) {
        const cv::Point2f in = quad[(i + 1) % 4] - quad[i], out = quad[(i + 2) % 4] - quad[(i + 1) % 4];
        if (!(in.x * out.y - in.y * out.x > 0)) return false;  // not a number is not convex either
    }
    return true;
}

float overlap(const Quad& a, const Quad& b) {
    const std::vector<cv::Point2f> first(a.begin(), a.end()), second(b.begin(), b.end());
    if ((cv::boundingRect(first) & cv::boundingRect(second)).empty()) return 0;
    std::vector<cv::Point2f> shared;
    const float common = cv::intersectConvexConvex(first, second, shared);
    const auto united = static_cast<float>(cv::contourArea(first) + cv::contourArea(second)) - common;
    return united > 0 ? common / united : 0;
}

cv::Mat straightened(const cv::Mat& image, const Quad& quad, cv::Size size) {
    const float shrink =
        std::min(width(quad) / static_cast<float>(size.width), height(quad) / static_cast<float>(size.height));
    const int times = std::clamp(cvRound(shrink), 1, 6);
    const auto w = static_cast<float>(size.width * times), h = static_cast<float>(size.height * times);
    const float o = 0.5F * static_cast<float>(times - 1);  // the middle of the pixels that become one
    const std::array<cv::Point2f, 4> target{cv::Point2f(o, o), cv::Point2f(w + o, o), cv::Point2f(w + o, h + o),
                                            cv::Point2f(o, h + o)};
    cv::Mat out;
    cv::warpPerspective(image, out, cv::getPerspectiveTransform(quad.data(), target.data()), size * times,
                        cv::INTER_LINEAR, cv::BORDER_REPLICATE);
    if (times > 1) cv::resize(out, out, size, 0, 0, cv::INTER_AREA);
    return out;
}

cv::Mat one_row(const cv::Mat& image, const Quad& quad, bool two_rows, int times) {
    using namespace synth;
    if (!two_rows) return straightened(image, quad, {row_width * times, row_height * times});
    const Quad whole{cv::Point2f(0, 0), {1, 0}, {1, 1}, {0, 1}};
    const cv::Mat to_image = cv::getPerspectiveTransform(whole.data(), quad.data());
    cv::Mat row(row_height * times, row_width * times, image.type());
    for (const RowPart& part : {upper_part, lower_part}) {
        const auto l = static_cast<float>(part.left), t = static_cast<float>(part.top);
        const auto r = static_cast<float>(part.right), b = static_cast<float>(part.bottom);
        const std::vector<cv::Point2f> own{{l, t}, {r, t}, {r, b}, {l, b}};
        std::vector<cv::Point2f> seen;
        cv::perspectiveTransform(own, seen, to_image);
        straightened(image, {seen[0], seen[1], seen[2], seen[3]}, {part.width * times, row_height * times})
            .copyTo(row(cv::Rect(part.x * times, 0, part.width * times, row_height * times)));
    }
    return row;
}

}  // namespace menshen::eye
