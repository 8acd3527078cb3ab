#include "eye/outbox.hpp"

#include <doctest/doctest.h>

using namespace menshen;
using eye::Outbox;

namespace {
eye_message::Message picture(std::size_t bytes) {
    return eye_message::Picture{"p", "in", "scene", std::vector<std::uint8_t>(bytes, 7)};
}
eye_message::Message read(std::uint64_t frame) {
    Read r;
    r.lane = "in";
    r.frame = frame;
    r.text = "皖A12345";
    return r;
}
eye_message::Message parsed(const Outbox::Bytes& bytes) {
    eye_message::Parser parser;
    auto messages = parser.feed({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    REQUIRE(messages.ok());
    REQUIRE(messages->size() == 1);
    return messages->front();
}
}  // namespace

TEST_CASE("reads go before pictures that waited longer") {
    Outbox outbox;
    outbox.push(picture(1000));
    outbox.push(read(1));
    outbox.push(read(2));
    CHECK(std::get<Read>(parsed(*outbox.pop())).frame == 1);
    CHECK(std::get<Read>(parsed(*outbox.pop())).frame == 2);
    CHECK(std::holds_alternative<eye_message::Picture>(parsed(*outbox.pop())));
    CHECK_FALSE(outbox.pop().has_value());
    CHECK(outbox.empty());
}

TEST_CASE("a full outbox gives up the oldest pictures and keeps every read") {
    Outbox outbox;
    outbox.push(read(1));
    for (int i = 0; i < 50; ++i) outbox.push(picture(300'000));
    CHECK(outbox.dropped() > 30);
    std::size_t bytes = 0, messages = 0;
    while (const auto message = outbox.pop()) bytes += message->size(), ++messages;
    CHECK(bytes <= Outbox::most_picture_bytes + 310'000);
    CHECK(messages > 10);
}

TEST_CASE("I23: with the gate away for hours the outbox keeps the newest reads in bounded memory") {
    Outbox outbox;
    for (std::uint64_t i = 1; i <= 10'000; ++i) outbox.push(read(i));
    std::uint64_t first = 0, count = 0;
    while (const auto message = outbox.pop()) {
        if (count++ == 0) first = std::get<Read>(parsed(*message)).frame;
    }
    CHECK(count == Outbox::most_messages);
    CHECK(first == 10'001 - Outbox::most_messages);
}

TEST_CASE("a picture above the protocol's limit is given up, the next one goes") {
    Outbox outbox;
    outbox.push(picture(eye_message::max_message));
    CHECK(outbox.dropped() == 1);
    outbox.push(picture(10));
    CHECK(outbox.pop().has_value());
}

TEST_CASE("of views only the newest waits, behind every picture, and no picture is given up for it") {
    Outbox outbox;
    for (std::uint8_t i = 1; i <= 3; ++i) {
        eye_message::View view;
        view.width = view.height = 9;
        view.jpeg.assign(2'000'000, i);
        outbox.push(view);
    }
    CHECK_FALSE(outbox.empty());
    for (int i = 0; i < 4; ++i) outbox.push(picture(1'000'000));
    CHECK(outbox.dropped() == 0);
    for (int i = 0; i < 4; ++i) CHECK(std::holds_alternative<eye_message::Picture>(parsed(*outbox.pop())));
    CHECK(std::get<eye_message::View>(parsed(*outbox.pop())).jpeg.front() == 3);
    CHECK_FALSE(outbox.pop().has_value());
    CHECK(outbox.empty());
}
