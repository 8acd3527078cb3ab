// Frames that a detector is trained with: plates lie where their labels say, and nothing is labelled where there is
// none.
#include "plate-synth/scenes.hpp"

#include <doctest/doctest.h>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>

#include "workshop.hpp"

using namespace menshen;
using namespace menshen::synth;

namespace {

namespace fs = std::filesystem;

/// A folder with one grey picture in which a box stands for a foreign plate.
struct Street {
    fs::path folder = fs::temp_directory_path() / ("menshen-street-" + std::to_string(getpid()));
    Street() {
        fs::create_directories(folder);
        cv::Mat picture(480, 800, CV_8UC3, cv::Scalar(120, 118, 116));
        cv::rectangle(picture, {350, 220, 100, 24}, cv::Scalar::all(250), -1);
        cv::imwrite(folder / "a.png", picture);
        std::ofstream(folder / "labels.csv")
            << "file,plate,x1,y1,x2,y2,x3,y3,x4,y4\na.png,,350,220,450,220,450,244,350,244\n";
    }
    ~Street() { fs::remove_all(folder); }
    Street(const Street&) = delete;
    Street& operator=(const Street&) = delete;
};

SceneSources on(const Street& street) {
    SceneSources sources;
    sources.cars = {street.folder};
    sources.backgrounds = {street.folder};
    return sources;
}

}  // namespace

TEST_CASE("I25: the same seed and number give the same frame and labels") {
    const Street street;
    const Workshop w;
    auto a = Scenes::open(w.painter, on(street)), b = Scenes::open(w.painter, on(street));
    REQUIRE(a.ok());
    REQUIRE(b.ok());
    cv::Mat one, other;
    SceneLabels labels, same;
    for (std::uint64_t i = 0; i < 8; ++i) a->draw(3, i, one, labels);
    b->draw(3, 7, other, same);
    CHECK(cv::norm(one, other, cv::NORM_INF) == 0);
    CHECK(std::memcmp(&labels, &same, sizeof labels) == 0);
    CHECK(one.size() == cv::Size(640, 384));
}

TEST_CASE("corners lie in the frame, clockwise from top left, around something that is not the street") {
    const Street street;
    const Workshop w;
    SceneSources sources = on(street);
    sources.empty_share = 0;
    auto scenes = Scenes::open(w.painter, sources);
    REQUIRE(scenes.ok());
    cv::Mat frame;
    SceneLabels labels;
    int plates = 0, two_rows = 0;
    for (std::uint64_t i = 0; i < 120; ++i) {
        scenes->draw(1, i, frame, labels);
        REQUIRE(labels.count <= most_scene_plates);
        for (std::size_t k = 0; k < labels.count; ++k) {
            const ScenePlate& p = labels.plates[k];
            Corners c;
            for (std::size_t n = 0; n < 4; ++n) {
                c[n] = {p.corners[2 * n], p.corners[2 * n + 1]};
                CHECK(c[n].x >= 0);
                CHECK(c[n].y >= 0);
                CHECK(c[n].x < 640);
                CHECK(c[n].y < 384);
            }
            CHECK((c[1] - c[0]).cross(c[3] - c[0]) > 0);
            CHECK(c[1].x > c[0].x);
            CHECK(c[3].y > c[0].y);
            CHECK(p.colour != 0);
            ++plates;
            two_rows += p.kind == CropKind::two_rows ? 1 : 0;
        }
    }
    CHECK(plates > 60);
    CHECK(two_rows > 8);
}

TEST_CASE("frames without a plate have no label, and come as often as asked for") {
    const Street street;
    const Workshop w;
    SceneSources sources = on(street);
    sources.empty_share = 1;
    auto scenes = Scenes::open(w.painter, sources);
    REQUIRE(scenes.ok());
    cv::Mat frame;
    SceneLabels labels;
    for (std::uint64_t i = 0; i < 10; ++i) {
        scenes->draw(1, i, frame, labels);
        CHECK(labels.count == 0);
    }
    CHECK_FALSE(Scenes::open(w.painter, {}).ok());
}

TEST_CASE("plates of the sort asked for, as wide as asked for, on the car, in a frame as large as a camera gives") {
    const Street street;
    const Workshop w;
    SceneSources sources = on(street);
    sources.size = {2560, 1440};
    sources.empty_share = 0;
    sources.car_share = 1;
    sources.least_width = 240;
    auto scenes = Scenes::open(w.painter, sources);
    REQUIRE(scenes.ok());
    cv::Mat frame;
    SceneLabels labels;
    int plates = 0;
    for (std::uint64_t i = 0; i < 6; ++i) {
        scenes->draw(2, i, frame, labels, nullptr, Sort::motorcycle);
        REQUIRE(labels.count <= 1);
        if (labels.count == 0) continue;  // it would have reached over the frame's edge
        ++plates;
        const auto& c = labels.plates[0].corners;
        CHECK(labels.plates[0].kind == CropKind::two_rows);
        CHECK(labels.plates[0].colour == static_cast<std::uint8_t>(colour_of(Sort::motorcycle)));
        CHECK(c[2] - c[0] > 240 * 2560 / 1920 * 0.8);  // seen from the side it is narrower
    }
    CHECK(plates >= 3);
}
