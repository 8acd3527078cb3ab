// One plate as a flat picture with a margin around it: grounds, inks, embossing, border, screws, frame, dirt, wear,
// shade, glare. What a camera makes of it comes later (camera.hpp).
#pragma once

#include <opencv2/core.hpp>

#include "plate-synth/camera.hpp"
#include "plate-synth/glyph_set.hpp"
#include "plate-synth/texture.hpp"

namespace menshen::synth {

/// Colours of one plate, BGR 0..255. The ground runs from top to bottom, and may be another left of `left_mm`.
struct Palette {
    cv::Vec3f top, bottom, left_top, left_bottom;
    double left_mm = 0;
    cv::Vec3f ink, first_ink, last_ink;
    std::size_t first_count = 0;  // characters written in first_ink
    cv::Vec3f border;
};
[[nodiscard]] Palette random_palette(Rng& rng, Sort sort);
/// Brightness of the ink and of the ground beside it.
[[nodiscard]] Contrast contrast_of(const Palette& palette);
[[nodiscard]] cv::Vec3f from_hsv(double hue_degrees, double saturation, double value);

inline constexpr double flat_margin = 18;  // millimetres around the plate: its frame, or what the car shows there

struct Flat {
    cv::Mat bgr;       // CV_8UC3
    cv::Mat cover;     // CV_8U: 255 where the plate or its frame hides the car
    double scale = 1;  // pixels a millimetre
    Layout layout;
    Contrast contrast;
    /// Pixel of a point of the plate in millimetres.
    [[nodiscard]] cv::Point2d at(double x, double y) const {
        return {(x + flat_margin) * scale, (y + flat_margin) * scale};
    }
    /// Of the plate, pixels.
    [[nodiscard]] Corners corners() const {
        const auto& l = layout;
        return {cv::Point2f(at(0, 0)), cv::Point2f(at(l.width, 0)), cv::Point2f(at(l.width, l.height)),
                cv::Point2f(at(0, l.height))};
    }
};

struct FlatOptions {
    double scale = 0.5;   // pixels a millimetre, 0.05 to 1
    double surround = 1;  // 0: the margin stays uncovered (scenes); 1: it shows some bumper
    double wear = 1;      // 0 a new plate in even light … 1 the whole range
};

/// Read-only; any number of threads.
class Painter {
  public:
    Painter(const GlyphSet& glyphs, const Textures& textures) : glyphs_(glyphs), textures_(textures) {}
    [[nodiscard]] Flat paint(Rng& rng, const PlateText& text, const FlatOptions& options) const;
    [[nodiscard]] const GlyphSet& glyphs() const { return glyphs_; }
    [[nodiscard]] const Textures& textures() const { return textures_; }

  private:
    [[nodiscard]] cv::Mat ink_mask(Rng& rng, const PlateText& text, const Flat& flat) const;

    const GlyphSet& glyphs_;
    const Textures& textures_;
};

// The steps of paint(), in their order.
void lay_ground(cv::Mat& bgr, const Flat& flat, const Palette& palette);
void print(cv::Mat& bgr, const cv::Mat& mask, const Flat& flat, const Palette& palette, Rng& rng);
void screw_on(Rng& rng, Flat& flat);
void mount(Rng& rng, Flat& flat, const GlyphSet& glyphs, bool surround);
void soil(Rng& rng, Flat& flat, const Textures& textures);
void wear_off(Rng& rng, cv::Mat& mask, const Textures& textures);
void light(Rng& rng, Flat& flat);

}  // namespace menshen::synth
