#include "values/eye_message.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace menshen;
using namespace menshen::eye_message;

namespace {

std::string bytes_of(const Message& message) {
    const auto encoded = encode(message);
    REQUIRE_MESSAGE(encoded.ok(), encoded.error().message);
    return {encoded->begin(), encoded->end()};
}

std::string framed(std::string_view header) {
    std::string out{0, 0, static_cast<char>(header.size() >> 8), static_cast<char>(header.size())};
    return out.append(header);
}

std::string stream() {
    Read read;
    read.lane = "in-1";
    read.text = "苏A12345";
    read.characters = {{{{"苏", 0.5F}}}};
    return bytes_of(Hello{"cam-1", "in-1", 1, 42}) + bytes_of(read) +
           bytes_of(Beat{"cam-1", "running", "", 12.5, 9, 1920, 1080}) +
           bytes_of(Picture{"p1", "in-1", "scene", std::vector<std::uint8_t>(70'000, 7)}) +
           bytes_of(View{25, 8.5, 1920, 1080, {read}, std::vector<std::uint8_t>(90'000, 5)});
}

std::string refusal(std::string_view bytes) {
    Parser parser;
    const auto result = parser.feed(bytes);
    REQUIRE_FALSE(result.ok());
    CHECK_FALSE(parser.feed(bytes_of(Hello{"cam-1", "in-1", 1, 42})).ok());  // there is no way back
    return result.error().message;
}

}  // namespace

TEST_CASE("messages come through whole, at once or byte by byte") {
    const std::string all = stream();
    for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{4096}, all.size()}) {
        Parser parser;
        std::vector<Message> got;
        for (std::size_t i = 0; i < all.size(); i += piece) {
            auto some = parser.feed(std::string_view(all).substr(i, piece));
            REQUIRE_MESSAGE(some.ok(), some.error().message);
            for (auto& m : some.value()) got.push_back(std::move(m));
        }
        REQUIRE(got.size() == 5);
        CHECK(std::get<Hello>(got[0]).pid == 42);
        CHECK(std::get<Read>(got[1]).text == "苏A12345");
        CHECK(std::get<Beat>(got[2]).fps == 12.5);
        CHECK(std::get<Picture>(got[3]).jpeg == std::vector<std::uint8_t>(70'000, 7));
        const auto& view = std::get<View>(got[4]);
        CHECK(view.looks == 8.5);
        CHECK(view.width == 1920);
        REQUIRE(view.plates.size() == 1);
        CHECK(view.plates[0].text == "苏A12345");
        CHECK(view.jpeg == std::vector<std::uint8_t>(90'000, 5));
    }
}

TEST_CASE("lengths that lie are refused before memory is taken") {
    CHECK(refusal(std::string("\xFF\xFF\xFF\xFF", 4)).find("1 to 65536") != std::string::npos);
    CHECK(refusal(std::string("\0\0\0\0", 4)).find("1 to 65536") != std::string::npos);
    CHECK(refusal(std::string("\0\1\0\1", 4)).find("65537") != std::string::npos);
    const std::string head = R"({"type":"picture","id":"p","lane":"a","kind":"scene","picture_bytes":)";
    CHECK_FALSE(refusal(framed(head + "4194304}")).empty());
    CHECK_FALSE(refusal(framed(head + "-1}")).empty());
    CHECK_FALSE(refusal(framed(head + "1e3}")).empty());
    CHECK_FALSE(refusal(framed(head + "99999999999999999999}")).empty());
    CHECK_FALSE(refusal(framed(R"({"type":"beat","picture_bytes":5})")).empty());
}

TEST_CASE("a view that could not be one is refused: sizes, rates, plates, no picture") {
    const auto view = [](std::string_view frames, std::string_view width, std::string_view plates) {
        return framed(std::string(R"({"type":"view","looks":1,"height":9,"picture_bytes":1,"frames":)")
                          .append(frames)
                          .append(",\"width\":")
                          .append(width)
                          .append(",\"plates\":")
                          .append(plates)
                          .append("}")) +
               "j";
    };
    CHECK(Parser().feed(view("25", "16", "[]")).ok());
    CHECK(refusal(view("-1", "16", "[]")) == "frames must lie in 0..1000");
    CHECK(refusal(view("1e300", "16", "[]")) == "frames must lie in 0..1000");
    CHECK(refusal(view("25", "0", "[]")) == "width must lie in 1..100000");
    CHECK(refusal(view("25", "16", "[{}]")).starts_with("plates[0]"));
    CHECK(refusal(view("25", "16", "[1,1,1,1,1,1,1,1,1]")) == "plates has more than 8 elements");
    CHECK_FALSE(refusal(framed(R"({"type":"view","frames":1,"looks":1,"width":9,"height":9,"plates":[]})")).empty());
    View long_text;
    long_text.width = long_text.height = 9;
    long_text.jpeg = {1};
    long_text.plates.resize(1);
    long_text.plates[0].text = std::string(65, 'A');
    CHECK(refusal(bytes_of(long_text)) == "plates[0] text is longer than 64 bytes");
}

TEST_CASE("headers that are not ours are refused with a reason") {
    CHECK(refusal(framed("{}")) == "the header has no type");
    CHECK(refusal(framed("[1]")) == "the header is not a JSON object");
    CHECK(refusal(framed(R"({"type":"open_barrier"})")) == "unknown type 'open_barrier'");
    CHECK(refusal(framed(R"({"type":"hello","camera":"../x","lane":"a","version":1,"pid":1})")).starts_with("camera "));
    CHECK(refusal(framed(R"({"type":"hello","camera":"c","lane":"a","version":1})")) == "pid is missing");
    CHECK_FALSE(refusal(framed(std::string(60'000, '['))).empty());
    CHECK_FALSE(refusal(framed("{\"type\":\"\xFF\"}")).empty());
}

TEST_CASE("what does not fit is not encoded") {
    CHECK_FALSE(encode(Picture{"p", "a", "scene", {}}).ok());
    CHECK_FALSE(encode(Picture{"p", "a", "scene", std::vector<std::uint8_t>(max_message)}).ok());
    CHECK_FALSE(encode(Beat{"c", "running", std::string(70'000, 'x'), 1, 1, 1, 1}).ok());
}

TEST_CASE("truncations, flipped bytes and noise never crash and never yield more than was sent") {
    const std::string all = stream();
    std::mt19937 random(7);
    for (int round = 0; round < 3000; ++round) {
        std::string bytes = all.substr(0, random() % 1200);
        for (unsigned n = random() % 4; n > 0 && !bytes.empty(); --n)
            bytes[random() % bytes.size()] = static_cast<char>(random());
        if (round % 3 == 0) {
            for (char& c : bytes) c = static_cast<char>(random());
        }
        Parser parser;
        const auto got = parser.feed(bytes);
        if (got.ok()) CHECK(got->size() <= 4);
    }
}
