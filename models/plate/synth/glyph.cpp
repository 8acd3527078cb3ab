#include "plate-synth/glyph.hpp"

#include <ft2build.h>
#include FT_FREETYPE_H
#include FT_OUTLINE_H

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <array>
#include <filesystem>

namespace menshen::synth {
namespace {

// Regular rather than Bold: the many strokes of a province character run together when Bold is 20 pixels wide.
constexpr std::array font_places{
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
};

int sequence_length(unsigned char lead) {
    if (lead < 0x80) return 1;
    if (lead >= 0xC2 && lead < 0xE0) return 2;
    if (lead >= 0xE0 && lead < 0xF0) return 3;
    if (lead >= 0xF0 && lead < 0xF5) return 4;
    return 0;
}

}  // namespace

std::u32string code_points(std::string_view utf8) {
    std::u32string out;
    for (std::size_t i = 0; i < utf8.size();) {
        const auto lead = static_cast<unsigned char>(utf8[i]);
        const auto length = static_cast<std::size_t>(sequence_length(lead));
        char32_t point = length == 1 ? lead : lead & (0xFFU >> (length + 1));
        bool good = length > 0 && i + length <= utf8.size();
        for (std::size_t k = 1; good && k < length; ++k) {
            const auto next = static_cast<unsigned char>(utf8[i + k]);
            good = (next & 0xC0U) == 0x80U;
            point = (point << 6U) | (next & 0x3FU);
        }
        out.push_back(good ? point : U'\uFFFD');
        i += good ? length : 1;
    }
    return out;
}

struct Glyphs::Face {
    FT_Library library = nullptr;
    FT_Face face = nullptr;

    Face() = default;
    Face(const Face&) = delete;
    Face& operator=(const Face&) = delete;
    ~Face() {
        if (face != nullptr) FT_Done_Face(face);
        if (library != nullptr) FT_Done_FreeType(library);
    }

    /// Ink of one character, cut to its edges; empty when the font has none. `embolden` in 1/1000 em.
    [[nodiscard]] cv::Mat ink(char32_t character, int pixels, int embolden) const {
        FT_Set_Pixel_Sizes(face, 0, static_cast<FT_UInt>(pixels));
        const FT_UInt index = FT_Get_Char_Index(face, character);
        if (index == 0 || FT_Load_Glyph(face, index, FT_LOAD_NO_HINTING) != 0) return {};
        FT_Outline_Embolden(&face->glyph->outline, pixels * 64L * embolden / 1000);
        if (FT_Render_Glyph(face->glyph, FT_RENDER_MODE_NORMAL) != 0) return {};
        const FT_Bitmap& b = face->glyph->bitmap;
        if (b.width == 0 || b.rows == 0 || b.pitch <= 0) return {};
        return cv::Mat(static_cast<int>(b.rows), static_cast<int>(b.width), CV_8U, b.buffer,
                       static_cast<std::size_t>(b.pitch))
            .clone();
    }
};

Glyphs::Glyphs(std::unique_ptr<Face> face) : face_(std::move(face)) {}
Glyphs::Glyphs(Glyphs&&) noexcept = default;
Glyphs& Glyphs::operator=(Glyphs&&) noexcept = default;
Glyphs::~Glyphs() = default;

Result<Glyphs> Glyphs::load(const std::string& font, long index) {
    auto face = std::make_unique<Face>();
    if (FT_Init_FreeType(&face->library) != 0) return {Errc::internal, "FreeType does not start"};
    std::vector<std::string> places(font_places.begin(), font_places.end());
    if (!font.empty()) places = {font};
    for (const std::string& place : places) {
        if (!std::filesystem::exists(place)) continue;
        if (FT_New_Face(face->library, place.c_str(), index, &face->face) == 0 ||
            FT_New_Face(face->library, place.c_str(), 0, &face->face) == 0)
            return Glyphs(std::move(face));
    }
    return {Errc::not_found, font.empty() ? "no font with Chinese characters: install the package fonts-noto-cjk"
                                          : "font " + font + " cannot be read: name a TrueType or OpenType file"};
}

cv::Mat Glyphs::ink(char32_t character, int pixels, int embolden) const {
    return face_->ink(character, pixels, embolden);
}

cv::Mat Glyphs::mask(char32_t character, cv::Size size) const {
    if (cv::Mat drawn = stroke_mask(character, size); !drawn.empty()) return drawn;
    cv::Mat out(size, CV_8U, cv::Scalar(0));
    const cv::Mat ink = face_->ink(character, size.height * 2, 14);
    if (ink.empty()) {
        cv::rectangle(out, {0, 0}, {size.width - 1, size.height - 1}, cv::Scalar(255), std::max(1, size.width / 12));
        return out;
    }
    cv::resize(ink, out, size, 0, 0, cv::INTER_AREA);
    return out;
}

cv::Mat Glyphs::line(std::string_view utf8, int height) const {
    std::vector<cv::Mat> pieces;
    int width = 0;
    for (const char32_t c : code_points(utf8)) {
        const bool narrow = c < 0x80;
        cv::Mat cell(height, narrow ? height * 6 / 10 : height * 21 / 20, CV_8U, cv::Scalar(0));
        const cv::Mat ink = c == U' ' ? cv::Mat() : face_->ink(c, height * 9 / 10, 20);
        if (!ink.empty()) {
            const cv::Rect place = cv::Rect((cell.cols - ink.cols) / 2, (height - ink.rows) / 2, ink.cols, ink.rows) &
                                   cv::Rect(0, 0, cell.cols, cell.rows);
            ink(cv::Rect(0, 0, place.width, place.height)).copyTo(cell(place));
        }
        width += cell.cols;
        pieces.push_back(cell);
    }
    cv::Mat out(height, std::max(width, 1), CV_8U, cv::Scalar(0));
    if (!pieces.empty()) cv::hconcat(pieces, out);
    return out;
}

}  // namespace menshen::synth
