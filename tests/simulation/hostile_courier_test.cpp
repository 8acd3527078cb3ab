// A courier who lies: he alters, cuts off, reorders, replays, freezes, invents. The gate applies nothing that was not
// signed for it, never falls back, forgets no event, goes on deciding, and tells of it.
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <doctest/doctest.h>
#include <sys/stat.h>

#include <random>
#include <sstream>

#include "enrolled.hpp"

using namespace menshen;
using namespace menshen::test;

namespace {

/// The gate after two honest bundles, and what the registry has said since.
struct Story {
    EnrolledBox box;
    Centre centre{box.clock.now().utc};
    std::string first;   // the bundle that made 1:2
    std::string second;  // 1:4, which took a permit's credential away
    std::string third;   // not delivered yet: 1:6

    Story() {
        first = centre.yard.changes_since(0);
        box.fill(centre);
        centre.yard.credential(7, "京E12121", 1);
        centre.yard.del("credential", 7);
        second = centre.yard.changes_since(2);
        REQUIRE(box.changes("yard", second).at("ok").as_bool());
        centre.yard.permit(8);
        centre.yard.credential(9, "京F34343", 8);
        third = centre.yard.changes_since(4);
    }
    /// Nothing has changed but the alarms.
    void check(const std::string& alarm) {
        CHECK(box.where("yard") == "1:4");
        CHECK(box.where("common") == "1:1");
        CHECK(box.knows(listed));
        CHECK_FALSE(box.knows("京E12121"));
        CHECK_FALSE(box.knows("京F34343"));
        const auto alarms = box.alarms();
        CHECK((alarm.empty() ? alarms.empty() : std::count(alarms.begin(), alarms.end(), alarm) == 1));
        // and the honest bundle is still welcome
        CHECK(box.changes("yard", third).at("at").as_string() == "1:6");
        CHECK(box.knows("京F34343"));
    }
};

std::vector<std::string> lines_in(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) lines.push_back(line + "\n");
    return lines;
}

std::string altered(std::string text, const std::string& from, const std::string& to) {
    const auto at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

int list_files(const std::string& folder) {
    int files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        const auto name = entry.path().filename().string();
        files += name.starts_with("whitelist-") && name.ends_with(".db") ? 1 : 0;
    }
    return files;
}

std::string evidence_file(const EnrolledBox& box, const std::string& sha256) {
    return box.folder() + "/evidence/" + sha256.substr(0, 2) + "/" + sha256.substr(2, 2) + "/" + sha256 + ".jpg";
}

std::string head_signed(const bundle::Head& head, const std::string& key) {
    std::string line;
    bundle::write_head_line(line, bundle::signed_head(head, key));
    return line;
}

}  // namespace

TEST_CASE("I6: a bundle altered, cut off or reordered by the courier is not applied") {
    Story story;
    auto lines = lines_in(story.third);
    REQUIRE(lines.size() == 3);
    std::string sent, alarm;
    SUBCASE("another plate") {
        sent = altered(story.third, "京F34343", "京F99999");
        alarm = "feed_altered";
    }
    SUBCASE("a row left out") {
        sent = lines[1] + lines[2];
        alarm = "feed_altered";
    }
    SUBCASE("a row invented") {
        sent =
            R"({"t":"put","s":6,"k":"credential","id":99,"body":{"id":99,"kind":"plate","value":"京E12121","permit_id":1}})"
            "\n" +
            story.third;
        alarm = "feed_altered";
    }
    SUBCASE("a revocation invented") {
        sent = R"({"t":"del","s":6,"k":"credential","id":2})"
               "\n" +
               story.third;
        alarm = "feed_altered";
    }
    SUBCASE("the head left out") {
        sent = lines[0] + lines[1];
    }
    SUBCASE("cut off in a line") {
        sent = story.third.substr(0, story.third.size() - 20);
    }
    SUBCASE("the head first") {
        sent = lines[2] + lines[0] + lines[1];
    }
    SUBCASE("nothing") {
        sent = "";
    }
    SUBCASE("no lines at all") {
        sent = std::string(1000, '\0');
    }
    SUBCASE("the head's seq changed") {
        const auto& head = lines[2];
        const auto at = head.find("\"head\":\"") + 8;
        auto base64 = head;
        base64[at + 40] = base64[at + 40] == 'A' ? 'B' : 'A';
        sent = lines[0] + lines[1] + base64;
        alarm = "feed_forged";
    }
    CHECK_FALSE(story.box.changes("yard", sent).at("ok").as_bool());
    story.check(alarm);
}

TEST_CASE("I5, I6: a head that is not the registry's newest word is refused, and the alarm says why") {
    Story story;
    auto& yard = story.centre.yard;
    auto head = yard.plain_head();
    std::string sent, scope = "yard", alarm, finding;
    SUBCASE("replayed: the list before the revocation") {
        sent = story.first;
        alarm = "feed_rolled_back";
        finding = "rolled_back";
    }
    SUBCASE("signed by somebody else under the registry's name") {
        const bundle::NamedSecret thief{"k1",
                                        bundle::secret("thief").key.seed().empty()
                                            ? bundle::SecretKey::generate().value()
                                            : bundle::SecretKey::from_seed(bundle::secret("thief").key.seed()).value()};
        bundle::write_head_line(sent,
                                bundle::sign(bundle::DocumentType::head, bundle::write_head(head).value(), thief));
        alarm = "feed_forged";
        finding = "bad_signature";
    }
    SUBCASE("signed by a key that does not count") {
        sent = head_signed(head, "thief");
        alarm = "feed_forged";
        finding = "unknown_key";
    }
    SUBCASE("another scope's") {
        sent = story.centre.common.head_line();
        alarm = "feed_forged";
        finding = "wrong_scope";
    }
    SUBCASE("of another epoch than the root has signed") {
        head.at = {2, 0};
        sent = head_signed(head, "k1");
        finding = "unknown_epoch";
    }
    SUBCASE("forked: the same place, another list") {
        head.at = {1, 4};
        sent = head_signed(head, "k1");
        alarm = "feed_forked";
        finding = "forked";
    }
    SUBCASE("backdated") {
        head.iat -= std::chrono::hours(1);
        sent = head_signed(head, "k1");
        alarm = "feed_rolled_back";
        finding = "backdated";
    }
    SUBCASE("made outside of its key's time") {
        head.iat += std::chrono::hours(24 * 365);
        head.fresh = head.exp = head.iat;
        sent = head_signed(head, "k1");
        alarm = "feed_forged";
        finding = "key_out_of_time";
    }
    for (int again = 0; again < 3; ++again) {
        CHECK(story.box.changes(scope, sent).at("finding").as_string() == finding.c_str());
    }
    CHECK_FALSE(story.box.changes("other", sent).at("ok").as_bool());
    story.check(alarm);
}

TEST_CASE("a frozen courier: the old head again and again does not keep the list fresh") {
    Story story;
    auto& yard = story.centre.yard;
    yard.time += std::chrono::minutes(1);
    const auto fresh = yard.changes_since(4);
    REQUIRE(story.box.changes("yard", fresh).at("at").as_string() == "1:6");
    CHECK(story.box.changes("yard", story.third).at("finding").as_string() == "replayed");
    CHECK(story.box.alarms() == std::vector<std::string>{"feed_replayed"});
    story.box.clock.forward(std::chrono::hours(3));
    for (int i = 0; i < 3; ++i) (void)story.box.changes("yard", fresh);
    story.box.gate().tick();
    CHECK(story.box.has_fault("list_stale"));
}

TEST_CASE("I6: a snapshot altered, of another list or of another scope is not applied") {
    Story story;
    auto& yard = story.centre.yard;
    std::string packed;
    const auto manifest = yard.snapshot(packed);
    auto signed_line = signed_manifest(manifest);
    auto sent = packed;
    auto lines = yard.head_line();
    std::string alarm = "feed_altered";
    SUBCASE("its bytes") {
        sent[sent.size() / 2] = static_cast<char>(sent[sent.size() / 2] ^ 1);
    }
    SUBCASE("cut off") {
        sent.resize(sent.size() - 1);
    }
    SUBCASE("another list's bytes under a true manifest") {
        whitelist::Feed other("yard");
        other.permit(1);
        other.credential(5, "京E12121", 1);
        sent.clear();
        (void)other.snapshot(sent);
    }
    SUBCASE("its manifest made by somebody else") {
        signed_line = signed_manifest(manifest, "thief");
        alarm = "feed_forged";
    }
    SUBCASE("another scope's manifest") {
        signed_line = signed_manifest(story.centre.common.snapshot(sent));
        alarm = "feed_forged";
    }
    SUBCASE("an older snapshot under the newest head") {
        whitelist::Feed old("yard");
        old.time = yard.time;
        old.permit(1);
        old.credential(2, listed, 1);
        sent.clear();
        signed_line = signed_manifest(old.snapshot(sent));
    }
    SUBCASE("an older snapshot with its own head") {
        whitelist::Feed old("yard");
        old.time = yard.time;
        old.permit(1);
        old.credential(2, listed, 1);
        sent.clear();
        signed_line = signed_manifest(old.snapshot(sent));
        lines = old.head_line();
        alarm = "feed_rolled_back";
    }
    CHECK_FALSE(story.box.snapshot("yard", signed_line, sent, lines).at("ok").as_bool());
    story.check(alarm);
    CHECK(list_files(story.box.folder()) == 2);
}

TEST_CASE("I5: key sets: not the root's, or older ones") {
    Story story;
    auto& box = story.box;
    const auto keys = [&](const bundle::KeySet& set, const std::string& root = "root") {
        return box.ask_courier({{"verb", "keys"}, {"document", signed_keys(set, root)}});
    };
    CHECK(keys(bundle::key_set(2, 1), "k1").at("finding").as_string() == "unknown_key");
    auto other = bundle::key_set(1, 1);
    other.keys.pop_back();
    CHECK(keys(other).at("finding").as_string() == "forked");
    CHECK(box.ask_courier({{"verb", "keys"}, {"document", "{}"}}).at("finding").as_string() == "malformed");
    CHECK(box.ask_courier({{"verb", "where"}}).at("keys").to_number<int>() == 1);
    auto alarms = box.alarms();
    CHECK(std::count(alarms.begin(), alarms.end(), "feed_forged") == 1);
    CHECK(std::count(alarms.begin(), alarms.end(), "feed_forked") == 1);
    CHECK(box.changes("yard", story.third).at("ok").as_bool());
}

TEST_CASE("I23: uploads begun and left, on many connections, leave nothing behind and stop nothing") {
    Story story;
    auto& box = story.box;
    auto& yard = story.centre.yard;
    std::string packed;
    const auto manifest = signed_manifest(yard.snapshot(packed));
    std::vector<EnrolledBox::Session> sessions;
    for (int i = 0; i < 20; ++i) {
        sessions.push_back(box.session());
        const char* what = i % 3 == 0 ? "snapshot" : i % 3 == 1 ? "changes" : "whole";
        CHECK(box.ask_courier({{"verb", "begin"}, {"scope", "yard"}, {"what", what}, {"manifest", manifest}}, {},
                              sessions.back())
                  .at("ok")
                  .as_bool());
        if (i % 3 == 0) (void)box.ask_courier({{"verb", "packed"}}, packed.substr(0, 100), sessions.back());
        if (i % 3 != 0) (void)box.ask_courier({{"verb", "lines"}}, story.third.substr(0, 50), sessions.back());
    }
    CHECK_FALSE(box.ask_courier({{"verb", "finish"}}, {}, sessions.front()).at("ok").as_bool());
    CHECK_FALSE(box.ask_courier({{"verb", "lines"}}, "x", sessions.front()).at("ok").as_bool());
    CHECK_FALSE(box.ask_courier({{"verb", "finish"}}).at("ok").as_bool());
    sessions.clear();
    story.check("");
    CHECK(list_files(box.folder()) == 2);
}

TEST_CASE("the socket: only frames, one answer each, and a stranger to the protocol is cut off") {
    using Socket = boost::asio::local::stream_protocol::socket;
    EnrolledBox box;
    struct stat info {};
    REQUIRE(stat((box.folder() + "/courier.sock").c_str(), &info) == 0);
    CHECK((info.st_mode & 0777) == 0660);
    const auto connect = [&] {
        Socket socket(box.loop);
        socket.connect(boost::asio::local::stream_protocol::endpoint(box.folder() + "/courier.sock"));
        box.settle();
        return socket;
    };
    const auto read_all = [&](Socket& socket) {
        std::string got;
        bool closed = false;
        std::array<char, 4096> buffer{};
        std::function<void()> more = [&] {
            socket.async_read_some(boost::asio::buffer(buffer), [&](boost::system::error_code error, std::size_t size) {
                got.append(buffer.data(), size);
                closed = error.failed();
                if (!closed) more();
            });
        };
        more();
        (void)box.until([&] { return closed; });
        CHECK(closed);
        return got;
    };
    std::mt19937 random(11);
    for (int round = 0; round < 20; ++round) {
        auto socket = connect();
        std::string bytes;
        for (int i = 0; i < 300; ++i) bytes += static_cast<char>(random());
        if (round == 0)
            bytes = std::string_view(
                "\0\0\0\2{}"
                "\0\0\0\x12{\"bytes\":99999999}",
                28);
        if (round == 1) bytes = std::string("\xff\xff\xff\xff", 4);
        if (round == 2) bytes = std::string("\0\0\0\0", 4);
        boost::asio::write(socket, boost::asio::buffer(bytes));
        boost::system::error_code ignored;
        socket.shutdown(Socket::shutdown_send, ignored);
        CHECK(read_all(socket).find("\"ok\":false") != std::string::npos);
    }
    auto socket = connect();
    const auto frame = courier_message::encode({{{"verb", "where"}}, {}}).value();
    boost::asio::write(socket, boost::asio::buffer(frame + frame + frame));  // three at once: three answers
    courier_message::Parser parser;
    int answers = 0;
    std::array<char, 4096> buffer{};
    std::function<void()> more = [&] {
        socket.async_read_some(boost::asio::buffer(buffer), [&](boost::system::error_code error, std::size_t size) {
            if (error) return;
            parser.feed({buffer.data(), size});
            for (auto next = parser.next(); next && *next; next = parser.next()) {
                answers += (*next)->header.at("ok").as_bool() ? 1 : 0;
            }
            more();
        });
    };
    more();
    CHECK(box.until([&] { return answers == 3; }));
    socket.close();
    box.settle();
}

TEST_CASE("a picture that is gone from the disk is told once, however often the courier asks, and nothing else is") {
    EnrolledBox box;
    Centre centre(box.clock.now().utc);
    box.fill(centre);
    box.approach("in", Level::occupied);
    box.see("in", listed);
    box.drive_through("in");
    REQUIRE(box.events(EventKind::outcome).size() == 1);
    const auto outcome = box.events(EventKind::outcome).front();
    const std::string sha256(outcome.body.at("pictures").at(0).at("sha256").as_string());
    REQUIRE(box.until([&] { return std::filesystem::exists(evidence_file(box, sha256)); }));
    std::filesystem::remove(evidence_file(box, sha256));
    const auto ask = [&](const std::string& name) {
        return box.ask_courier({{"verb", "picture"}, {"sha256", name}}).at("ok").as_bool();
    };
    for (int i = 0; i < 20; ++i) CHECK_FALSE(ask(sha256));
    for (int i = 0; i < 20; ++i) CHECK_FALSE(ask(std::string(63, 'a') + static_cast<char>('a' + i % 6)));
    CHECK_FALSE(ask("../../etc/passwd"));
    REQUIRE(box.until([&] { return !box.events(EventKind::pictures_dropped).empty(); }));
    for (int i = 0; i < 20; ++i) CHECK_FALSE(ask(sha256));
    REQUIRE(box.events(EventKind::pictures_dropped).size() == 1);
    const auto said = box.events(EventKind::pictures_dropped).front().body;
    CHECK(said.at("why").as_string() == "missing");
    CHECK(said.at("sha256").as_array().size() == 1);
    CHECK(said.at("sha256").at(0).as_string() == sha256.c_str());
}

TEST_CASE("an old word on pictures, replayed, is refused and told of") {
    EnrolledBox box;
    const auto log = std::string(box.ask_courier({{"verb", "where"}}).at("log").as_string());
    const auto say = [&](std::int64_t upto, seconds later) {
        const bundle::EvidenceAck ack{"north", log, 1, upto, box.clock.now().utc + later};
        return std::string(
            box.ask_courier({{"verb", "evidence"}, {"document", signed_evidence(ack)}}).at("finding").as_string());
    };
    CHECK(say(1, seconds(0)) == "accept");
    CHECK(say(0, seconds(1)) == "accept");
    CHECK(say(1, seconds(0)) == "replayed");
    CHECK(say(1, seconds(2)) == "accept");
    const auto alarms = box.alarms();
    CHECK(std::count(alarms.begin(), alarms.end(), "feed_replayed") == 1);
}
