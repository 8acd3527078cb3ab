// A cursor over one line of a feed, which is written in one way only.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "bundle/hash.hpp"
#include "json_scan.hpp"

namespace menshen::bundle {

class LineScan {
  public:
    explicit LineScan(std::string_view line) : begin_(line.data()), at_(begin_), end_(begin_ + line.size()) {}

    /// True if it stands here; goes behind it.
    bool take(std::string_view text) {
        if (left() < text.size() || std::memcmp(at_, text.data(), text.size()) != 0) return false;
        at_ += text.size();
        return true;
    }
    bool literal(std::string_view text) { return take(text) || fail("expected  ", text); }
    bool end() { return at_ == end_ || fail("the line should end here"); }

    /// 0..max_number, without sign or leading zero.
    bool number(std::int64_t& out) {
        const char* from = at_;
        std::int64_t value = 0;
        while (at_ != end_ && *at_ >= '0' && *at_ <= '9' && at_ - from < 17) value = value * 10 + (*at_++ - '0');
        out = value;
        const bool good = at_ != from && value <= max_number && (*from != '0' || at_ - from == 1);
        return good || fail("expected a whole number of 0..9007199254740991");
    }
    /// Up to the next quote.
    bool plain(std::string_view& out) {
        const void* quote = left() == 0 ? nullptr : std::memchr(at_, '"', left());
        if (quote == nullptr) return fail("a string without end");
        out = {at_, static_cast<std::size_t>(static_cast<const char*>(quote) - at_)};
        at_ += out.size();
        return true;
    }
    bool name(std::string_view& out) {
        const char* from = at_;
        if (plain(out) && is_name(out)) return true;
        at_ = from;
        return fail("expected a name of 1 to 32 of a-z, 0-9, '_' and '-'");
    }
    bool object(std::string_view& out, const JsonLimits& limits, std::size_t most) {
        const auto scanned = scan_object({at_, left()}, limits);
        if (!scanned.wrong.empty()) {
            at_ = scanned.where;
            return fail(scanned.wrong);
        }
        if (scanned.object.size() > most) return fail("an object of too many bytes");
        out = scanned.object;
        at_ += out.size();
        return true;
    }

    bool fail(std::string_view what, std::string_view detail = {}) {
        wrong_ = std::string(what).append(detail);
        return false;
    }
    [[nodiscard]] Error error() const {
        return {Errc::invalid, "byte " + std::to_string(at_ - begin_ + 1) + ": " + wrong_};
    }

  private:
    [[nodiscard]] std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }

    const char* begin_;
    const char* at_;
    const char* end_;
    std::string wrong_;
};

}  // namespace menshen::bundle
