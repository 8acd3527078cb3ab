#include <doctest/doctest.h>

#include <fstream>

#include "fixture.hpp"

using namespace menshen;
using namespace menshen::whitelist;

TEST_CASE("a permit is found by its plate, with schedule and calendar, exactly as stored") {
    List list;
    Schedule schedule{7, "office", {}, {}};
    schedule.week[0] = {{480, 1080}};
    REQUIRE(list.writer.put_schedule(schedule, noon.utc).ok());
    Calendar calendar;
    calendar.holidays = {parse_date("2026-10-01").value()};
    calendar.make_up_workdays = {{parse_date("2026-10-10").value(), 4}};
    REQUIRE(list.writer.put_calendar(calendar, noon.utc).ok());
    Permit permit;
    permit.holder = "张三";
    permit.unit = "财政局";
    permit.schedule_id = 7;
    permit.zones = {"yard"};
    permit.max_inside = 1;
    permit.valid_until = at("2027-01-01T00:00:00");
    const Permit stored = list.add("浙B·12345", permit);

    const std::vector<std::string> plates = {"浙B12345", "浙B99999"};
    auto answer = list.reader.look_up(plates);
    REQUIRE(answer.ok());
    REQUIRE(answer->listings.size() == 2);
    REQUIRE(answer->listings[0].permits.size() == 1);
    const auto& [credential, found] = answer->listings[0].permits[0];
    CHECK(found == stored);
    CHECK(found.scope == "local");
    CHECK(credential.permit_id == stored.id);
    CHECK(credential.value == "浙B12345");
    CHECK(answer->listings[1].permits.empty());
    REQUIRE(answer->schedules.size() == 1);
    CHECK(answer->schedules[0] == schedule);
    CHECK(answer->calendar == calendar);
}

TEST_CASE("a reader sees a change at its next look-up, also of schedules it keeps") {
    List list;
    Permit permit;
    permit.schedule_id = 1;
    REQUIRE(list.writer.put_schedule({1, "old", {}, {}}, noon.utc).ok());
    permit = list.add("浙B12345", permit);
    const std::vector<std::string> plates = {"浙B12345"};
    CHECK(list.reader.look_up(plates)->schedules.at(0).name == "old");
    REQUIRE(list.writer.put_schedule({1, "new", {}, {}}, noon.utc).ok());
    CHECK(list.reader.look_up(plates)->schedules.at(0).name == "new");
    REQUIRE(list.writer.remove_schedule(1, noon.utc).ok());
    CHECK(list.reader.look_up(plates)->schedules.empty());
    CHECK(list.reader.look_up(plates)->listings.at(0).permits.at(0).second.schedule_id == 1);
}

TEST_CASE("the gate's own schedules are told in pages") {
    List list;
    for (const std::int64_t id : {3, 5, 8}) {
        Schedule schedule{id, "hours", {}, {{60, 120}}};
        schedule.week[6] = {{0, 600}};
        REQUIRE(list.writer.put_schedule(schedule, noon.utc).ok());
    }
    auto page = list.reader.own(OwnRows::schedules, 0, 2);
    REQUIRE(page.ok());
    REQUIRE(page->schedules.size() == 2);
    CHECK(page->next == 5);
    page = list.reader.own(OwnRows::schedules, page->next, 2);
    REQUIRE(page->schedules.size() == 1);
    CHECK(page->schedules[0].id == 8);
    CHECK(page->schedules[0].week[6] == std::vector<Window>{{0, 600}});
    CHECK(page->next == 0);
    CHECK(page->permits.empty());
}

TEST_CASE("I2: a removed permit is not found any more") {
    List list;
    const auto permit = list.add("浙B12345");
    REQUIRE(list.writer.remove_permit(permit.id, noon.utc).ok());
    CHECK(list.listing("浙B12345").permits.empty());
    CHECK(list.writer.remove_permit(permit.id, noon.utc).error().code == Errc::not_found);
}

TEST_CASE("changing a permit replaces its plates; ids rise for ever") {
    List list;
    const auto first = list.add("浙B12345");
    Permit changed = first;
    changed.holder = "李四";
    const Credential plate{0, CredentialKind::plate, "浙B54321", 0};
    REQUIRE(list.writer.upsert_permit(changed, {&plate, 1}, noon.utc).ok());
    CHECK(list.listing("浙B12345").permits.empty());
    CHECK(list.listing("浙B54321").permits.at(0).second.holder == "李四");
    REQUIRE(list.writer.remove_permit(first.id, noon.utc).ok());
    CHECK(list.add("浙B12345").id > first.id);
    changed.id = 3;
    CHECK(list.writer.upsert_permit(changed, {}, noon.utc).error().code == Errc::not_found);
}

TEST_CASE("other credentials are found by their kind") {
    List list;
    const Credential card{0, CredentialKind::card, "00123456", 0};
    REQUIRE(list.writer.upsert_permit({}, {&card, 1}, noon.utc).ok());
    CHECK(list.reader.look_up(CredentialKind::card, "00123456")->permits.size() == 1);
    CHECK(list.reader.look_up(CredentialKind::qr, "00123456")->permits.empty());
}

TEST_CASE("blocks are found with and without a permit") {
    List list;
    list.add("浙B12345");
    for (const char* plate : {"浙b-12345", "浙B77777"}) {
        Block block;
        block.plate = plate;
        block.reason = "欠费";
        REQUIRE(list.writer.upsert_block(block, noon.utc).ok());
    }
    CHECK(list.listing("浙B12345").blocks.at(0).reason == "欠费");
    const auto only = list.listing("浙B77777");
    CHECK(only.permits.empty());
    REQUIRE(only.blocks.size() == 1);
    REQUIRE(list.writer.remove_block(only.blocks[0].id, noon.utc).ok());
    CHECK(list.listing("浙B77777").blocks.empty());
}

TEST_CASE("a visitor is admitted until the end of tomorrow at the latest, never above a block") {
    List list;
    auto until = [&](const char* time) {
        return list.writer.register_visitor({"浙B12345", "王五", "会议", at(time)}, noon);
    };
    CHECK(until("2026-11-24T00:00:00").ok());
    const auto first = list.listing("浙B12345").permits.at(0).second;
    CHECK(first.permit_class == PermitClass::visitor);
    CHECK(until("2026-11-24T00:00:01").error().code == Errc::invalid);
    CHECK(until("2026-11-22T12:00:00").error().code == Errc::invalid);
    CHECK(until("2026-11-22T18:00:00").ok());
    REQUIRE(list.listing("浙B12345").permits.size() == 1);
    CHECK(list.listing("浙B12345").permits[0].second.valid_until == at("2026-11-22T18:00:00"));

    Block block;
    block.plate = "浙B12345";
    block.until = at("2026-11-22T11:00:00");
    REQUIRE(list.writer.upsert_block(block, noon.utc).ok());
    CHECK(until("2026-11-22T18:00:00").ok());  // that block is over
    block.until.reset();
    REQUIRE(list.writer.upsert_block(block, noon.utc).ok());
    CHECK(until("2026-11-22T18:00:00").error().code == Errc::denied);

    Now unset = noon;
    unset.clock = ClockState::unset;
    CHECK(list.writer.register_visitor({"浙B54321", "", "", at("2026-11-22T18:00:00")}, unset).error().code ==
          Errc::unavailable);
    CHECK(list.writer.register_visitor({"浙B", "", "", at("2026-11-22T18:00:00")}, noon).error().code == Errc::invalid);
}

TEST_CASE("visitors that ended a month ago are removed") {
    List list;
    REQUIRE(list.writer.register_visitor({"浙B12345", "", "", at("2026-11-22T18:00:00")}, noon).ok());
    const Now later = now_at("2027-01-10T12:00:00");
    REQUIRE(list.writer.register_visitor({"浙B54321", "", "", at("2027-01-10T18:00:00")}, later).ok());
    CHECK(list.listing("浙B12345").permits.empty());
    CHECK(list.reader.summary()->permits == 1);
}

TEST_CASE("the summary counts what is there") {
    List list;
    CHECK(list.reader.summary()->credentials == 0);
    CHECK_FALSE(list.reader.summary()->changed);
    const auto permit = list.add("浙B12345");
    list.add("浙B54321");
    CHECK(list.reader.summary()->credentials == 2);
    CHECK(list.reader.summary()->changed == noon.utc);
    REQUIRE(list.writer.remove_permit(permit.id, noon.utc).ok());
    CHECK(list.reader.summary()->permits == 1);
    CHECK(list.reader.summary()->credentials == 1);
}

TEST_CASE("a damaged list is set aside: empty, and it says so") {
    support::TemporaryFolder folder;
    const auto file = folder / "whitelist.db";
    std::ofstream(file) << "this is no list";
    auto opened = WhitelistWriter::open(file, noon.utc);
    REQUIRE(opened.ok());
    REQUIRE(opened->set_aside);
    CHECK(opened->created);
    auto reader = WhitelistReader::open(file);
    const std::vector<std::string> plates = {"浙B12345"};
    CHECK(reader->look_up(plates)->listings.at(0).permits.empty());
}

TEST_CASE("damage found in use is an error that grants nothing, and the list can be distrusted") {
    support::TemporaryFolder folder;
    const auto file = folder / "whitelist.db";
    {
        auto opened = WhitelistWriter::open(file, noon.utc);
        const Credential plate{0, CredentialKind::plate, "浙B12345", 0};
        REQUIRE(opened->writer.upsert_permit({}, {&plate, 1}, noon.utc).ok());
    }
    {
        auto raw = store::Database::open(file, {});
        REQUIRE(raw->execute("UPDATE permit SET body = '{'").ok());
    }
    {
        auto opened = WhitelistWriter::open(file, noon.utc);
        CHECK_FALSE(opened->set_aside);
        auto reader = WhitelistReader::open(file);
        const std::vector<std::string> plates = {"浙B12345"};
        CHECK(reader->look_up(plates).error().code == Errc::corrupt);
    }
    auto opened = WhitelistWriter::open(file, noon.utc, "a row cannot be read");
    REQUIRE(opened.ok());
    CHECK(opened->set_aside->why == "a row cannot be read");
    CHECK(WhitelistReader::open(file)->summary()->permits == 0);
}

TEST_CASE("I21: a critical field that this build does not know is named, so that the permit never grants") {
    List list;
    const auto permit = list.add("浙B12345");
    {
        auto raw = store::Database::open(list.folder / "whitelist.db", {});
        REQUIRE(raw->execute("UPDATE permit SET body = json_set(body, '$.crit', json('[\"max_uses\",\"biometric\"]'))")
                    .ok());
    }
    CHECK(list.listing("浙B12345").permits.at(0).second.unknown_critical == std::vector<std::string>{"biometric"});
    CHECK(list.listing("浙B12345").permits.at(0).second.id == permit.id);
}

TEST_CASE("rows of other scopes are read, and a row belongs to one scope") {
    List list;
    const auto permit = list.add("浙B12345");
    {
        auto raw = store::Database::open(list.folder / "whitelist.db", {});
        REQUIRE(
            raw->execute("INSERT INTO permit SELECT 'zhenhai', id, class, valid_until, body FROM permit; "
                         "INSERT INTO credential SELECT 'zhenhai', id, kind, value, permit_id, body FROM credential; "
                         "INSERT INTO block VALUES ('common', 1, 'stricter', '浙B12345', 'x', NULL, NULL)")
                .ok());
    }
    const auto listing = list.listing("浙B12345");
    REQUIRE(listing.permits.size() == 2);
    CHECK(listing.permits[0].second.scope != listing.permits[1].second.scope);
    CHECK(listing.blocks.at(0).kind == BlockKind::block);  // an unknown kind denies
    REQUIRE(list.writer.remove_permit(permit.id, noon.utc).ok());
    CHECK(list.listing("浙B12345").permits.at(0).second.scope == "zhenhai");
}

TEST_CASE("two writers are refused") {
    List list;
    CHECK(WhitelistWriter::open(list.folder / "whitelist.db", noon.utc).error().code == Errc::denied);
}

TEST_CASE("a look-up of too many plates is refused") {
    List list;
    const std::vector<std::string> plates(max_plates_asked + 1, "浙B12345");
    CHECK(list.reader.look_up(plates).error().code == Errc::invalid);
}
