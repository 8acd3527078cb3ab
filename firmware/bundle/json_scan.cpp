#include "json_scan.hpp"

#include <array>
#include <cstdint>
#include <cstring>

namespace menshen::bundle {
namespace {

constexpr std::size_t max_number_text = 32;
constexpr int max_exponent_digits = 3;

/// Characters of a string that need no second look.
constexpr std::array<bool, 256> plain_characters = [] {
    std::array<bool, 256> plain{};
    for (std::size_t c = 0x20; c < 0x80; ++c) plain[c] = c != '"' && c != '\\';
    return plain;
}();

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// The value of four hex digits, or −1.
int hex4(const char* at) {
    int value = 0;
    for (int i = 0; i < 4; ++i) {
        const char c = at[i];
        const int digit = is_digit(c)              ? c - '0'
                          : (c >= 'a' && c <= 'f') ? c - 'a' + 10
                          : (c >= 'A' && c <= 'F') ? c - 'A' + 10
                                                   : -1;
        if (digit < 0) return -1;
        value = value * 16 + digit;
    }
    return value;
}

/// Length of the UTF-8 character of two to four bytes at `at`, 0 if it is none (overlong, surrogate, cut off).
std::size_t utf8_length(const char* at, const char* end) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(at[i]); };
    const auto left = static_cast<std::size_t>(end - at);
    const std::uint8_t first = byte(0);
    const std::size_t length = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
    if (length == 0 || left < length) return 0;
    const std::uint8_t low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
    const std::uint8_t high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
    if (byte(1) < low || byte(1) > high) return 0;
    for (std::size_t i = 2; i < length; ++i) {
        if ((byte(i) & 0xC0) != 0x80) return 0;
    }
    return length;
}

class JsonScanner {
  public:
    JsonScanner(std::string_view text, const JsonLimits& limits)
        : begin_(text.data()), at_(begin_), end_(begin_ + text.size()), limits_(limits) {}

    JsonScanned object_alone() {
        if (at_ == end_ || *at_ != '{') return {{}, "no JSON object", at_};
        if (!object(limits_.depth)) return {{}, wrong_, at_};
        return {{begin_, static_cast<std::size_t>(at_ - begin_)}, {}, nullptr};
    }

  private:
    struct Key {
        const char* at;
        std::size_t size;
    };

    bool fail(std::string_view what) {
        wrong_ = what;
        return false;
    }
    bool next_is(char c) {
        if (at_ == end_ || *at_ != c) return false;
        ++at_;
        return true;
    }

    bool object(int depth) {
        if (depth == 0) return fail("nested too deep");
        ++at_;
        if (next_is('}')) return true;
        Key keys[max_keys];  // NOLINT: filled as far as `count`; clearing it for each object would cost
        int count = 0;
        do {
            if (!key(keys, count)) return false;
            if (!next_is(':')) return fail("a ':' is missing");
            if (!value(depth - 1)) return false;
        } while (next_is(','));
        return next_is('}') || fail("a ',' or '}' is missing");
    }

    bool key(Key* keys, int& count) {
        if (!next_is('"')) return fail("a key is missing");
        const char* from = at_;
        bool escaped = false;
        if (!string(escaped)) return false;
        if (!limits_.unique_keys) return true;
        if (escaped) return fail("an escape in a key");
        if (count == max_keys) return fail("too many keys in one object");
        const Key found{from, static_cast<std::size_t>(at_ - 1 - from)};
        for (int i = 0; i < count; ++i) {
            if (keys[i].size == found.size && std::memcmp(keys[i].at, found.at, found.size) == 0) {
                return fail("a key twice in one object");
            }
        }
        keys[count++] = found;
        return true;
    }

    bool array(int depth) {
        if (depth == 0) return fail("nested too deep");
        ++at_;
        if (next_is(']')) return true;
        do {
            if (!value(depth - 1)) return false;
        } while (next_is(','));
        return next_is(']') || fail("a ',' or ']' is missing");
    }

    bool value(int depth) {
        bool escaped = false;
        switch (at_ == end_ ? '\0' : *at_) {
            case '{':
                return object(depth);
            case '[':
                return array(depth);
            case '"':
                return ++at_, string(escaped);
            case 't':
                return word("true");
            case 'f':
                return word("false");
            case 'n':
                return word("null");
            default:
                return number();
        }
    }

    bool word(std::string_view text) {
        if (static_cast<std::size_t>(end_ - at_) < text.size() || std::memcmp(at_, text.data(), text.size()) != 0) {
            return fail("no JSON value");
        }
        at_ += text.size();
        return true;
    }

    bool digits() {
        const char* from = at_;
        while (at_ != end_ && is_digit(*at_)) ++at_;
        return at_ != from;
    }

    bool number() {
        const char* from = at_;
        next_is('-');
        if (!next_is('0') && !digits()) return fail("no JSON value");
        if (next_is('.') && !digits()) return fail("no number");
        if (next_is('e') || next_is('E')) {
            if (!next_is('+')) next_is('-');
            const char* exponent = at_;
            if (!digits() || at_ - exponent > max_exponent_digits) return fail("no number");
        }
        return static_cast<std::size_t>(at_ - from) <= max_number_text || fail("a number of too many digits");
    }

    /// Behind its first quote; ends behind its last.
    bool string(bool& escaped) {
        while (true) {
            while (at_ != end_ && plain_characters[static_cast<std::uint8_t>(*at_)]) ++at_;
            if (at_ == end_) return fail("a string without end");
            const auto c = static_cast<std::uint8_t>(*at_);
            if (c == '"') return ++at_, true;
            if (c < 0x20) return fail("a control character in a string");
            if (c == '\\') {
                escaped = true;
                if (!escape()) return fail("no JSON escape");
                continue;
            }
            const auto length = utf8_length(at_, end_);
            if (length == 0) return fail("no UTF-8");
            at_ += length;
        }
    }

    bool escape() {
        if (end_ - at_ < 2) return false;
        const char c = at_[1];
        if (c != 'u') {
            at_ += 2;
            return std::string_view("\"\\/bfnrt").find(c) != std::string_view::npos;
        }
        const int unit = end_ - at_ < 6 ? -1 : hex4(at_ + 2);
        if (unit < 0 || (unit >= 0xDC00 && unit <= 0xDFFF)) return false;
        at_ += 6;
        if (unit < 0xD800 || unit > 0xDBFF) return true;
        if (end_ - at_ < 6 || at_[0] != '\\' || at_[1] != 'u') return false;
        const int second = hex4(at_ + 2);
        at_ += 6;
        return second >= 0xDC00 && second <= 0xDFFF;
    }

    const char* begin_;
    const char* at_;
    const char* end_;
    JsonLimits limits_;
    std::string_view wrong_;
};

}  // namespace

JsonScanned scan_object(std::string_view text, const JsonLimits& limits) {
    return JsonScanner(text, limits).object_alone();
}

}  // namespace menshen::bundle
