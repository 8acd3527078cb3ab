// When a registry's block stands for a gate's own.
#include "own_blocks.hpp"

#include <boost/json/parse.hpp>
#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace menshen;
using namespace menshen::office;

namespace {

Block own(const char* until = nullptr, BlockKind kind = BlockKind::block) {
    Block block{7, "local", kind, "粤B3C741", "stolen", std::nullopt};
    if (until != nullptr) block.until = parse_local(until).value();
    return block;
}

boost::json::object there(const char* until, const char* kind = "block", const char* plate = "粤B3C741") {
    return boost::json::parse(fmt::format(R"({{"id":5,"version":1,"value":{{"kind":"{}","plate":"{}","until":{}}}}})",
                                          kind, plate, until))
        .as_object();
}

}  // namespace

TEST_CASE("a registry's block that ends before the gate's own does not stand for it") {
    CHECK(covers(there("null"), own()));
    CHECK(covers(there("null"), own("2031-01-01")));
    CHECK(covers(there(R"("2031-01-01T00:00:00")"), own("2031-01-01")));
    CHECK(covers(there(R"("2031-01-01T00:00:01")"), own("2031-01-01")));
    CHECK_FALSE(covers(there(R"("2030-12-31T23:59:59")"), own("2031-01-01")));
    CHECK_FALSE(covers(there(R"("2020-01-01T00:00:00")"), own("2031-01-01")));  // it has ended
    CHECK_FALSE(covers(there(R"("2031-01-01T00:00:00")"), own()));
    CHECK_FALSE(covers(there(R"("some day")"), own("2031-01-01")));
    CHECK_FALSE(covers(boost::json::object(), own()));
}

TEST_CASE("neither does one of another kind or plate") {
    CHECK_FALSE(covers(there("null", "watch"), own()));
    CHECK_FALSE(covers(there("null", "block"), own(nullptr, BlockKind::hold)));
    CHECK_FALSE(covers(there("null", "block", "粤B3C742"), own()));
}

TEST_CASE("of several blocks of a gate's for one plate the one that ends last counts") {
    const auto watch = own(nullptr, BlockKind::watch);
    CHECK(longest_of_each({own("2030-01-01"), watch, own("2031-01-01"), own("2029-01-01")}) ==
          std::vector{own("2031-01-01"), watch});
    CHECK(longest_of_each({own("2030-01-01"), own(), own("2031-01-01")}) == std::vector{own()});
    CHECK(longest_of_each({}).empty());
}
