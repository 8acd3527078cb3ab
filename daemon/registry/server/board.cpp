#include "board.hpp"

#include <algorithm>
#include <set>

#include "desk.hpp"

namespace menshen::registry::server {

void HeadBoard::publish(const std::vector<ScopeInfo>& scopes) {
    std::set<std::string> moved;
    for (const auto& scope : scopes) {
        const auto& head = scope.head;
        auto& kept = newest_[head.at.scope];
        if (kept.at != head.at) moved.insert(head.at.scope);
        kept.at = head.at;
        kept.tag = tag_of(head);
        kept.line = bundle::write_signed(to_signed(head)) + "\n";
    }
    if (moved.empty()) return;
    for (auto& waiter : waiters_) {
        const bool concerned = std::ranges::any_of(waiter.scopes, [&](const auto& s) { return moved.contains(s); });
        if (concerned) waiter.timer.cancel();
    }
}

const HeadBoard::Newest* HeadBoard::find(const std::string& scope) const {
    const auto found = newest_.find(scope);
    return found == newest_.end() ? nullptr : &found->second;
}

loop::Awaitable<void> HeadBoard::wait(std::vector<std::string> scopes, Duration longest) {
    struct Waiting {
        std::list<Waiter>& all;
        std::list<Waiter>::iterator mine;
        ~Waiting() { all.erase(mine); }
    };
    waiters_.push_back({std::move(scopes), boost::asio::steady_timer(io_, longest)});
    const Waiting waiting{waiters_, std::prev(waiters_.end())};
    co_await waiting.mine->timer.async_wait(loop::as_awaitable);
}

void HeadBoard::wake_all() {
    for (auto& waiter : waiters_) waiter.timer.cancel();
}

}  // namespace menshen::registry::server
