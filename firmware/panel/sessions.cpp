#include "sessions.hpp"

#include <sodium.h>

#include <algorithm>

namespace menshen::panel {

Sessions::Digest Sessions::digest_of(std::string_view token) {
    Digest digest{};
    crypto_generichash(digest.data(), digest.size(), reinterpret_cast<const unsigned char*>(token.data()), token.size(),
                       nullptr, 0);
    return digest;
}

std::string Sessions::open(const std::string& guard, Instant now) {
    std::array<unsigned char, 32> random{};
    randombytes_buf(random.data(), random.size());
    std::string token(2 * random.size() + 1, '\0');
    sodium_bin2hex(token.data(), token.size(), random.data(), random.size());
    token.pop_back();
    std::erase_if(open_, [&](const auto& entry) { return now - entry.second.used >= idle_; });
    make_room();
    open_[digest_of(token)] = {guard, now};
    return token;
}

void Sessions::make_room() {
    while (open_.size() >= most_ && !open_.empty()) {
        open_.erase(std::ranges::min_element(open_, {}, [](const auto& entry) { return entry.second.used; }));
    }
}

std::optional<std::string> Sessions::guard(std::string_view token, Instant now) const {
    if (token.size() != 64) return std::nullopt;
    const auto found = open_.find(digest_of(token));
    if (found == open_.end() || now - found->second.used >= idle_) return std::nullopt;
    return found->second.guard;
}

void Sessions::touch(std::string_view token, Instant now) {
    if (const auto found = open_.find(digest_of(token)); found != open_.end()) found->second.used = now;
}

void Sessions::close(std::string_view token) {
    open_.erase(digest_of(token));
}

}  // namespace menshen::panel
