#include "support/tcp_proxy.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <future>
#include <set>
#include <thread>

#include "loop/awaitable.hpp"

namespace menshen::support {

namespace asio = boost::asio;
using loop::as_awaitable;
using loop::Awaitable;
using loop::tcp;

namespace {

struct ProxyLine {
    ProxyLine(tcp::socket from, asio::io_context& io) : near(std::move(from)), far(io), timer_up(io), timer_down(io) {}
    tcp::socket near, far;
    asio::steady_timer timer_up, timer_down;
    int flights = 0;    // answers begun: the first is the server's part of the hand-shake
    bool asked = true;  // bytes have gone up since
    void close() {
        boost::system::error_code ignored;
        near.close(ignored);
        far.close(ignored);
        timer_up.cancel();
        timer_down.cancel();
    }
};

}  // namespace

struct TcpProxy::Impl {
    explicit Impl(std::uint16_t to) : acceptor(io, tcp::endpoint(asio::ip::address_v4::loopback(), 0)), target(to) {
        asio::co_spawn(io, listen(), asio::detached);
        thread = std::thread([this] { io.run(); });
    }
    ~Impl() {
        io.stop();
        thread.join();
    }

    template <class T>
    T on_loop(const std::function<T()>& task) {
        std::promise<T> done;
        asio::post(io, [&] {
            if constexpr (std::is_void_v<T>) {
                task();
                done.set_value();
            } else {
                done.set_value(task());
            }
        });
        return done.get_future().get();
    }

    Awaitable<void> listen() {
        for (;;) {
            auto [error, socket] = co_await acceptor.async_accept(as_awaitable);
            if (error) co_return;
            if (is_cut) continue;
            const auto line = std::make_shared<ProxyLine>(std::move(socket), io);
            lines.insert(line);
            ++count.connections;
            asio::co_spawn(io, carry(line), asio::detached);
        }
    }
    Awaitable<void> carry(std::shared_ptr<ProxyLine> line) {
        const tcp::endpoint there(asio::ip::address_v4::loopback(), target);
        const auto [error] = co_await line->far.async_connect(there, as_awaitable);
        if (error) co_return end(line);
        boost::system::error_code ignored;
        line->near.set_option(tcp::no_delay(true), ignored);
        line->far.set_option(tcp::no_delay(true), ignored);
        asio::co_spawn(io, down(line), asio::detached);
        co_await pass(line, line->near, line->far, line->timer_up, true);
    }
    Awaitable<void> down(std::shared_ptr<ProxyLine> line) {
        co_await pass(line, line->far, line->near, line->timer_down, false);
    }
    Awaitable<void> pass(std::shared_ptr<ProxyLine> line, tcp::socket& from, tcp::socket& to, asio::steady_timer& timer,
                         bool up) {
        std::array<char, 65536> chunk{};
        for (;;) {
            const auto [error, size] = co_await from.async_read_some(asio::buffer(chunk), as_awaitable);
            if (error || (!up && is_lost(*line))) co_return end(line);
            note(*line, up, size);
            if (wait.count() > 0) {
                timer.expires_after(wait);
                co_await timer.async_wait(as_awaitable);
            }
            const auto buffer = asio::buffer(chunk.data(), size);
            const auto [failed, written] = co_await asio::async_write(to, buffer, as_awaitable);
            if (failed) co_return end(line);
        }
    }
    void note(ProxyLine& line, bool up, std::size_t size) {
        (up ? count.up : count.down) += static_cast<std::int64_t>(size);
        if (!up && std::exchange(line.asked, false)) ++line.flights;
        if (up && !std::exchange(line.asked, true) && line.flights >= 1) ++count.requests;
    }
    bool is_lost(const ProxyLine& line) {
        if (to_lose == 0 || !line.asked || line.flights < 1) return false;
        --to_lose;
        ++lost;
        return true;
    }
    void end(const std::shared_ptr<ProxyLine>& line) {
        line->close();
        lines.erase(line);
    }

    asio::io_context io{1};
    tcp::acceptor acceptor;
    std::uint16_t target;
    bool is_cut = false;
    milliseconds wait{0};
    int to_lose = 0, lost = 0;
    Carried count;
    std::set<std::shared_ptr<ProxyLine>> lines;
    std::thread thread;
};

TcpProxy::TcpProxy(std::uint16_t target) : impl_(std::make_unique<Impl>(target)) {}
TcpProxy::~TcpProxy() = default;

std::uint16_t TcpProxy::port() const {
    return impl_->on_loop<std::uint16_t>([this] { return impl_->acceptor.local_endpoint().port(); });
}

void TcpProxy::retarget(std::uint16_t target) {
    impl_->on_loop<void>([&] { impl_->target = target; });
}

void TcpProxy::cut() {
    impl_->on_loop<void>([this] {
        impl_->is_cut = true;
        for (const auto& line : std::exchange(impl_->lines, {})) line->close();
    });
}

void TcpProxy::restore() {
    impl_->on_loop<void>([this] { impl_->is_cut = false; });
}

void TcpProxy::delay(milliseconds time) {
    impl_->on_loop<void>([&] { impl_->wait = time; });
}

void TcpProxy::lose_answers(int count) {
    impl_->on_loop<void>([&] { impl_->to_lose = count; });
}

int TcpProxy::answers_lost() const {
    return impl_->on_loop<int>([this] { return impl_->lost; });
}

TcpProxy::Carried TcpProxy::carried() const {
    return impl_->on_loop<Carried>([this] { return impl_->count; });
}

}  // namespace menshen::support
