// An enrolled gate and an honest courier: lists in, events out, and everything once more.
#include <doctest/doctest.h>
#include <sys/stat.h>

#include "enrolled.hpp"

using namespace menshen;
using namespace menshen::test;

TEST_CASE("a gate just enrolled says where it is, and grants nothing before its lists are there") {
    EnrolledBox box;
    const auto said = box.ask_courier({{"verb", "where"}});
    CHECK(said.at("ok").as_bool());
    CHECK(said.at("enrolled").as_bool());
    CHECK(said.at("gate").as_string() == "north");
    CHECK(said.at("keys").to_number<std::int64_t>() == 1);
    CHECK(said.at("log").as_string().size() == 32);
    CHECK(box.where("yard") == "0:0");
    CHECK(box.where("common") == "0:0");
    box.gate().tick();
    CHECK(box.has_fault("list_missing"));
    CHECK_FALSE(std::filesystem::exists(box.folder() + "/registry/enrolment"));
    CHECK_FALSE(box.gate().snapshot().at("list").at("usable").as_bool());

    Centre centre(box.clock.now().utc);
    CHECK(box.changes("yard", centre.yard.changes_since(0)).at("at").as_string() == "1:2");
    CHECK_FALSE(box.gate().snapshot().at("list").at("usable").as_bool());  // a denial may stand in the other one
    CHECK(box.changes("common", centre.common.changes_since(0)).at("at").as_string() == "1:1");
    CHECK(box.gate().snapshot().at("list").at("usable").as_bool());
    CHECK_FALSE(box.has_fault("list_missing"));
    CHECK(box.where("yard") == "1:2");
}

TEST_CASE("I1, I2: a permit of the registry opens the barrier; its revocation refuses the next car") {
    EnrolledBox box;
    Centre centre(box.clock.now().utc);
    box.fill(centre);
    box.approach("in", Level::occupied);
    box.see("in", listed);
    REQUIRE(box.until([&] { return box.board("in").opened == 1; }));
    box.drive_through("in");
    centre.yard.del("credential", 2);
    CHECK(box.changes("yard", centre.yard.changes_since(2)).at("at").as_string() == "1:3");
    box.pass_time(seconds(5));
    box.approach("in", Level::occupied);
    box.see("in", listed, 4, 1500);
    box.pass_time(seconds(1));
    CHECK(box.board("in").opened == 1);
}

TEST_CASE("I9: every message may come twice or be lost: nothing changes by it") {
    EnrolledBox box;
    Centre centre(box.clock.now().utc);
    for (int again = 0; again < 2; ++again) {
        CHECK(box.changes("yard", centre.yard.changes_since(0)).at("finding").as_string() == "accept");
        CHECK(box.changes("common", centre.common.changes_since(0)).at("ok").as_bool());
    }
    centre.yard.permit(3);
    const auto lines = centre.yard.changes_since(2);
    for (int again = 0; again < 2; ++again) CHECK(box.changes("yard", lines).at("at").as_string() == "1:3");
    CHECK(box.alarms().empty());
    int changed = 0;
    for (const auto& event : box.events(EventKind::list_changed)) {
        changed += event.body.at("what").as_string() == "changes" ? 1 : 0;
    }
    CHECK(changed == 3);  // not by a bundle that says nothing new
}

TEST_CASE("a snapshot in parts, with the changes after it; a new epoch needs one") {
    EnrolledBox box;
    Centre centre(box.clock.now().utc);
    box.fill(centre);
    for (int i = 10; i < 200; ++i) centre.yard.permit(i);
    std::string packed;
    const auto manifest = centre.yard.snapshot(packed);
    const auto since = centre.yard.at.seq;
    centre.yard.credential(900, "京A11111", 50);
    const auto said = box.snapshot("yard", signed_manifest(manifest), packed, centre.yard.changes_since(since));
    CHECK(said.at("at").as_string() == bundle::to_string(centre.yard.at).c_str());
    CHECK(box.knows("京A11111"));

    centre.yard.at = {2, 5};
    auto refused = box.changes("yard", centre.yard.head_line());
    CHECK(refused.at("finding").as_string() == "unknown_epoch");
    auto keys = bundle::key_set(2, 2);
    CHECK(box.ask_courier({{"verb", "keys"}, {"document", signed_keys(keys)}}).at("keys").to_number<std::int64_t>() ==
          2);
    CHECK(box.ask_courier({{"verb", "keys"}, {"document", signed_keys(keys)}}).at("finding").as_string() == "repeated");
    refused = box.changes("yard", centre.yard.head_line());
    CHECK(refused.at("need").as_string() == "snapshot");
    packed.clear();
    const auto fresh = centre.yard.snapshot(packed);
    CHECK(box.snapshot("yard", signed_manifest(fresh), packed, centre.yard.head_line()).at("ok").as_bool());
    CHECK(box.where("yard") == "2:5");
    CHECK(box.where("common") == "1:1");
}

TEST_CASE("trust outlives a restart; the lost journal is made good from the list, both lost is not enrolled") {
    const auto folder = enrolled_folder();
    const auto keys = bundle::key_set(3, 1);
    {
        EnrolledBox box(folder);
        box.keep_folder();
        Centre centre(box.clock.now().utc);
        box.fill(centre);
        REQUIRE(box.ask_courier({{"verb", "keys"}, {"document", signed_keys(keys)}}).at("ok").as_bool());
    }
    Centre old(EnrolledBox(enrolled_folder()).clock.now().utc);
    const auto look = [&](bool remembers = true) {
        EnrolledBox box(folder);
        box.keep_folder();
        const auto said = box.ask_courier({{"verb", "where"}});
        if (!said.at("enrolled").as_bool()) return std::string("not enrolled");
        CHECK(said.at("keys").to_number<std::int64_t>() == 3);
        CHECK(box.ask_courier({{"verb", "keys"}, {"document", signed_keys(bundle::key_set(2, 1))}})
                  .at("finding")
                  .as_string() == "rolled_back");
        auto fallen = old;
        fallen.yard.at.seq = 1;
        const auto refused = box.changes("yard", fallen.yard.head_line());
        CAPTURE(boost::json::serialize(refused));
        CHECK(refused.at(remembers ? "finding" : "need").as_string() == (remembers ? "rolled_back" : "snapshot"));
        return box.where("yard");
    };
    const auto remove = [&](const std::string& name) {
        const auto file = (std::filesystem::path(folder) / name).string();
        for (const char* part : {"", "-wal", "-shm"}) std::filesystem::remove(file + part);
    };
    CHECK(look() == "1:2");
    remove("journal.db");
    CHECK(look() == "1:2");
    remove("whitelist.db");
    CHECK(look() == "0:0");
    remove("journal.db");
    remove("whitelist.db");
    CHECK(look() == "not enrolled");
    {
        EnrolledBox box(folder);
        box.keep_folder();
        box.gate().tick();
        CHECK(box.has_fault("not_enrolled"));
        CHECK(box.changes("yard", old.yard.changes_since(0)).at("need").as_string() == "enrolment");
        CHECK_FALSE(box.gate().snapshot().at("list").at("usable").as_bool());
    }
    enrol(folder, keys);
    CHECK(look(false) == "0:0");
    std::filesystem::remove_all(folder);
}

TEST_CASE("an enrolled gate takes no import, and what was imported before no longer opens; a visitor does") {
    const auto folder = enrolled_folder();
    {
        Box alone(folder);
        alone.keep_folder();
        alone.import({{"京C77777", ""}});
        CHECK(alone.gate().courier() == nullptr);
        CHECK_FALSE(std::filesystem::exists(folder + "/courier.sock"));
    }
    EnrolledBox box(folder);
    Centre centre(box.clock.now().utc);
    box.fill(centre);
    CHECK_FALSE(box.knows("京C77777"));
    for (const char* verb : {"import", "import_begin", "block"}) {
        const auto said = box.ask({{"verb", verb}, {"by", "admin"}, {"rows", boost::json::array()}});
        CHECK_FALSE(said.at("ok").as_bool());
    }
    CHECK(box.command(GuardCommand::Action::register_visitor, "", 0, "京D55555").ok());
    CHECK(box.knows("京D55555"));
    CHECK(box.command(GuardCommand::Action::register_visitor, "", 0, "京B66666").error().code == Errc::denied);
}

TEST_CASE("pictures go up by their hash, piece by piece; a visitor stays a day at most") {
    EnrolledBox box;
    Centre centre(box.clock.now().utc);
    box.fill(centre);
    std::vector<std::uint8_t> jpeg(2'500'000);
    for (std::size_t i = 0; i < jpeg.size(); ++i) jpeg[i] = static_cast<std::uint8_t>(i * 7);
    const auto refs = static_cast<gate::LaneHost&>(box.gate())
                          .keep({{"scene", std::make_shared<const std::vector<std::uint8_t>>(jpeg)}});
    REQUIRE(refs.size() == 1);
    CHECK(box.command(GuardCommand::Action::lockdown, "").ok());  // pictures are written behind an event
    box.settle();
    std::string got;
    while (got.size() < jpeg.size()) {
        const auto piece = box.ask_frame({{"verb", "picture"}, {"sha256", refs[0].sha256}, {"offset", got.size()}});
        REQUIRE(piece.header.at("ok").as_bool());
        REQUIRE_FALSE(piece.bytes.empty());
        CHECK(piece.header.at("size").to_number<std::size_t>() == jpeg.size());
        got += piece.bytes;
    }
    CHECK(got == std::string(jpeg.begin(), jpeg.end()));
    CHECK_FALSE(box.ask_courier({{"verb", "picture"}, {"sha256", std::string(64, 'a')}}).at("ok").as_bool());
    CHECK_FALSE(box.ask_courier({{"verb", "picture"}, {"sha256", "../../journal.db"}}).at("ok").as_bool());

    GuardCommand command;
    command.action = GuardCommand::Action::register_visitor;
    command.guard = "李四";
    command.plate = "京D55555";
    command.until = "2026-11-24T23:00:00";  // it is nine o'clock the day before
    std::optional<Status> said;
    box.gate().command(command, [&](const Status& status) { said = status; });
    REQUIRE(box.until([&] { return said.has_value(); }));
    CHECK(said->error().code == Errc::invalid);
}

TEST_CASE("a list grows stale and expires on the panel, and a head alone makes it fresh") {
    EnrolledBox box;
    Centre centre(box.clock.now().utc);
    box.fill(centre);
    box.gate().tick();
    CHECK_FALSE(box.has_fault("list_stale"));
    box.clock.forward(std::chrono::hours(3));
    box.gate().tick();
    CHECK(box.has_fault("list_stale"));
    box.clock.forward(std::chrono::hours(48));
    box.gate().tick();
    CHECK(box.has_fault("list_expired"));
    centre.yard.time = centre.common.time = box.clock.now().utc;
    CHECK(box.changes("yard", centre.yard.head_line()).at("finding").as_string() == "accept");
    CHECK(box.has_fault("list_expired"));  // common still is
    CHECK(box.changes("common", centre.common.head_line()).at("ok").as_bool());
    CHECK_FALSE(box.has_fault("list_expired"));
    CHECK_FALSE(box.has_fault("list_stale"));
}

TEST_CASE("I9, I10, I11: events go up signed and chained, and only a verified acknowledgement lets them go") {
    const auto folder = enrolled_folder();
    std::int64_t upto = 0;
    {
        EnrolledBox box(folder);
        box.keep_folder();
        Centre centre(box.clock.now().utc);
        box.fill(centre);
        bundle::Hash chain{};
        for (std::int64_t after = 0;;) {
            const auto frame = box.ask_frame({{"verb", "events"}, {"after", after}, {"most", 3}});
            REQUIRE(frame.header.at("ok").as_bool());
            if (frame.header.at("batch").is_null()) break;
            const auto line = std::string(frame.header.at("batch").as_string());
            const auto document = bundle::parse_signed(bundle::DocumentType::batch, line).value();
            const bundle::NamedKey key{"north", bundle::secret("north").key.public_key()};
            const auto judged = bundle::judge_batch(document, key, "north",
                                                    {after, after == 0 ? std::optional<bundle::Hash>() : chain, {}});
            REQUIRE(judged.document);
            bundle::ChainCheck check(*judged.document);
            bundle::LineCutter cutter(bundle::max_event_line);
            REQUIRE(cutter
                        .feed(frame.bytes,
                              [&](std::string_view text) {
                                  auto event = bundle::parse_event(text);
                                  return event ? check.take(*event) : Status(event.error());
                              })
                        .ok());
            REQUIRE(check.finish().ok());
            chain = judged.document->chain;
            after = upto = judged.document->to;
        }
        CHECK(upto >= 3);
        const auto log = std::string(box.ask_courier({{"verb", "where"}}).at("log").as_string());
        bundle::Ack ack{"north", log, upto, chain, box.clock.now().utc};
        const auto say = [&](const bundle::Ack& what, const std::string& by = "k1") {
            return box.ask_courier({{"verb", "ack"}, {"document", signed_ack(what, by)}});
        };
        auto other = ack;
        other.chain[0] ^= 1;
        CHECK(say(other).at("finding").as_string() == "forked");
        other = ack;
        other.upto += 1000;
        CHECK(say(other).at("finding").as_string() == "beyond");
        CHECK(say(ack, "thief").at("finding").as_string() == "unknown_key");
        other = ack;
        other.log = std::string(32, 'a');
        CHECK(say(other).at("finding").as_string() == "wrong_scope");
        CHECK(box.ask_courier({{"verb", "where"}}).at("acknowledged").to_number<std::int64_t>() == 0);
        CHECK(say(ack).at("acknowledged").to_number<std::int64_t>() == upto);
        CHECK(say(ack).at("finding").as_string() == "repeated");
        bundle::EvidenceAck kept{"north", log, 1, upto, box.clock.now().utc};
        const auto say_kept = [&](const bundle::EvidenceAck& what, const std::string& by = "k1") {
            return box.ask_courier({{"verb", "evidence"}, {"document", signed_evidence(what, by)}});
        };
        for (int again = 0; again < 2; ++again) CHECK(say_kept(kept).at("finding").as_string() == "accept");
        CHECK(say_kept(kept, "thief").at("finding").as_string() == "unknown_key");
        auto more = kept;
        more.upto += 1000;
        CHECK(say_kept(more).at("finding").as_string() == "beyond");
        more = kept;
        more.epoch = 2;
        CHECK(say_kept(more).at("finding").as_string() == "unknown_epoch");
        more = kept;
        more.upto -= 1;
        more.iat += seconds(1);
        CHECK(say_kept(more).at("finding").as_string() == "accept");  // the registry has lost a picture
        CHECK(say_kept(kept).at("finding").as_string() == "replayed");
        CHECK(box.ask_courier({{"verb", "evidence"}, {"document", signed_ack(ack)}}).at("finding").as_string() ==
              "malformed");
        const auto alarms = box.alarms();
        CHECK(std::count(alarms.begin(), alarms.end(), "feed_forked") == 1);
        CHECK(std::count(alarms.begin(), alarms.end(), "feed_forged") >= 1);
    }
    EnrolledBox box(folder);
    CHECK(box.ask_courier({{"verb", "where"}}).at("acknowledged").to_number<std::int64_t>() == upto);
    CHECK(static_cast<std::int64_t>(box.events().size()) > upto);
}

TEST_CASE("a courier that waits for events is told as soon as there is one, and at the latest when its time is up") {
    EnrolledBox box;
    const auto last = box.ask_courier({{"verb", "where"}}).at("last").to_number<std::int64_t>();
    std::optional<courier_message::Frame> got;
    box.gate().courier()->ask({{{"verb", "events"}, {"after", last}, {"wait_ms", 30000}}, {}}, box.session(),
                              [&](courier_message::Frame answer) { got = std::move(answer); });
    box.settle();
    CHECK_FALSE(got);
    CHECK(box.command(GuardCommand::Action::lockdown, "").ok());
    REQUIRE(box.until([&] { return got.has_value(); }));
    CHECK(got->header.at("from").to_number<std::int64_t>() == last + 1);
    const auto newest = box.ask_courier({{"verb", "where"}}).at("last").to_number<std::int64_t>();
    const auto nothing = box.ask_courier({{"verb", "events"}, {"after", newest}, {"wait_ms", 20}});
    CHECK(nothing.at("batch").is_null());
    CHECK_FALSE(box.ask_courier({{"verb", "events"}, {"after", newest + 5}}).at("ok").as_bool());
}

TEST_CASE("what the courier says of his way is shown to the guard, and floods no journal") {
    EnrolledBox box;
    const auto report = [&](boost::json::object faults) {
        return box.ask_courier({{"verb", "report"}, {"faults", std::move(faults)}}).at("ok").as_bool();
    };
    const auto told = [&] {
        int count = 0;
        for (const auto kind : {EventKind::fault_raised, EventKind::fault_cleared}) {
            for (const auto& event : box.events(kind)) {
                count += event.body.at("fault").as_string() == "registry_unreachable" ? 1 : 0;
            }
        }
        return count;
    };
    CHECK(report({{"registry_unreachable", "since nine"}, {"camera_down", "a lie"}, {"registry_refuses", 7}}));
    CHECK(box.has_fault("registry_unreachable"));
    CHECK_FALSE(box.has_fault("camera_down"));
    CHECK_FALSE(box.has_fault("registry_refuses"));
    const auto faults = box.ask_courier({{"verb", "where"}}).at("faults").as_array();
    CHECK(std::find(faults.begin(), faults.end(), boost::json::value("registry_unreachable")) != faults.end());
    for (int i = 0; i < 20; ++i) {
        CHECK(report({}));
        CHECK(report({{"registry_unreachable", std::to_string(i)}}));
    }
    CHECK(report({}));
    CHECK(told() == 1);
    box.clock.forward(seconds(6));
    box.gate().tick();
    CHECK_FALSE(box.has_fault("registry_unreachable"));
    CHECK(told() == 2);
    CHECK_FALSE(box.ask_courier({{"verb", "report"}, {"faults", "all"}}).at("ok").as_bool());
}

TEST_CASE("a damaged list of the registry is set aside when it is met, and comes anew") {
    const auto folder = enrolled_folder();
    EnrolledBox box(folder);
    Centre centre(box.clock.now().utc);
    box.fill(centre);
    CHECK(box.knows(listed));
    {
        auto file = store::Database::open(folder + "/whitelist-yard-2.db", {});
        REQUIRE(file.ok());
        REQUIRE(file->execute("UPDATE row SET body = replace(body, 'parking', 'parkinG')").ok());
    }
    CHECK_FALSE(box.knows(listed));
    REQUIRE(box.until([&] { return box.has_fault("list_missing"); }));
    CHECK(box.where("yard") == "0:0");
    CHECK(box.where("common") == "1:1");
    CHECK(box.alarms() == std::vector<std::string>{"list_damaged"});
    CHECK(box.changes("yard", centre.yard.changes_since(0)).at("ok").as_bool());
    CHECK(box.knows(listed));
    CHECK_FALSE(box.has_fault("list_missing"));
}
