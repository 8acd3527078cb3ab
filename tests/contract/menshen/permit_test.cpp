#include <boost/json/array.hpp>

#include "stage.hpp"

using namespace menshen::test;

namespace {

boost::json::array items(const Ran& ran) {
    return ran.json().at("items").as_array();
}

}  // namespace

TEST_CASE("a permit's life: issued, shown, changed, replaced, cancelled") {
    Stage stage;
    auto chief = stage.signed_in();
    auto ran = chief.menshen({"permit", "issue", "浙a·12345", "--class", "工作人员", "--holder", "张三", "--unit",
                              "财政局", "--until", "2030-12-31", "--why", "new"});
    CHECK(ran.code == 0);
    CHECK(ran.says("浙A12345"));

    ran = chief.menshen({"permit", "issue", "浙A12345"});
    CHECK(ran.code == 1);
    CHECK(ran.complains("change or cancel"));
    ran = chief.menshen({"permit", "issue", "浙A1234S", "--json"});  // confusable: told, and done
    CHECK(ran.code == 0);
    CHECK(ran.complains("confused"));
    CHECK(ran.json().at("warnings").as_array().size() == 1);

    ran = chief.menshen({"permit", "list", "--lang", "zh"});
    CHECK(ran.says("工作人员  浙A12345  张三    财政局  2030-12-31  有效"));

    CHECK(chief.menshen({"permit", "change", "浙A12345", "--until", "permanent", "--max-inside", "2"}).code == 0);
    auto shown = chief.menshen({"permit", "show", "浙A12345", "--json"}).json().at("value").as_object();
    CHECK(shown.at("valid_until").is_null());
    CHECK(shown.at("max_inside") == 2);
    CHECK(shown.at("holder") == "张三");
    CHECK(chief.menshen({"permit", "change", "浙A12345"}).code == 2);
    CHECK(chief.menshen({"permit", "change", "浙A12345", "--unit", "nowhere"}).code == 1);

    CHECK(chief.menshen({"permit", "replace", "浙A12345", "浙A54321"}).code == 0);
    CHECK(chief.menshen({"permit", "show", "浙A12345"}).code == 1);
    CHECK(items(chief.menshen({"permit", "list", "浙A54321", "--json"})).size() == 1);

    CHECK(chief.menshen({"permit", "cancel", "浙A54321", "--why", "left"}).code == 0);
    ran = chief.menshen({"permit", "cancel", "浙A54321"});
    CHECK(ran.code == 1);
    CHECK(ran.complains("cancelled already"));
    CHECK(items(chief.menshen({"permit", "list", "浙A54321", "--json"})).empty());
    CHECK(items(chief.menshen({"permit", "list", "浙A54321", "--all", "--json"})).size() == 1);
    CHECK(chief.menshen({"permit", "show", "999"}).code == 1);
}

TEST_CASE("blocks and visits; a registry that is signed in has the verbs that a gate has, too") {
    Stage stage;
    auto chief = stage.signed_in();
    CHECK(chief.menshen({"block", "粤B3C741", "--reason", "stolen"}).code == 0);
    CHECK(
        chief.menshen({"block", "add", "粤B3C742", "--reason", "x", "--kind", "watch", "--until", "2030-01-01"}).code ==
        0);
    CHECK(items(chief.menshen({"block", "list", "--json"})).size() == 2);
    const auto refused = chief.menshen({"permit", "issue", "粤B3C741"});
    CHECK(refused.code == 1);
    CHECK(refused.complains("blocklist"));
    CHECK(chief.menshen({"block", "lift", "粤B3C741"}).code == 0);
    CHECK(chief.menshen({"unblock", "粤B3C741"}).code == 1);
    CHECK(chief.menshen({"block", "粤B3C741", "--reason", "x", "--local"}).code == 4);  // no gate here

    CHECK(chief
              .menshen({"visit", "book", "李雷", "--plate", "沪A88888", "--from", "2030-12-01 09:00", "--until",
                        "2030-12-01", "--people", "3", "--purpose", "meeting"})
              .code == 0);
    const auto visits = items(chief.menshen({"visit", "list", "--json"}));
    REQUIRE(visits.size() == 1);
    CHECK(visits[0].at("value").at("until") == "2030-12-02T00:00:00");
    const auto number = std::to_string(visits[0].at("id").as_int64());
    CHECK(chief.menshen({"visit", "cancel", number}).code == 0);
    CHECK(items(chief.menshen({"visit", "list", "--json"})).empty());
    CHECK(chief.menshen({"visit", "cancel", number}).code == 1);
}
