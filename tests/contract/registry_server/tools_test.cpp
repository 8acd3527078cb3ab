// Peers that others wrote: `openssl` makes the key and the request, `curl` speaks with the real program.
#include "tools.hpp"

#include <fmt/format.h>

#include <csignal>
#include <cstdlib>
#include <fstream>

#include "bundle/key_file.hpp"
#include "rig.hpp"
#include "support/text_file.hpp"

namespace menshen::registry::server::test {

TEST_CASE("a gate enrols with openssl and curl, and polls over mutual TLS") {
    Rig rig;
    const auto folder = rig.folder.path().string();
    const auto authority = folder + "/data/authority.pem";
    REQUIRE(
        std::system(fmt::format("openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout {0}/g.key "
                                "-out {0}/g.csr -subj /CN=whatever 2>/dev/null",
                                folder)
                        .c_str()) == 0);
    const auto added = rig.admin.post("/v1/gates", rig.gate_wanted("north"));
    const auto secret = bundle::SecretKey::generate().value();
    const boost::json::object body{{"code", added.text("code")},
                                   {"csr", support::text_in(folder + "/g.csr")},
                                   {"event_key", bundle::public_key_text({"north-1", secret.public_key()})}};
    std::ofstream(folder + "/enrol.json") << boost::json::serialize(body);
    const auto answer = said(fmt::format("curl -sS --cacert {} --data-binary @{}/enrol.json {}/v1/enroll", authority,
                                         folder, rig.gate_address()));
    const auto enrolled = boost::json::parse(answer).as_object();
    std::ofstream(folder + "/g.pem") << std::string_view(enrolled.at("certificate").as_string());
    CHECK(said(fmt::format("openssl verify -CAfile {} -purpose sslclient {}/g.pem", authority, folder)).find("OK") !=
          std::string::npos);
    const auto status =
        said(fmt::format("curl -sS -o /dev/null -w '%{{http_code}}' --cacert {0} --cert {1}/g.pem --key "
                         "{1}/g.key {2}/v1/scopes/main/snapshot",
                         authority, folder, rig.gate_address()));
    CHECK(status == "200");
    CHECK(said(fmt::format("curl -sS -o /dev/null -w '%{{http_code}}' --cacert {} {}/v1/scopes/main/snapshot",
                           authority, rig.gate_address())) == "401");
}

TEST_CASE("the program: init, a configuration that is checked, serve, and an end on SIGTERM") {
    const support::TemporaryFolder folder;
    const auto at = folder.path().string();
    const auto program = programs() + "/menshen-registry";
    const auto init =
        said(fmt::format("{0} init --data {1}/data --root-key {1}/root.key --name 127.0.0.1 2>&1", program, at));
    CHECK(init.find("one-time code") != std::string::npos);
    CHECK(said(fmt::format("{0} init --data {1}/data --root-key {1}/root2.key 2>&1", program, at)).find("not empty") !=
          std::string::npos);
    std::ofstream(at + "/bad.toml") << "data = 5\n[admin]\nlisten = \"8430\"\n[gats]\n";
    const auto bad = said(fmt::format("{} serve --check --config {}/bad.toml 2>&1", program, at));
    CHECK(bad.find("bad.toml:1: data") != std::string::npos);
    CHECK(bad.find("bad.toml:3: [admin] listen") != std::string::npos);
    CHECK(bad.find("gats") != std::string::npos);
    std::ofstream(at + "/good.toml") << fmt::format(
        "data = \"{}/data\"\n[admin]\nlisten = \"127.0.0.1:0\"\n[gates]\nlisten = \"127.0.0.1:0\"\n", at);
    const auto served = said(fmt::format(
        "{0} serve --config {1}/good.toml 2>{1}/log >{1}/out & p=$!; for i in $(seq 200); do [ -s {1}/out ] && break; "
        "sleep 0.05; done; u=$(sed -E 's/.*\"admin\":\"([^\"]*)\".*/\\1/' {1}/out); "
        "curl -sS --cacert {1}/data/authority.pem ${{u}}v1/health; kill $p; wait $p; echo \" ended $?\"",
        program, at));
    CHECK(served.find("\"ok\"") != std::string::npos);
    CHECK(served.find("ended 0") != std::string::npos);
}

}  // namespace menshen::registry::server::test
