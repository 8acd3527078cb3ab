// Scenes: the same commands at the same times give the same pictures; cars do what the field's cars do.
#include "twin-scene/scene.hpp"

#include <doctest/doctest.h>
#include <opencv2/imgproc.hpp>

using namespace menshen;
using namespace menshen::twin;
using namespace std::chrono_literals;

namespace {

Scene scene(cv::Size size = {1280, 720}, std::uint64_t seed = 1) {
    auto glyphs = Glyphs::load();
    REQUIRE(glyphs.ok());
    return {std::move(glyphs.value()), SceneOptions{size, 15, seed}};
}

Arrival arrival(const char* id, const char* plate, const char* style = "day", std::uint64_t seed = 7) {
    Arrival a;
    a.id = id;
    a.plate = plate;
    a.style = Style::parse(style).value();
    a.seed = seed;
    return a;
}

std::uint64_t hash_of(const cv::Mat& picture) {
    std::uint64_t hash = 1469598103934665603U;
    for (int y = 0; y < picture.rows; ++y)
        for (int x = 0; x < picture.cols * 3; ++x) hash = (hash ^ picture.ptr(y)[x]) * 1099511628211U;
    return hash;
}

std::vector<std::uint64_t> film(const char* style, std::uint64_t seed) {
    Scene s = scene({640, 360}, seed);
    REQUIRE(s.arrive(arrival("a", "浙A12345", style, seed), 0s).ok());
    std::vector<std::uint64_t> hashes;
    for (Duration t = 0s; t < 2500ms; t += 250ms) hashes.push_back(hash_of(s.render(t).bgr));
    return hashes;
}

const Sight* find(const Frame& frame, std::string_view id) {
    for (const Sight& sight : frame.sights)
        if (sight.id == id) return &sight;
    return nullptr;
}

/// The plate of a sight, seen straight on, 440 x 140.
cv::Mat straight(const Frame& frame, const Sight& sight) {
    std::array<cv::Point2f, 4> from;
    for (std::size_t i = 0; i < 4; ++i) from[i] = sight.plate[i];
    const std::array<cv::Point2f, 4> to{{{0, 0}, {440, 0}, {440, 140}, {0, 140}}};
    cv::Mat out;
    cv::warpPerspective(frame.bgr, out, cv::getPerspectiveTransform(from.data(), to.data()), {440, 140},
                        cv::INTER_CUBIC);
    return out;
}

}  // namespace

TEST_CASE("I25: the same seed gives the same frames, another seed gives others") {
    for (const char* style : {"day", "night", "rain", "dirty"}) {
        CAPTURE(style);
        CHECK(film(style, 3) == film(style, 3));
        CHECK(film(style, 3) != film(style, 4));
    }
}

TEST_CASE("a car approaches, waits with a readable plate, goes, is gone") {
    Scene s = scene();
    REQUIRE(s.arrive(arrival("a", "浙A12345"), 0s).ok());
    CHECK_FALSE(find(s.render(0s), "a")->readable);
    double last = 0;
    for (Duration t = 500ms; t <= 2s; t += 100ms) {
        const Frame frame = s.render(t);
        CHECK(find(frame, "a")->width > last);
        last = find(frame, "a")->width;
    }
    const Frame waiting = s.render(2100ms);
    const Sight* sight = find(waiting, "a");
    CHECK(sight->stands);
    CHECK(sight->readable);
    CHECK(sight->width > 130);
    CHECK(sight->width < 200);
    REQUIRE(s.go("a", 3s).ok());
    CHECK(s.render(3100ms).gone.empty());
    const Frame after = s.render(4300ms);
    CHECK(after.sights.empty());
    REQUIRE(after.gone.size() == 1);
    CHECK(after.gone[0] == "a");
}

TEST_CASE("the rectified plate has the colours of the flat one") {
    auto glyphs = Glyphs::load();
    const auto flat = synth::draw_plate(*glyphs, {"浙A12345", PlateColour::blue, PlateState::clean, 7}, 1);
    Scene s = scene();
    REQUIRE(s.arrive(arrival("a", "浙A12345"), 0s).ok());
    const Frame frame = s.render(2500ms);
    const cv::Mat seen = straight(frame, *find(frame, "a"));
    cv::Mat a;
    cv::Mat b;
    cv::GaussianBlur(flat->bgr, a, {}, 3);
    cv::GaussianBlur(seen, b, {}, 3);
    CHECK(cv::norm(a, b, cv::NORM_L1) / static_cast<double>(a.total() * 3) < 14);  // mean difference of 255
    cv::Mat shifted;  // the same characters one place further would not do
    cv::warpAffine(a, shifted, cv::Matx23d(1, 0, 57, 0, 1, 0), a.size());
    CHECK(cv::norm(shifted, b, cv::NORM_L1) / static_cast<double>(a.total() * 3) > 25);
}

TEST_CASE("a second car waits behind the first and moves up when it goes") {
    Scene s = scene();
    REQUIRE(s.arrive(arrival("a", "浙A12345"), 0s).ok());
    REQUIRE(s.arrive(arrival("b", "苏E6Q7K8"), 1s).ok());
    const Frame both = s.render(3500ms);
    CHECK(find(both, "a")->width > find(both, "b")->width);
    CHECK_FALSE(find(both, "b")->readable);  // hidden by the first
    REQUIRE(s.go("a", 4s).ok());
    const Frame up = s.render(6s);
    CHECK(find(up, "a") == nullptr);
    CHECK(find(up, "b")->readable);
    CHECK(find(up, "b")->stands);
    CHECK(find(up, "b")->width > 130);
}

TEST_CASE("a car that does not wait passes; one that backs out leaves") {
    Scene s = scene();
    Arrival through = arrival("a", "浙A12345");
    through.wait = false;
    REQUIRE(s.arrive(through, 0s).ok());
    for (Duration t = 0s; t < 4s; t += 66ms) static_cast<void>(s.render(t));
    CHECK(s.render(4s).sights.empty());
    REQUIRE(s.arrive(arrival("b", "浙A12345"), 5s).ok());
    REQUIRE(s.back("b", 8s).ok());
    CHECK(find(s.render(8500ms), "b")->width > 60);
    CHECK(s.render(10100ms).sights.empty());
}

TEST_CASE("a parked car shows its plate where it was asked to") {
    Scene s = scene();
    REQUIRE(s.park(arrival("p", "苏E6Q7K8"), {0.2, 0.4}, 0s).ok());
    const Frame frame = s.render(100ms);
    const Sight* sight = find(frame, "p");
    CHECK(sight->readable);
    const cv::Point2d middle = (sight->plate[0] + sight->plate[2]) * 0.5;
    CHECK(middle.x / 1280 == doctest::Approx(0.2).epsilon(0.05));
    CHECK(middle.y / 720 == doctest::Approx(0.4).epsilon(0.05));
    CHECK(s.park(arrival("q", "苏E6Q7K8"), {0.2, 0.01}, 1s).error().code == Errc::invalid);
}

TEST_CASE("nothing in view, nothing drawn again") {
    Scene s = scene({640, 360});
    CHECK(s.render(0s).changed);
    CHECK_FALSE(s.render(1s).changed);
    s.set_arm(1);
    CHECK(s.render(2s).changed);
    CHECK_FALSE(s.render(3s).changed);
}

TEST_CASE("wrong commands are refused with a reason and change nothing") {
    Scene s = scene({640, 360});
    CHECK(s.go("a", 0s).error().code == Errc::not_found);
    CHECK(s.back("a", 0s).error().code == Errc::not_found);
    CHECK(s.arrive(arrival("", "浙A12345"), 0s).error().code == Errc::invalid);
    CHECK(s.arrive(arrival("a", ""), 0s).error().code == Errc::invalid);
    CHECK(Style::parse("snow").error().code == Errc::invalid);
    for (const char* id : {"1", "2", "3", "4", "5", "6", "7", "8"}) CHECK(s.arrive(arrival(id, "浙A12345"), 0s).ok());
    CHECK(s.arrive(arrival("9", "浙A12345"), 0s).error().code == Errc::exhausted);
    s.clear(1s);
    CHECK(s.render(1s).gone.size() == 8);
    CHECK(s.arrive(arrival("1", "浙A12345"), 1s).ok());
    CHECK(s.arrive(arrival("1", "浙A12345"), 1s).error().code == Errc::conflict);
}
