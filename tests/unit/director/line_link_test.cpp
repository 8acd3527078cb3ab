#include "director/line_link.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/json/serialize.hpp>
#include <doctest/doctest.h>

#include "finish.hpp"

using namespace menshen;
using namespace menshen::director;
using namespace std::chrono_literals;
namespace asio = boost::asio;
namespace json = boost::json;

namespace {

/// Answers each line with the next of `answers`, then hangs up.
Task<void> twin(asio::ip::tcp::acceptor& acceptor, std::vector<std::string> answers) {
    auto socket = co_await acceptor.async_accept(asio::use_awaitable);
    std::string input;
    for (auto& answer : answers) {
        const auto size =
            co_await asio::async_read_until(socket, asio::dynamic_buffer(input), '\n', asio::use_awaitable);
        input.erase(0, size);
        co_await asio::async_write(socket, asio::buffer(answer), asio::use_awaitable);
    }
}

struct Case {
    asio::io_context io;
    asio::ip::tcp::acceptor acceptor{io, {asio::ip::address_v4::loopback(), 0}};
    LineLink link{io.get_executor()};
    std::vector<json::object> events;
    int closed = 0;

    explicit Case(std::vector<std::string> answers) {
        asio::co_spawn(io, twin(acceptor, std::move(answers)), asio::detached);
        link.on_event = [this](const json::object& event) { events.push_back(event); };
        link.on_closed = [this] { ++closed; };
        REQUIRE(link.connect(acceptor.local_endpoint().port()).ok());
    }

    Result<json::object> ask(json::object request, Steady::duration within = 5s) {
        return finish(io, link.ask(std::move(request), within));
    }
};

}  // namespace

TEST_CASE("answers come back to who asked, events go to the listener, in any mixture") {
    Case c({"{\"event\":\"arm\",\"arm\":\"up\"}\n{\"ok\":true,\"n\":1}\n",
            "{\"ok\":true,\"n\":2}\n{\"event\":\"passed\"}\n", "{\"ok\":true}\n"});
    CHECK(c.ask({{"do", "a"}}).value().at("n") == 1);
    CHECK(c.ask({{"do", "b"}}).value().at("n") == 2);
    CHECK(c.ask({{"do", "c"}}).ok());
    REQUIRE(c.events.size() == 2);
    CHECK(c.events[0].at("arm") == "up");
}

TEST_CASE("a refusal is an error with the peer's words") {
    Case c({"{\"ok\":false,\"error\":\"no such car\"}\n"});
    const auto answer = c.ask({{"do", "leave"}});
    CHECK(answer.error().code == Errc::denied);
    CHECK(answer.error().message == "no such car");
}

TEST_CASE("a peer that hangs up or says nothing does not hold anybody") {
    Case c({"{\"ok\":true}\n"});
    CHECK(c.ask({{"do", "a"}}).ok());
    CHECK(c.ask({{"do", "b"}}).error().code == Errc::unavailable);
    CHECK(c.closed == 1);
    CHECK(c.ask({{"do", "c"}}).error().code == Errc::unavailable);
    Case silent({"", ""});
    CHECK(silent.ask({{"do", "a"}}, 50ms).error().code == Errc::timeout);
}

TEST_CASE("garbage and lines without end are thrown away") {
    Case c({"garbage\n[1]\n{\"ok\":true}\n", std::string(5'000'000, 'x')});
    CHECK(c.ask({{"do", "a"}}).ok());
    CHECK(c.ask({{"do", "b"}}).error().code == Errc::unavailable);
}

TEST_CASE("nobody listens: an error, at once") {
    asio::io_context io;
    LineLink link(io.get_executor());
    CHECK(link.connect("/nowhere/admin.sock").error().code == Errc::unavailable);
    CHECK_FALSE(link.open());
}
