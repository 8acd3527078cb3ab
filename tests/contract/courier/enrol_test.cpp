// `menshen enrol`: what an installer meets at a gate, and that a power cut in the middle costs nothing but a second
// try.
#include <sys/stat.h>

#include <fstream>

#include "story.hpp"

namespace menshen::test {

namespace {

struct Site {
    support::TemporaryFolder folder;
    Centre centre{folder.path()};
    Box box{centre, "north"};
    std::string code, fingerprint;

    Site() {
        const auto added =
            centre.admin.post("/v1/gates", {{"scope", "main"}, {"gate", {{"key", "north"}, {"name", "North"}}}});
        if (added.status != 201) FAIL(added.body);
        code = added.text("code");
        fingerprint = added.text("authority_sha256");
    }
    [[nodiscard]] bool gate_has(const char* file) const {
        return std::filesystem::exists(box.folder / "registry" / file);
    }
};

mode_t mode_of(const std::filesystem::path& file) {
    struct stat status {};
    return ::stat(file.c_str(), &status) == 0 ? status.st_mode & 0777U : 0U;
}

}  // namespace

TEST_CASE("a gate enrols: files that nobody else reads, and a registry that is another is told nothing") {
    Site site;
    auto other = site.box.enrol(site.code, std::string(64, 'a'));
    REQUIRE_FALSE(other);
    CHECK(other.error().code == Errc::denied);
    CHECK(other.error().message.find(site.fingerprint) != std::string::npos);
    CHECK(site.box.enrol(site.code, "no digits").error().code == Errc::invalid);
    const auto wrong = site.box.enrol("AAAAA-AAAAA-AAAAA-AAAAA", site.fingerprint);
    REQUIRE_FALSE(wrong);
    CHECK(wrong.error().code == Errc::denied);
    CHECK(wrong.error().message.find("ask for a new one") != std::string::npos);
    CHECK_FALSE(site.gate_has("enrolment"));

    std::string spaced;  // as people copy it
    for (std::size_t i = 0; i < site.fingerprint.size(); i += 2) {
        spaced += static_cast<char>(std::toupper(static_cast<unsigned char>(site.fingerprint[i])));
        spaced += static_cast<char>(std::toupper(static_cast<unsigned char>(site.fingerprint[i + 1])));
        spaced += ':';
    }
    const auto enrolled = site.box.enrol(site.code, spaced);
    REQUIRE_MESSAGE(enrolled, enrolled.error().message);
    CHECK(enrolled->gate == "north");
    for (const char* name : {"root.pub", "event.key", "enrolment"}) CHECK(site.gate_has(name));
    CHECK_FALSE(site.gate_has("event-next.key"));
    CHECK(mode_of(site.box.folder / "registry") == 0700);
    CHECK(mode_of(site.box.folder / "registry/event.key") == 0600);
    CHECK(mode_of(site.box.folder / "sync/gate.pem") == 0600);
    CHECK_FALSE(std::filesystem::exists(site.box.folder / "sync/enrol.key"));
    site.box.start_gate();
    CHECK(site.box.where().at("enrolled").as_bool());
}

TEST_CASE("the code of another gate, a clock that is wrong, a registry that is away: each says what to do") {
    Site site;
    auto wanted = site.box.enrolment(site.code, site.fingerprint);
    wanted.now = UtcTime(seconds(1'000'000));
    auto refused = sync::enrol(wanted);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.find("clock says 1970-01-12") != std::string::npos);
    wanted = site.box.enrolment(site.code, site.fingerprint);
    wanted.gate = "south";
    refused = sync::enrol(wanted);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::conflict);
    CHECK(refused.error().message.find("gate \"north\" of \"main\"") != std::string::npos);
    CHECK_FALSE(site.gate_has("enrolment"));
    site.box.line.cut();
    refused = site.box.enrol(site.code, site.fingerprint);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::unavailable);
    site.box.line.restore();
    CHECK(site.box.enrol(site.code, site.fingerprint));  // the code was not lost by any of this
}

TEST_CASE("an answer that is lost, and a power cut anywhere, are made good by the same call with the same code") {
    Site site;
    site.box.line.lose_answers(2);  // to the look at the certificates nothing is answered: the request itself
    auto lost = site.box.enrol(site.code, site.fingerprint);
    CHECK_FALSE(lost);
    site.box.line.lose_answers(0);
    CHECK(site.box.line.answers_lost() >= 1);
    REQUIRE(site.box.enrol(site.code, site.fingerprint));

    // as if the power had gone before each of the files was there
    for (const char* name : {"registry/enrolment", "registry/event.key", "sync/gate.pem"}) {
        CAPTURE(name);
        Site again;
        REQUIRE(again.box.enrol(again.code, again.fingerprint));
        const auto key = sync::read_identity(again.box.folder / "sync/gate.pem").value().key;
        std::filesystem::remove(again.box.folder / name);
        std::ofstream(again.box.folder / "sync/enrol.key") << key;  // the last to go
        REQUIRE(again.box.enrol(again.code, again.fingerprint));
        again.box.start_gate();
        again.box.start_courier();
        CHECK(until([&] { return again.box.at("main").find(':') != std::string::npos; }));
    }
}

}  // namespace menshen::test
