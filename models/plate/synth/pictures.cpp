#include "plate-synth/pictures.hpp"

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>

namespace menshen::synth {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> fields_of(const std::string& line) {
    std::vector<std::string> out(1);
    for (const char c : line) {
        if (c == ',')
            out.emplace_back();
        else if (c != '\r')
            out.back() += c;
    }
    return out;
}

bool read_corners(const std::vector<std::string>& fields, Labelled& picture) {
    if (fields.size() < 10 || fields[2].empty()) return true;
    for (std::size_t i = 0; i < 8; ++i) {
        const std::string& f = fields[2 + i];
        float v = 0;
        if (std::from_chars(f.data(), f.data() + f.size(), v).ec != std::errc()) return false;
        (i % 2 == 0 ? picture.corners[i / 2].x : picture.corners[i / 2].y) = v;
    }
    picture.has_corners = true;
    return true;
}

std::vector<Labelled> all_pictures(const std::string& folder) {
    std::vector<Labelled> out;
    std::error_code failed;
    for (const auto& entry : fs::directory_iterator(folder, failed)) {
        const auto end = entry.path().extension();
        if (end == ".jpg" || end == ".jpeg" || end == ".png") out.push_back({entry.path(), {}, false, {}});
    }
    std::sort(out.begin(), out.end(), [](const Labelled& a, const Labelled& b) { return a.file < b.file; });
    return out;
}

}  // namespace

Result<std::vector<Labelled>> labelled_pictures(const std::string& folder) {
    const std::string name = fs::weakly_canonical(folder).filename();
    if (name.find("-dev") != std::string::npos)
        return {Errc::invalid, folder + " is kept for judging: train on another folder"};
    std::ifstream in(folder + "/labels.csv");
    std::vector<Labelled> out;
    if (!in) out = all_pictures(folder);
    std::string line;
    for (int number = 1; std::getline(in, line); ++number) {
        const auto fields = fields_of(line);
        if (number == 1 || fields.size() < 2) continue;
        Labelled picture{folder + "/" + fields[0], fields[1], false, {}};
        if (!read_corners(fields, picture))
            return {Errc::invalid,
                    folder + "/labels.csv line " + std::to_string(number) + ": corners are eight numbers"};
        out.push_back(std::move(picture));
    }
    if (out.empty()) return {Errc::not_found, "no pictures in " + folder};
    return out;
}

const Pictures::Picture& Pictures::get(const std::string& file) {
    if (const auto found = kept_.find(file); found != kept_.end()) {
        order_.splice(order_.end(), order_, found->second.place);
        return found->second.picture;
    }
    Picture picture{cv::imread(file, cv::IMREAD_COLOR), 1};
    const int side = std::max(picture.bgr.cols, picture.bgr.rows);
    if (side > longest_) {
        picture.scale = static_cast<double>(longest_) / side;
        cv::resize(picture.bgr, picture.bgr, {}, picture.scale, picture.scale, cv::INTER_AREA);
    }
    held_ += picture.bgr.total() * 3;
    while (held_ > most_ && !order_.empty()) {
        const auto oldest = kept_.find(order_.front());
        held_ -= oldest->second.picture.bgr.total() * 3;
        kept_.erase(oldest);
        order_.pop_front();
    }
    order_.push_back(file);
    return kept_.emplace(file, Kept{std::move(picture), std::prev(order_.end())}).first->second.picture;
}

}  // namespace menshen::synth
