// Characters as masks. Letters and digits are drawn from strokes in the proportions of GA 36 (45 x 90 mm, stroke about
// 10.5 mm); Chinese characters come from a font that Debian installs (fonts-noto-cjk).
#pragma once

#include <opencv2/core.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "values/result.hpp"

namespace menshen::synth {

/// Unicode code points of a text; a byte that is not UTF-8 becomes U+FFFD.
[[nodiscard]] std::u32string code_points(std::string_view utf8);

/// One font face. One thread at a time; each scene has its own.
class Glyphs {
  public:
    /// `font` empty: the places where Debian puts Noto Sans CJK. not_found names the package to install. `face`: which
    /// of a collection, the first if there is no such; unset, the simplified Chinese one of Noto's.
    static Result<Glyphs> load(const std::string& font = {}, long face = 2);
    Glyphs(Glyphs&&) noexcept;
    Glyphs& operator=(Glyphs&&) noexcept;
    ~Glyphs();

    /// The character filling a box of `size` pixels: CV_8U, ink 255. Unknown characters give an empty box with a frame.
    [[nodiscard]] cv::Mat mask(char32_t character, cv::Size size) const;
    /// The character as the font has it, cut to its ink: CV_8U, ink 255; empty when the font has none. `embolden` in
    /// thousandths of the size.
    [[nodiscard]] cv::Mat ink(char32_t character, int pixels, int embolden) const;
    /// A line of text of that height with its natural widths (signs, not plates).
    [[nodiscard]] cv::Mat line(std::string_view utf8, int height) const;

  private:
    struct Face;
    explicit Glyphs(std::unique_ptr<Face> face);
    std::unique_ptr<Face> face_;
};

/// The stroke-drawn form of an ASCII letter or digit; empty when there is none.
[[nodiscard]] cv::Mat stroke_mask(char32_t character, cv::Size size);

}  // namespace menshen::synth
