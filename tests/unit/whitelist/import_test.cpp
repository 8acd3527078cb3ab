#include <boost/json.hpp>
#include <doctest/doctest.h>

#include <algorithm>

#include "fixture.hpp"
#include "values/plate.hpp"

using namespace menshen;
using namespace menshen::whitelist;

namespace {

ImportReport import(List& list, std::vector<ImportRow> rows, bool dry_run = false) {
    return list.writer.import({"admin", std::move(rows), dry_run}, noon.utc).value();
}

const Problem* problem_at(const ImportReport& report, std::int64_t line, const std::string& kind) {
    const auto found = std::find_if(report.problems.begin(), report.problems.end(),
                                    [&](const Problem& p) { return p.line == line && p.kind == kind; });
    return found != report.problems.end() ? &*found : nullptr;
}

}  // namespace

TEST_CASE("an import adds, a second one changes nothing") {
    List list;
    auto report = import(list, {row(2, "浙B12345", "张三"), row(3, "浙 b·5432 1", "李四")});
    CHECK(report.committed);
    CHECK(report.added == 2);
    CHECK(list.listing("浙B54321").permits.at(0).second.holder == "李四");
    report = import(list, {row(2, "浙B12345", "张三"), row(3, "浙B54321", "李四")});
    CHECK(report.unchanged == 2);
    CHECK(report.added + report.changed == 0);
    CHECK(list.reader.summary()->permits == 2);
}

TEST_CASE("an import changes what the file says and keeps what it does not say") {
    List list;
    Permit permit;
    permit.phone = "13800000000";
    permit.zones = {"yard"};
    permit.state = PermitState::suspended;
    permit.valid_until = at("2026-12-01T00:00:00");
    permit = list.add("浙B12345", permit);
    auto changed = row(2, "浙B12345", "张三");
    changed.valid_until = std::optional<LocalTime>(at("2027-01-01T00:00:00"));
    auto report = import(list, {changed});
    CHECK(report.changed == 1);
    auto now = list.listing("浙B12345").permits.at(0).second;
    CHECK(now.id == permit.id);
    CHECK(now.phone == "13800000000");
    CHECK(now.state == PermitState::suspended);
    CHECK(now.zones == permit.zones);
    CHECK(now.valid_until == at("2027-01-01T00:00:00"));
    changed.valid_until = std::optional<LocalTime>();
    import(list, {changed});
    CHECK_FALSE(list.listing("浙B12345").permits.at(0).second.valid_until);
}

TEST_CASE("a dry run judges everything and changes nothing") {
    List list;
    const auto report = import(list, {row(2, "浙B12345")}, true);
    CHECK(report.added == 1);
    CHECK_FALSE(report.committed);
    CHECK(list.listing("浙B12345").permits.empty());
    CHECK(list.reader.summary()->permits == 0);
}

TEST_CASE("one bad row and nothing is imported") {
    List list;
    auto turned = row(5, "浙B77777");
    turned.valid_from = std::optional<LocalTime>(at("2027-01-01T00:00:00"));
    turned.valid_until = std::optional<LocalTime>(at("2026-01-01T00:00:00"));
    const auto report =
        import(list, {row(2, "浙B12345"), row(3, "浙B1"), row(4, "浙b12345"), turned, row(6, std::string(4096, 'A'))});
    CHECK_FALSE(report.committed);
    CHECK(report.errors == 4);
    CHECK(problem_at(report, 3, "plate") != nullptr);
    REQUIRE(problem_at(report, 4, "duplicate") != nullptr);
    CHECK(problem_at(report, 4, "duplicate")->text.find("line 2") != std::string::npos);
    CHECK(problem_at(report, 5, "dates") != nullptr);
    CHECK(problem_at(report, 6, "plate") != nullptr);
    CHECK(list.reader.summary()->permits == 0);
}

TEST_CASE("look-alikes are named against the list and within the file, each pair once") {
    List list;
    list.add("浙B8Z345");
    const auto other = look_alikes(Plate::parse("浙B12345").value()).at(0).text();
    const auto report = import(list, {row(2, "浙B82345"), row(3, "浙B12345"), row(4, other)}, true);
    REQUIRE(problem_at(report, 2, "look_alike") != nullptr);
    CHECK(problem_at(report, 2, "look_alike")->text.find("浙B8Z345") != std::string::npos);
    REQUIRE(problem_at(report, 4, "look_alike") != nullptr);
    CHECK(problem_at(report, 4, "look_alike")->text.find("line 3") != std::string::npos);
    CHECK(problem_at(report, 3, "look_alike") == nullptr);
    CHECK(report.errors == 0);
}

TEST_CASE("a blocked plate is imported with a warning") {
    List list;
    Block block;
    block.plate = "浙B12345";
    REQUIRE(list.writer.upsert_block(block, noon.utc).ok());
    const auto report = import(list, {row(2, "浙B12345")});
    CHECK(report.committed);
    CHECK(problem_at(report, 2, "blocked") != nullptr);
}

TEST_CASE("a visitor's leave is not what an import of permits changes") {
    List list;
    REQUIRE(list.writer.register_visitor({"浙B12345", "王五", "", at("2026-11-22T18:00:00")}, noon).ok());
    CHECK(import(list, {row(2, "浙B12345", "张三")}).added == 1);
    CHECK(list.listing("浙B12345").permits.size() == 2);
}

TEST_CASE("problems are counted beyond the list of them") {
    List list;
    std::vector<ImportRow> rows;
    for (int i = 0; i < 1500; ++i) rows.push_back(row(i + 2, "x"));
    const auto report = import(list, std::move(rows));
    CHECK(report.errors == 1500);
    CHECK(report.problems.size() == max_problems);
}

TEST_CASE("the verb's JSON: what is absent, what is null, what is wrong") {
    auto request = import_request_from_json(boost::json::parse(R"({"by":"root","rows":[
        {"line":2,"plate":"浙B12345","class":"停车证","holder":"张三","valid_until":"2027-01-01T00:00:00"},
        {"line":3,"plate":"浙B54321","valid_until":null}],"dry_run":false})")
                                                .as_object());
    REQUIRE(request.ok());
    CHECK_FALSE(request->dry_run);
    REQUIRE(request->rows.size() == 2);
    CHECK(request->rows[0].permit_class == PermitClass::parking);
    CHECK(request->rows[0].valid_until == std::optional<LocalTime>(at("2027-01-01T00:00:00")));
    CHECK_FALSE(request->rows[0].valid_from.has_value());
    CHECK_FALSE(request->rows[0].phone);
    CHECK(request->rows[1].valid_until.has_value());
    CHECK_FALSE(request->rows[1].valid_until->has_value());

    for (const char* bad : {R"({"rows":[]})", R"({"by":"x"})", R"({"by":"x","rows":[3]})", R"({"by":"x","rows":{}})",
                            R"({"by":"x","rows":[{"plate":1}]})", R"({"by":"x","rows":[{"class":"king"}]})",
                            R"({"by":"x","rows":[{"valid_until":"soon"}]})", R"({"by":"x","rows":[],"dry_run":1})"}) {
        auto judged = import_request_from_json(boost::json::parse(bad).as_object());
        INFO(bad);
        REQUIRE_FALSE(judged.ok());
        CHECK(judged.error().code == Errc::invalid);
    }
    const auto json = to_json(ImportReport{1, 2, 3, 1, 0, {{4, ProblemLevel::error, "plate", "no"}}, true});
    CHECK(json.at("ok").as_bool());
    CHECK(json.at("problems").at(0).at("line").as_int64() == 4);
}
