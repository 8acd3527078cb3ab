// Records that a recogniser is trained with: the same for the same seed, and labelled with what they show.
#include "plate-synth/crops.hpp"

#include <doctest/doctest.h>
#include <opencv2/imgproc.hpp>

#include <cstring>

#include "workshop.hpp"

using namespace menshen;
using namespace menshen::synth;

namespace {

Workshop& workshop() {
    static Workshop one;
    return one;
}

Crops crops(const CropOptions& options = {}) {
    auto opened = Crops::open(workshop().painter, options);
    REQUIRE(opened.ok());
    return std::move(opened.value());
}

bool same(const CropRecord& a, const CropRecord& b) {
    return std::memcmp(&a, &b, sizeof a) == 0;
}

double spread(const CropRecord& record) {
    const cv::Mat image(row_height, row_width, CV_8UC3, const_cast<std::uint8_t*>(record.image.data()));
    cv::Mat grey;
    cv::cvtColor(image, grey, cv::COLOR_BGR2GRAY);
    cv::Scalar mean, deviation;
    cv::meanStdDev(grey, mean, deviation);
    return deviation[0];
}

}  // namespace

TEST_CASE("I25: the same seed and number give the same record, whatever was drawn before") {
    Crops a = crops(), b = crops();
    for (std::uint64_t i = 0; i < 40; ++i) (void)a.draw(5, i);
    CHECK(same(a.draw(5, 17), b.draw(5, 17)));
    CHECK_FALSE(same(a.draw(5, 17), a.draw(6, 17)));
    CHECK_FALSE(same(a.draw(5, 17), a.draw(5, 18)));
}

TEST_CASE("a doubtful plate keeps its text and shows less of it") {
    Crops from = crops();
    double clear = 0, doubtful = 0;
    for (int i = 0; i < 60; ++i) {
        Rng one(9, static_cast<std::uint64_t>(i)), other(9, static_cast<std::uint64_t>(i));
        const CropRecord seen = from.draw_plate(one, Sort::blue), guessed = from.draw_plate(other, Sort::blue, true);
        CHECK(guessed.symbol == seen.symbol);
        CHECK(guessed.kind == CropKind::one_row);
        clear += spread(seen);
        doubtful += spread(guessed);
    }
    CHECK(doubtful < 0.9 * clear);
}

TEST_CASE("every sort is drawn: text, colour, rows, and characters that lie in the picture from left to right") {
    Crops from = crops();
    Rng rng(4);
    for (int sort = 0; sort < sort_count; ++sort) {
        for (int i = 0; i < 12; ++i) {
            const CropRecord r = from.draw_plate(rng, static_cast<Sort>(sort));
            const Form form = form_of(static_cast<Sort>(sort));
            REQUIRE(r.length == layout_of(form).count);
            CHECK(r.kind == (layout_of(form).rows == 2 ? CropKind::two_rows : CropKind::one_row));
            CHECK(r.colour == static_cast<std::uint8_t>(colour_of(static_cast<Sort>(sort))));
            std::string text;
            for (std::size_t k = 0; k < r.length; ++k) {
                text += symbol_text(r.symbol[k]);
                CHECK(r.centre[k] < row_width);
                if (k > 0) CHECK(r.centre[k] > r.centre[k - 1]);
            }
            CHECK(Plate::parse(text).ok());
            if (r.length < 8) CHECK(r.symbol[7] == no_symbol);
            CHECK(spread(r) > 1.5);
        }
    }
}

TEST_CASE("two rows are presented as one: both parts at the same height, the upper one left") {
    Rng rng(9);
    const PlateText text = plate_text("苏A12345", Sort::yellow_two_rows);
    FlatOptions options;
    options.wear = 0;
    const Flat flat = workshop().painter.paint(rng, text, options);
    const auto w = static_cast<float>(flat.layout.width), h = static_cast<float>(flat.layout.height);
    const Corners corners{cv::Point2f(flat.at(0, 0)), cv::Point2f(flat.at(double{w}, 0)),
                          cv::Point2f(flat.at(double{w}, double{h})), cv::Point2f(flat.at(0, double{h}))};
    const cv::Mat row = laid_in_row(flat.bgr, corners, 2);
    cv::Mat grey;
    cv::cvtColor(row, grey, cv::COLOR_BGR2GRAY);
    for (std::size_t i = 0; i < 7; ++i) {  // there is ink where each character is said to be
        const int x = static_cast<int>(row_x(flat.layout, i));
        const cv::Point2d middle = flat.at(flat.layout.boxes[i].middle(), flat.layout.boxes[i].y + 40);
        CHECK(RowMap(corners, 2).at(i < 2, middle).x == doctest::Approx(row_x(flat.layout, i)).epsilon(0.01));
        double dark = 0, light = 0;
        cv::minMaxLoc(grey(cv::Rect(x - 6, 4, 12, 24)), &dark, &light);
        CHECK(light - dark > 30);
    }
    for (const int y : {0, row_height - 1}) CHECK(cv::norm(row.row(y), cv::NORM_L1) > 0);
}

TEST_CASE("shares of no plate and unreadable ones are as asked for") {
    CropOptions options;
    options.negative_share = 0.3;
    options.unreadable_share = 0.2;
    Crops from = crops(options);
    int none = 0, unreadable = 0;
    for (std::uint64_t i = 0; i < 600; ++i) {
        const CropRecord r = from.draw(1, i);
        none += r.kind == CropKind::none ? 1 : 0;
        unreadable += r.kind == CropKind::unreadable ? 1 : 0;
        if (r.kind == CropKind::none || r.kind == CropKind::unreadable) {
            CHECK(r.length == 0);
            CHECK(r.symbol[0] == no_symbol);
        }
    }
    CHECK(none > 140);
    CHECK(none < 220);
    CHECK(unreadable > 80);
    CHECK(unreadable < 160);
}

TEST_CASE("a folder kept for judging is refused") {
    const auto refused = labelled_pictures("/somewhere/crops-dev");
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().message.find("judging") != std::string::npos);
    CHECK_FALSE(labelled_pictures("/nowhere").ok());
}
