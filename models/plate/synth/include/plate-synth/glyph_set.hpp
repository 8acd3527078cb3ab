// The shapes of the characters of plates, from several sources that are mixed at random: our own strokes, fonts of
// Debian, and shapes learnt from real binarised characters. Kept as distance fields, so that a shape may be drawn at
// any size and any stroke width.
#pragma once

#include <opencv2/core.hpp>

#include <string>
#include <vector>

#include "plate-synth/random.hpp"
#include "plate-synth/text.hpp"
#include "values/result.hpp"

namespace menshen::synth {

/// Fields are CV_8U of this size: 128 is the edge of the ink, one pixel nearer its middle is `field_slope` more.
inline constexpr int field_width = 40, field_height = 80, field_slope = 18;

struct GlyphSources {
    std::string learnt;  // a folder with a folder a character, 20 x 20 pictures; empty: none
    bool fonts = true;
};

/// Read-only once loaded; any number of threads.
class GlyphSet {
  public:
    /// not_found when there is no font with Chinese characters, or no shape in the folder named.
    static Result<GlyphSet> load(const GlyphSources& sources);

    /// One plate's choice of sources.
    struct Style {
        std::size_t latin = 0;
        std::size_t chinese = 0;
    };
    [[nodiscard]] Style style(Rng& rng) const;
    /// One of the shapes that the source has of the symbol; another source's where it has none.
    [[nodiscard]] const cv::Mat& field(int symbol, const Style& style, Rng& rng) const;
    /// Lines of text as masks, 24 pixels high: on frames, signs and bumpers. Never empty.
    [[nodiscard]] const std::vector<cv::Mat>& words() const { return words_; }

  private:
    using Shapes = std::vector<cv::Mat>;
    struct Source {
        std::vector<Shapes> of_symbol;  // symbol_count of them
        double latin_weight = 0, chinese_weight = 0;
    };
    std::vector<Source> sources_;
    std::vector<cv::Mat> words_;
};

/// A distance field of ink (CV_8U, ≥ 128 is ink) stretched to the field's size.
[[nodiscard]] cv::Mat field_of(const cv::Mat& ink);
/// Shapes learnt from a folder of binarised pictures of one character: means of random few of those that agree. Empty
/// when there is nothing to learn
/// from. `narrow`: see is_narrow; `dense`: of many strokes, as Chinese characters are.
[[nodiscard]] std::vector<cv::Mat> learnt_fields(const std::string& folder, bool narrow, bool dense, int variants);
/// Characters that do not fill their box: 1 and I.
[[nodiscard]] inline bool is_narrow(int symbol) {
    return symbol == first_digit + 1 || symbol == first_letter + 8;
}
/// The box's share that a narrow character takes.
inline constexpr double narrow_share = 0.34;

}  // namespace menshen::synth
