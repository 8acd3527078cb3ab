// Drawn plates, clean, edge to edge or in a frame: what is asked of the networks here is that they find and read those.
#include "eye/reader.hpp"

#include <doctest/doctest.h>
#include <opencv2/imgproc.hpp>

#include "plate-synth/flat.hpp"

using namespace menshen;
using namespace menshen::eye;
using synth::Sort;

namespace {

/// A new plate in even light, cut at its edges.
cv::Mat plate(const std::string& text, Sort sort) {
    static const auto glyphs = synth::GlyphSet::load({});
    REQUIRE(glyphs.ok());
    static const synth::Textures textures;
    synth::Rng rng(7);
    synth::FlatOptions options;
    options.wear = 0;
    const auto flat = synth::Painter(*glyphs, textures).paint(rng, synth::plate_text(text, sort), options);
    const cv::Point from(flat.at(0, 0)), to(flat.at(flat.layout.width, flat.layout.height));
    return flat.bgr(cv::Rect(from, to)).clone();
}

cv::Mat pressed(const cv::Mat& picture, double aspect) {
    cv::Mat out;
    cv::resize(picture, out, {cvRound(aspect * picture.rows), picture.rows}, 0, 0, cv::INTER_AREA);
    return out;
}

PlateReader reader(Networks recogniser) {
    ReaderOptions options;
    options.recogniser = recogniser;
    auto loaded = PlateReader::load(MENSHEN_MODELS, options);
    REQUIRE(loaded.ok());
    return std::move(*loaded);
}

void reads(PlateReader& reader, const cv::Mat& crop, const std::string& text) {
    CAPTURE(text);
    CAPTURE(crop.size());
    const auto seen = reader.read_crop(crop);
    REQUIRE(seen.ok());
    CHECK(seen->read.text == text);
    CHECK(seen->crop.size() != cv::Size());
    CHECK(seen->read.corners[2] == Point{static_cast<float>(crop.cols), static_cast<float>(crop.rows)});
}

}  // namespace

TEST_CASE("a picture that is a plate is read as of two rows or of one, also where its shape leaves that open") {
    for (const auto networks : {Networks::ours, Networks::baseline}) {
        auto with = reader(networks);
        CAPTURE(static_cast<int>(networks));
        for (const auto* text : {"苏A12345", "鲁B6T583", "粤E90K27"}) {
            reads(with, plate(text, Sort::blue), text);
            reads(with, pressed(plate(text, Sort::blue), 2.0), text);
            reads(with, plate(text, Sort::yellow_two_rows), text);
            reads(with, pressed(plate(text, Sort::yellow_two_rows), 2.4), text);
            reads(with, plate(text, Sort::motorcycle), text);
        }
        reads(with, plate("苏A1234挂", Sort::trailer), "苏A1234挂");
    }
}

TEST_CASE("what is no picture of a plate is read as nothing, what is no picture is an error") {
    auto ours = reader(Networks::ours);
    for (const auto size : {cv::Size(200, 100), cv::Size(90, 120), cv::Size(300, 90)}) {
        const auto seen = ours.read_crop(cv::Mat(size, CV_8UC3, cv::Scalar(200, 60, 10)));
        REQUIRE(seen.ok());
        CHECK(seen->read.likelihood < 0.1F);
    }
    CHECK_FALSE(ours.read_crop(cv::Mat()).ok());
}

TEST_CASE("of two plates that are read for certain the larger one comes first") {
    auto ours = reader(Networks::ours);
    cv::Mat frame(720, 1280, CV_8UC3, cv::Scalar(70, 70, 76)), near, far;
    cv::resize(plate("鲁B6T583", Sort::blue), near, {280, 89}, 0, 0, cv::INTER_AREA);
    cv::resize(plate("苏A12345", Sort::blue), far, {150, 48}, 0, 0, cv::INTER_AREA);
    near.copyTo(frame(cv::Rect({300, 500}, near.size())));
    far.copyTo(frame(cv::Rect({900, 150}, far.size())));
    const auto seen = ours.read(frame, {});
    REQUIRE(seen.ok());
    REQUIRE(seen->size() >= 2);
    CHECK((*seen)[0].read.text == "鲁B6T583");
    CHECK((*seen)[1].read.text == "苏A12345");
    CHECK((*seen)[1].read.likelihood > 0.9F);
}

TEST_CASE("a plate is found from 60 to 600 pixels of width in 1080p, and its corners with it") {
    auto ours = reader(Networks::ours);
    const cv::Mat drawn = plate("苏A12345", Sort::blue);
    for (const int width : {60, 100, 200, 400, 600}) {
        CAPTURE(width);
        cv::Mat shown, frame(1080, 1920, CV_8UC3, cv::Scalar(96, 98, 100));
        frame.rowRange(0, 400).setTo(cv::Scalar(190, 185, 180));
        cv::resize(drawn, shown, {width, width * drawn.rows / drawn.cols}, 0, 0, cv::INTER_AREA);
        const cv::Rect place(cv::Point(960 - width / 2, 700 - shown.rows / 2), shown.size());
        const cv::Rect body =
            cv::Rect(place.x - width, place.y - 2 * width, 3 * width, 3 * width) & cv::Rect({0, 0}, frame.size());
        frame(body).setTo(cv::Scalar(60, 60, 66));
        shown.copyTo(frame(place));
        cv::GaussianBlur(frame, frame, {3, 3}, 0.8);
        const auto seen = ours.read(frame, {});
        REQUIRE(seen.ok());
        REQUIRE_FALSE(seen->empty());
        const Read& read = seen->front().read;
        CHECK(read.text == "苏A12345");
        const std::array<cv::Point, 4> corners{
            place.tl(), {place.br().x, place.y}, place.br(), {place.x, place.br().y}};
        for (std::size_t i = 0; i < 4; ++i) {
            const cv::Point2f found(read.corners[i].x, read.corners[i].y);
            CHECK(cv::norm(found - cv::Point2f(corners[i])) < 2 + 0.03 * width);
        }
    }
}
