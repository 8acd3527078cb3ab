#include "read_command.hpp"

#include <boost/json.hpp>
#include <fmt/core.h>
#include <opencv2/videoio.hpp>

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "camera/source.hpp"
#include "eye/models.hpp"
#include "eye/reader.hpp"
#include "eye/worth.hpp"
#include "values/json.hpp"

namespace menshen::eye {
namespace {

namespace fs = std::filesystem;

class Command {
  public:
    Command(const ReadCommand& command, PlateReader reader) : command_(command), reader_(std::move(reader)) {}

    int run() {
        int status = 0;
        for (const auto& input : command_.inputs) status |= one(input);
        return status;
    }

  private:
    int one(const std::string& input) {
        if (fs::is_directory(input)) return folder(input);
        auto ending = fs::path(input).extension().string();
        std::transform(ending.begin(), ending.end(), ending.begin(), [](unsigned char c) { return std::tolower(c); });
        if (ending == ".jpg" || ending == ".jpeg" || ending == ".png" || ending == ".bmp") return picture(input);
        return clip(input);
    }

    int folder(const std::string& path) {
        std::vector<std::string> files;
        for (const auto& entry : fs::directory_iterator(path)) files.push_back(entry.path().string());
        std::sort(files.begin(), files.end());
        int status = 0;
        for (const auto& file : files) {
            if (!file.ends_with(".csv")) status |= one(file);
        }
        return status;
    }

    int picture(const std::string& path) {
        const auto image = camera::load_picture(path);
        if (!image) {
            fmt::print(stderr, "menshen-eye: {}\n", image.error().message);
            return 1;
        }
        frame(path, 0, *image);
        return 0;
    }

    int clip(const std::string& path) {
        cv::VideoCapture capture(path, cv::CAP_FFMPEG);
        cv::Mat image;
        std::uint64_t number = 0;
        while (capture.isOpened() && capture.read(image)) {
            if (number % static_cast<std::uint64_t>(command_.every) == 0) frame(path, number, image);
            ++number;
        }
        if (number == 0) fmt::print(stderr, "menshen-eye: {} holds no frame that can be decoded\n", path);
        return number == 0 ? 1 : 0;
    }

    void frame(const std::string& path, std::uint64_t number, const cv::Mat& image) {
        const auto start = std::chrono::steady_clock::now();
        std::vector<Seen> seen;
        if (command_.crops) {
            if (auto one_crop = reader_.read_crop(image)) seen.push_back(std::move(*one_crop));
        } else if (auto all = reader_.read(image, {})) {
            seen = std::move(*all);
        }
        const double ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
        print(path, number, seen, ms);
    }

    static void print(const std::string& path, std::uint64_t number, const std::vector<Seen>& seen, double ms) {
        boost::json::array reads;
        for (const auto& s : seen) {
            auto read = to_json(s.read).as_object();
            read["raw"] = s.raw_text;
            read["kind"] = static_cast<int>(s.kind);
            read["told"] = worth_telling(s);
            reads.push_back(std::move(read));
        }
        fmt::print("{}\n", boost::json::serialize(boost::json::object{
                               {"file", path}, {"frame", number}, {"ms", ms}, {"reads", std::move(reads)}}));
    }

    ReadCommand command_;
    PlateReader reader_;
};

}  // namespace

int run_read(const ReadCommand& command) {
    cv::setNumThreads(1);
    const auto models = find_models(command.models);
    if (!models) {
        fmt::print(stderr, "menshen-eye: {}\n", models.error().message);
        return 2;
    }
    ReaderOptions options;
    options.detector = command.detector;
    options.recogniser = command.recogniser;
    auto reader = PlateReader::load(*models, options);
    if (!reader) {
        fmt::print(stderr, "menshen-eye: {}\n", reader.error().message);
        return 2;
    }
    return Command(command, std::move(*reader)).run();
}

}  // namespace menshen::eye
