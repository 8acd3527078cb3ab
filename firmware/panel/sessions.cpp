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
    expire(now);
    make_room();
    open_[digest_of(token)] = {guard, now};
    return token;
}

void Sessions::make_room() {
    while (open_.size() >= most_ && !open_.empty()) {
        end(std::ranges::min_element(open_, {}, [](const auto& entry) { return entry.second.used; }),
            GuardChange::displaced);
    }
}

std::map<Sessions::Digest, Sessions::Session>::iterator Sessions::end(std::map<Digest, Session>::iterator session,
                                                                      GuardChange how) {
    const auto guard = session->second.guard;
    const auto next = open_.erase(session);
    ended_(guard, how);
    return next;
}

void Sessions::expire(Instant now) {
    for (auto one = open_.begin(); one != open_.end();) {
        one = now - one->second.used >= idle_ ? end(one, GuardChange::expired) : std::next(one);
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
    if (const auto found = open_.find(digest_of(token)); found != open_.end()) end(found, GuardChange::logout);
}

}  // namespace menshen::panel
