// The flat plate keeps the standard's geometry and colours.
#include <doctest/doctest.h>
#include <opencv2/imgproc.hpp>

#include "plate-synth/plate_picture.hpp"

using namespace menshen;
using namespace menshen::synth;

namespace {

Glyphs glyphs() {
    auto loaded = Glyphs::load();
    REQUIRE(loaded.ok());
    return std::move(loaded.value());
}

PlatePicture plate(const char* text, PlateColour colour = PlateColour::unknown) {
    auto drawn = draw_plate(glyphs(), {text, colour, PlateState::clean, 1}, 2);
    REQUIRE(drawn.ok());
    return std::move(drawn.value());
}

/// Share of a box that is nearer to the ink than to the ground.
double ink_share(const PlatePicture& p, std::size_t i) {
    const cv::Rect2d& b = p.boxes_mm[i];
    const cv::Mat box =
        p.bgr(cv::Rect(cvRound(b.x * 2), cvRound(b.y * 2), cvRound(b.width * 2), cvRound(b.height * 2)));
    int inked = 0;
    for (int y = 0; y < box.rows; ++y)
        for (int x = 0; x < box.cols; ++x) {
            const cv::Scalar c(box.at<cv::Vec3b>(y, x));
            if (cv::norm(c - p.inks[i]) < cv::norm(c - p.ground)) ++inked;
        }
    return inked / static_cast<double>(box.total());
}

}  // namespace

TEST_CASE("seven characters stand where GA 36 puts them") {
    const PlatePicture p = plate("浙A12345");
    CHECK(p.size_mm == cv::Size2d(440, 140));
    CHECK(p.bgr.size() == cv::Size(880, 280));
    REQUIRE(p.boxes_mm.size() == 7);
    CHECK(p.boxes_mm[0].x == doctest::Approx(15.5));
    CHECK(p.boxes_mm[1].x - p.boxes_mm[0].x == doctest::Approx(57));  // 45 + 12
    CHECK(p.boxes_mm[2].x - p.boxes_mm[1].x == doctest::Approx(79));  // 45 + 34, the dot between
    CHECK(p.boxes_mm[6].br().x == doctest::Approx(440 - 15.5));
    const cv::Vec3b dot = p.bgr.at<cv::Vec3b>(140, cvRound(2 * (p.boxes_mm[1].br().x + 17)));
    CHECK(dot[2] > 200);
}

TEST_CASE("eight characters stand on a plate of 480 mm") {
    const PlatePicture p = plate("沪AD12345");
    CHECK(p.size_mm == cv::Size2d(480, 140));
    CHECK(p.colour == PlateColour::green);
    REQUIRE(p.boxes_mm.size() == 8);
    CHECK(p.boxes_mm[0].x == doctest::Approx(15.5));
    CHECK(p.boxes_mm[7].br().x == doctest::Approx(480 - 15.5));
}

TEST_CASE("colours follow the text when none is named") {
    CHECK(plate("浙A12345").colour == PlateColour::blue);
    CHECK(plate("浙A1234警").colour == PlateColour::white);
    CHECK(plate("浙A1234学").colour == PlateColour::yellow);
    CHECK(plate("粤Z1234港").colour == PlateColour::black);
    CHECK(plate("浙A12345", PlateColour::yellow).colour == PlateColour::yellow);
    const PlatePicture police = plate("浙A1234警");
    CHECK(police.inks.back()[2] > 150);  // red
    CHECK(police.inks.back()[0] < 100);
    CHECK(police.inks.front()[2] < 100);
    const PlatePicture blue = plate("浙A12345");
    CHECK(blue.ground[0] > 150);
    CHECK(blue.ground[2] < 60);
}

TEST_CASE("every character of every plate leaves ink in its box, and not a filled one") {
    for (const char* text : {"浙A01234", "沪B56789", "粤CDEFGH", "京JKLMNP", "津QRSTUV", "冀WXYZ16", "晋A1234学",
                             "鲁A1234警", "豫A1234挂", "川A1234领", "粤Z1234港", "粤Z1234澳"}) {
        const PlatePicture p = plate(text);
        for (std::size_t i = 0; i < p.boxes_mm.size(); ++i) {
            CAPTURE(text);
            CAPTURE(i);
            CHECK(ink_share(p, i) > 0.12);
            CHECK(ink_share(p, i) < 0.75);
        }
    }
}

TEST_CASE("a dirty plate differs by its seed, a covered one shows nothing of its ground") {
    const Glyphs g = glyphs();
    const auto clean = draw_plate(g, {"浙A12345", PlateColour::blue, PlateState::clean, 1}, 2);
    const auto dirty = draw_plate(g, {"浙A12345", PlateColour::blue, PlateState::dirty, 1}, 2);
    const auto other = draw_plate(g, {"浙A12345", PlateColour::blue, PlateState::dirty, 2}, 2);
    const auto covered = draw_plate(g, {"浙A12345", PlateColour::blue, PlateState::covered, 1}, 2);
    CHECK(cv::norm(clean->bgr, dirty->bgr, cv::NORM_L1) > 1e6);
    CHECK(cv::norm(other->bgr, dirty->bgr, cv::NORM_L1) > 1e6);
    const cv::Vec3b middle = covered->bgr.at<cv::Vec3b>(140, 440);
    CHECK(std::abs(middle[0] - middle[2]) < 60);  // cloth, not blue
}

TEST_CASE("a text that is no plate is refused and says why") {
    const Glyphs g = glyphs();
    for (const std::string& text :
         {std::string(), std::string("浙A1234567890"), std::string("\xff\xfe") + "A", std::string(4096, 'A')}) {
        const auto drawn = draw_plate(g, {text, PlateColour::unknown, PlateState::clean, 0}, 2);
        REQUIRE_FALSE(drawn.ok());
        CHECK(drawn.error().code == Errc::invalid);
        CHECK(drawn.error().message.find("浙A12345") != std::string::npos);
    }
}

TEST_CASE("a font that is not there is named") {
    const auto loaded = Glyphs::load("/nowhere/font.ttf");
    REQUIRE_FALSE(loaded.ok());
    CHECK(loaded.error().message.find("/nowhere/font.ttf") != std::string::npos);
}
