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

TEST_CASE(
    "restore tells how many one-time codes count no more, and the first administrator's where there is none yet") {
    Stage stage;
    User nobody(stage.in_folder("nobody"));
    const auto backup = stage.in_folder("backup"), root = stage.in_folder("root.key");
    REQUIRE(nobody.menshen({"backup", backup, "--data", stage.in_folder("data")}).code == 0);
    const auto restore = [&](const char* into, std::vector<std::string> options) {
        std::vector<std::string> words = {"restore", backup, "--data", stage.in_folder(into), "--root-key", root};
        words.insert(words.end(), options.begin(), options.end());
        auto ran = nobody.menshen(words);
        CHECK(ran.code == 0);
        return ran;
    };
    auto ran = restore("en", {});
    CHECK(ran.says("One-time codes that it had count no more; 1 were not used yet"));
    CHECK(ran.says("The first administrator's one-time code, good for an hour: "));
    ran = restore("zh", {"--lang", "zh"});
    CHECK(ran.says("备份中的一次性开通码全部作废，其中 1 个尚未使用"));
    CHECK(ran.says("首位管理员的一次性开通码（一小时内有效）："));
    const auto told = restore("json", {"--json"}).json();
    CHECK(told.at("withdrawn_codes") == 1);
    CHECK(std::string(told.at("data").as_string()) == stage.in_folder("json"));
    CHECK(told.at("epoch").as_int64() > 0);

    // the code that was told lets the first administrator in, the backup's own does not
    stage.stop();
    fs::rename(stage.in_folder("data"), stage.in_folder("burnt"));
    fs::rename(stage.in_folder("json"), stage.in_folder("data"));
    stage.restart();
    User chief(stage.in_folder("chief"));
    chief.environment = {std::string("MENSHEN_PASSWORD=") + password};
    const auto login = [&](const std::string& code, const char* secret) {
        return chief.menshen({"login", "--registry", stage.address, "--fingerprint", stage.fingerprint, "--name",
                              "chief", "--invitation", code, "--secret", stage.in_folder(secret)});
    };
    CHECK(login(stage.code, "secret").code == 1);
    const auto let_in = login(std::string(told.at("code").as_string()), "another");
    CHECK_MESSAGE(let_in.code == 0, let_in.err);

    // with a user there is no such code, and those that were open are counted
    REQUIRE(chief.menshen({"gate", "add", "north"}).code == 0);
    REQUIRE(chief.menshen({"gate", "add", "south"}).code == 0);
    fs::remove_all(backup);
    REQUIRE(chief.menshen({"backup", backup, "--data", stage.in_folder("data")}).code == 0);
    ran = restore("en2", {});
    CHECK(ran.says("2 were not used yet"));
    CHECK_FALSE(ran.says("first administrator"));
    const auto later = restore("json2", {"--json"}).json();
    CHECK(later.at("withdrawn_codes") == 2);
    CHECK_FALSE(later.contains("code"));
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
