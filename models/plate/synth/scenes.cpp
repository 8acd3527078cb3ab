#include "plate-synth/scenes.hpp"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>

namespace menshen::synth {
namespace {

constexpr double hd_width = 1920;  // plate widths are thought of in 1080p

Corners transformed(const cv::Matx23d& m, const Corners& c) {
    Corners out;
    for (std::size_t i = 0; i < 4; ++i) {
        const cv::Vec2d p = m * cv::Vec3d(double{c[i].x}, double{c[i].y}, 1);
        out[i] = cv::Point2f(static_cast<float>(p[0]), static_cast<float>(p[1]));
    }
    return out;
}

cv::Point2f middle_of(const Corners& c) {
    return (c[0] + c[1] + c[2] + c[3]) * 0.25F;
}

double height_per_width(Sort sort) {
    const Layout l = layout_of(form_of(sort));
    return l.height / l.width;
}

/// Corners of a plate of another shape that covers this one: taller below, or wider on both sides.
Corners reshaped(const Corners& c, double from, double to) {
    if (to >= from) {
        const auto more = static_cast<float>(to / from);
        return {c[0], c[1], c[1] + (c[2] - c[1]) * more, c[0] + (c[3] - c[0]) * more};
    }
    const auto more = static_cast<float>((from / to - 1) / 2);
    const cv::Point2f upper = (c[1] - c[0]) * more, lower = (c[2] - c[3]) * more;
    return {c[0] - upper, c[1] + upper, c[2] + lower, c[3] - lower};
}

bool inside(const Corners& c, cv::Size size) {
    for (const auto& p : c) {
        if (p.x < 0 || p.y < 0 || p.x >= static_cast<float>(size.width) || p.y >= static_cast<float>(size.height))
            return false;
    }
    return true;
}

bool apart(const cv::Rect& box, const std::vector<cv::Rect>& others) {
    return std::none_of(others.begin(), others.end(), [&](const cv::Rect& o) { return (box & o).area() > 0; });
}

/// Nearest to `at` such that a picture that reaches `before` and `after` that point fills 0..`length`; where it is too
/// small for that, it lies inside.
double filling(double at, double before, double after, double length) {
    const auto [low, high] = std::minmax({length - after, before});
    return std::clamp(at, low, high);
}

/// What lies behind a picture that does not fill the frame: the border of a letter box, or its own colours without any
/// shape. Never its mirror image, in which plates would come again without a label.
void lay_behind(Rng& rng, const cv::Mat& picture, cv::Size size, cv::Mat& frame) {
    if (rng.chance(0.5)) {
        frame.create(size, CV_8UC3);
        frame.setTo(cv::Scalar::all(rng.chance(0.5) ? 0 : rng.uniform(0, 255)));
        return;
    }
    cv::Mat few;
    cv::resize(picture, few, {64, 40}, 0, 0, cv::INTER_NEAREST);
    cv::resize(few, few, {8, 5}, 0, 0, cv::INTER_AREA);
    cv::resize(few, frame, size, 0, 0, cv::INTER_LINEAR);
}

bool fills(const cv::Matx23d& placing, const cv::Mat& picture, cv::Size size) {
    cv::Matx33d whole(placing(0, 0), placing(0, 1), placing(0, 2), placing(1, 0), placing(1, 1), placing(1, 2), 0, 0,
                      1);
    const cv::Matx33d back = whole.inv();
    for (const cv::Point2d& p : {cv::Point2d(0, 0), cv::Point2d(size.width, 0), cv::Point2d(size.width, size.height),
                                 cv::Point2d(0, size.height)}) {
        const cv::Point2d q = mapped(back, p);
        if (q.x < 0 || q.y < 0 || q.x > picture.cols || q.y > picture.rows) return false;
    }
    return true;
}

/// Moves, turns and scales the picture into the frame.
void lay(Rng& rng, const cv::Mat& picture, cv::Matx23d placing, cv::Size size, cv::Mat& frame) {
    const bool filled = fills(placing, picture, size);
    if (!filled) lay_behind(rng, picture, size, frame);
    cv::Mat reduced = picture;
    if (std::hypot(placing(0, 0), placing(1, 0)) < 0.6) {
        cv::resize(picture, reduced, {}, 0.5, 0.5, cv::INTER_AREA);
        for (int r = 0; r < 2; ++r)
            for (int c = 0; c < 2; ++c) placing(r, c) *= 2;
    }
    cv::warpAffine(reduced, frame, placing, size, cv::INTER_LINEAR,
                   filled ? cv::BORDER_REPLICATE : cv::BORDER_TRANSPARENT);
}

}  // namespace

Result<Scenes> Scenes::open(const Painter& painter, const SceneSources& sources) {
    Scenes out(painter, sources);
    const auto read = [](const std::vector<std::string>& folders, std::vector<Labelled>& to, bool corners) -> Status {
        for (const std::string& folder : folders) {
            auto pictures = labelled_pictures(folder);
            if (!pictures) return pictures.error();
            for (Labelled& p : *pictures) {
                if (!corners || p.has_corners) to.push_back(std::move(p));
            }
        }
        return {};
    };
    if (auto done = read(sources.cars, out.cars_, true); !done) return done.error();
    if (auto done = read(sources.backgrounds, out.backgrounds_, false); !done) return done.error();
    if (auto done = read(sources.real, out.real_, true); !done) return done.error();
    if (out.cars_.empty() && out.backgrounds_.empty() && out.real_.empty())
        return {Errc::invalid, "scenes need pictures: name folders with --cars, --backgrounds or --real"};
    return out;
}

/// Widths up to 620 pixels of 1080p, more of the small and middle ones.
double Scenes::width_for(Rng& rng) const {
    const double most = std::max(rng.chance(0.25) ? 620.0 : 380.0, sources_.least_width);
    const double hd = std::exp(rng.uniform(std::log(sources_.least_width), std::log(most)));
    return hd * sources_.size.width / hd_width;
}

Sort Scenes::sort_for(Rng& rng) const {
    if (sort_) return *sort_;
    if (rng.chance(0.15)) return rng.chance(0.7) ? Sort::yellow_two_rows : Sort::trailer;
    return random_sort(rng);
}

/// With `around`, the picture is scaled so that those corners become `width` pixels wide and lie somewhere in the
/// frame.
Scenes::Stage Scenes::staged(Rng& rng, const cv::Mat& picture, const Corners* around, double width, bool mirror) const {
    Stage stage;
    const cv::Size size = sources_.size;
    const double fit =
        std::max(static_cast<double>(size.width) / picture.cols, static_cast<double>(size.height) / picture.rows);
    double scale = around != nullptr ? width / width_of(*around) : fit * std::exp(rng.uniform(-0.3, 0.8));
    scale = std::clamp(scale, 0.3 * fit, 3.2);
    cv::Point2d from(rng.uniform(0.3, 0.7) * picture.cols, rng.uniform(0.3, 0.7) * picture.rows);
    cv::Point2d to(size.width / 2.0, size.height / 2.0);
    if (around != nullptr) {
        from = cv::Point2d(middle_of(*around));
        const double wide = width_of(*around) * scale;
        const double mx = std::min(0.5 * size.width, 0.6 * wide + 4), my = std::min(0.5 * size.height, 0.3 * wide + 4);
        to = {rng.uniform(mx, size.width - mx), rng.uniform(my, size.height - my)};
    }
    const double ahead = mirror ? picture.cols - from.x : from.x;
    to.x = filling(to.x, ahead * scale, (picture.cols - ahead) * scale, size.width);
    to.y = filling(to.y, from.y * scale, (picture.rows - from.y) * scale, size.height);
    const double turn = (rng.chance(0.35) ? rng.uniform(-15, 15) : rng.normal(0, 2)) * CV_PI / 180;
    const double a = scale * std::cos(turn), b = scale * std::sin(turn), flip = mirror ? -1 : 1;
    stage.placing = {a * flip, -b, 0, b * flip, a, 0};
    const cv::Vec2d moved_to = stage.placing * cv::Vec3d(from.x, from.y, 1);
    stage.placing(0, 2) = to.x - moved_to[0];
    stage.placing(1, 2) = to.y - moved_to[1];
    stage.enlarged = scale;
    lay(rng, picture, stage.placing, size, stage.frame);
    return stage;
}

/// Night: the plates that come later are lit by lamps, what is there is not.
void Scenes::darken(Rng& rng, Stage& stage) const {
    if (!rng.chance(sources_.night_share)) return;
    stage.dark = rng.uniform(0.08, 0.5);
    stage.frame *= stage.dark;
}

Scenes::Placed Scenes::pasted(Rng& rng, Stage& stage, const Corners& corners, Sort sort) const {
    const PlateText text = random_text(rng, sort);
    const Layout layout = layout_of(form_of(sort));
    FlatOptions options;
    options.scale = std::clamp(width_of(corners) / layout.width * 1.25, 44 / layout.width, 360 / layout.width);
    options.surround = 0;
    const Flat flat = painter_.paint(rng, text, options);
    Pasting how;
    const double around = brightness_around(stage.frame, corners);
    const bool night = stage.dark < 1;
    how.gain = night ? rng.uniform(std::max(0.35, stage.dark), 1.7)
                     : std::clamp(std::pow(around / 120, 0.55) * std::exp(rng.normal(0, 0.22)), 0.25, 1.7);
    for (auto& c : how.cast) c = std::exp(rng.normal(0, 0.05));
    const double character = width_of(corners) * 0.12;
    if (rng.chance(0.5)) how.blur = std::min(rng.uniform(0.3, 0.5 + 0.4 * stage.enlarged), 0.16 * character);
    how.shadow = rng.chance(0.6) ? rng.uniform(0.1, 0.6) : 0;
    paste(stage.frame, flat.bgr, flat.cover, flat.corners(), corners, how);
    if (rng.chance(night ? 0.5 : 0.04)) dazzle(rng, stage.frame, middle_of(corners), width_of(corners));
    return {corners, sort, text.text};
}

std::vector<Scenes::Placed> Scenes::car_scene(Rng& rng, Stage& stage) {
    const Labelled& car = rng.pick(cars_);
    const auto& picture = cache_.get(car.file);
    Corners box = car.corners;
    for (auto& p : box) p *= static_cast<float>(picture.scale);
    const bool mirror = rng.chance(0.5);
    const double width = width_for(rng);
    stage = staged(rng, picture.bgr, &box, width, mirror);
    Corners there = transformed(stage.placing, box);
    if (mirror) there = {there[1], there[0], there[3], there[2]};
    const Sort sort = sort_for(rng);
    const Layout layout = layout_of(form_of(sort));
    Stand stand = random_stand(rng);
    const cv::Point2f along = there[1] - there[0];
    stand.yaw *= 0.6;
    stand.pitch *= 0.6;
    stand.roll = stand.roll * 0.3 + std::atan2(double{along.y}, double{along.x}) * 180 / CV_PI;
    const double covering = std::max(width_of(there), height_of(there) * layout.width / layout.height);
    const double wide = covering * rng.uniform(0.95, 1.15);
    const Corners corners = moved(projected({layout.width, layout.height}, stand, wide), middle_of(there));
    wipe(stage.frame, there);
    darken(rng, stage);
    if (!inside(corners, sources_.size)) return {};
    return {pasted(rng, stage, corners, sort)};
}

std::vector<Scenes::Placed> Scenes::street_scene(Rng& rng, Stage& stage) {
    const auto& from = backgrounds_.empty() ? cars_ : backgrounds_;
    stage = staged(rng, cache_.get(rng.pick(from).file).bgr, nullptr, 0, rng.chance(0.5));
    darken(rng, stage);
    std::vector<Placed> out;
    std::vector<cv::Rect> taken;
    const int count = rng.chance(0.5) ? 1 : rng.between(2, 5);
    for (int i = 0; i < count; ++i) {
        const Sort sort = sort_for(rng);
        const Layout layout = layout_of(form_of(sort));
        const double width = width_for(rng) / (count > 2 ? 1.6 : 1);
        const cv::Point2d at(rng.uniform(0, sources_.size.width), rng.uniform(0, sources_.size.height));
        const Corners corners =
            moved(projected({layout.width, layout.height}, random_stand(rng), width), cv::Point2f(at));
        const cv::Rect box = bounds_of(corners, 0.3 * height_of(corners), sources_.size);
        if (!inside(corners, sources_.size) || !apart(box, taken)) continue;
        taken.push_back(box);
        out.push_back(pasted(rng, stage, corners, sort));
    }
    return out;
}

std::vector<Scenes::Placed> Scenes::real_scene(Rng& rng, Stage& stage, bool replaced) {
    const Labelled& label = rng.pick(real_);
    const auto& picture = cache_.get(label.file);
    Corners corners = label.corners;
    for (auto& p : corners) p *= static_cast<float>(picture.scale);
    stage = staged(rng, picture.bgr, &corners, width_for(rng), false);
    corners = transformed(stage.placing, corners);
    if (!inside(corners, sources_.size)) return {};
    const auto plate = Plate::parse(label.plate);
    const Sort was = plate ? sort_of(*plate, PlateColour::blue) : Sort::blue;
    if (replaced) darken(rng, stage);
    if (!replaced) return {{corners, was, label.plate}};
    const Sort sort = sort_for(rng);
    const Corners there = reshaped(corners, height_per_width(was), height_per_width(sort));
    if (!inside(there, sources_.size)) {
        wipe(stage.frame, corners);
        return {};
    }
    return {pasted(rng, stage, there, sort)};
}

/// Signs, stickers, blank boards and spots wiped like those under plates, which are not plates.
void Scenes::distract(Rng& rng, Stage& stage, const std::vector<Placed>& placed) const {
    const Palette palette = random_palette(rng, static_cast<Sort>(rng.below(sort_count)));
    const cv::Mat& word = rng.pick(painter_.glyphs().words());
    cv::Mat sign(word.rows + 12, word.cols + 16, CV_8UC3,
                 cv::Scalar(double{palette.bottom[0]}, double{palette.bottom[1]}, double{palette.bottom[2]}));
    if (rng.chance(0.85)) {
        cv::Mat ink(word.size(), CV_8UC3,
                    cv::Scalar(double{palette.ink[0]}, double{palette.ink[1]}, double{palette.ink[2]}));
        ink.copyTo(sign(cv::Rect(8, 6, word.cols, word.rows)), word > 120);
    }
    const double width = rng.uniform(20, 180);
    Stand stand = random_stand(rng);
    const cv::Point2f at(static_cast<float>(rng.uniform(0, sources_.size.width)),
                         static_cast<float>(rng.uniform(0, sources_.size.height)));
    const Corners corners = moved(projected(cv::Size2d(sign.size()), stand, width), at);
    const cv::Rect box = bounds_of(corners, 4, sources_.size);
    for (const Placed& p : placed) {
        if ((box & bounds_of(p.corners, 4, sources_.size)).area() > 0) return;
    }
    if (rng.chance(0.2)) {
        wipe(stage.frame, corners);
        return;
    }
    const auto w = static_cast<float>(sign.cols), h = static_cast<float>(sign.rows);
    cv::Mat cover(sign.size(), CV_8U, cv::Scalar(255));
    const double smaller = std::min(1.0, 1.5 * width / sign.cols);
    cv::resize(sign, sign, {}, smaller, smaller, cv::INTER_AREA);
    cv::resize(cover, cover, sign.size());
    const auto s = static_cast<float>(sign.cols) / w;
    Pasting how;
    how.gain = std::clamp(std::pow(brightness_around(stage.frame, corners) / 120, 0.7), 0.2, 1.5);
    how.blur = rng.uniform(0, 1);
    paste(stage.frame, sign, cover, {cv::Point2f(0, 0), {w * s, 0}, {w * s, h * s}, {0, h * s}}, corners, how);
}

void Scenes::finish(Rng& rng, Stage& stage, const std::vector<Placed>& placed, bool real, SceneLabels& labels) const {
    double widest = 0;
    for (const Placed& p : placed) widest = std::max(widest, width_of(p.corners));
    const double character = placed.empty() ? 8 : 0.12 * widest;
    Look look = readable_look(rng, character, {});
    if (stage.dark < 1) {  // night has been made already
        for (auto& g : look.gain) g = std::max(g, 0.85);
        look.gamma = std::min(look.gamma, 1.1);
    }
    if (real) {
        look.blur *= 0.4;
        look.motion *= 0.4;
        look.noise *= 0.6;
        look.colour_noise *= 0.6;
    }
    look.rain *= 8;
    if (look.jpeg > 0) look.jpeg = std::max(look.jpeg, 30);
    look_through(stage.frame, look, rng, painter_.textures());
    labels = {};
    for (const Placed& p : placed) {
        if (labels.count == most_scene_plates) break;
        ScenePlate& out = labels.plates[labels.count++];
        for (std::size_t i = 0; i < 4; ++i) {
            out.corners[2 * i] = p.corners[i].x;
            out.corners[2 * i + 1] = p.corners[i].y;
        }
        const double own = 0.12 * width_of(p.corners);
        out.kind = layout_of(form_of(p.sort)).rows == 2 ? CropKind::two_rows : CropKind::one_row;
        out.colour = static_cast<std::uint8_t>(colour_of(p.sort));
        out.readable = own * hd_width / sources_.size.width >= 5 && look.blur < 0.25 * own && look.motion < 0.7 * own &&
                               spread_of(stage.frame(bounds_of(p.corners, 0, stage.frame.size()))) >= least_spread
                           ? 1
                           : 0;
    }
}

void Scenes::draw(std::uint64_t seed, std::uint64_t index, cv::Mat& frame, SceneLabels& labels,
                  std::vector<std::string>* texts, std::optional<Sort> sort) {
    Rng rng(seed, index);
    sort_ = sort;
    Stage stage;
    std::vector<Placed> placed;
    const double pick = rng.unit(), real = real_.empty() ? 0 : sources_.real_share;
    const bool untouched = pick < real, foreign = !cars_.empty() || !backgrounds_.empty();
    if (!untouched && rng.chance(sources_.empty_share) && foreign) {
        const bool car = backgrounds_.empty() || (!cars_.empty() && rng.chance(0.5));
        stage = staged(rng, cache_.get(rng.pick(car ? cars_ : backgrounds_).file).bgr, nullptr, 0, rng.chance(0.5));
    } else if (pick < 2 * real || !foreign) {
        placed = real_scene(rng, stage, !untouched);
    } else if (!cars_.empty() && rng.chance(sources_.car_share)) {
        placed = car_scene(rng, stage);
    } else {
        placed = street_scene(rng, stage);
    }
    if (placed.size() <= 1 && rng.chance(0.3)) distract(rng, stage, placed);
    finish(rng, stage, placed, untouched, labels);
    frame = stage.frame;
    if (texts == nullptr) return;
    texts->clear();
    for (const Placed& p : placed) texts->push_back(p.text);
}

}  // namespace menshen::synth
