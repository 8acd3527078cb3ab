// Permits through their life.
#include "office.hpp"

#include <boost/json.hpp>

namespace menshen::registry::test {

TEST_CASE("issue: the permit, its plate, and its unit by name, which is made once") {
    Office desk;
    auto wanted = desk.wanted("浙 a12345");
    wanted.unit = "规划局";
    const auto first = Office::done(desk.office.issue(wanted, desk.request, desk.now)).changed[0].id;
    wanted.credentials = {{CredentialKind::plate, "浙A54321"}, {CredentialKind::card, "00a1b2c3"}};
    const auto second = Office::done(desk.office.issue(wanted, desk.request, desk.now)).changed[0].id;
    CHECK(desk.store->directory().count(Kind::unit, "yard").value() == 1);
    CHECK(desk.permit(first).unit == desk.permit(second).unit);
    CHECK(desk.fed("permit", first).find("规划局") != std::string::npos);
    CHECK(desk.credentials(second).size() == 2);
    AuditQuery query;
    query.subject = first;
    CHECK(desk.store->audit().find(query)->at(0).action == "permit.issue");
}

TEST_CASE("issue: refused with the request's own fields, and nothing is made") {
    Office desk;
    desk.issue("浙A12345");
    auto wanted = desk.wanted("浙A12345");
    auto no = Office::refused(desk.office.issue(wanted, desk.request, desk.now));
    REQUIRE(no.fields.size() == 1);
    CHECK(no.fields[0].pointer == "/credentials/0/value");
    CHECK(no.fields[0].code == "duplicate");

    wanted = desk.wanted("浙A1");
    wanted.unit = "规划局";
    wanted.permit.permit_class = PermitClass::temporary;
    no = Office::refused(desk.office.issue(wanted, desk.request, desk.now));
    REQUIRE(no.fields.size() == 2);
    CHECK(no.fields[0].pointer == "/valid_until");
    CHECK(no.fields[1].pointer == "/credentials/0/value");
    CHECK(desk.store->directory().count(Kind::unit, "yard").value() == 0);

    wanted = desk.wanted("浙A99999");
    wanted.credentials.clear();
    CHECK(Office::refused(desk.office.issue(wanted, desk.request, desk.now)).fields[0].pointer == "/credentials");
    wanted = desk.wanted("浙A99999");
    wanted.scope = "nowhere";
    CHECK(desk.office.issue(wanted, desk.request, desk.now).error().code == Errc::not_found);
}

TEST_CASE("issue: a listed look-alike is warned of, a blocked plate is refused") {
    Office desk;
    desk.issue("浙A8Z345");
    const auto answer = desk.office.issue(desk.wanted("浙A82345"), desk.request, desk.now);
    Office::done(answer);
    REQUIRE(answer->warnings.size() == 1);
    CHECK(answer->warnings[0].code == "confusable");
    CHECK(answer->warnings[0].text.find("浙A8Z345") != std::string::npos);

    const auto block =
        Office::done(desk.office.block("common", {BlockKind::block, "浙b99999", "theft", {}}, desk.request, desk.now));
    const auto no = Office::refused(desk.office.issue(desk.wanted("浙B99999"), desk.request, desk.now));
    CHECK(no.fields.at(0).code == "blocked");
    Office::done(desk.office.unblock(block.changed[0].id, desk.request, desk.now));
    desk.issue("浙B99999");
    CHECK(Office::refused(desk.office.unblock(block.changed[0].id, desk.request, desk.now)).code == Errc::not_found);
}

TEST_CASE("change: only what is sent, against the version that was seen") {
    Office desk;
    const auto id = desk.issue("浙A12345");
    const auto fields = [](const char* text) { return boost::json::parse(text).as_object(); };
    Office::done(desk.office.change(id, fields(R"({"state":"suspended","note":"lost keys"})"), desk.request, desk.now));
    CHECK(desk.permit(id).state == PermitState::suspended);
    CHECK(desk.permit(id).holder == "张三");
    CHECK(desk.fed("permit", id).find("suspended") != std::string::npos);

    auto stale = desk.request;
    stale.if_version = 1;
    CHECK(Office::refused(desk.office.change(id, fields(R"({"note":""})"), stale, desk.now)).code == Errc::conflict);
    auto no = Office::refused(desk.office.change(id, fields(R"({"valid_till":"2027-01-01"})"), desk.request, desk.now));
    CHECK(no.fields.at(0).pointer == "/valid_till");
    no = Office::refused(desk.office.change(id, fields(R"({"state":"cancelled"})"), desk.request, desk.now));
    CHECK(no.fields.at(0).pointer == "/state");
    CHECK(Office::refused(desk.office.change(77777, fields("{}"), desk.request, desk.now)).code == Errc::not_found);
}

TEST_CASE("replace: the lost card's number no longer opens, the new one does") {
    Office desk;
    auto wanted = desk.wanted("浙A12345");
    wanted.credentials.push_back({CredentialKind::card, "00A1B2C3"});
    const auto id = Office::done(desk.office.issue(wanted, desk.request, desk.now)).changed[0].id;
    Id lost = 0;
    for (const auto& each : desk.credentials(id)) {
        if (each.as<Credential>().kind == CredentialKind::card) lost = each.id;
    }
    Office::done(desk.office.replace(id, lost, {CredentialKind::card, "00d4e5f6"}, desk.request, desk.now));
    CHECK(desk.fed("credential", lost).empty());
    CHECK_FALSE(desk.store->directory().is_presented("yard", "card:00A1B2C3").value());
    CHECK(desk.store->directory().is_presented("yard", "card:00D4E5F6").value());
    CHECK(desk.credentials(id).size() == 2);

    const auto other = desk.issue("浙A54321");
    const auto plate = desk.credentials(other).at(0).id;
    CHECK(Office::refused(desk.office.replace(id, plate, {CredentialKind::plate, "浙A77777"}, desk.request, desk.now))
              .fields.at(0)
              .pointer == "/credential");
    CHECK(
        Office::refused(desk.office.replace(other, plate, {CredentialKind::plate, "浙A12345"}, desk.request, desk.now))
            .fields.at(0)
            .code == "duplicate");
    // the same number on a new card is a new credential, too
    Office::done(desk.office.replace(other, plate, {CredentialKind::plate, "浙A54321"}, desk.request, desk.now));
    CHECK(desk.credentials(other).at(0).id != plate);
}

TEST_CASE("cancel: gates learn it at once, the plate is free, and nothing brings it back") {
    Office desk;
    const auto id = desk.issue("浙A12345");
    Office::done(desk.office.cancel(id, desk.request, desk.now));
    CHECK(desk.fed("permit", id).find(R"("state":"cancelled")") != std::string::npos);
    CHECK(desk.permit(id).cancelled == desk.now.local);
    CHECK(Office::refused(desk.office.cancel(id, desk.request, desk.now)).code == Errc::conflict);
    CHECK(Office::refused(desk.office.change(id, {{"note", "x"}}, desk.request, desk.now)).code == Errc::conflict);
    CHECK(desk.issue("浙A12345") != id);
}

TEST_CASE("a repeat under the same key is the same answer, although by now the plate would be a duplicate") {
    Office desk;
    auto keyed = desk.request;
    keyed.idempotency_key = "a-1";
    const auto wanted = desk.wanted("浙A12345");
    const auto first = Office::done(desk.office.issue(wanted, keyed, desk.now));
    const auto again = Office::done(desk.office.issue(wanted, keyed, desk.now));
    CHECK(again.repeated);
    CHECK(again.changed == first.changed);
    CHECK(Office::refused(desk.office.issue(desk.wanted("浙A54321"), keyed, desk.now)).code == Errc::conflict);
    CHECK(Office::refused(desk.office.cancel(first.changed[0].id, keyed, desk.now)).code == Errc::conflict);
}

TEST_CASE("lists: search with holder, unit and credentials; expiring soon, soonest first") {
    Office desk;
    auto wanted = desk.wanted("浙A12345");
    wanted.unit = "规划局";
    wanted.permit.valid_until = at("2026-12-10T00:00:00");
    const auto later = Office::done(desk.office.issue(wanted, desk.request, desk.now)).changed[0].id;
    wanted = desk.wanted("浙A54321");
    wanted.permit.valid_until = at("2026-11-25T00:00:00");
    const auto sooner = Office::done(desk.office.issue(wanted, desk.request, desk.now)).changed[0].id;
    wanted = desk.wanted("浙A77777");
    wanted.permit.valid_until = at("2026-11-01T00:00:00");
    Office::done(desk.office.issue(wanted, desk.request, desk.now));
    desk.issue("浙A88888");

    PermitSearch search;
    search.words = "规划";
    auto page = search_permits(desk.store->directory(), search).value();
    REQUIRE(page.permits.size() == 1);
    CHECK(page.permits[0].unit == "规划局");
    CHECK(page.permits[0].holder == "张三");
    CHECK(page.permits[0].credentials.at(0).as<Credential>().value == "浙A12345");
    search = {};
    page = expiring_permits(desk.store->directory(), search, 30, desk.now.local).value();
    REQUIRE(page.permits.size() == 2);
    CHECK(page.permits[0].permit.id == sooner);
    CHECK(page.permits[1].permit.id == later);
    CHECK(expiring_permits(desk.store->directory(), search, 7, desk.now.local)->permits.size() == 1);
}

}  // namespace menshen::registry::test
