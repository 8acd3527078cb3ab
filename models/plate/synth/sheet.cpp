#include "sheet.hpp"

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

namespace menshen::synth {
namespace {

Status write(const std::vector<cv::Mat>& tiles, int columns, const std::string& file, int tile_width = 192,
             int tile_height = 48) {
    const int rows = (static_cast<int>(tiles.size()) + columns - 1) / columns;
    cv::Mat sheet(rows * (tile_height + 2), columns * (tile_width + 2), CV_8UC3, cv::Scalar::all(0));
    for (std::size_t i = 0; i < tiles.size(); ++i) {
        const int x = static_cast<int>(i) % columns, y = static_cast<int>(i) / columns;
        const cv::Rect place(x * (tile_width + 2), y * (tile_height + 2), tile_width, tile_height);
        cv::resize(tiles[i], sheet(place), place.size(), 0, 0, cv::INTER_CUBIC);
    }
    if (cv::imwrite(file, sheet)) return {};
    return {Errc::io, "cannot write " + file + ": name a .png or .jpg"};
}

}  // namespace

Status write_sheet(Crops& crops, std::uint64_t seed, std::uint64_t count, int columns, const std::string& file) {
    std::vector<cv::Mat> tiles;
    for (std::uint64_t i = 0; i < count; ++i) {
        CropRecord record = crops.draw(seed, i);
        cv::Mat tile = cv::Mat(row_height, row_width, CV_8UC3, record.image.data()).clone();
        if (record.length == 0)
            tile.colRange(0, 3).setTo(record.kind == CropKind::none ? cv::Scalar(0, 0, 255) : cv::Scalar(255, 0, 0));
        for (std::size_t k = 0; k < record.length; ++k)
            tile.at<cv::Vec3b>(row_height - 1, record.centre[k]) = {0, 255, 0};
        tiles.push_back(tile);
    }
    return write(tiles, columns, file);
}

Status write_sheet(Scenes& scenes, std::uint64_t seed, std::uint64_t count, int columns, const std::string& file) {
    std::vector<cv::Mat> tiles;
    for (std::uint64_t i = 0; i < count; ++i) {
        cv::Mat frame;
        SceneLabels labels;
        scenes.draw(seed, i, frame, labels);
        frame = frame.clone();
        for (std::size_t k = 0; k < labels.count; ++k) {
            const ScenePlate& p = labels.plates[k];
            const cv::Scalar colour = p.readable != 0 ? cv::Scalar(0, 255, 0) : cv::Scalar(0, 0, 255);
            for (std::size_t c = 0; c < 4; ++c)
                cv::circle(frame, cv::Point2f(p.corners[2 * c], p.corners[2 * c + 1]), 2, colour, -1, cv::LINE_AA);
        }
        tiles.push_back(frame);
    }
    const cv::Size size = tiles.empty() ? cv::Size(640, 384) : tiles.front().size();
    return write(tiles, columns, file, size.width, size.height);
}

Status write_sheet_of(const std::string& folder, std::uint64_t seed, std::size_t count, int columns,
                      const std::string& file) {
    const auto pictures = labelled_pictures(folder);
    if (!pictures) return pictures.error();
    Rng rng(seed);
    std::vector<cv::Mat> tiles;
    while (tiles.size() < count) {
        if (cv::Mat one = cv::imread(rng.pick(*pictures).file); !one.empty()) tiles.push_back(one);
    }
    return write(tiles, columns, file);
}

}  // namespace menshen::synth
