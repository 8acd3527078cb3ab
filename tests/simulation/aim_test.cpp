// The aiming view: what an installer is told of a plate, and the way from the eye to the panel.
#include "aim.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/write.hpp>
#include <doctest/doctest.h>

#include <cmath>
#include <numbers>

#include "fixture.hpp"
#include "values/eye_message.hpp"

using namespace menshen;
using namespace menshen::gate;
using test::Box;
using Socket = boost::asio::local::stream_protocol::socket;

namespace {

/// A blue plate of one row around (x, y), turned by `tilt` degrees.
Read plate(float width, float x = 960, float y = 540, float tilt = 0, float aspect = 440.F / 140) {
    Read read;
    read.text = "皖A12345";
    read.colour = PlateColour::blue;
    read.sharpness = 0.5F;
    read.frame_width = 1920;
    read.frame_height = 1080;
    const float angle = tilt * std::numbers::pi_v<float> / 180, w = width / 2, h = w / aspect;
    const std::array<Point, 4> level{{{-w, -h}, {w, -h}, {w, h}, {-w, h}}};
    for (std::size_t i = 0; i < 4; ++i) {
        const auto [px, py] = level[i];
        read.corners[i] = {x + px * std::cos(angle) - py * std::sin(angle),
                           y + px * std::sin(angle) + py * std::cos(angle)};
    }
    return read;
}

std::vector<std::string> keys(const Read& read, const AimRegion& region = {}) {
    std::vector<std::string> out;
    for (const auto& word : judge_aim(read, region)) out.emplace_back(word.key);
    return out;
}
using Keys = std::vector<std::string>;

eye_message::View view(std::vector<Read> plates, std::uint8_t byte = 1) {
    return {25, 8, 1920, 1080, std::move(plates), {byte, 2, 3}};
}

struct Eye {
    explicit Eye(Box& box_of, const std::string& camera = "cam-in") : box(box_of), socket(box_of.loop) {
        socket.connect(boost::asio::local::stream_protocol::endpoint(box.folder() + "/eye.sock"));
        eye_message::Hello hello;
        hello.camera = camera;
        hello.lane = "in";
        send(hello);
    }
    void send(const eye_message::Message& message) {
        const auto bytes = eye_message::encode(message);
        REQUIRE(bytes);
        boost::asio::write(socket, boost::asio::buffer(*bytes));
        box.settle();
    }
    /// Bytes that the gate has sent since.
    std::size_t told() {
        box.settle();
        std::array<char, 64> bytes{};
        socket.non_blocking(true);
        boost::system::error_code error;
        return socket.read_some(boost::asio::buffer(bytes), error);
    }
    Box& box;
    Socket socket;
};

}  // namespace

TEST_CASE("widths are judged in pixels of the camera's frame; larger frames need larger plates") {
    CHECK(keys(plate(50)) == Keys{"too_small"});
    CHECK(keys(plate(80)) == Keys{"small"});
    CHECK(keys(plate(150)) == Keys{"good"});
    CHECK(keys(plate(400)) == Keys{"large"});
    CHECK(keys(plate(700)) == Keys{"too_large"});
    auto fine = plate(150);
    fine.frame_width = 3840;
    fine.frame_height = 2160;
    CHECK(keys(fine) == Keys{"small"});
    CHECK(aim_widths(3840, 2160).least == 120);
    CHECK(aim_widths(1080, 1920).least == 60);
    CHECK(aim_widths(640, 480).least == 60);  // a character needs its pixels in a small frame, too
    CHECK(aim_widths(640, 480).most == 200);
    const auto word = judge_aim(plate(50.4F), {}).front();
    CHECK(word.advice_zh.find("100 至 300 像素") != std::string::npos);
    CHECK(word.advice_en.find("100 to 300 px") != std::string::npos);
    CHECK(word.level == AimLevel::bad);
}

TEST_CASE("askew, from the side, blurred: each is said, the worst first") {
    CHECK(keys(plate(150, 960, 540, 12)) == Keys{"good"});
    CHECK(keys(plate(150, 960, 540, 20)) == Keys{"tilted"});
    CHECK(keys(plate(150, 960, 540, -20)) == Keys{"tilted"});
    CHECK(keys(plate(150, 960, 540, 0, 440.F / 140 * 0.87F)) == Keys{"good"});  // 30° from the side
    CHECK(keys(plate(150, 960, 540, 0, 440.F / 140 * 0.7F)) == Keys{"from_the_side"});
    auto two_rows = plate(150, 960, 540, 0, 2);
    two_rows.colour = PlateColour::yellow;
    CHECK(keys(two_rows) == Keys{"good"});
    auto soft = plate(150);
    soft.sharpness = 0.03F;
    CHECK(keys(soft) == Keys{"blurred"});
    auto far = plate(80);
    far.sharpness = 0.03F;
    CHECK(keys(far) == Keys{"small"});  // small is soft
    auto all = plate(80, 100, 540, 20);
    CHECK(keys(all, {{0.5, 0}, {1, 0}, {1, 1}, {0.5, 1}}) == Keys{"outside", "tilted", "small"});
}

TEST_CASE("a plate belongs to the region in which its middle lies; no region is everything") {
    const AimRegion trapezium{{0.1, 0.35}, {0.9, 0.35}, {1.0, 1.0}, {0.0, 1.0}};
    CHECK(in_region({}, plate(150, -500, -500)));
    CHECK(in_region({{0.1, 0.1}, {0.2, 0.2}}, plate(150)));
    CHECK(in_region(trapezium, plate(150)));
    CHECK_FALSE(in_region(trapezium, plate(150, 960, 300)));
    CHECK_FALSE(in_region(trapezium, plate(150, 60, 540)));
    CHECK(in_region(trapezium, plate(150, 60, 1070)));
    auto nowhere = plate(150);
    nowhere.frame_width = nowhere.frame_height = 0;
    CHECK_FALSE(in_region(trapezium, nowhere));
}

TEST_CASE("hostile corners are judged without harm") {
    auto point = plate(150);
    point.corners = {};
    CHECK_FALSE(keys(point).empty());
    auto huge = plate(150);
    huge.corners = {{{-1e6F, -1e6F}, {1e6F, 1e6F}, {-1e6F, 1e6F}, {1e6F, -1e6F}}};
    huge.frame_width = 0;
    CHECK_FALSE(keys(huge, {{0, 0}, {1, 0}, {1, 1}}).empty());
}

TEST_CASE("the panel's look makes the eye send views, once a second however often it looks") {
    Box box;
    Eye eye(box);
    CHECK(eye.told() == 0);
    auto none = box.gate().camera_view("cam-in");
    REQUIRE(none);
    CHECK(none->seen.at("age").is_null());
    CHECK(none->seen.at("lane") == "in");
    CHECK_FALSE(none->picture);
    CHECK(eye.told() == 1);
    for (int i = 0; i < 20; ++i) CHECK(box.gate().camera_view("cam-in"));
    CHECK(eye.told() == 0);
    box.clock.forward(seconds(1));
    CHECK(box.gate().camera_view("cam-in"));
    CHECK(eye.told() == 1);
    CHECK(box.gate().camera_view("roof").error().code == Errc::not_found);
    CHECK(box.gate().camera_view("cam-out"));  // whose eye is away
}

TEST_CASE("an eye that never listens holds up nothing and nobody") {
    Box box;
    Eye eye(box);
    Eye other(box, "cam-out");
    for (int i = 0; i < 3000; ++i) {  // more than its socket keeps
        box.clock.forward(seconds(1));
        CHECK(box.gate().camera_view("cam-in"));
        box.loop.poll();
    }
    eye.send(view({plate(150)}));
    CHECK(box.gate().camera_view("cam-in")->number == 1);
    CHECK(box.gate().camera_view("cam-out"));
    CHECK(other.told() == 1);
}

TEST_CASE("what the eye sees arrives with its judgement, the plate in front first, and grows old") {
    Box box;
    Eye eye(box);
    CHECK(box.gate().camera_view("cam-in"));
    auto lying = plate(150);
    lying.frame_width = 3;  // the view's own size counts
    eye.send(view({plate(120), lying}));
    box.clock.forward(milliseconds(300));
    const auto got = box.gate().camera_view("cam-in");
    REQUIRE(got);
    CHECK(got->number == 1);
    REQUIRE(got->picture);
    CHECK(got->picture->size() == 3);
    CHECK(got->seen.at("age") == 300);
    CHECK(got->seen.at("width") == 1920);
    CHECK(got->seen.at("frames").to_number<double>() == 25);
    CHECK(got->seen.at("widths").at("good_from") == 100);
    const auto& plates = got->seen.at("plates").as_array();
    REQUIRE(plates.size() == 2);
    CHECK(plates[0].at("width") == 150);
    CHECK(plates[0].at("words").at(0).at("key") == "good");
    CHECK(plates[0].at("corners").as_array().size() == 4);
    CHECK(plates[1].at("width") == 120);
    eye.send(view({}, 9));
    CHECK(box.gate().camera_view("cam-in")->number == 2);
    CHECK(box.gate().camera_view("cam-in")->picture->front() == 9);
}

TEST_CASE("I23: views that nobody asked for are dropped, and one that nobody looks at any more is forgotten") {
    Box box;
    Eye eye(box);
    eye.send(view({}));
    CHECK(box.gate().camera_view("cam-in")->number == 0);
    eye.send(view({}));
    CHECK(box.gate().camera_view("cam-in")->picture);
    box.pass_time(seconds(11));
    eye.send(view({}));
    const auto later = box.gate().camera_view("cam-in");
    CHECK(later->seen.at("age").is_null());
    CHECK_FALSE(later->picture);
}

TEST_CASE("I17: a view opens nothing, is no arrival and says nothing of another camera's lane") {
    Box box;
    box.import({{"皖A12345", ""}});
    box.approach("in", Level::occupied);
    Eye eye(box);
    CHECK(box.gate().camera_view("cam-in"));
    CHECK(box.gate().camera_view("cam-out"));
    auto certain = plate(150);
    certain.lane = "out";
    certain.likelihood = 1;
    for (int i = 0; i < 20; ++i) {
        eye.send(view({certain}));
        box.pass_time(milliseconds(100));
    }
    CHECK(box.board("in").opened == 0);
    CHECK(box.events(EventKind::decision).empty());
    CHECK(box.gate().camera_view("cam-out")->number == 0);
}

TEST_CASE("a camera that fails says so in the view") {
    Box box;
    {
        Eye eye(box);
        eye_message::Beat beat;
        beat.camera = "cam-in";
        beat.state = "running";
        eye.send(beat);
        CHECK(box.gate().camera_view("cam-in")->seen.at("state") == "running");
    }
    CHECK(box.until([&] { return box.gate().camera_view("cam-in")->seen.at("state") == "failed"; }));
}
