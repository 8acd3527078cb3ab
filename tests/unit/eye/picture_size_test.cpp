#include "camera/picture_size.hpp"

#include <doctest/doctest.h>
#include <opencv2/imgcodecs.hpp>

#include <string>
#include <vector>

using namespace menshen;

namespace {
std::string encoded(const char* ending, int width, int height) {
    std::vector<unsigned char> bytes;
    REQUIRE(cv::imencode(ending, cv::Mat(height, width, CV_8UC3, cv::Scalar(1, 2, 3)), bytes));
    return {bytes.begin(), bytes.end()};
}
}  // namespace

TEST_CASE("the size of a picture is known before it is decoded") {
    for (const char* ending : {".jpg", ".png", ".bmp"}) {
        CAPTURE(ending);
        const auto size = camera::picture_size(encoded(ending, 123, 45));
        REQUIRE(size.ok());
        CHECK(size->width == 123);
        CHECK(size->height == 45);
    }
}

TEST_CASE("a small file that claims to be huge is seen through") {
    std::string png = encoded(".png", 10, 10);
    png.replace(16, 8, std::string("\x00\x00\xFF\xFF\x00\x00\xFF\xFF", 8));
    CHECK(camera::picture_size(png)->width == 65535);
}

TEST_CASE("cut off at any byte, garbage and nothing are errors, never a crash") {
    for (const char* ending : {".jpg", ".png", ".bmp"}) {
        const std::string whole = encoded(ending, 123, 45);
        for (std::size_t n = 0; n < std::min<std::size_t>(whole.size(), 700); ++n) {
            const auto size = camera::picture_size(std::string_view(whole).substr(0, n));
            if (size.ok()) CHECK(size->width == 123);
        }
    }
    CHECK_FALSE(camera::picture_size("").ok());
    CHECK_FALSE(camera::picture_size(std::string(1000, '\xFF')).ok());
    CHECK_FALSE(camera::picture_size("\xFF\xD8\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF").ok());
    CHECK_FALSE(camera::picture_size("<html>not found</html>").ok());
}
