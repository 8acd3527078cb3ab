// MJPEG over HTTP as a server sends it that is not ours: every form of it, silence, ends, and passwords.
#include <doctest/doctest.h>
#include <signal.h>

#include <string>

#include "camera/grabber.hpp"
#include "web_peer.hpp"

using namespace menshen;
using namespace menshen::test;
using camera::Grabber;
using State = camera::Status::State;

namespace {

/// The error of a stream that must not open.
Error refused(const camera::Options& options) {
    const auto source = camera::Source::open(options);
    REQUIRE_FALSE(source.ok());
    CAPTURE(source.error().message);
    CHECK(source.error().message.find("p@ss") == std::string::npos);
    CHECK(source.error().message.find("p%40ss") == std::string::npos);
    return source.error();
}

bool says(const Error& error, const std::string& words) {
    return error.message.find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("every form of the multipart stream plays: quoted and dashed boundaries, no length, bare line ends") {
    const WebPeer peer;
    for (const std::string path :
         {"/plain", "/quoted", "/dashes", "/nolength", "/lf", "/preamble", "/muxed", "/basic/nolength"}) {
        if (path == "/muxed" && !peer.has_ffmpeg) continue;
        CAPTURE(path);
        Grabber grabber(peer.camera(path, path.starts_with("/basic") ? "guard:p@ss:w/rd" : ""));
        const auto first = grabber.newer_than(0, milliseconds(10'000));
        REQUIRE(first.has_value());
        CHECK(first->picture.size().width == 320);
        CHECK(first->picture.size().height == 240);
        CHECK(eventually(10'000, [&] { return grabber.status().frames >= first->number + 5; }));
        CHECK(grabber.status().state == State::running);
    }
}

TEST_CASE("a peer that falls silent, ends, or ends within a picture: a fault that says so, then a new call") {
    const WebPeer peer;
    for (const auto& [path, words] : {std::pair<std::string, std::string>("/stall", "has sent nothing for 2 s"),
                                      {"/end", "sends no more frames"},
                                      {"/cut", "sends no more frames"}}) {
        CAPTURE(path);
        Grabber grabber(peer.camera(path));
        REQUIRE(grabber.newer_than(0, milliseconds(10'000)).has_value());
        CHECK(eventually(10'000, [&] { return grabber.status().state == State::failed; }));
        CHECK_MESSAGE(grabber.status().detail.find(words) != std::string::npos, grabber.status().detail);
        const auto frames = grabber.status().frames;
        CHECK(eventually(15'000, [&] { return grabber.status().frames > frames + 2; }));
    }
}

TEST_CASE("the whole peer frozen: the same, and again when it goes on") {
    const WebPeer peer;
    Grabber grabber(peer.camera("/plain"));
    REQUIRE(grabber.newer_than(0, milliseconds(10'000)).has_value());
    peer.program->signal(SIGSTOP);
    CHECK(eventually(10'000, [&] { return grabber.status().state == State::failed; }));
    peer.program->signal(SIGCONT);
    CHECK(eventually(20'000, [&] { return grabber.status().state == State::running; }));
}

TEST_CASE("passwords: right ones play, by Basic and by Digest; wrong and missing ones are called so") {
    const WebPeer peer;
    for (const std::string path : {"/basic/plain", "/digest/plain"}) {
        CAPTURE(path);
        auto source = camera::Source::open(peer.camera(path, "guard:p@ss:w/rd"));
        REQUIRE_MESSAGE(source.ok(), source.error().message);
        CHECK((*source)->next().ok());
        const auto wrong = refused(peer.camera(path, "guard:p@ss"));
        CHECK(wrong.code == Errc::denied);
        CHECK(says(wrong, "refuses the user or the password"));
        const auto none = refused(peer.camera(path));
        CHECK(none.code == Errc::denied);
        CHECK(says(none, "asks for a user and a password"));
    }
}

TEST_CASE("what is no stream is named: a wrong path, a page, another protocol, nobody") {
    const WebPeer peer;
    CHECK(says(refused(peer.camera("/nothing?token=p@ss")), "has no stream /nothing (404)"));
    CHECK(says(refused(peer.camera("/text")), "no video that can be played"));
    auto other = peer.camera("/plain");
    other.url.replace(0, 4, "rtsp");
    CHECK(says(refused(other), "does not speak rtsp"));
    auto nobody = peer.camera("");
    nobody.url = "http://127.0.0.1:9/";
    CHECK(says(refused(nobody), "nothing listens on port 9 of 127.0.0.1"));
}
