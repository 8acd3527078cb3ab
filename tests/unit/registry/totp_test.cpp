#include "registry/totp.hpp"

#include <doctest/doctest.h>

namespace menshen::registry::test {

namespace {

const std::string rfc_secret = "12345678901234567890";

UtcTime utc(std::int64_t since_1970) {
    return UtcTime(seconds(since_1970));
}

}  // namespace

TEST_CASE("the vectors of RFC 6238, appendix B, SHA-1") {
    const std::pair<std::int64_t, const char*> vectors[] = {{59, "94287082"},         {1111111109, "07081804"},
                                                            {1111111111, "14050471"}, {1234567890, "89005924"},
                                                            {2000000000, "69279037"}, {20000000000, "65353130"}};
    for (const auto& [time, code] : vectors) {
        CHECK(totp_code(rfc_secret, totp_step(utc(time)), 8) == code);
        CHECK(totp_code(rfc_secret, totp_step(utc(time))) == std::string(code).substr(2));
    }
}

TEST_CASE("a code is taken in its own step and in those beside it, once") {
    const auto now = utc(1'795'000'000);
    const auto step = totp_step(now);
    const auto code = totp_code(rfc_secret, step);
    CHECK(match_totp(rfc_secret, code, now, 0) == step);
    CHECK(match_totp(rfc_secret, code, now + seconds(30), 0) == step);
    CHECK(match_totp(rfc_secret, code, now - seconds(30), 0) == step);
    CHECK_FALSE(match_totp(rfc_secret, code, now + seconds(90), 0));
    CHECK_FALSE(match_totp(rfc_secret, code, now, step));
    CHECK_FALSE(match_totp(rfc_secret, code.substr(1), now, 0));
    CHECK_FALSE(match_totp(rfc_secret, "", now, 0));
    CHECK_FALSE(match_totp("", code, now, 0));
}

TEST_CASE("secrets as apps take them: the vectors of RFC 4648") {
    CHECK(base32("foobar") == "MZXW6YTBOI");
    CHECK(base32("f") == "MY");
    CHECK(from_base32("mzxw 6ytb oi==").value() == "foobar");
    CHECK_FALSE(from_base32("M1"));
    const auto secret = new_totp_secret();
    CHECK(secret.size() == 20);
    CHECK(secret != new_totp_secret());
    CHECK(from_base32(base32(secret)).value() == secret);
    CHECK(totp_address("foobar", "王 1", "menshen") ==
          "otpauth://totp/menshen:%E7%8E%8B%201?secret=MZXW6YTBOI&issuer=menshen");
}

}  // namespace menshen::registry::test
