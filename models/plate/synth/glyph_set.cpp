#include "plate-synth/glyph_set.hpp"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <array>
#include <filesystem>

#include "plate-synth/glyph.hpp"

namespace menshen::synth {
namespace {

struct FontFile {
    const char* path;
    int embolden;  // thousandths of the size
    bool latin, chinese;
};
// Where Debian puts them; those that are not there are left out.
constexpr std::array<FontFile, 11> font_files{{
    {"/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 14, false, true},
    {"/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 34, false, true},
    {"/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc", 0, true, true},
    {"/usr/share/fonts/opentype/noto/NotoSansCJK-Medium.ttc", 10, false, true},
    {"/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc", 18, false, true},
    {"/usr/share/fonts/truetype/wqy/wqy-microhei.ttc", 22, false, true},
    {"/usr/share/fonts/truetype/opendin/OSP-DIN.ttf", 16, true, false},
    {"/usr/share/fonts/truetype/opendin/OSP-DIN.ttf", 34, true, false},
    {"/usr/share/fonts/truetype/liberation/LiberationSansNarrow-Regular.ttf", 24, true, false},
    {"/usr/share/fonts/truetype/liberation/LiberationSansNarrow-Bold.ttf", 0, true, false},
    {"/usr/share/fonts/truetype/dejavu/DejaVuSansCondensed.ttf", 16, true, false},
}};

bool is_latin(int symbol) {
    return symbol >= first_letter && symbol < first_suffix;
}

/// Ink in the middle of an empty box as wide as narrow characters need.
cv::Mat widened(const cv::Mat& ink, int symbol) {
    if (!is_narrow(symbol)) return ink;
    const int width = std::max(ink.cols, cvRound(ink.cols / narrow_share));
    cv::Mat out(ink.rows, width, CV_8U, cv::Scalar(0));
    ink.copyTo(out.colRange((width - ink.cols) / 2, (width - ink.cols) / 2 + ink.cols));
    return out;
}

std::vector<cv::Mat> drawn_by(const Glyphs& font, const FontFile& file, int symbol) {
    if (is_latin(symbol) ? !file.latin : !file.chinese) return {};
    const cv::Mat ink = font.ink(code_points(symbol_text(symbol)).front(), 3 * field_height, file.embolden);
    if (ink.empty()) return {};
    return {field_of(widened(ink, symbol))};
}

std::vector<cv::Mat> drawn_by_strokes(int symbol) {
    const cv::Mat ink = stroke_mask(code_points(symbol_text(symbol)).front(), {2 * field_width, 2 * field_height});
    if (ink.empty()) return {};
    return {field_of(ink)};
}

constexpr std::array<const char*, 40> word_list{"一汽大众 4S店", "上海通用别克", "广汽丰田 0551-6288",
                                                "东风日产",      "TOYOTA",       "HONDA",
                                                "BMW",           "AUDI",         "中国平安车险",
                                                "宝马 尊享服务", "GEELY AUTO",   "CHANGAN",
                                                "出租 TAXI",     "禁止停车",     "停车场入口",
                                                "24小时营业",    "HAVAL H6",     "4MATIC",
                                                "PASSAT 1.8T",   "CAMRY",        "大众汽车",
                                                "24V 6x4",       "自编号 0127",  "限速 40",
                                                "EXIT 12",       "KEEP CLEAR",   "PARKING",
                                                "OPEN 24H",      "SALE -50%",    "TURBO",
                                                "京东物流",      "顺丰速运",     "0512-88888",
                                                "13988886666",   "B-XK 4412",    "ABC1D23",
                                                "7JKL 482",      "GR 20 4411",   "XY63 ZZB",
                                                "安全第一"};

}  // namespace

cv::Mat field_of(const cv::Mat& ink) {
    constexpr int times = 3;
    cv::Mat big, inside, outside, away, out;
    cv::resize(ink, big, {field_width * times, field_height * times}, 0, 0,
               ink.cols > field_width * times ? cv::INTER_AREA : cv::INTER_LINEAR);
    cv::threshold(big, inside, 127, 255, cv::THRESH_BINARY);
    cv::copyMakeBorder(inside, inside, times, times, times, times, cv::BORDER_CONSTANT, cv::Scalar(0));
    cv::bitwise_not(inside, outside);
    cv::distanceTransform(inside, inside, cv::DIST_L2, 3);
    cv::distanceTransform(outside, outside, cv::DIST_L2, 3);
    away = (inside - outside)(cv::Rect(times, times, big.cols, big.rows));
    cv::resize(away, away, {field_width, field_height}, 0, 0, cv::INTER_AREA);
    away.convertTo(out, CV_8U, static_cast<double>(field_slope) / times, 128);
    return out;
}

Result<GlyphSet> GlyphSet::load(const GlyphSources& from) {
    GlyphSet set;
    Source strokes{{}, 1, 0};
    for (int s = 0; s < symbol_count; ++s) strokes.of_symbol.push_back(drawn_by_strokes(s));
    set.sources_.push_back(std::move(strokes));
    auto basic = Glyphs::load();
    if (!basic) return basic.error();
    for (const char* word : word_list) set.words_.push_back(basic->line(word, 24));
    for (const FontFile& file : font_files) {
        const bool needed = std::string_view(file.path).find("Regular.ttc") != std::string_view::npos;
        if ((!from.fonts && !needed) || !std::filesystem::exists(file.path)) continue;
        auto font = Glyphs::load(file.path);
        if (!font) continue;
        Source source{{}, file.latin ? 0.25 : 0, file.chinese ? 0.5 : 0};
        for (int s = 0; s < symbol_count; ++s) source.of_symbol.push_back(drawn_by(*font, file, s));
        set.sources_.push_back(std::move(source));
    }
    if (from.learnt.empty()) return set;
    Source learnt{{}, 4, 2.5};
    std::size_t found = 0;
    for (int s = 0; s < symbol_count; ++s) {
        learnt.of_symbol.push_back(
            learnt_fields(from.learnt + "/" + std::string(symbol_text(s)), is_narrow(s), !is_latin(s), 16));
        found += learnt.of_symbol.back().size();
    }
    if (found == 0) return {Errc::not_found, "no shapes in " + from.learnt + ": a folder a character is wanted"};
    set.sources_.push_back(std::move(learnt));
    return set;
}

GlyphSet::Style GlyphSet::style(Rng& rng) const {
    const auto choose = [&](double Source::*weight) {
        double sum = 0;
        for (const Source& s : sources_) sum += s.*weight;
        double at = rng.uniform(0, sum);
        for (std::size_t i = 0; i < sources_.size(); ++i) {
            at -= sources_[i].*weight;
            if (at < 0) return i;
        }
        return std::size_t{0};
    };
    Style out;
    out.latin = choose(&Source::latin_weight);
    out.chinese = choose(&Source::chinese_weight);
    return out;
}

const cv::Mat& GlyphSet::field(int symbol, const Style& style, Rng& rng) const {
    const auto s = static_cast<std::size_t>(symbol);
    const Shapes& wanted = sources_[is_latin(symbol) ? style.latin : style.chinese].of_symbol[s];
    if (!wanted.empty()) return rng.pick(wanted);
    static const cv::Mat none(field_height, field_width, CV_8U, cv::Scalar(0));
    const std::size_t from = rng.below(sources_.size());
    for (std::size_t i = 0; i < sources_.size(); ++i) {
        const Shapes& other = sources_[(from + i) % sources_.size()].of_symbol[s];
        if (!other.empty()) return rng.pick(other);
    }
    return none;
}

}  // namespace menshen::synth
