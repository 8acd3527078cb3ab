// libcurl's handles on the loop: what is queued when they end harms nobody.
#include "curl_loop.hpp"

#include <doctest/doctest.h>

#include <memory>

using namespace menshen;

TEST_CASE("a loop of libcurl's that ends with its timer's handler queued") {
    boost::asio::io_context io;
    CURL* easy = curl_easy_init();
    REQUIRE(easy != nullptr);
    curl_easy_setopt(easy, CURLOPT_URL, "http://127.0.0.1:1/");
    auto curl = std::make_unique<sync::CurlLoop>(io);
    // Due before libcurl's own timer, which is due at once: both are queued together, this one in front.
    boost::asio::steady_timer first(io, boost::asio::steady_timer::time_point::min());
    bool ended = false;
    first.async_wait([&](boost::system::error_code) {
        curl.reset();
        ended = true;
    });
    curl->add(easy, [](CURLcode) { FAIL("nobody waits for this transfer any more"); });
    io.run();
    CHECK(ended);
    curl_easy_cleanup(easy);
}
