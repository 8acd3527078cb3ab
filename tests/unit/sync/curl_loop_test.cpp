// libcurl's handles on the loop: what is queued when they end harms nobody.
#include "curl_loop.hpp"

#include <dlfcn.h>
#include <doctest/doctest.h>

#include <optional>

using namespace menshen;

namespace {

int told = 0;       // how often libcurl was told of a timer or a socket
bool over = false;  // no loop is there that might

}  // namespace

/// Stands before libcurl's own, so that a loop that acts after its end is seen without a sanitizer, too.
extern "C" CURLMcode curl_multi_socket_action(CURLM* multi, curl_socket_t socket, int what, int* running) {
    static const auto real =
        reinterpret_cast<decltype(&curl_multi_socket_action)>(::dlsym(RTLD_NEXT, "curl_multi_socket_action"));
    ++told;
    return over ? CURLM_BAD_HANDLE : real(multi, socket, what, running);
}

TEST_CASE("a loop of libcurl's that ends with its timer's handler queued") {
    boost::asio::io_context io;
    CURL* easy = curl_easy_init();
    REQUIRE(easy != nullptr);
    curl_easy_setopt(easy, CURLOPT_URL, "http://127.0.0.1:1/");
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    std::optional<sync::CurlLoop> curl(std::in_place, io);  // whose memory stays: what acts in it does not merely crash
    SUBCASE("it ends first") {
        // Due before libcurl's own timer, which is due at once: both are queued together, this one in front.
        boost::asio::steady_timer first(io, boost::asio::steady_timer::time_point::min());
        bool ended = false;
        first.async_wait([&](boost::system::error_code) {
            curl.reset();
            ended = over = true;
            told = 0;
        });
        curl->add(easy, [](CURLcode) { FAIL("nobody waits for this transfer any more"); });
        io.run();
        over = false;
        CHECK(ended);
        CHECK(told == 0);
    }
    SUBCASE("it does not end") {
        told = 0;
        bool done = false;
        curl->add(easy, [&](CURLcode) { done = true; });
        io.run();
        CHECK(done);
        CHECK(told > 0);
    }
    curl.reset();
    curl_easy_cleanup(easy);
}
