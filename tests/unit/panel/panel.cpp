#include <doctest/doctest.h>

#include "panel/pin.hpp"

using menshen::panel::check_name;
using menshen::panel::check_pin;

TEST_CASE("a PIN is six to twelve digits and not trivial") {
    for (const char* good : {"902714", "480021", "112358", "7391046281"}) {
        CAPTURE(good);
        CHECK(check_pin(good));
    }
    for (const char* bad : {"", "90271", "9027149027149", "90271x", "９０２７１４", "111111", "123456", "654321",
                            "890123", "010101", "123123", "321321321"}) {
        CAPTURE(bad);
        CHECK(!check_pin(bad));
    }
}

TEST_CASE("a guard's name is short and clean") {
    for (const char* good : {"张卫", "Zhang Wei", "保安 3"}) {
        CAPTURE(good);
        CHECK(check_name(good));
    }
    for (const char* bad : {"", "menshen", " 张", "张 ", "a\tb", "\xff",
                            "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三"}) {
        CAPTURE(bad);
        CHECK(!check_name(bad));
    }
}
