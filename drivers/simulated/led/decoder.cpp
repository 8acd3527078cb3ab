#include "decoder.hpp"

#include <boost/json/array.hpp>
#include <iconv.h>

#include <stdexcept>
#include <string>

namespace menshen::twin {
namespace json = boost::json;
namespace {

using View = std::span<const std::uint8_t>;
constexpr std::size_t header = 6;
constexpr std::size_t trailer = 2;

/// Table-driven, where the driver shifts bit by bit: a mistake in one does not hide in the other.
std::uint16_t crc(View bytes) {
    std::uint16_t table[256];
    for (unsigned n = 0; n < 256; ++n) {
        unsigned value = n;
        for (int bit = 0; bit < 8; ++bit) value = (value & 1U) != 0 ? value >> 1U ^ 0xA001U : value >> 1U;
        table[n] = static_cast<std::uint16_t>(value);
    }
    std::uint16_t sum = 0xFFFF;
    for (const std::uint8_t byte : bytes) sum = static_cast<std::uint16_t>(sum >> 8U ^ table[(sum ^ byte) & 0xFFU]);
    return sum;
}

std::string utf8(View gbk) {
    const iconv_t converter = iconv_open("UTF-8", "GBK");
    std::string in(gbk.begin(), gbk.end());
    std::string out(in.size() * 3 + 1, '\0');
    char* from = in.data();
    char* to = out.data();
    std::size_t from_left = in.size();
    std::size_t to_left = out.size();
    const bool good = iconv(converter, &from, &from_left, &to, &to_left) != static_cast<std::size_t>(-1);
    iconv_close(converter);
    out.resize(out.size() - to_left);
    return good ? out : out + " (not GBK)";
}

/// Reads from the front; runs out with std::out_of_range.
class Reader {
  public:
    explicit Reader(View data) : data_(data) {}
    unsigned byte() { return take(1)[0]; }
    View take(std::size_t size) {
        if (size > data_.size()) throw std::out_of_range("data ends early");
        const View front = data_.first(size);
        data_ = data_.subspan(size);
        return front;
    }
    View rest() { return take(data_.size()); }
    [[nodiscard]] bool done() const { return data_.empty(); }

  private:
    View data_;
};

void expect(bool so, const char* what) {
    if (!so) throw std::out_of_range(what);
}

void lines_and_voice(Reader in, json::object& out) {
    static_cast<void>(in.byte());  // temporary or stored
    out["seconds"] = in.byte();
    const unsigned count = in.byte();
    expect(count >= 1 && count <= 4, "1 to 4 lines");
    json::array lines;
    for (unsigned n = 0; n < count; ++n) {
        expect(in.byte() == n, "lines in order");
        static_cast<void>(in.take(10));  // mode, speed, stay, repeats, font, flags, colour
        lines.emplace_back(utf8(in.take(in.byte())));
        expect(in.byte() == (n + 1 == count ? 0x00U : 0x0DU), "a line ends with 0D, the last with 00");
    }
    out["lines"] = std::move(lines);
    if (in.done()) return;
    expect(in.byte() == 0x0A, "the voice begins with 0A");
    out["voice"] = utf8(in.take(in.byte()));
    expect(in.byte() == 0x00 && in.done(), "the voice ends with 00");
}

void one_line(Reader in, json::object& out) {
    out["line"] = in.byte();
    static_cast<void>(in.take(12));  // ways, speeds, stay, font, repeats, colour
    const unsigned length = in.byte() + in.byte() * 256U;
    out["text"] = utf8(in.take(length));
    expect(in.done(), "as long as it says");
}

void read_data(unsigned command, View data, json::object& out) {
    Reader in(data);
    switch (command) {
        case 0x62:
            return one_line(in, out);
        case 0x6F:
            return lines_and_voice(in, out);
        case 0x30:
            static_cast<void>(in.byte());
            out["voice"] = utf8(in.rest());
            return;
        case 0x0F:
            out["relay"] = true;
            return;  // menshen must never send it: tests look for this
        default:
            expect(false, "a command this board knows");
    }
}

}  // namespace

void Decoder::take(View bytes) {
    buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
    while (take_one()) {
    }
}

bool Decoder::take_one() {
    if (buffer_.size() < header) return false;
    json::object out{{"event", "frame"}, {"address", buffer_[0]}, {"command", buffer_[4]}};
    const std::size_t size = header + buffer_[5] + trailer;
    if (buffer_[1] != 0x64 || buffer_[2] != 0xFF || buffer_[3] != 0xFF) {
        buffer_.erase(buffer_.begin());  // look for the next beginning
        return true;
    }
    if (buffer_.size() < size) return false;
    const View frame(buffer_.data(), size);
    const unsigned sum = frame[size - 2] + frame[size - 1] * 256U;
    out["crc"] = crc(frame.first(size - trailer)) == sum ? "ok" : "wrong";
    try {
        read_data(frame[4], frame.subspan(header, size - header - trailer), out);
    } catch (const std::out_of_range& error) {
        out["wrong"] = error.what();
    }
    buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(size));
    if (on_frame) on_frame(out);
    return true;
}

}  // namespace menshen::twin
