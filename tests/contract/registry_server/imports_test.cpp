// A table is read beside everything else.
#include <atomic>

#include "rig.hpp"
#include "tables/xlsx.hpp"

namespace menshen::registry::server::test {

namespace {

/// Small on its way, long to read, and refused when that is done.
std::string long_table() {
    const std::vector<std::vector<std::string>> rows(30'000, {"姓名", "单位", "备注", "同一行写了许多遍"});
    return tables::to_xlsx(rows).value();
}

}  // namespace

TEST_CASE("while a long table is read, others are answered and gates poll") {
    Rig rig;
    const auto gate = rig.enrol("north");
    const auto table = long_table();
    Heard imported;
    std::atomic<bool> done = false;
    std::thread importing([&] {
        imported = rig.admin.ask("POST", "/v1/imports/table?scope=main&dry_run=true", table,
                                 {"Content-Type: application/octet-stream"});
        done = true;
    });
    int answered = 0;
    while (!done) {
        const auto issued = rig.admin.get("/v1/session");  // asked of the store's thread
        const auto polled = gate.client->post("/v1/poll", {{"scopes", {{"main", "0:0"}}}, {"wait", 0}});
        if (!done && issued.status == 200 && polled.status == 409) ++answered;
    }
    importing.join();
    MESSAGE("answered meanwhile: " << answered);
    CHECK(imported.status == 422);
    CHECK(answered >= 5);
}

}  // namespace menshen::registry::server::test
