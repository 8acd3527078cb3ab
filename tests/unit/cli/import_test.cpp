#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

#include "cli/commands.hpp"
#include "fake_gate.hpp"

using namespace menshen;
using namespace menshen::cli;

namespace {

struct Ran {
    int code;
    std::string out, err;
};

Ran import(const FakeGate& gate, const std::string& file, ImportOptions options = {}, const std::string& typed = "") {
    options.file = file.starts_with('/') ? file : std::string(DATA) + file;
    if (options.socket.empty()) options.socket = gate.socket;
    std::istringstream in(typed);
    std::ostringstream out, err;
    const int code = run_import(options, in, out, err);
    return {code, out.str(), err.str()};
}

ImportOptions yes() {
    ImportOptions options;
    options.yes = true;
    return options;
}

std::int64_t listed(FakeGate& gate) {
    return gate.reader.summary()->permits;
}

}  // namespace

TEST_CASE("a good file is imported with --yes, and again changes nothing") {
    FakeGate gate;
    auto ran = import(gate, "gb18030.csv", yes());
    CHECK(ran.code == Exit::done);
    CHECK(ran.out.find("3 added") != std::string::npos);
    CHECK(listed(gate) == 3);
    const std::vector<std::string> plates = {"浙BD12345"};
    CHECK(gate.reader.look_up(plates)->listings.at(0).permits.at(0).second.holder == "李四, 李小四");
    ran = import(gate, "excel-bom.csv", yes());
    CHECK(ran.code == Exit::done);
    CHECK(ran.out.find("0 added, 0 changed, 3 unchanged") != std::string::npos);
}

TEST_CASE("nothing changes without a yes") {
    FakeGate gate;
    ImportOptions options;
    CHECK(import(gate, "gb18030.csv", options).code == Exit::declined);
    options.interactive = true;
    CHECK(import(gate, "gb18030.csv", options, "n\n").code == Exit::declined);
    CHECK(import(gate, "gb18030.csv", options, "").code == Exit::declined);
    CHECK(listed(gate) == 0);
    CHECK(import(gate, "gb18030.csv", options, "y\n").code == Exit::done);
    CHECK(listed(gate) == 3);
}

TEST_CASE("a dry run shows and changes nothing") {
    FakeGate gate;
    ImportOptions options;
    options.dry_run = true;
    const auto ran = import(gate, "gb18030.csv", options);
    CHECK(ran.code == Exit::done);
    CHECK(ran.out.find("3 to add") != std::string::npos);
    CHECK(listed(gate) == 0);
}

TEST_CASE("one bad row stops everything, unless bad rows are left out") {
    FakeGate gate;
    auto ran = import(gate, "problems.csv", yes());
    CHECK(ran.code == Exit::problems);
    CHECK(ran.out.find("line      3  error") != std::string::npos);
    CHECK(ran.err.find("--skip-bad") != std::string::npos);
    CHECK(listed(gate) == 0);
    auto options = yes();
    options.skip_bad = true;
    ran = import(gate, "problems.csv", options);
    CHECK(ran.code == Exit::done);
    CHECK(listed(gate) == 3);
}

TEST_CASE("look-alikes against the list are warnings with their line; Chinese on request") {
    FakeGate gate;
    const auto file = (gate.folder / "one.csv").string();
    std::ofstream(file) << "车牌号\n浙B8Z345\n";
    REQUIRE(import(gate, file, yes()).code == Exit::done);
    std::ofstream(file) << "车牌号\n浙B12345\n浙B82345\n";
    auto options = yes();
    options.language = Language::zh;
    const auto ran = import(gate, file, options);
    CHECK(ran.code == Exit::done);
    CHECK(ran.out.find("第      3 行  提醒") != std::string::npos);
    CHECK(ran.out.find("浙B8Z345") != std::string::npos);
    CHECK(ran.out.find("已导入") != std::string::npos);
}

TEST_CASE("--json is one object that programs can read") {
    FakeGate gate;
    auto options = yes();
    options.json = true;
    const auto ran = import(gate, "problems.csv", options);
    CHECK(ran.code == Exit::problems);
    const auto report = boost::json::parse(ran.out).as_object();
    CHECK_FALSE(report.at("committed").as_bool());
    CHECK(report.at("problems").as_array().size() == 7);
}

TEST_CASE("long work says how far it is") {
    FakeGate gate;
    const auto file = (gate.folder / "long.csv").string();
    std::ofstream out(file);
    out << "plate,holder\n";
    for (int i = 0; i < 10'000; ++i) out << fmt::format("浙B{:05},{}\n", 10000 + i, i);
    out.close();
    const auto ran = import(gate, file, yes());
    CHECK(ran.code == Exit::done);
    CHECK(ran.err.find("10000 …") != std::string::npos);
    CHECK(listed(gate) == 10'000);
    CHECK(gate.parts == 20);  // sent once, for dry run and import
    CHECK(gate.most_rows == 500);
    auto options = yes();
    options.bar = true;
    const auto again = import(gate, file, options);
    CHECK(again.err.find("\r") != std::string::npos);
    CHECK(again.err.find("100%  10000 / 10000\n") != std::string::npos);
}

TEST_CASE("no gate, no file") {
    FakeGate gate;
    auto options = yes();
    options.socket = (gate.folder / "none.sock").string();
    const auto ran = import(gate, "gb18030.csv", options);
    CHECK(ran.code == Exit::no_gate);
    CHECK(ran.err.find("not running") != std::string::npos);
    CHECK(import(gate, "/nowhere.csv", yes()).code == Exit::unreadable);
}
