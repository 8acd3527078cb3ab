#include "camera/address.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <optional>

namespace menshen::camera {
namespace {

namespace fs = std::filesystem;

std::string percent_encoded(std::string_view text) {
    static constexpr std::string_view hex = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isalnum(byte) != 0 || c == '-' || c == '.' || c == '_' || c == '~') {
            out += c;
        } else {
            out += {'%', hex[byte >> 4U], hex[byte & 15U]};
        }
    }
    return out;
}

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

Result<Address> stream_address(std::string_view url, std::string_view credentials) {
    const auto host = url.find("://") + 3;
    if (url.size() == host || url[host] == '/') {
        return {Errc::invalid,
                "camera address '" + std::string(url) + "' names no host; write e.g. rtsp://192.168.1.64/stream1"};
    }
    Address address{Kind::stream, std::string(url), without_credentials(url), -1};
    if (credentials.empty()) return address;
    const auto colon = credentials.find(':');
    if (colon == std::string_view::npos) {
        return {Errc::invalid, "the camera's credentials file must hold one line user:password"};
    }
    const auto authority = url.substr(host, url.find_first_of("/?#", host) - host);
    if (authority.find('@') != std::string_view::npos) {
        return {Errc::invalid, "the camera has credentials in its address and in a file; leave them in the file alone"};
    }
    address.target.insert(host, percent_encoded(credentials.substr(0, colon)) + ':' +
                                    percent_encoded(credentials.substr(colon + 1)) + '@');
    return address;
}

std::optional<int> device_number(std::string_view url) {
    for (const std::string_view prefix :
         {std::string_view("v4l2:"), std::string_view("/dev/video"), std::string_view()}) {
        if (!url.starts_with(prefix)) continue;
        const auto digits = url.substr(prefix.size());
        if (digits.empty() || digits.size() > 3) continue;
        if (std::all_of(digits.begin(), digits.end(), [](unsigned char c) { return std::isdigit(c) != 0; })) {
            return std::stoi(std::string(digits));
        }
    }
    return std::nullopt;
}

/// Many cameras take user and password as parameters: …?user=admin&pwd=….
bool is_secret(std::string_view parameter) {
    std::string name(parameter);
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
    for (const std::string_view word : {"user", "usr", "pass", "pwd", "token", "auth", "key", "secret"}) {
        if (name.find(word) != std::string::npos) return true;
    }
    return false;
}

void blot_parameters(std::string& text) {
    for (auto at = text.find_first_of("?&"); at != std::string::npos; at = text.find_first_of("?&", at + 1)) {
        const auto end = std::min(text.find_first_of("&# '\"", at + 1), text.size());
        const auto equals = text.find('=', at);
        if (equals < end && is_secret(std::string_view(text).substr(at + 1, equals - at - 1))) {
            text.replace(equals + 1, end - equals - 1, "***");
        }
    }
}

}  // namespace

std::string without_credentials(std::string_view text) {
    std::string out(text);
    for (auto scheme = out.find("://"); scheme != std::string::npos; scheme = out.find("://", scheme + 3)) {
        const auto end = out.find_first_of("/?# '\"", scheme + 3);
        const auto at = out.rfind('@', end == std::string::npos ? out.size() : end);
        if (at != std::string::npos && at > scheme + 2) out.replace(scheme + 3, at - scheme - 3, "***");
    }
    blot_parameters(out);
    return out;
}

Result<Address> parse_address(std::string_view url, std::string_view credentials) {
    url = trimmed(url);
    credentials = trimmed(credentials);
    if (url.empty())
        return {Errc::invalid, "the camera has no address; write url = \"rtsp://…\", a video file or a folder"};
    for (const std::string_view scheme : {"rtsp://", "rtsps://", "http://", "https://"}) {
        if (url.starts_with(scheme)) return stream_address(url, credentials);
    }
    if (const auto number = device_number(url)) {
        return Address{Kind::device, "/dev/video" + std::to_string(*number), "/dev/video" + std::to_string(*number),
                       *number};
    }
    if (url.starts_with("file://")) url.remove_prefix(7);
    if (url.find("://") != std::string_view::npos) {
        return {Errc::invalid, "camera address '" + without_credentials(url) +
                                   "': write rtsp://…, http://…, a video file, a folder of pictures, or v4l2:0"};
    }
    std::error_code failed;
    const auto status = fs::status(fs::path(url), failed);
    if (failed || !fs::exists(status)) {
        return {Errc::not_found, "camera address '" + std::string(url) + "': there is no such file or folder"};
    }
    const Kind kind = fs::is_directory(status) ? Kind::folder : Kind::clip;
    return Address{kind, std::string(url), std::string(url), -1};
}

}  // namespace menshen::camera
