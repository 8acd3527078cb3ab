// The certificate: renewed at a third of its life, over lost answers, and after its end as long as the grace lasts.
#include <boost/asio/post.hpp>
#include <doctest/doctest.h>
#include <unistd.h>

#include "../registry_server/rig.hpp"
#include "files/write.hpp"
#include "support/tcp_proxy.hpp"
#include "sync/courier.hpp"

namespace menshen::registry::server::test {

namespace {

/// A courier without a gate: its certificate is its own business.
struct Renewing {
    explicit Renewing(seconds age, std::chrono::days grace = std::chrono::days(30))
        : rig([=](Config& server) {
              server.gate_certificate = std::chrono::days(1);
              server.grace = grace;
          }) {
        rig.pass(-age);  // the certificate is that old when the courier looks at it
        const auto gate = rig.enrol("north");
        rig.pass(age);
        first = {gate.shown.certificate, gate.shown.key};
        const auto address = rig.gate_address();
        line.retarget(static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1))));
        config.registry = "https://127.0.0.1:" + std::to_string(line.port());
        config.gate = (folder / "nobody.sock").string();
        config.folder = {folder.path()};
        config.longest_retry = milliseconds(200);
        REQUIRE(sync::write_identity(config.folder.identity(), first));
        REQUIRE(files::replace(config.folder.authority(), rig.authority));
    }
    /// Runs the courier until its certificate is another one.
    bool renews(seconds limit = seconds(20)) {
        boost::asio::io_context io(1);
        sync::Courier courier(io, config, [this] { return rig.now().utc; });
        REQUIRE(courier.start());
        std::thread thread([&] { io.run(); });
        const auto end = std::chrono::steady_clock::now() + limit;
        while (now().certificate == first.certificate && std::chrono::steady_clock::now() < end) ::usleep(5'000);
        boost::asio::post(io, [&] { courier.stop(); });
        thread.join();
        return now().certificate != first.certificate;
    }
    [[nodiscard]] sync::Identity now() const { return sync::read_identity(config.folder.identity()).value(); }
    [[nodiscard]] long polled_with(const sync::Identity& identity) const {
        const auto client = rig.gate_door({identity.certificate, identity.key});
        return client.post("/v1/poll", {{"scopes", {{"main", "0:0"}}}, {"wait", 0}, {"version", "test"}}).status;
    }

    Rig rig;
    support::TcpProxy line;
    support::TemporaryFolder folder;
    sync::Config config;
    sync::Identity first;
};

}  // namespace

TEST_CASE("a certificate is renewed with a new key when a third of its life has passed, and not before") {
    Renewing young(std::chrono::hours(6));
    CHECK_FALSE(young.renews(seconds(1)));
    Renewing due(std::chrono::hours(9));
    REQUIRE(due.renews());
    CHECK(due.now().key != due.first.key);
    CHECK(due.polled_with(due.now()) == 409);  // it is let in: "take the snapshot"
    CHECK_FALSE(std::filesystem::exists(due.config.folder.next_key()));
}

TEST_CASE("the answer to a renewal may be lost, again and again: the key asked for stays the same, and ours is good") {
    Renewing due(std::chrono::hours(9));
    due.line.lose_answers(3);
    REQUIRE(due.renews());
    CHECK(due.line.answers_lost() == 3);
    CHECK(due.polled_with(due.now()) == 409);
    CHECK(due.polled_with(due.first) == 409);  // until the next renewal
}

TEST_CASE("a certificate that has ended is renewed within the grace, and not beyond") {
    Renewing late(std::chrono::hours(30));
    CHECK(late.polled_with(late.first) == 403);
    REQUIRE(late.renews());
    CHECK(late.polled_with(late.now()) == 409);
    Renewing too_late(std::chrono::hours(80), std::chrono::days(1));
    CHECK_FALSE(too_late.renews(seconds(1)));
}

}  // namespace menshen::registry::server::test
