#include <fmt/format.h>
#include <iconv.h>

#include <algorithm>
#include <memory>
#include <type_traits>

#include "display/led_board.hpp"

namespace menshen::display {
namespace {

constexpr std::uint8_t version = 0x64;
constexpr std::uint8_t speak_only = 0x30;
constexpr std::uint8_t one_line = 0x62;
constexpr std::uint8_t lines_and_voice = 0x6F;

constexpr std::size_t longest_line = 32;  // bytes of GBK
constexpr std::size_t longest_voice = 64;

constexpr std::uint8_t show_at_once = 0x00;
constexpr std::uint8_t scroll_left = 0x15;
constexpr std::size_t fits_without_scrolling = 8;  // bytes of a line on the usual 64-pixel module, 16-pixel font
constexpr std::uint8_t song_16 = 0x03;             // font index
constexpr std::uint8_t seconds_shown = 10;

void append(Bytes& to, const Bytes& more) {
    to.insert(to.end(), more.begin(), more.end());
}

std::uint8_t mode_for(const Bytes& text) {
    return text.size() > fits_without_scrolling ? scroll_left : show_at_once;
}

/// The first line in red, the others in green, as drivers know it; red, green, blue, reserved.
Bytes colour(std::size_t line) {
    return line == 0 ? Bytes{0xFF, 0, 0, 0} : Bytes{0, 0xFF, 0, 0};
}

/// 0x6F: saved?, seconds of the whole, number of lines; each line: number, mode, speed, seconds, repeats, font, flags,
/// colour, length, text and 0x0D, the last 0x00; then 0x0A, length, voice, 0x00.
Bytes all_at_once(const std::vector<Bytes>& lines, const Bytes& voice) {
    Bytes data{0x00, seconds_shown, static_cast<std::uint8_t>(lines.size())};
    for (std::size_t n = 0; n < lines.size(); ++n) {
        append(data, {static_cast<std::uint8_t>(n), mode_for(lines[n]), 0x01, seconds_shown, 0x00, song_16, 0x00});
        append(data, colour(n));
        data.push_back(static_cast<std::uint8_t>(lines[n].size()));
        append(data, lines[n]);
        data.push_back(n + 1 == lines.size() ? 0x00 : 0x0D);
    }
    append(data, {0x0A, static_cast<std::uint8_t>(voice.size())});
    append(data, voice);
    data.push_back(0x00);
    return data;
}

/// 0x62: window, way and speed of coming, mode and seconds of staying, way and speed of going, font, repeats, colour,
/// length (low byte first), text.
Bytes one(std::size_t line, const Bytes& text) {
    Bytes data{static_cast<std::uint8_t>(line),
               mode_for(text),
               0x01,
               0x00,
               seconds_shown,
               mode_for(text),
               0x01,
               song_16,
               0x01};
    append(data, colour(line));
    append(data, {static_cast<std::uint8_t>(text.size()), 0x00});
    append(data, text);
    return data;
}

}  // namespace

Texts compose(const DisplayMessage& message, const Config& config) {
    const std::string said = message.verdict == Verdict::grant && !message.greeting.empty()
                                 ? message.greeting
                                 : std::string(sentence(message.reason).zh);
    std::string days;
    if (message.days_left && *message.days_left >= 0 && *message.days_left <= config.days_left_from) {
        days = fmt::format("剩余{}天", *message.days_left);
    }
    Texts texts;
    for (const std::string& line : {message.plate, said, days}) {
        if (line.empty()) continue;
        if (!texts.voice.empty()) texts.voice += "，";  // separates the board's blocks of speech
        texts.voice += line;
        if (static_cast<int>(texts.lines.size()) < config.lines) {
            texts.lines.push_back(line);
        } else if (!texts.lines.empty()) {
            texts.lines.back() += " " + line;
        }
    }
    return texts;
}

bool muted(const std::optional<MuteHours>& hours, LocalTime now) {
    if (!hours) return false;
    const int minute = minute_of_day(now);
    if (hours->from <= hours->to) return minute >= hours->from && minute < hours->to;
    return minute >= hours->from || minute < hours->to;
}

std::vector<Bytes> frames(const Texts& texts, const Config& config, bool speak) {
    const Bytes voice = speak ? gbk(texts.voice, longest_voice) : Bytes{};
    std::vector<Bytes> lines;
    for (const std::string& line : texts.lines) lines.push_back(gbk(line, longest_line));
    std::vector<Bytes> all;
    if (lines.empty() && !voice.empty()) {
        Bytes data{0x01};  // at once
        append(data, voice);
        all.push_back(frame(config.address, speak_only, data));
    } else if (!voice.empty()) {
        all.push_back(frame(config.address, lines_and_voice, all_at_once(lines, voice)));
    } else {
        for (std::size_t n = 0; n < lines.size(); ++n) all.push_back(frame(config.address, one_line, one(n, lines[n])));
    }
    return all;
}

Bytes frame(int address, std::uint8_t command, const Bytes& data) {
    Bytes out{static_cast<std::uint8_t>(address), version, 0xFF, 0xFF, command, static_cast<std::uint8_t>(data.size())};
    append(out, data);
    std::uint16_t crc = 0xFFFF;
    for (const std::uint8_t byte : out) {
        crc = static_cast<std::uint16_t>(crc ^ byte);
        for (int bit = 0; bit < 8; ++bit) {
            crc = static_cast<std::uint16_t>((crc & 1U) != 0 ? (crc >> 1U) ^ 0xA001U : crc >> 1U);
        }
    }
    append(out, {static_cast<std::uint8_t>(crc & 0xFFU), static_cast<std::uint8_t>(crc >> 8U)});
    return out;
}

Bytes gbk(std::string_view utf8, std::size_t most) {
    const iconv_t converter = iconv_open("GBK", "UTF-8");
    // NOLINTNEXTLINE(performance-no-int-to-ptr): iconv's own way to fail
    if (converter == reinterpret_cast<iconv_t>(-1)) return {};
    const std::unique_ptr<std::remove_pointer_t<iconv_t>, int (*)(iconv_t)> owner(converter, iconv_close);
    Bytes out;
    std::string text(utf8);
    char* in = text.data();
    std::size_t left = text.size();
    while (left > 0 && out.size() < most) {
        // one character after the other, so that the cut falls between two
        std::size_t size = 1;
        while (size < left && (static_cast<unsigned char>(in[size]) & 0xC0U) == 0x80U) ++size;
        char* from = in;
        std::size_t from_left = size;
        char buffer[4];
        char* to = buffer;
        std::size_t to_left = sizeof buffer;
        const bool known =
            iconv(converter, &from, &from_left, &to, &to_left) != static_cast<std::size_t>(-1) && from_left == 0;
        iconv(converter, nullptr, nullptr, nullptr, nullptr);
        const Bytes character = known ? Bytes(buffer, to) : Bytes{'?'};
        if (out.size() + character.size() > most) break;
        append(out, character);
        in += size;
        left -= size;
    }
    return out;
}

}  // namespace menshen::display
