// A panel server on its own loop, and a blocking client that speaks raw HTTP to it.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <future>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "fake_gate.hpp"
#include "panel/server.hpp"

namespace menshen::test {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace json = boost::json;
using tcp = asio::ip::tcp;
using Fields = std::vector<std::pair<std::string, std::string>>;

struct Answer {
    unsigned status = 0;  // 0: the connection ended without an answer
    http::response<http::string_body> raw;
    [[nodiscard]] json::object body() const { return json::parse(raw.body()).as_object(); }
    [[nodiscard]] std::string header(std::string_view name) const {
        const auto value = raw[beast::string_view(name.data(), name.size())];
        return {value.data(), value.size()};
    }
    [[nodiscard]] std::string cookie() const {
        const auto all = header("Set-Cookie");
        return all.substr(0, all.find(';'));
    }
};

class Bench {
  public:
    /// Runs `work` on the loop's thread and gives back what it returned.
    template <class Work>
    auto on_loop(Work work) {
        std::packaged_task<decltype(work())()> task(std::move(work));
        auto result = task.get_future();
        asio::post(io_, [&task] { task(); });
        return result.get();
    }

    explicit Bench(panel::Config config = {}) : work_(asio::make_work_guard(io_)) {
        config.port = 0;
        auto started = panel::Server::start(io_, gate, clock, std::move(config));
        server_ = std::move(started.value());
        port_ = server_->port();
        thread_ = std::jthread([this] { io_.run(); });
    }
    ~Bench() {
        on_loop([this] { server_.reset(); });
        work_.reset();
    }
    Bench(const Bench&) = delete;
    Bench& operator=(const Bench&) = delete;

    [[nodiscard]] std::string host() const { return "127.0.0.1:" + std::to_string(port_); }

    [[nodiscard]] tcp::socket connect() const {
        tcp::socket socket(client_io_);
        socket.connect({asio::ip::make_address("127.0.0.1"), port_});
        const timeval patience{10, 0};  // a hung server fails the test instead of hanging it
        ::setsockopt(socket.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        ::setsockopt(socket.native_handle(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
        return socket;
    }

    [[nodiscard]] static Answer read(tcp::socket& socket) {
        Answer answer;
        beast::flat_buffer buffer;
        beast::error_code ec;
        http::read(socket, buffer, answer.raw, ec);
        if (!ec) answer.status = answer.raw.result_int();
        return answer;
    }

    /// One request with our Host and Origin unless `fields` say otherwise ("" leaves the field out).
    [[nodiscard]] Answer ask(http::verb verb, const std::string& target, const std::string& body = {},
                             const Fields& fields = {}) const {
        http::request<http::string_body> request{verb, target, 11};
        request.set(http::field::host, host());
        if (!cookie.empty()) request.set(http::field::cookie, cookie);
        if (verb == http::verb::post) {
            request.set(http::field::origin, "http://" + host());
            request.set(http::field::content_type, "application/json");
        }
        for (const auto& [name, value] : fields) {
            if (value.empty())
                request.erase(name);
            else
                request.set(name, value);
        }
        request.body() = body;
        request.prepare_payload();
        auto socket = connect();
        beast::error_code ec;
        http::write(socket, request, ec);
        return read(socket);
    }
    [[nodiscard]] Answer get(const std::string& target, const Fields& fields = {}) const {
        return ask(http::verb::get, target, {}, fields);
    }
    [[nodiscard]] Answer post(const std::string& target, const json::value& body, const Fields& fields = {}) const {
        return ask(http::verb::post, target, json::serialize(body), fields);
    }

    /// Makes the first guard, 张卫 with 902714, and keeps the session's cookie.
    void log_in() { cookie = post("/api/first-guard", {{"name", "张卫"}, {"pin", "902714"}}).cookie(); }

    FakeGate gate;
    FakeClock clock;
    std::string cookie;

  private:
    mutable asio::io_context client_io_;
    asio::io_context io_;
    asio::executor_work_guard<asio::io_context::executor_type> work_;
    std::unique_ptr<panel::Server> server_;
    std::uint16_t port_ = 0;
    std::jthread thread_;
};

/// A page's live channel, blocking.
class LivePage {
  public:
    LivePage(const Bench& bench, const Fields& fields = {}) : ws_(bench.connect()) {
        ws_.set_option(beast::websocket::stream_base::decorator([&](beast::websocket::request_type& request) {
            request.set(http::field::origin, "http://" + bench.host());
            request.set(http::field::cookie, bench.cookie);
            for (const auto& [name, value] : fields) {
                if (value.empty())
                    request.erase(name);
                else
                    request.set(name, value);
            }
        }));
        ws_.handshake(refusal, bench.host(), "/api/live", error);
    }
    /// The next message, or an empty object when the channel has ended.
    json::object next() {
        beast::flat_buffer buffer;
        ws_.read(buffer, error);
        if (error) return {};
        return json::parse(beast::buffers_to_string(buffer.data())).as_object();
    }
    /// The next message that is not a tick.
    json::object next_news() {
        for (;;) {
            auto message = next();
            if (!message.contains("tick")) return message;
        }
    }
    beast::websocket::stream<tcp::socket>& stream() { return ws_; }

    beast::error_code error;
    beast::websocket::response_type refusal;

  private:
    beast::websocket::stream<tcp::socket> ws_;
};

}  // namespace menshen::test
