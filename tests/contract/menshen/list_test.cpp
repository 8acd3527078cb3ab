// Lists of permits: imported after a dry run, exported, and imported again.
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include <fstream>
#include <sstream>

#include "lossy_way.hpp"
#include "stage.hpp"

using namespace menshen::test;

namespace {

void write(const std::string& file, std::string_view text) {
    std::ofstream(file, std::ios::binary) << text;
}

}  // namespace

TEST_CASE("a list is shown first, named line by line, and imported with --yes") {
    Stage stage;
    auto chief = stage.signed_in();
    const auto file = stage.in_folder("list.csv");
    write(file,
          "车牌号,姓名,单位,类别,有效期至\n浙A11111,张三,财政局,工作人员,2030-12-31\n浙A22222,李四,财政局,停车证,"
          "长期\n坏,王五,,,\n");
    auto ran = chief.menshen({"import", file});
    CHECK(ran.code == 1);
    CHECK(ran.says("line      4  error"));
    CHECK(ran.says("2 to add"));
    ran = chief.menshen({"import", file, "--skip-bad"});
    CHECK(ran.code == 5);  // nobody said yes
    ran = chief.menshen({"import", file, "--skip-bad", "--yes", "--json"});
    CHECK(ran.code == 0);
    CHECK(ran.json().at("committed") == true);
    CHECK(ran.json().at("added") == 2);
    write(file, "车牌号,姓名\n浙A11111,张三\n浙A2222Z,赵六\n");
    ran = chief.menshen({"import", file, "--dry-run"});
    CHECK(ran.code == 0);
    CHECK(ran.says("1 to add, 0 to change, 1 unchanged"));
    CHECK(ran.says("easily confused"));
    CHECK(chief.menshen({"import", stage.in_folder("none.csv")}).code == 2);
    CHECK(chief.menshen({"import", file, "--site", "nowhere", "--yes"}).code == 1);
    CHECK(chief.menshen({"import", file, "--local"}).code == 4);
}

TEST_CASE("what is exported is read again and changes nothing, as CSV and as a workbook, in both languages") {
    Stage stage;
    auto chief = stage.signed_in();
    const auto issue = [&](std::vector<std::string> words) {
        words.insert(words.begin(), {"permit", "issue"});
        REQUIRE(chief.menshen(words).code == 0);
    };
    issue({"浙A11111", "--holder", "=HYPERLINK(1)", "--unit", "财政局", "--class", "staff", "--until", "2030-12-31",
           "--phone", "+86 1380"});
    issue(
        {"浙A22222", "浙A33333", "--holder", "李四, \"小\"四", "--until", "2030-12-31 18:00", "--from", "2024-01-01"});
    issue({"--card", "00A1B2C3", "--holder", "只有卡"});
    REQUIRE(
        chief.menshen({"visit", "book", "李雷", "--plate", "沪A88888", "--from", "2030-12-01", "--until", "2030-12-01"})
            .code == 0);
    for (const auto* name : {"out.csv", "out.xlsx"}) {
        for (const auto* language : {"zh", "en"}) {
            INFO(name << language);
            const auto file = stage.in_folder(std::string(language) + name);
            auto ran = chief.menshen({"export", file, "--lang", language, "--json"});
            CHECK(ran.code == 0);
            CHECK(ran.json().at("rows") == 3);
            CHECK(ran.json().at("without_plate") == 1);
            CHECK(chief.menshen({"export", file}).code == 2);  // it is there already
            CHECK(chief.menshen({"export", file, "--force", "--lang", language}).code == 0);
            ran = chief.menshen({"import", file, "--yes", "--json"});
            CHECK(ran.code == 0);
            CHECK(ran.json().at("unchanged") == 3);
            CHECK(ran.json().at("problems").as_array().empty());
        }
    }
    const auto text = chief.menshen({"export"}).out;
    CHECK(text.find("=\"=HYPERLINK(1)\"") != std::string::npos);
}

TEST_CASE("an import whose answer was lost is not done twice, and says what was done") {
    Stage stage;
    LossyWay way(stage.port);
    auto chief = stage.signed_in(fmt::format("https://127.0.0.1:{}", way.port()));
    const auto file = stage.in_folder("list.csv");
    write(file, "plate,holder\n浙A11111,a\n浙A22222,b\n");
    REQUIRE(chief.menshen({"import", file, "--dry-run", "--site", "main"}).code == 0);
    // the dry run's answer comes, the import's does not: both go over one connection, so the second is lost with it
    way.lose_after(1);
    const auto ran = chief.menshen({"import", file, "--yes", "--site", "main", "--json"});
    CHECK(ran.code == 0);
    CHECK(ran.json().at("added") == 2);
    CHECK(chief.menshen({"permit", "list", "--json"}).json().at("items").as_array().size() == 2);
}
