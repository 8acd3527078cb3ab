#include <sys/stat.h>

#include <fstream>

#include "stage.hpp"

using namespace menshen::test;

TEST_CASE("whoever is not signed in is told so, with exit code 3; --json says it to programs") {
    menshen::support::TemporaryFolder folder;
    User nobody((folder / "home").string());
    const auto ran = nobody.menshen({"permit", "list"});
    CHECK(ran.code == 3);
    CHECK(ran.complains("menshen login"));
    const auto told = nobody.menshen({"gates", "--json"});
    CHECK(told.code == 3);
    CHECK(told.json().at("error").as_object().at("exit") == 3);
    CHECK(nobody.menshen({"logout"}).code == 0);
}

TEST_CASE("wrong use has exit code 2, and help none of it") {
    menshen::support::TemporaryFolder folder;
    User nobody((folder / "home").string());
    CHECK(nobody.menshen({"permit"}).code == 2);
    CHECK(nobody.menshen({"permit", "issue", "--class"}).code == 2);
    CHECK(nobody.menshen({"permit", "issue", "no plate"}).code == 2);
    CHECK(nobody.menshen({"permit", "issue"}).code == 2);
    CHECK(nobody.menshen({"block"}).code == 2);
    CHECK(nobody.menshen({"login"}).code == 2);
    CHECK(nobody.menshen({"login", "--registry", "http://127.0.0.1"}).code == 2);
    const auto help = nobody.menshen({"--help"});
    CHECK(help.code == 0);
    CHECK(help.says("Exit codes"));
}

TEST_CASE(
    "the first administrator signs in by his one-time code, and out; a certificate is believed only if compared") {
    Stage stage;
    User chief(stage.in_folder("chief"));
    chief.environment = {std::string("MENSHEN_PASSWORD=") + password};

    auto ran = chief.menshen({"login", "--registry", stage.address, "--name", "chief"});
    CHECK(ran.code == 4);
    CHECK(ran.complains("--fingerprint"));
    auto wrong = stage.fingerprint;
    wrong[0] = wrong[0] == '0' ? '1' : '0';
    ran = chief.menshen({"login", "--registry", stage.address, "--name", "chief", "--fingerprint", wrong});
    CHECK(ran.code == 4);

    chief = stage.signed_in();
    struct stat is {};
    REQUIRE(::stat(chief.config("session.json").c_str(), &is) == 0);
    CHECK((is.st_mode & 0777U) == 0600);
    ran = chief.menshen({"whoami", "--json"});
    CHECK(ran.json().at("name") == "chief");
    CHECK(chief.menshen({"permit", "list"}).code == 0);

    // a session that others can read is not used
    ::chmod(chief.config("session.json").c_str(), 0644);
    ran = chief.menshen({"whoami"});
    CHECK(ran.code == 3);
    CHECK(ran.complains("chmod 600"));
    ::chmod(chief.config("session.json").c_str(), 0600);

    std::ifstream file(chief.config("session.json"));
    const std::string kept((std::istreambuf_iterator<char>(file)), {});
    CHECK(chief.menshen({"logout"}).code == 0);
    CHECK(chief.menshen({"whoami"}).code == 3);
    // it has ended at the registry, too
    std::ofstream(chief.config("session.json")) << kept;
    ::chmod(chief.config("session.json").c_str(), 0600);
    CHECK(chief.menshen({"whoami"}).code == 3);

    // the certificate stays believed; a wrong password is refused
    chief.environment = {"MENSHEN_PASSWORD=wrong wrong wrong", "MENSHEN_CODE=000000"};
    ran = chief.menshen({"login", "--registry", stage.address, "--name", "chief"});
    CHECK(ran.code == 3);
    CHECK(ran.complains("wrong"));
}

TEST_CASE("a registry that does not answer has exit code 4") {
    Stage stage;
    auto chief = stage.signed_in();
    std::ifstream file(chief.config("session.json"));
    std::string kept((std::istreambuf_iterator<char>(file)), {});
    const auto at = kept.find(std::to_string(stage.port));
    kept.replace(at, std::to_string(stage.port).size(), "1");
    std::ofstream(chief.config("session.json")) << kept;
    const auto ran = chief.menshen({"permit", "issue", "浙A12345", "--site", "main"});
    CHECK(ran.code == 4);
    CHECK(ran.complains("127.0.0.1:1"));
}
