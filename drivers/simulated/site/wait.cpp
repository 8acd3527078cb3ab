#include "director/wait.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace menshen::director {
namespace asio = boost::asio;

void Signal::notify() {
    for (auto* timer : waiting_) timer->cancel();
}

Task<bool> Signal::wait(std::function<bool()> condition, Steady::duration within) {
    const auto deadline = Steady::now() + within;
    while (!condition()) {
        if (Steady::now() >= deadline) co_return false;
        asio::steady_timer timer(loop_, deadline);
        const auto place = waiting_.insert(waiting_.end(), &timer);
        boost::system::error_code woken;
        co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, woken));
        waiting_.erase(place);
    }
    co_return true;
}

Task<void> pause(Steady::duration time) {
    asio::steady_timer timer(co_await asio::this_coro::executor, time);
    co_await timer.async_wait(asio::use_awaitable);
}

}  // namespace menshen::director
