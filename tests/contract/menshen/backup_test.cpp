// A registry copied, lost and made again by the words that an administrator types on its machine.
#include <filesystem>

#include "stage.hpp"

using namespace menshen::test;

namespace fs = std::filesystem;

TEST_CASE("drill: backed up while it serves, lost with its disk, restored; what came after the backup is gone") {
    Stage stage;
    auto chief = stage.signed_in();
    const auto data = stage.in_folder("data"), backup = stage.in_folder("backup"), root = stage.in_folder("root.key");
    REQUIRE(chief.menshen({"permit", "issue", "浙A11111", "--holder", "张三"}).code == 0);
    auto ran = chief.menshen({"backup", backup, "--data", data, "--json"});
    REQUIRE(ran.code == 0);
    CHECK(ran.json().at("bytes").as_int64() > 0);
    CHECK(ran.json().at("audit").as_int64() > 0);
    CHECK(fs::exists(backup + "/backup.json"));
    CHECK_FALSE(fs::exists(backup + "/signing"));

    ran = chief.menshen({"backup", backup, "--data", data});
    CHECK(ran.code == 1);
    CHECK(ran.complains("is not empty"));
    ran = chief.menshen({"restore", backup, "--data", data, "--root-key", root});  // it still runs there
    CHECK(ran.code == 1);
    CHECK(ran.complains("is not empty"));

    REQUIRE(chief.menshen({"permit", "issue", "浙A22222"}).code == 0);
    stage.stop();
    fs::rename(data, stage.in_folder("burnt"));
    ran = chief.menshen({"restore", backup, "--data", data, "--root-key", stage.in_folder("nowhere.key")});
    CHECK(ran.code == 1);
    CHECK(ran.complains("nowhere.key"));
    CHECK((!fs::exists(data) || fs::is_empty(data)));
    ran = chief.menshen({"restore", backup, "--data", data, "--root-key", root});
    CHECK(ran.code == 0);
    CHECK(ran.says("look again at permits"));

    stage.restart();
    CHECK(chief.menshen({"whoami"}).code == 3);  // nobody is signed in any more
    REQUIRE(chief.menshen({"login", "--name", "chief", "--secret", stage.in_folder("secret")}).code == 0);
    CHECK(chief.menshen({"permit", "show", "浙A11111"}).says("张三"));
    CHECK(chief.menshen({"permit", "show", "浙A22222"}).code == 1);
}

TEST_CASE("a registry at rest is backed up, too; a damaged backup is not restored; elsewhere it is said where") {
    Stage stage;
    auto chief = stage.signed_in();
    const auto backup = stage.in_folder("backup");
    auto ran = chief.menshen({"backup", backup, "--data", stage.in_folder("not-here")});
    CHECK(ran.code == 2);
    CHECK(ran.complains("on the registry's own machine (127.0.0.1)"));
    CHECK(ran.complains("menshen backup"));
    CHECK_FALSE(fs::exists(backup));
    stage.stop();
    ran = chief.menshen({"backup", backup, "--data", stage.in_folder("data"), "--lang", "zh"});
    CHECK(ran.code == 0);
    CHECK(ran.says("证书私钥"));
    fs::resize_file(backup + "/registry.db", fs::file_size(backup + "/registry.db") - 1);
    ran = chief.menshen(
        {"restore", backup, "--data", stage.in_folder("new"), "--root-key", stage.in_folder("root.key"), "--json"});
    CHECK(ran.code == 1);
    CHECK(ran.complains("not what was backed up"));
    CHECK(ran.json().contains("error"));
}
