#include "folder.hpp"

#include <opencv2/imgcodecs.hpp>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>

namespace menshen::synth {
namespace {

constexpr std::array<std::string_view, sort_count> names{
    "blue",           "yellow",      "yellow_two_rows", "trailer",      "learner", "energy_small",
    "energy_large",   "police",      "police_two_rows", "armed_police", "army",    "army_two_rows",
    "embassy",        "embassy_old", "consulate",       "hong_kong",    "macao",   "hong_kong_two_rows",
    "civil_aviation", "tractor",     "motorcycle",      "moped",        "paper"};

std::string file_name(std::uint64_t number) {
    std::string digits = std::to_string(number);
    return std::string(6 - std::min<std::size_t>(6, digits.size()), '0') + digits + ".jpg";
}

Result<std::ofstream> labels_in(const std::string& folder) {
    std::error_code failed;
    std::filesystem::create_directories(folder, failed);
    std::ofstream labels(folder + "/labels.csv");
    if (!labels) return {Errc::io, "cannot write " + folder + "/labels.csv"};
    return labels;
}

bool save(const std::string& file, const cv::Mat& picture) {
    return cv::imwrite(file, picture, {cv::IMWRITE_JPEG_QUALITY, 95});
}

}  // namespace

std::optional<Sort> Sorts::of(std::uint64_t number) const {
    return by_turns ? static_cast<Sort>(number % sort_count) : only;
}

Result<Sorts> sorts_named(std::string_view name) {
    if (name.empty()) return Sorts{};
    if (name == "each") return Sorts{std::nullopt, true};
    const auto* const found = std::find(names.begin(), names.end(), name);
    if (found != names.end()) return Sorts{static_cast<Sort>(found - names.begin()), false};
    std::string all = "each";
    for (const auto known : names) (all += ", ") += known;
    return {Errc::invalid, "--sort: " + std::string(name) + " is none of " + all};
}

Status write_folder(const Crops& crops, const Sorts& sorts, std::uint64_t seed, std::uint64_t count,
                    const std::string& folder) {
    auto labels = labels_in(folder);
    if (!labels) return labels.error();
    *labels << "file,plate\n";
    for (std::uint64_t i = 0; i < count; ++i) {
        Rng rng(seed, i);
        const auto drawn = crops.draw_straightened(rng, sorts.of(i).value_or(random_sort(rng)));
        if (!save(folder + "/" + file_name(i), drawn.bgr)) return {Errc::io, "cannot write pictures to " + folder};
        *labels << file_name(i) << ',' << drawn.text.text << '\n';
    }
    return {};
}

Status write_folder(Scenes& scenes, const Sorts& sorts, std::uint64_t seed, std::uint64_t count,
                    const std::string& folder) {
    auto labels = labels_in(folder);
    if (!labels) return labels.error();
    *labels << "file,plate,x1,y1,x2,y2,x3,y3,x4,y4\n";
    cv::Mat frame;
    SceneLabels in_frame;
    std::vector<std::string> texts;
    for (std::uint64_t i = 0, written = 0; written < count && i < 20 * count; ++i) {
        scenes.draw(seed, i, frame, in_frame, &texts, sorts.of(written));
        if (in_frame.count > 1 || (in_frame.count == 1 && in_frame.plates[0].readable == 0)) continue;
        if (!save(folder + "/" + file_name(written), frame)) return {Errc::io, "cannot write pictures to " + folder};
        *labels << file_name(written++) << ',' << (in_frame.count == 1 ? texts[0] : "");
        for (const float c : in_frame.plates[0].corners) {
            *labels << ',';
            if (in_frame.count == 1) *labels << c;
        }
        *labels << '\n';
    }
    return {};
}

}  // namespace menshen::synth
