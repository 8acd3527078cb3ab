#include "eye/quad.hpp"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>

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

cv::Mat straightened(const cv::Mat& image, const Quad& quad, cv::Size size) {
    const auto w = static_cast<float>(size.width), h = static_cast<float>(size.height);
    const std::array<cv::Point2f, 4> target{cv::Point2f(0, 0), cv::Point2f(w, 0), cv::Point2f(w, h), cv::Point2f(0, h)};
    cv::Mat out;
    cv::warpPerspective(image, out, cv::getPerspectiveTransform(quad.data(), target.data()), size, cv::INTER_LINEAR,
                        cv::BORDER_REPLICATE);
    return out;
}

}  // namespace menshen::eye
