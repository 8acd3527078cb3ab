#include "twin-scene/car.hpp"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>

namespace menshen::twin {
namespace {

const cv::Scalar glass(72, 62, 52);
const cv::Scalar dark(28, 27, 26);
const cv::Scalar chrome(205, 202, 198);

/// Draws in the car's own frame.
struct Brush {
    Canvas& canvas;
    const CarBody& body;
    const Pose& pose;

    void face(std::vector<cv::Point3d> corners, const cv::Scalar& bgr, double own = 0) const {
        for (cv::Point3d& corner : corners) corner = pose.place(corner);
        canvas.polygon(corners, bgr, own);
    }
    /// A rectangle with cut corners on the front, `z` metres behind it.
    void front(double x0, double x1, double y0, double y1, const cv::Scalar& bgr, double z = -0.005,
               double own = 0) const {
        const double c = std::min(x1 - x0, y1 - y0) * 0.18;
        face({{x0 + c, y1, z},
              {x1 - c, y1, z},
              {x1, y1 - c, z},
              {x1, y0 + c, z},
              {x1 - c, y0, z},
              {x0 + c, y0, z},
              {x0, y0 + c, z},
              {x0, y1 - c, z}},
             bgr, own);
    }
    void disc(cv::Point3d middle, double radius, bool sideways, const cv::Scalar& bgr) const {
        std::vector<cv::Point3d> rim;
        for (int i = 0; i < 20; ++i) {
            const double a = i * CV_2PI / 20;
            rim.push_back(middle + radius * (sideways ? cv::Point3d(0, std::sin(a), std::cos(a))
                                                      : cv::Point3d(std::cos(a), std::sin(a), 0)));
        }
        face(rim, bgr);
    }
};

void draw_shadow(const Brush& b) {
    for (int i = 0; i < 3; ++i) {
        const double grow = 0.28 - 0.12 * i;
        const double w = b.body.width / 2 + grow;
        const double grey = 92 - 22 * i;
        b.face({{-w, 0.005, -grow},
                {w, 0.005, -grow},
                {w, 0.005, b.body.length + grow},
                {-w, 0.005, b.body.length + grow}},
               cv::Scalar(grey + 4, grey, grey));
    }
}

void draw_side(const Brush& b, double side) {
    const CarBody& c = b.body;
    const double x = side * c.width / 2;
    const double belt = c.bonnet_height + 0.02;
    const double cabin = c.bonnet_length + 0.1;
    b.face({{x, 0.24, 0.15},
            {x, c.bonnet_height - 0.12, 0.12},
            {x, belt, c.bonnet_length},
            {x, belt, c.length - 0.1},
            {x, 0.28, c.length}},
           c.paint * 0.72);
    const double in = side * c.width * 0.39;
    b.face({{x * 0.98, belt, cabin},
            {in, c.roof_height - 0.02, c.bonnet_length + c.rake},
            {in, c.roof_height - 0.02, c.length - 0.9},
            {x * 0.98, belt, c.length - 0.25}},
           c.paint * 0.66);
    b.face({{x * 0.985, belt + 0.04, cabin + 0.25},
            {in * 1.02, c.roof_height - 0.1, c.bonnet_length + c.rake + 0.1},
            {in * 1.02, c.roof_height - 0.1, c.length - 1.1},
            {x * 0.985, belt + 0.04, c.length - 0.7}},
           glass * 0.8);
    for (const double z : {0.85, c.length - 0.95}) {
        b.disc({x * 1.003, 0.33, z}, 0.36, true, dark);
        b.disc({x * 1.006, 0.33, z}, 0.2, true, cv::Scalar(150, 148, 146));
    }
}

void draw_cabin(const Brush& b) {
    const CarBody& c = b.body;
    const double foot = c.width * 0.46;
    const double top = c.width * 0.385;
    const double y = c.bonnet_height + 0.01;
    const double back = c.bonnet_length + c.rake;
    b.face({{-top, c.roof_height, back},
            {top, c.roof_height, back},
            {top * 0.96, c.roof_height + 0.02, back + 1.5},
            {-top * 0.96, c.roof_height + 0.02, back + 1.5}},
           c.paint * 0.95);
    b.face({{-top, c.roof_height, back},
            {top, c.roof_height, back},
            {foot, y, c.bonnet_length},
            {-foot, y, c.bonnet_length}},
           c.paint * 0.8);
    const auto pane = [&](double u, double v) {  // u -1..1 across, v 0..1 upwards, inside the pillars
        const double half = foot + (top - foot) * v;
        return cv::Point3d(u * half * 0.93, y + (c.roof_height - y) * v, c.bonnet_length + c.rake * v - 0.01);
    };
    constexpr int strips = 5;
    for (int i = 0; i < strips; ++i) {
        const double v0 = 0.05 + 0.87 * i / strips;
        const double v1 = 0.05 + 0.87 * (i + 1) / strips;
        b.face({pane(-1, v1), pane(1, v1), pane(1, v0), pane(-1, v0)}, glass * (0.7 + 0.13 * i));
    }
    b.face({pane(-0.75, 0.9), pane(-0.45, 0.9), pane(-0.7, 0.1), pane(-0.95, 0.1)}, glass * 1.5);  // the sky in it
    b.face({pane(0.12, 0.7), pane(0.42, 0.7), pane(0.45, 0.2), pane(0.1, 0.2)}, glass * 0.55);     // the driver
    b.face({pane(-0.1, 0.9), pane(0.1, 0.9), pane(0.08, 0.8), pane(-0.08, 0.8)}, dark);            // mirror
}

void draw_bonnet(const Brush& b) {
    const CarBody& c = b.body;
    const double w = c.width / 2;
    const double lip = c.bonnet_height - 0.1;
    constexpr int strips = 6;
    for (int i = 0; i < strips; ++i) {
        const double t0 = static_cast<double>(i) / strips;
        const double t1 = static_cast<double>(i + 1) / strips;
        const auto edge = [&](double side, double t) {
            return cv::Point3d(side * w * (0.86 + 0.1 * std::sqrt(t)), lip + 0.1 * std::sqrt(t), t * c.bonnet_length);
        };
        b.face({edge(-1, t1), edge(1, t1), edge(1, t0), edge(-1, t0)}, c.paint * (0.98 + 0.05 * i));
    }
    for (const double side : {-1.0, 1.0})  // wings
        b.face({{side * w * 0.86, lip, 0},
                {side * w * 0.96, c.bonnet_height, c.bonnet_length},
                {side * w, c.bonnet_height, c.bonnet_length},
                {side * w, lip - 0.05, 0.22},
                {side * w * 0.97, lip - 0.03, 0.2},
                {side * w * 0.74, lip, 0}},
               c.paint * 0.86);
    for (const double x : {-0.42, 0.42})  // creases
        b.face({{x * 1.1, c.bonnet_height + 0.005, c.bonnet_length},
                {x * 1.1 + 0.02, c.bonnet_height + 0.005, c.bonnet_length},
                {x + 0.02, lip + 0.02, 0.03},
                {x, lip + 0.02, 0.03}},
               c.paint * 0.8);
}

void draw_front(const Brush& b, bool lit) {
    const CarBody& c = b.body;
    const double w = c.width / 2;
    const double lip = c.bonnet_height - 0.1;
    const double mid = w * 0.74;
    for (const double side : {-1.0, 1.0})
        b.face({{side * mid, 0.2, 0}, {side * mid, lip, 0}, {side * w * 0.97, lip - 0.03, 0.2}, {side * w, 0.26, 0.22}},
               c.paint * (side > 0 ? 0.8 : 0.88));
    b.face({{-mid, 0.2, 0}, {mid, 0.2, 0}, {mid, lip, 0}, {-mid, lip, 0}}, c.paint * 0.92);
    const double g = c.grille_width / 2;
    const double top = lip - 0.04;
    const double bottom = c.plate_height + 0.1;
    b.front(-g, g, bottom, top, chrome);
    b.front(-g + 0.02, g - 0.02, bottom + 0.015, top - 0.015, dark, -0.006);
    const int slats = static_cast<int>((top - 0.03 - bottom - 0.05) / 0.045) + 1;
    for (int i = 0; i < slats; ++i) {
        const double y = bottom + 0.05 + 0.045 * i;
        b.face({{-g + 0.05, y, -0.007},
                {g - 0.05, y, -0.007},
                {g - 0.05, y + 0.012, -0.007},
                {-g + 0.05, y + 0.012, -0.007}},
               chrome * 0.6);
    }
    b.disc({0, (top + bottom) / 2, -0.01}, 0.055, false, chrome);
    b.disc({0, (top + bottom) / 2, -0.011}, 0.04, false, dark);
    b.front(-0.6, 0.6, 0.22, 0.36, dark * 1.3);                                     // lower intake
    b.front(-0.3, 0.3, c.plate_height - 0.1, c.plate_height + 0.1, c.paint * 0.6);  // behind the plate
    for (const double side : {-1.0, 1.0}) {
        const cv::Scalar lamp = lit ? cv::Scalar(250, 252, 255) : cv::Scalar(200, 198, 190);
        const double in = std::max(g + 0.03, mid * 0.78) * side;
        b.face({{in, top - 0.05, -0.008},
                {side * mid, top, -0.004},
                {side * w * 0.95, top + 0.01, 0.17},
                {side * w * 0.96, top - 0.12, 0.18},
                {side * mid, top - 0.13, -0.004},
                {in, top - 0.12, -0.008}},
               dark);
        b.face({{in + side * 0.02, top - 0.06, -0.012},
                {side * mid, top - 0.015, -0.008},
                {side * w * 0.92, top - 0.005, 0.13},
                {side * w * 0.93, top - 0.1, 0.13},
                {side * mid, top - 0.115, -0.008}},
               lamp, lit ? 1 : 0.1);
        b.front(side > 0 ? 0.66 : -0.76, side > 0 ? 0.76 : -0.66, 0.27, 0.34, chrome * 0.8, 0.03);  // fog lamps
        const double m = side * (w + 0.09);
        b.face({{m - 0.1, c.bonnet_height + 0.2, c.bonnet_length + 0.2},
                {m + 0.1, c.bonnet_height + 0.2, c.bonnet_length + 0.2},
                {m + 0.1, c.bonnet_height + 0.06, c.bonnet_length + 0.2},
                {m - 0.1, c.bonnet_height + 0.06, c.bonnet_length + 0.2}},
               c.paint * 0.7);
    }
}

}  // namespace

CarBody CarBody::from_seed(std::uint64_t seed) {
    static const std::array<cv::Scalar, 8> paints{{{235, 236, 236},
                                                   {44, 42, 41},
                                                   {188, 187, 184},
                                                   {112, 110, 108},
                                                   {38, 32, 132},
                                                   {120, 74, 34},
                                                   {92, 122, 142},
                                                   {62, 84, 58}}};
    cv::RNG rng(seed * 6364136223846793005U + 1442695040888963407U);
    rng.next();
    CarBody body;
    const int shape = rng.uniform(0, 3);
    if (shape == 1) {  // SUV
        body.bonnet_height = 1.12;
        body.roof_height = 1.7;
        body.rake = 0.6;
        body.plate_height = 0.6;
        body.width = 1.9;
    } else if (shape == 2) {  // van
        body.bonnet_height = 1.1;
        body.roof_height = 1.88;
        body.bonnet_length = 0.5;
        body.rake = 0.6;
        body.plate_height = 0.5;
    }
    body.width += rng.uniform(-0.05, 0.05);
    body.bonnet_height += rng.uniform(-0.03, 0.03);
    body.grille_width = rng.uniform(0.62, 1.0);
    body.paint = paints[static_cast<std::size_t>(rng.uniform(0, static_cast<int>(paints.size())))];
    return body;
}

cv::Point3d Pose::place(const cv::Point3d& own) const {
    const double s = std::sin(heading);
    const double c = std::cos(heading);
    return {x + own.x * c + own.z * s, own.y + (own.y > 0.15 ? lift : 0.0), z - own.x * s + own.z * c};
}

Quad3 plate_corners(const CarBody& body, const Pose& pose, cv::Size2d size_mm) {
    const double w = size_mm.width / 2000;
    const double h = size_mm.height / 2000;
    const double y = body.plate_height;
    constexpr double z = -0.02;
    return {pose.place({-w, y + h, z}), pose.place({w, y + h, z}), pose.place({w, y - h, z}),
            pose.place({-w, y - h, z})};
}

std::array<cv::Point3d, 2> lamps(const CarBody& body, const Pose& pose) {
    const double y = body.bonnet_height - 0.2;
    const double x = body.width * 0.4;
    return {pose.place({-x, y, 0}), pose.place({x, y, 0})};
}

std::vector<cv::Point2f> outline(const View& view, const CarBody& body, const Pose& pose) {
    std::vector<cv::Point2f> points;
    for (const double x : {-body.width / 2, body.width / 2})
        for (const double z : {0.0, body.length})
            for (const double y : {0.2, z > 0 ? body.roof_height : body.bonnet_height - 0.1}) {
                cv::Point3d p = view.to_camera(pose.place({x, y, z}));
                if (p.z < View::near && z == 0) return {};
                p.z = std::max(p.z, View::near);
                points.emplace_back(view.to_pixel(p));
            }
    std::vector<cv::Point2f> hull;
    cv::convexHull(points, hull);
    return hull;
}

void draw_car(Canvas& canvas, const CarBody& body, const Pose& pose, const PlatePicture* plate, bool lit) {
    const Brush brush{canvas, body, pose};
    draw_shadow(brush);
    const cv::Point3d eye = canvas.view().position();
    const double across = (eye.x - pose.x) * std::cos(pose.heading) - (eye.z - pose.z) * std::sin(pose.heading);
    if (std::abs(across) > body.width / 2) draw_side(brush, across > 0 ? 1 : -1);
    draw_cabin(brush);
    draw_bonnet(brush);
    draw_front(brush, lit);
    if (plate != nullptr) canvas.picture(plate->bgr, plate_corners(body, pose, plate->size_mm));
}

}  // namespace menshen::twin
