#include "values/courier_message.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace menshen::courier_message {

namespace {

namespace json = boost::json;

constexpr std::size_t prefix = 4;

std::size_t big_endian(std::string_view four) {
    std::size_t value = 0;
    for (const char c : four) value = value << 8U | static_cast<unsigned char>(c);
    return value;
}

Result<json::object> header_of(std::string_view text) {
    boost::system::error_code failed;
    auto value = json::parse(json::string_view(text.data(), text.size()), failed);
    if (failed || !value.is_object()) return {Errc::invalid, "a frame's header is one JSON object"};
    return std::move(value.get_object());
}

/// What header.bytes says. Nothing: no number, or too large.
std::optional<std::size_t> following(const json::object& header, std::size_t most) {
    const auto* value = header.if_contains("bytes");
    if (value == nullptr) return std::size_t{0};
    const auto* number = value->if_int64();
    if (number == nullptr || *number < 0 || static_cast<std::uint64_t>(*number) > most) return std::nullopt;
    return static_cast<std::size_t>(*number);
}

}  // namespace

Result<std::string> encode(Frame frame) {
    frame.header["bytes"] = frame.bytes.size();
    const auto header = json::serialize(frame.header);
    if (header.size() > max_header || prefix + header.size() + frame.bytes.size() > max_frame) {
        return {Errc::invalid, "a frame has at most 64 KiB of header and 4 MiB in all"};
    }
    std::string out;
    out.reserve(prefix + header.size() + frame.bytes.size());
    for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(header.size() >> shift & 0xFFU);
    return out.append(header).append(frame.bytes);
}

Result<std::optional<Frame>> Parser::next() {
    if (!header_) {
        if (buffer_.size() < prefix) return std::optional<Frame>{};
        const auto size = big_endian(std::string_view(buffer_).substr(0, prefix));
        if (size == 0 || size > max_header) return {Errc::invalid, "a frame's header has 1 to 65536 bytes"};
        if (buffer_.size() < prefix + size) return std::optional<Frame>{};
        auto header = header_of(std::string_view(buffer_).substr(prefix, size));
        if (!header) return header.error();
        const auto bytes = following(*header, most_);
        if (!bytes) return {Errc::invalid, "bytes: a number, and not more than one frame may carry"};
        buffer_.erase(0, prefix + size);
        header_ = std::move(header).value();
        wanted_ = *bytes;
    }
    if (buffer_.size() < wanted_) return std::optional<Frame>{};
    Frame frame{std::move(*header_), buffer_.substr(0, wanted_)};
    header_.reset();
    buffer_.erase(0, wanted_);
    return std::optional(std::move(frame));
}

}  // namespace menshen::courier_message
