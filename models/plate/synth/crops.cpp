#include "plate-synth/crops.hpp"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace menshen::synth {
namespace {

/// One drawn plate as a camera has it, before the eye.
struct Shot {
    cv::Mat bgr;
    Corners corners{};    // of the plate
    cv::Matx33d from_mm;  // millimetres of the plate to pixels
    Layout layout;
    Contrast contrast;
};

/// Pixels that a character takes in the camera's picture.
double character_width(const Layout& layout, double plate_width) {
    return (layout.boxes[3].width + layout.boxes[4].x - layout.boxes[3].x) / 2 / layout.width * plate_width;
}

Corners corners_in_mm(const Layout& l) {
    const auto w = static_cast<float>(l.width), h = static_cast<float>(l.height);
    return {cv::Point2f(0, 0), {w, 0}, {w, h}, {0, h}};
}

/// Widths between 50 and 330 pixels, most of them around 130.
double camera_width(Rng& rng) {
    return std::clamp(std::exp(rng.normal(std::log(122), 0.46)), 50.0, 320.0);
}

Shot shoot(Rng& rng, const Painter& painter, const PlateText& text, double width) {
    const Layout layout = layout_of(form_of(text.sort));
    FlatOptions options;
    options.scale = std::clamp(width / layout.width * 1.18, 70 / layout.width, 300 / layout.width);
    const Flat flat = painter.paint(rng, text, options);
    Shot shot;
    shot.layout = layout;
    shot.contrast = flat.contrast;
    Corners c = projected({layout.width, layout.height}, random_stand(rng), width);
    const auto margin = static_cast<float>(0.22 * height_of(c));
    float x0 = 1e9F, y0 = 1e9F, x1 = -1e9F, y1 = -1e9F;
    for (const auto& p : c) {
        x0 = std::min(x0, p.x);
        y0 = std::min(y0, p.y);
        x1 = std::max(x1, p.x);
        y1 = std::max(y1, p.y);
    }
    shot.corners = moved(c, cv::Point2f(margin - x0, margin - y0));
    const cv::Size size(static_cast<int>(x1 - x0 + 2 * margin), static_cast<int>(y1 - y0 + 2 * margin));
    cv::warpPerspective(flat.bgr, shot.bgr, homography(shot.corners, flat.corners()), size,
                        cv::INTER_LINEAR | cv::WARP_INVERSE_MAP, cv::BORDER_REPLICATE);
    shot.from_mm = homography(corners_in_mm(layout), shot.corners);
    return shot;
}

/// Fills the centres; false when a character is not wholly in the picture.
bool centre(CropRecord& record, const Shot& shot, const Corners& found) {
    const Layout& l = shot.layout;
    const RowMap map(found, l.rows);
    for (std::size_t i = 0; i < l.count; ++i) {
        const Box& b = l.boxes[i];
        const bool upper = l.rows == 2 && i < 2;
        const auto at = [&](double across, double down) {
            return map.at(upper, mapped(shot.from_mm, {b.x + across * b.width, b.y + down * b.height}));
        };
        const int low = l.rows == 2 && !upper ? lower_part.x : 0, high = upper ? upper_part.width : row_width;
        if (at(0.12, 0.5).x < low - 1 || at(0.88, 0.5).x > high) return false;
        if (at(0.5, 0.04).y < -0.5 || at(0.5, 0.96).y > row_height + 0.5) return false;
        const double middle = at(0.5, 0.5).x;
        record.centre[i] = static_cast<std::uint8_t>(std::clamp(std::lround(middle), 0L, row_width - 1L));
        if (i > 0 && record.centre[i] <= record.centre[i - 1]) return false;
    }
    return true;
}

/// Corners as the detector finds them, such that every character is still whole.
Corners usable_corners(Rng& rng, const Shot& shot, CropRecord& record) {
    double share = rng.chance(0.12) ? rng.uniform(0.08, 0.14) : rng.uniform(0.01, 0.08);
    for (int tries = 0; tries < 6; ++tries, share *= 0.6) {
        const Corners found = jittered(rng, shot.corners, share);
        if (centre(record, shot, found)) return found;
    }
    centre(record, shot, shot.corners);
    return shot.corners;
}

/// The eye keeps crops as JPEG, at times of another size.
void keep(Rng& rng, cv::Mat& row, const Textures& textures) {
    if (!rng.chance(0.06)) return;
    cv::Mat other;
    cv::resize(row, other, {rng.between(110, 200), rng.between(28, 60)}, 0, 0, cv::INTER_CUBIC);
    Look look;
    look.jpeg = rng.between(40, 95);
    look_through(other, look, rng, textures);
    cv::resize(other, row, row.size(), 0, 0, cv::INTER_AREA);
}

}  // namespace

void put_image(CropRecord& record, const cv::Mat& row) {
    for (int y = 0; y < row_height; ++y) {
        std::memcpy(record.image.data() + static_cast<std::size_t>(y) * row_width * 3, row.ptr<std::uint8_t>(y),
                    std::size_t{row_width} * 3);
    }
}

void put_text(CropRecord& record, const PlateText& text) {
    record.length = static_cast<std::uint8_t>(text.length);
    record.symbol.fill(no_symbol);
    std::copy_n(text.symbols.begin(), text.length, record.symbol.begin());
    record.colour = static_cast<std::uint8_t>(colour_of(text.sort));
    record.kind = layout_of(form_of(text.sort)).rows == 2 ? CropKind::two_rows : CropKind::one_row;
}

Result<Crops> Crops::open(const Painter& painter, const CropOptions& options) {
    auto real = RealCrops::open(options.real);
    if (!real) return real.error();
    auto negatives = Negatives::open(options.negatives);
    if (!negatives) return negatives.error();
    return Crops(painter, options, std::move(*real), std::move(*negatives));
}

CropRecord Crops::draw_plate(Rng& rng, Sort sort, bool doubtful) const {
    CropRecord record;
    const PlateText text = random_text(rng, sort);
    record.centre.fill(no_symbol);
    put_text(record, text);
    cv::Mat row;
    for (int tries = 0; tries < 4 && (row.empty() || spread_of(row) < least_spread); ++tries) {
        const double width = doubtful && rng.chance(0.5) ? rng.uniform(42, 90) : camera_width(rng);
        Shot shot = shoot(rng, painter_, text, width);
        const double character = character_width(shot.layout, width);
        const Look look =
            doubtful ? doubtful_look(rng, character, shot.contrast) : readable_look(rng, character, shot.contrast);
        look_through(shot.bgr, look, rng, painter_.textures());
        const Corners found = usable_corners(rng, shot, record);
        row = laid_in_row(shot.bgr, found, shot.layout.rows);
    }
    keep(rng, row, painter_.textures());
    put_image(record, row);
    return record;
}

Crops::Straightened Crops::draw_straightened(Rng& rng, Sort sort) const {
    CropRecord record;
    const PlateText text = random_text(rng, sort);
    const double width = camera_width(rng);
    Shot shot = shoot(rng, painter_, text, width);
    look_through(shot.bgr, readable_look(rng, character_width(shot.layout, width), shot.contrast), rng,
                 painter_.textures());
    const Corners found = usable_corners(rng, shot, record);
    const auto w = static_cast<float>(std::max(100, cvRound(width_of(found))));
    const auto h = w * static_cast<float>(shot.layout.height / shot.layout.width);
    Straightened out{{}, text};
    cv::warpPerspective(shot.bgr, out.bgr, homography({cv::Point2f(0, 0), {w, 0}, {w, h}, {0, h}}, found),
                        {static_cast<int>(w), static_cast<int>(h)}, cv::INTER_LINEAR | cv::WARP_INVERSE_MAP,
                        cv::BORDER_REPLICATE);
    return out;
}

/// Too small, too blurred, cut in two, or laid for the wrong number of rows: a plate, but no text.
CropRecord Crops::draw_unreadable(Rng& rng) const {
    CropRecord record;
    const double way = rng.unit();
    const bool wrong_rows = way < 0.2;
    Sort sort = random_sort(rng);
    if (wrong_rows && rng.chance(0.7)) sort = rng.chance(0.7) ? Sort::yellow_two_rows : Sort::trailer;
    const PlateText text = random_text(rng, sort);
    const double width = way > 0.8 ? rng.uniform(12, 24) : camera_width(rng);
    Shot shot = shoot(rng, painter_, text, width);
    const double character = character_width(shot.layout, width);
    const bool cut = way >= 0.2 && way < 0.4, clear = wrong_rows || cut;
    look_through(shot.bgr, clear ? readable_look(rng, character, shot.contrast) : hopeless_look(rng, character), rng,
                 painter_.textures());
    Corners found = jittered(rng, shot.corners, 0.05);
    if (cut) {
        const cv::Point2f along = found[1] - found[0], down = found[3] - found[0];
        const auto part = static_cast<float>(rng.uniform(0.25, 0.6)) * (rng.chance(0.5) ? 1.0F : -1.0F);
        found = moved(found, rng.chance(0.75) ? along * part : down * (1.4F * part));
    }
    put_text(record, text);
    record.kind = CropKind::unreadable;
    record.length = 0;
    record.symbol.fill(no_symbol);
    record.centre.fill(no_symbol);
    put_image(record, laid_in_row(shot.bgr, found, wrong_rows ? 3 - shot.layout.rows : shot.layout.rows));
    return record;
}

CropRecord Crops::draw(std::uint64_t seed, std::uint64_t index) {
    Rng rng(seed, index);
    const double pick = rng.unit();
    const double real = real_.empty() ? 0 : options_.real_share;
    CropRecord record;
    if (pick < options_.negative_share) {
        negatives_.draw(rng, painter_, record);
        return record;
    }
    if (pick < options_.negative_share + options_.unreadable_share) return draw_unreadable(rng);
    if (pick < options_.negative_share + options_.unreadable_share + real &&
        real_.draw(rng, painter_.textures(), record))
        return record;
    const bool doubtful = pick > 1 - options_.doubtful_share;
    return draw_plate(rng, random_sort(rng), doubtful);
}

}  // namespace menshen::synth
