#include "page.hpp"

#include <fmt/core.h>
#include <opencv2/imgproc.hpp>

#include <cmath>
#include <fstream>

#include "eye/pictures.hpp"

namespace menshen::eval {
namespace {

constexpr int scene_width = 560, crop_width = 240;  // pixels on the page

std::string base64(const std::vector<std::uint8_t>& bytes) {
    static constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        std::uint32_t three = 0;
        for (std::size_t k = 0; k < 3; ++k) three = three << 8U | (i + k < bytes.size() ? bytes[i + k] : 0U);
        for (std::size_t k = 0; k < 4; ++k) {
            out += i + k > bytes.size() ? '=' : digits[three >> (18U - 6U * static_cast<unsigned>(k)) & 63U];
        }
    }
    return out;
}

std::string image_of(const cv::Mat& picture, int width, int quality) {
    return base64(eye::jpeg_of(picture, width, quality));
}

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else if (c == '&')
            out += "&amp;";
        else if (c == '"')
            out += "&quot;";
        else
            out += c;
    }
    return out;
}

void outline(cv::Mat& picture, const std::array<Point, 4>& corners, const cv::Scalar& colour) {
    std::vector<cv::Point> points;
    for (const auto& p : corners) points.emplace_back(cvRound(p.x), cvRound(p.y));
    cv::polylines(picture, points, true, colour, std::max(1, picture.cols / 400), cv::LINE_AA);
}

/// What was read, each character that differs marked.
std::string marked(const std::string& is, const std::string& read) {
    if (is.empty()) return escaped(read);
    std::string out;
    for (const auto& pair : aligned(is, read)) {
        if (pair.is == pair.read)
            out += escaped(pair.read);
        else
            out += "<b>" + (pair.read.empty() ? "·" : escaped(pair.read)) + "</b>";
    }
    return out;
}

std::string row(const Miss& miss) {
    std::string out = fmt::format("<section><h2>{} <i>{}</i></h2>\n", escaped(miss.file), to_string(miss.verdict));
    out += "<img src=\"data:image/jpeg;base64," + miss.scene + "\" alt=\"\">\n<table>";
    out += fmt::format("<tr><td>is<td colspan=2 class=p>{}\n", miss.is.empty() ? "no plate" : escaped(miss.is));
    if (!miss.note.empty()) out += "<tr><td><td colspan=2>" + escaped(miss.note) + "\n";
    for (std::size_t i = 0; i < miss.readings.size(); ++i) {
        const auto& reading = miss.readings[i];
        const auto crop =
            i < miss.crops.size() ? "<img src=\"data:image/jpeg;base64," + miss.crops[i] + "\" alt=\"\">" : "";
        out += fmt::format("<tr><td>read<td class=p>{}<td>{:.3f}{}{} {}\n", marked(miss.is, reading.text),
                           reading.likelihood, reading.whole ? "" : ", no plate's grammar",
                           reading.told ? "" : ", not told", crop);
    }
    if (miss.readings.empty()) out += "<tr><td>read<td colspan=2>nothing\n";
    return out + "</table></section>\n";
}

constexpr std::string_view head =
    "<!doctype html><meta charset=utf-8><meta name=viewport content=\"width=device-width\">\n<style>body{font:15px "
    "sans-serif;margin:1em auto;max-width:70em;background:#fafafa;color:#222}section{background:#fff;border:1px solid "
    "#ddd;margin:1em 0;padding:.5em 1em}h2{font-size:1em}i{color:#a33}img{max-width:100%;vertical-align:middle}"
    ".p{font:600 1.3em monospace;white-space:nowrap}b{color:#c00}td{padding:.2em .6em .2em 0}</style>\n";

}  // namespace

Miss make_miss(const Labelled& picture, Verdict verdict, const Outcome& outcome, const cv::Mat& image,
               const std::vector<eye::Seen>& seen) {
    Miss miss;
    miss.file = picture.file;
    miss.verdict = verdict;
    for (const auto& plate : picture.plates) miss.is += (miss.is.empty() ? "" : " ") + plate.text;
    miss.readings = outcome.readings;
    if (image.empty()) return miss;
    cv::Mat drawn = image.clone();
    for (const auto& reading : outcome.readings) outline(drawn, reading.corners, {40, 40, 230});
    for (const auto& plate : picture.plates) {
        if (plate.corners) outline(drawn, *plate.corners, {60, 200, 60});
    }
    miss.scene = image_of(drawn, scene_width, 78);
    for (const auto& s : seen) miss.crops.push_back(image_of(s.crop, crop_width, 85));
    return miss;
}

Status write_page(const std::string& path, const std::string& title, const std::vector<Miss>& misses, int left_out) {
    std::ofstream file(path, std::ios::binary);
    file << head << "<title>" << escaped(title) << "</title><h1>" << escaped(title) << "</h1>\n";
    file << "<p>" << misses.size() << " misses" << (left_out > 0 ? fmt::format(", {} more left out", left_out) : "")
         << ". Green: where the plate is. Red: what was found.\n";
    for (const auto& miss : misses) file << row(miss);
    file.flush();
    if (!file) return {Errc::io, path + " cannot be written; name a file in a folder that exists"};
    return {};
}

}  // namespace menshen::eval
