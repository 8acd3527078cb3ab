// Answers that get lost: what was done is done once.
#include <boost/json/array.hpp>
#include <fmt/format.h>

#include "lossy_way.hpp"
#include "stage.hpp"

using namespace menshen::test;

namespace {

std::size_t permits(User& user) {
    return user.menshen({"permit", "list", "--all", "--json"}).json().at("items").as_array().size();
}

}  // namespace

TEST_CASE("an answer that is lost is asked for again by itself") {
    Stage stage;
    LossyWay way(stage.port);
    auto chief = stage.signed_in(fmt::format("https://127.0.0.1:{}", way.port()));
    way.lose(1);
    const auto ran = chief.menshen({"permit", "issue", "浙A12345", "--site", "main"});
    CHECK(ran.code == 0);
    CHECK(ran.says("had been done before"));
    CHECK(permits(chief) == 1);
}

TEST_CASE("a command that is given again after its answers were lost does nothing twice") {
    Stage stage;
    LossyWay way(stage.port);
    auto chief = stage.signed_in(fmt::format("https://127.0.0.1:{}", way.port()));
    way.lose(3);
    auto ran = chief.menshen({"gate", "add", "north", "--site", "main"});
    CHECK(ran.code == 4);
    CHECK(ran.complains("give the same command again"));
    ran = chief.menshen({"gate", "add", "north", "--site", "main"});
    CHECK(ran.code == 0);
    CHECK(ran.says("One-time code"));

    way.lose(3);
    CHECK(chief.menshen({"permit", "issue", "浙A12345", "--site", "main"}).code == 4);
    ran = chief.menshen({"permit", "issue", "浙A12345", "--site", "main"});
    CHECK(ran.code == 0);
    CHECK(ran.says("had been done before"));
    CHECK(permits(chief) == 1);
    // an answer has come: the same words again are meant anew, and refused for what they are
    CHECK(chief.menshen({"permit", "issue", "浙A12345", "--site", "main"}).code == 1);
}
