#include <opencv2/imgcodecs.hpp>

#include <algorithm>
#include <cctype>
#include <exception>
#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

#include "camera/picture_size.hpp"
#include "sources.hpp"

namespace menshen::camera {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t max_file = 64U << 20U;  // bytes; no picture of a gate is larger

bool is_picture(const fs::path& path) {
    auto ending = path.extension().string();
    std::transform(ending.begin(), ending.end(), ending.begin(), [](unsigned char c) { return std::tolower(c); });
    return ending == ".jpg" || ending == ".jpeg" || ending == ".png" || ending == ".bmp";
}

class Folder final : public Source {
  public:
    Folder(std::vector<fs::path> pictures, const Options& options)
        : pictures_(std::move(pictures)), options_(options) {}

    Result<Picture> next() override {
        if (next_ == pictures_.size()) {
            ended_ = !options_.loop;
            if (ended_) return {Errc::unavailable, "every picture of the folder has been shown"};
            next_ = 0;
        }
        const auto wait = due_ - boot_now();
        if (wait > Duration::zero()) std::this_thread::sleep_for(std::min<Duration>(wait, options_.picture_time));
        due_ = boot_now() + options_.picture_time;
        auto image = load_picture(pictures_[next_++].string(), options_);
        return image ? Result<Picture>(Picture(std::move(*image))) : image.error();
    }
    [[nodiscard]] bool ended() const override { return ended_; }

  private:
    std::vector<fs::path> pictures_;
    Options options_;
    std::size_t next_ = 0;
    Instant due_{};
    bool ended_ = false;
};

}  // namespace

Result<cv::Mat> load_picture(const std::string& path, const Options& options) try {
    std::error_code failed;
    if (const auto size = fs::file_size(path, failed); failed || size > max_file) {
        return {Errc::invalid, path + (failed ? " cannot be read" : " is larger than 64 MiB and is refused")};
    }
    std::ifstream file(path, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    const auto size = picture_size(bytes);
    if (!size) return size.error().in(path);
    if (std::int64_t{size->width} * size->height > options.max_pixels) {
        return {Errc::invalid, path + ": a picture of " + std::to_string(size->width) + " x " +
                                   std::to_string(size->height) + " pixels is refused before decoding"};
    }
    auto image = cv::imdecode(cv::Mat(1, static_cast<int>(bytes.size()), CV_8UC1, const_cast<char*>(bytes.data())),
                              cv::IMREAD_COLOR | cv::IMREAD_IGNORE_ORIENTATION);
    if (image.empty()) return {Errc::invalid, path + " cannot be decoded"};
    auto admitted = admit(std::move(image), options);
    return admitted ? admitted : admitted.error().in(path);
} catch (const std::exception& e) {
    return {Errc::invalid, path + ": " + e.what()};
}

Result<std::unique_ptr<Source>> open_folder(const Address& address, const Options& options) {
    std::vector<fs::path> pictures;
    for (const auto& entry : fs::directory_iterator(address.target)) {
        if (is_picture(entry.path())) pictures.push_back(entry.path());
        if (pictures.size() > 1'000'000) return {Errc::invalid, address.shown + " holds more than a million pictures"};
    }
    if (pictures.empty()) return {Errc::not_found, address.shown + " holds no picture (.jpg, .jpeg, .png, .bmp)"};
    std::sort(pictures.begin(), pictures.end());
    return std::unique_ptr<Source>(std::make_unique<Folder>(std::move(pictures), options));
}

}  // namespace menshen::camera
