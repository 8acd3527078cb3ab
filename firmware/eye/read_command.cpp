#include "read_command.hpp"

#include <boost/json.hpp>
#include <fmt/core.h>
#include <opencv2/videoio.hpp>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>

#include "camera/source.hpp"
#include "eye/models.hpp"
#include "eye/reader.hpp"
#include "eye/worth.hpp"
#include "values/json.hpp"
#include "values/plate.hpp"

namespace menshen::eye {
namespace {

namespace fs = std::filesystem;

struct Score {
    int right = 0, wrong = 0, unread = 0, any = 0;
    std::vector<double> milliseconds;
    std::vector<std::pair<float, bool>> sure;  // likelihood of the first read, whether it was right
};

std::map<std::string, std::string> load_labels(const std::string& path) {
    std::map<std::string, std::string> labels;
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
        const auto comma = line.find(',');
        if (comma == std::string::npos) continue;
        auto plate = line.substr(comma + 1);
        plate = plate.substr(0, plate.find_first_of(",\r"));
        labels[line.substr(0, comma)] = plate;
    }
    return labels;
}

class Command {
  public:
    Command(const ReadCommand& command, PlateReader reader)
        : command_(command), reader_(std::move(reader)), labels_(load_labels(command.labels)) {}

    int run() {
        int status = 0;
        for (const auto& input : command_.inputs) status |= one(input);
        if (!command_.labels.empty()) print_score();
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
        frame(path, 0, *image, true);
        return 0;
    }

    int clip(const std::string& path) {
        cv::VideoCapture capture(path, cv::CAP_FFMPEG);
        cv::Mat image;
        std::uint64_t number = 0;
        while (capture.isOpened() && capture.read(image)) {
            if (number % static_cast<std::uint64_t>(command_.every) == 0) frame(path, number, image, true);
            ++number;
        }
        if (number == 0) fmt::print(stderr, "menshen-eye: {} holds no frame that can be decoded\n", path);
        return number == 0 ? 1 : 0;
    }

    void frame(const std::string& path, std::uint64_t number, const cv::Mat& image, bool scored) {
        const auto start = std::chrono::steady_clock::now();
        std::vector<Seen> seen;
        if (command_.crops) {
            if (auto one_crop = reader_.read_crop(image)) seen.push_back(std::move(*one_crop));
        } else if (auto all = reader_.read(image, {})) {
            seen = std::move(*all);
        }
        const double ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
        if (!command_.quiet) print(path, number, seen, ms);
        if (scored) judge(path, seen, ms);
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

    void judge(const std::string& path, const std::vector<Seen>& seen, double ms) {
        score_.milliseconds.push_back(ms);
        const auto label = labels_.find(fs::path(path).filename().string());
        if (label == labels_.end()) return;
        const bool usable = !seen.empty() && Plate::parse(seen.front().read.text).ok();
        const bool right = usable && seen.front().read.text == label->second;
        const bool any =
            std::any_of(seen.begin(), seen.end(), [&](const Seen& s) { return s.read.text == label->second; });
        ++(right ? score_.right : usable ? score_.wrong : score_.unread);
        score_.any += any ? 1 : 0;
        if (usable) score_.sure.emplace_back(seen.front().read.likelihood, right);
        if (!right) {
            fmt::print(stderr, "{}: is {}, read {} ({:.2f})\n", path, label->second,
                       usable ? seen.front().read.text : "nothing", usable ? seen.front().read.likelihood : 0.F);
        }
    }

    void print_score() {
        auto& ms = score_.milliseconds;
        std::sort(ms.begin(), ms.end());
        boost::json::array bands;
        for (const float from : {0.F, 0.5F, 0.8F, 0.9F, 0.95F, 0.98F, 0.995F}) {
            const auto above = [&](const auto& s) { return s.first >= from; };
            const auto wrong = [&](const auto& s) { return s.first >= from && !s.second; };
            bands.push_back(
                boost::json::object{{"likelihood_from", from},
                                    {"reads", std::count_if(score_.sure.begin(), score_.sure.end(), above)},
                                    {"wrong", std::count_if(score_.sure.begin(), score_.sure.end(), wrong)}});
        }
        fmt::print("{}\n", boost::json::serialize(boost::json::object{{"right", score_.right},
                                                                      {"wrong", score_.wrong},
                                                                      {"not_read", score_.unread},
                                                                      {"right_among_all", score_.any},
                                                                      {"median_ms", ms.empty() ? 0 : ms[ms.size() / 2]},
                                                                      {"bands", std::move(bands)}}));
    }

    ReadCommand command_;
    PlateReader reader_;
    std::map<std::string, std::string> labels_;
    Score score_;
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
    if (command.budget > 0) options.budget = command.budget;
    options.recogniser = command.recogniser;
    auto reader = PlateReader::load(*models, options);
    if (!reader) {
        fmt::print(stderr, "menshen-eye: {}\n", reader.error().message);
        return 2;
    }
    return Command(command, std::move(*reader)).run();
}

}  // namespace menshen::eye
