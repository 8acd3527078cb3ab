#include "camera/picture_size.hpp"

#include <cstdint>
#include <cstdlib>

namespace menshen::camera {
namespace {

std::uint32_t byte(std::string_view b, std::size_t i) {
    return static_cast<unsigned char>(b[i]);
}
std::uint32_t big16(std::string_view b, std::size_t i) {
    return byte(b, i) << 8U | byte(b, i + 1);
}
std::uint32_t big32(std::string_view b, std::size_t i) {
    return big16(b, i) << 16U | big16(b, i + 2);
}
std::uint32_t little32(std::string_view b, std::size_t i) {
    return byte(b, i) | byte(b, i + 1) << 8U | byte(b, i + 2) << 16U | byte(b, i + 3) << 24U;
}

Result<PictureSize> sized(std::uint32_t width, std::uint32_t height) {
    constexpr std::uint32_t most = 1U << 24U;
    if (width == 0 || height == 0 || width > most || height > most) {
        return {Errc::invalid, "a picture of " + std::to_string(width) + " x " + std::to_string(height) + " pixels"};
    }
    return PictureSize{static_cast<int>(width), static_cast<int>(height)};
}

/// Walks the segments up to the frame header (SOF0…SOF15 but DHT, JPG, DAC).
Result<PictureSize> jpeg_size(std::string_view b) {
    std::size_t at = 2;
    while (at + 9 < b.size() && byte(b, at) == 0xFF) {
        const auto marker = byte(b, at + 1);
        if (marker == 0xFF) {  // fill byte
            ++at;
            continue;
        }
        if (marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC) {
            return sized(big16(b, at + 7), big16(b, at + 5));
        }
        const bool alone = marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8);
        at += 2 + (alone ? 0 : big16(b, at + 2));
    }
    return {Errc::invalid, "a JPEG without a frame header"};
}

}  // namespace

Result<PictureSize> picture_size(std::string_view bytes) {
    if (bytes.size() > 10 && bytes.starts_with("\xFF\xD8\xFF")) return jpeg_size(bytes);
    if (bytes.size() >= 24 && bytes.starts_with("\x89PNG\r\n\x1A\n")) return sized(big32(bytes, 16), big32(bytes, 20));
    if (bytes.size() >= 26 && bytes.starts_with("BM")) {
        const auto height = static_cast<std::int32_t>(little32(bytes, 22));
        return sized(little32(bytes, 18), static_cast<std::uint32_t>(std::llabs(height)));
    }
    return {Errc::invalid, "neither JPEG, PNG nor BMP"};
}

}  // namespace menshen::camera
