#include <doctest/doctest.h>

#include "display/led_board.hpp"

namespace menshen::display {
namespace {

Config board(int lines) {
    Config config;
    config.link = Tcp{"127.0.0.1", 1};
    config.lines = lines;
    return config;
}

}  // namespace

TEST_CASE("golden: a voice frame, byte by byte") {
    // 欢迎 in GBK is BB B6 D3 AD
    const auto all = frames({{}, "欢迎"}, board(0), true);
    REQUIRE(all.size() == 1);
    CHECK(all[0] == Bytes{0x00, 0x64, 0xFF, 0xFF, 0x30, 0x05, 0x01, 0xBB, 0xB6, 0xD3, 0xAD, 0x1A, 0x66});
    CHECK(frames({{}, "欢迎"}, board(0), false).empty());
}

TEST_CASE("a text is cut between two characters, and what GBK lacks becomes a question mark") {
    CHECK(gbk("欢迎", 3) == Bytes{0xBB, 0xB6});
    CHECK(gbk("A欢", 8) == Bytes{'A', 0xBB, 0xB6});
    CHECK(gbk("\xF0\x9F\x9A\x97", 8) == Bytes{'?'});
    CHECK(gbk("\xFF\xFE", 8) == Bytes{'?', '?'});
    CHECK(gbk("", 8).empty());
}

TEST_CASE("a refusal shows its reason, and a car without a plate says nothing of one") {
    const Texts texts = compose({"", "欢迎光临", std::nullopt, Verdict::deny, Reason::expired}, board(2));
    REQUIRE(texts.lines.size() == 1);
    CHECK(texts.lines[0] == sentence(Reason::expired).zh);
    CHECK(texts.voice == sentence(Reason::expired).zh);
}

TEST_CASE("days left are said when they become few") {
    CHECK(compose({"京A12345", "欢迎光临", 15, Verdict::grant, Reason::permit_valid}, board(4)).lines.size() == 3);
    CHECK(compose({"京A12345", "欢迎光临", 16, Verdict::grant, Reason::permit_valid}, board(4)).lines.size() == 2);
}

TEST_CASE("mute hours go over midnight") {
    const MuteHours hours{22 * 60, 7 * 60};
    const auto at = [](const char* text) { return parse_local(text).value(); };
    CHECK(muted(hours, at("2026-11-22T22:00:00")));
    CHECK(muted(hours, at("2026-11-22T06:59:59")));
    CHECK_FALSE(muted(hours, at("2026-11-22T07:00:00")));
    CHECK_FALSE(muted(std::nullopt, at("2026-11-22T23:00:00")));
}

TEST_CASE("a long text never overflows a frame, and the board's relay is never commanded") {
    std::string long_text;
    for (int n = 0; n < 500; ++n) long_text += "门";
    for (int lines = 0; lines <= 4; ++lines) {
        for (const bool speak : {true, false}) {
            const Config config = board(lines);
            const Texts texts = compose({long_text, long_text, 3, Verdict::grant, Reason::permit_valid}, config);
            for (const Bytes& bytes : frames(texts, config, speak)) {
                CHECK(bytes.size() == 8U + bytes[5]);
                CHECK(bytes[4] != 0x0F);
            }
        }
    }
}

}  // namespace menshen::display
