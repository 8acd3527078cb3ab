#include "sync/backoff.hpp"

#include <doctest/doctest.h>

using namespace menshen;
using sync::Backoff;

TEST_CASE("waits double up to the longest, each within its upper half") {
    Backoff low(milliseconds(500), seconds(30)), high(milliseconds(500), seconds(30));
    for (const int full : {500, 1000, 2000, 4000, 8000, 16000, 30000, 30000}) {
        CHECK(low.next(0).count() == full / 2);
        CHECK(high.next(0.999999).count() >= full * 99 / 100);
    }
    for (int i = 0; i < 1000; ++i) (void)low.next(0.5);
    CHECK(low.next(0) == seconds(15));
    low.good();
    CHECK(low.failures() == 0);
    CHECK(low.next(0) == milliseconds(250));
}

TEST_CASE("where there is little hope the longest wait is another one") {
    Backoff backoff(milliseconds(500), seconds(30));
    for (int i = 0; i < 12; ++i) (void)backoff.next(0, {}, std::chrono::minutes(15));
    CHECK(backoff.next(0, {}, std::chrono::minutes(15)) == seconds(450));
    CHECK(backoff.next(0) == seconds(15));
    backoff.good();
    CHECK(backoff.next(0, {}, std::chrono::minutes(15)) == milliseconds(250));
}

TEST_CASE("what the registry asks for is the least, spread upwards") {
    Backoff backoff(milliseconds(500), seconds(30));
    CHECK(backoff.next(0, seconds(100)) == seconds(100));
    CHECK(backoff.next(0.5, seconds(100)) == seconds(110));
    for (int i = 0; i < 10; ++i) (void)backoff.next(0);
    CHECK(backoff.next(0, seconds(1)) == seconds(15));
}

TEST_CASE("Retry-After: seconds, a date, nothing else, and never more than an hour") {
    const UtcTime now(seconds(784'111'777));  // Sun, 06 Nov 1994 08:49:37 GMT
    CHECK(sync::retry_after("5", now) == seconds(5));
    CHECK(sync::retry_after("Sun, 06 Nov 1994 08:50:07 GMT", now) == seconds(30));
    CHECK(sync::retry_after("Sun, 06 Nov 1994 08:00:00 GMT", now) == seconds(0));
    CHECK(sync::retry_after("999999999", now) == seconds(3600));
    CHECK_FALSE(sync::retry_after("", now));
    CHECK_FALSE(sync::retry_after("soon", now));
    CHECK_FALSE(sync::retry_after("-", now));
}
