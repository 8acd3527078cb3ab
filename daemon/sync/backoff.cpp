#include "sync/backoff.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <charconv>
#include <string>

namespace menshen::sync {

milliseconds Backoff::next(double chance, std::optional<seconds> asked, std::optional<milliseconds> most) {
    constexpr int enough = 20;  // doublings: no overflow
    const auto full = std::min(most.value_or(most_), first_ * (1 << std::min(failures_, enough)));
    failures_ = std::min(failures_ + 1, enough);
    const auto half = std::chrono::duration<double, std::milli>(full) / 2;
    auto wait = std::chrono::duration_cast<milliseconds>(half + half * chance);
    if (!asked) return wait;
    const std::chrono::duration<double, std::milli> least = *asked;
    return std::max(wait, std::chrono::duration_cast<milliseconds>(least + least / 5 * chance));
}

std::optional<seconds> retry_after(std::string_view field, UtcTime now) {
    constexpr std::int64_t longest = 3600;
    std::int64_t wait = 0;
    const auto [end, failed] = std::from_chars(field.data(), field.data() + field.size(), wait);
    if (failed != std::errc() || end != field.data() + field.size()) {
        const auto date = curl_getdate(std::string(field).c_str(), nullptr);
        if (date < 0) return std::nullopt;
        wait = date - std::chrono::duration_cast<seconds>(now.time_since_epoch()).count();
    }
    return seconds(std::clamp<std::int64_t>(wait, 0, longest));
}

}  // namespace menshen::sync
