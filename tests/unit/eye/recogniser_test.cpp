#include "eye/recogniser.hpp"

#include <doctest/doctest.h>

using namespace menshen;
using namespace menshen::eye;

namespace {

Recognised nothing_but(PlateKind kind) {
    Recognised recognised;
    recognised.kinds = {0, 0, 0, 0};
    recognised.kinds.at(static_cast<std::size_t>(kind)) = 1;
    const Alphabet alphabet;
    for (const char* c : {"皖", "A", "1", "2", "3", "4", "5"}) {
        Column column;
        column.symbols.assign(alphabet.size(), 0);
        column.symbols.at(static_cast<std::size_t>(alphabet.find(c))) = 1;
        column.blank = 0;
        recognised.columns.push_back(column);
    }
    return recognised;
}

}  // namespace

TEST_CASE("a picture without a plate, or with one that cannot be read, spells nothing") {
    const Alphabet alphabet;
    for (const auto kind : {PlateKind::none, PlateKind::unreadable}) {
        const auto answer = answer_of(alphabet, nothing_but(kind));
        CHECK(answer.spelled.plates.empty());
        CHECK(answer.likelihood == 0);
    }
    for (const auto kind : {PlateKind::single_row, PlateKind::double_row}) {
        const auto answer = answer_of(alphabet, nothing_but(kind));
        REQUIRE_FALSE(answer.spelled.plates.empty());
        CHECK(answer.spelled.plates.front().plate == "皖A12345");
        CHECK(answer.likelihood > 0.99F);
    }
}

TEST_CASE("a folder without our network is a clear error") {
    const auto recogniser = Recogniser::load("/nonexistent", Networks::ours);
    REQUIRE_FALSE(recogniser.ok());
    CHECK(recogniser.error().message.find("/nonexistent/plate/own/recogniser.onnx") != std::string::npos);
}
