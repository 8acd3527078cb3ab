// The gate's sockets against peers that keep the protocol and peers that do not.
#include <boost/asio/connect.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/write.hpp>
#include <boost/json/parse.hpp>
#include <doctest/doctest.h>
#include <sys/stat.h>

#include <random>

#include "fixture.hpp"
#include "values/eye_message.hpp"

using namespace menshen;
using test::Box;
using Socket = boost::asio::local::stream_protocol::socket;

namespace {

Socket connect(Box& box, const std::string& name) {
    Socket socket(box.loop);
    socket.connect(boost::asio::local::stream_protocol::endpoint(box.folder() + "/" + name));
    box.settle();
    return socket;
}

void send(Box& box, Socket& socket, const eye_message::Message& message) {
    const auto bytes = eye_message::encode(message);
    REQUIRE(bytes);
    boost::system::error_code error;
    boost::asio::write(socket, boost::asio::buffer(*bytes), error);
    box.settle();
}

/// True once the gate has closed the connection.
bool cut_off(Box& box, Socket& socket) {
    bool closed = false;
    std::array<char, 16> buffer{};
    socket.async_read_some(boost::asio::buffer(buffer),
                           [&](boost::system::error_code error, std::size_t) { closed = error.failed(); });
    return box.until([&] { return closed; });
}

eye_message::Hello hello(const std::string& camera) {
    eye_message::Hello h;
    h.camera = camera;
    h.lane = "in";
    return h;
}

}  // namespace

TEST_CASE("an eye that keeps the protocol: beats, pictures, camera state; its end is a fault") {
    Box box;
    auto eye = connect(box, "eye.sock");
    send(box, eye, hello("cam-in"));
    eye_message::Beat beat;
    beat.camera = "cam-in";
    beat.state = "running";
    beat.fps = 12.5;
    send(box, eye, beat);
    CHECK(box.until([&] { return box.lane_view("in").at("camera").at("state") == "running"; }));
    send(box, eye, eye_message::Picture{"p1", "in", "scene", {1, 2, 3}});
    CHECK(box.until([&] { return box.lane_view("in").at("scene") == "cam-in:p1.scene"; }));
    Picture picture;
    box.gate().picture("cam-in:p1.scene", [&](Picture p) { picture = std::move(p); });
    REQUIRE(picture);
    CHECK(picture->size() == 3);
    eye.close();
    CHECK(box.until([&] { return box.lane_view("in").at("camera").at("state") == "failed"; }));
}

TEST_CASE("hostile eyes are cut off: no hello, a strange camera, another lane's read, a lying length, noise") {
    Box box;
    auto silent = connect(box, "eye.sock");
    send(box, silent, eye_message::Beat{});
    CHECK(cut_off(box, silent));

    auto strange = connect(box, "eye.sock");
    send(box, strange, hello("cam-roof"));
    CHECK(cut_off(box, strange));

    auto thief = connect(box, "eye.sock");
    send(box, thief, hello("cam-in"));
    Read read;
    read.lane = "out";
    send(box, thief, read);
    CHECK(cut_off(box, thief));

    auto liar = connect(box, "eye.sock");
    boost::asio::write(liar, boost::asio::buffer(std::string("\xff\xff\xff\xff{}", 6)));
    CHECK(cut_off(box, liar));

    std::mt19937 random(7);
    for (int i = 0; i < 20; ++i) {
        auto noisy = connect(box, "eye.sock");
        std::string noise(512, '\0');
        for (auto& c : noise) c = static_cast<char>(random());
        noise[0] = noise[1] = '\x7f';
        boost::asio::write(noisy, boost::asio::buffer(noise));
        CHECK(cut_off(box, noisy));
    }
    CHECK(box.board("in").opened == 0);
}

TEST_CASE("a new child of a camera takes the place of the old one") {
    Box box;
    auto old = connect(box, "eye.sock");
    send(box, old, hello("cam-in"));
    auto fresh = connect(box, "eye.sock");
    send(box, fresh, hello("cam-in"));
    CHECK(cut_off(box, old));
    eye_message::Beat beat;
    beat.state = "running";
    beat.camera = "cam-in";
    send(box, fresh, beat);
    CHECK(box.until([&] { return box.lane_view("in").at("camera").at("state") == "running"; }));
}

TEST_CASE("the sockets are for our group only, and a second gate is refused") {
    Box box;
    struct stat status {};
    REQUIRE(stat((box.folder() + "/eye.sock").c_str(), &status) == 0);
    CHECK((status.st_mode & 07777) == 0660);
    gate::UnixServer second(box.loop.get_executor(), [](gate::UnixSocket) {});
    const auto refused = second.listen(box.folder() + "/eye.sock");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::conflict);
    CHECK_FALSE(second.listen("/tmp/" + std::string(200, 'x')));
}

TEST_CASE("admin.sock: answers a line with a line; nonsense gets an error, not an end") {
    Box box;
    auto admin = connect(box, "admin.sock");
    const auto ask = [&](const std::string& line) {
        boost::asio::write(admin, boost::asio::buffer(line + "\n"));
        boost::asio::streambuf buffer;
        bool got = false;
        boost::asio::async_read_until(admin, buffer, '\n',
                                      [&](boost::system::error_code error, std::size_t) { got = !error; });
        REQUIRE(box.until([&] { return got; }));
        return boost::json::parse(
                   std::string(boost::asio::buffers_begin(buffer.data()), boost::asio::buffers_end(buffer.data())))
            .as_object();
    };
    CHECK(ask("nonsense").at("ok") == false);
    CHECK(ask("[1]").at("ok") == false);
    CHECK(ask("{\"verb\":\"explode\"}").at("ok") == false);
    CHECK(ask("{\"verb\":\"import\",\"rows\":7}").at("ok") == false);
    CHECK(ask("{\"verb\":\"status\"}").at("site") == "test gate");
}

TEST_CASE("events can be followed: what happens next arrives by itself") {
    Box box;
    std::vector<std::string> kinds;
    box.gate().admin({{"verb", "events"}, {"after", 0}, {"follow", true}}, [&](const boost::json::object& line) {
        if (line.contains("event")) kinds.emplace_back(line.at("event").at("kind").as_string());
        return true;
    });
    CHECK(box.until([&] { return !kinds.empty(); }));
    CHECK(kinds.front() == "boot");
    CHECK(box.command(GuardCommand::Action::open, "in"));
    CHECK(box.until([&] { return kinds.back() == "intent"; }));
}
