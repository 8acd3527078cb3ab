#include "registry/import.hpp"

#include <algorithm>

#include "office.hpp"

namespace menshen::registry::test {

namespace {

ImportRow row(std::int64_t line, std::string plate, std::optional<std::string> holder = std::nullopt) {
    ImportRow row;
    row.line = line;
    row.plate = std::move(plate);
    row.holder = std::move(holder);
    return row;
}

ImportReport import(Office& desk, const std::vector<ImportRow>& rows, bool dry_run = false) {
    return import_permits(*desk.store, "yard", rows, dry_run, desk.request, desk.now).value();
}

bool finds(const ImportReport& report, std::int64_t line, const std::string& kind) {
    return std::ranges::any_of(report.problems, [&](const Problem& p) { return p.line == line && p.kind == kind; });
}

}  // namespace

TEST_CASE("a dry run names everything and changes nothing") {
    Office desk;
    desk.issue("浙B8Z345");
    Office::done(desk.office.block("yard", {BlockKind::block, "浙B77777", "theft", {}}, desk.request, desk.now));
    const auto other = look_alikes(Plate::parse("浙B12345").value()).at(0).text();
    auto expired = row(7, "浙B66666");
    expired.valid_until = std::optional(at("2026-01-01T00:00:00"));
    auto turned = row(8, "浙B55555");
    turned.valid_from = std::optional(at("2027-02-01T00:00:00"));
    turned.valid_until = std::optional(at("2027-01-01T00:00:00"));
    const std::vector rows{
        row(2, "浙B12345"), row(3, "浙B1"), row(4, "浙b12345"), row(5, "浙B82345"), row(6, "浙B77777"), expired, turned,
        row(9, other)};
    const auto head = desk.store->feed().head("yard")->at;
    const auto report = import(desk, rows, true);
    CHECK(finds(report, 3, "plate"));
    CHECK(finds(report, 4, "duplicate"));
    CHECK(finds(report, 5, "look_alike"));
    CHECK(finds(report, 6, "blocked"));
    CHECK(finds(report, 7, "expired"));
    CHECK(finds(report, 8, "dates"));
    CHECK(finds(report, 9, "look_alike"));
    CHECK_FALSE(finds(report, 2, "look_alike"));
    CHECK(report.errors == 3);
    CHECK_FALSE(report.committed);
    CHECK(desk.store->feed().head("yard")->at == head);
    CHECK_FALSE(import(desk, rows).committed);  // an error: nothing at all
    CHECK(desk.store->feed().head("yard")->at == head);
}

TEST_CASE("an import adds and changes in one commit, makes each unit once, and a second one changes nothing") {
    Office desk;
    const auto listed = desk.issue("浙B12345");
    auto first = row(2, "浙B12345", "李四");
    auto second = row(3, "浙B54321", "王五");
    first.unit = second.unit = "规划局";
    second.valid_until = std::optional(at("2027-01-01T00:00:00"));
    auto report = import(desk, {first, second});
    REQUIRE(report.committed);
    CHECK(report.added == 1);
    CHECK(report.changed == 1);
    CHECK(report.committed->heads.size() == 1);
    CHECK(desk.permit(listed).holder == "李四");
    CHECK(desk.store->directory().count(Kind::unit, "yard").value() == 1);
    report = import(desk, {first, second});
    CHECK(report.unchanged == 2);
    REQUIRE(report.committed);
    CHECK(report.committed->heads.empty());
}

TEST_CASE(
    "an import that is repeated under its key is told as what it was, and another one under that key is refused") {
    Office desk;
    desk.issue("浙B12345");
    auto rows = std::vector{row(2, "浙B12345", "new"), row(3, "浙B22222"), row(4, "浙B33333")};
    desk.request.idempotency_key = "once";
    const auto first = import(desk, rows);
    REQUIRE(first.committed);
    const auto head = desk.store->feed().head("yard")->at;
    const auto again = import(desk, rows);
    REQUIRE(again.committed);
    CHECK(again.committed->repeated);
    CHECK(again.added == 2);
    CHECK(again.changed == 1);
    CHECK(again.unchanged == 0);
    CHECK(desk.store->feed().head("yard")->at == head);
    rows.pop_back();
    const auto other = import(desk, rows);
    CHECK_FALSE(other.committed);
    CHECK(other.errors == 1);
}

TEST_CASE("a visitor's or a cancelled permit is not what an import changes") {
    Office desk;
    const auto cancelled = desk.issue("浙B12345");
    Office::done(desk.office.cancel(cancelled, desk.request, desk.now));
    const auto report = import(desk, {row(2, "浙B12345", "李四")});
    CHECK(report.added == 1);
    CHECK(desk.permit(cancelled).holder == "张三");
}

TEST_CASE("problems are counted beyond the list of them; too many rows are no import") {
    Office desk;
    std::vector<ImportRow> rows;
    rows.reserve(1'200);
    for (int i = 0; i < 1'200; ++i) rows.push_back(row(i + 2, "x"));
    const auto report = import(desk, rows);
    CHECK(report.errors == 1'200);
    CHECK(report.problems.size() == max_problems);
    rows.resize(max_import_rows + 1);
    CHECK(import_permits(*desk.store, "yard", rows, true, desk.request, desk.now).error().code == Errc::invalid);
}

}  // namespace menshen::registry::test
