// Peers that speak badly, slowly, or too much.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include "rig.hpp"

namespace menshen::registry::server::test {

namespace {

int connected_to(const std::string& address) {
    const auto port = std::stoi(address.substr(address.rfind(':') + 1));
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<std::uint16_t>(port));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0);
    return fd;
}

}  // namespace

TEST_CASE("requests that are none are refused with a problem, and the server goes on") {
    Rig rig;
    const auto door = rig.admin_door();
    CHECK(door.get("/v1").status == 404);
    CHECK(door.get("/v1/permits/1/2/3/4").status == 404);
    CHECK(door.ask("BREW", "/v1/permits").status == 405);
    CHECK(door.ask("BREW", "/v1/permits").fields.at("allow") == "GET, POST");
    CHECK(door.get("/v1/health?a=1&a=2").status == 400);
    CHECK(door.get("/v1/health?a=%zz").status == 400);
    CHECK(door.get("/v1/../v1/health").status == 404);
    CHECK(door.get("/v1/health", {"X-Long: " + std::string(20'000, 'x')}).status == 431);
    CHECK(door.get("/v1/health", {"Cookie: a", "Cookie: b"}).status == 400);
    CHECK(door.ask("POST", "/v1/session", std::string(70'000, '[')).status == 413);
    CHECK(door.ask("POST", "/v1/session", std::string(60'000, '[')).status == 422);
    CHECK(door.ask("POST", "/v1/session", "{\"name\":\"\xff\xfe\"}").status == 422);
    CHECK(door.ask("GET", "/v1/health", "a body where none belongs").status == 413);
    CHECK(door.get("/v1/health").status == 200);
}

TEST_CASE("a large body is not even read from who may not send it") {
    Rig rig;
    const std::string rows(20'000'000, ' ');
    const auto before = std::chrono::steady_clock::now();
    CHECK(rig.admin_door().ask("POST", "/v1/imports", rows).status != 200);
    CHECK(std::chrono::steady_clock::now() - before < std::chrono::seconds(5));
    CHECK(rig.admin.ask("POST", "/v1/imports", rows + rows).status == 413);
}

TEST_CASE("who says nothing, or speaks no TLS, is let go; the others are served meanwhile") {
    Rig rig([](Config& config) { config.shake_within = std::chrono::milliseconds(300); });
    const int silent = connected_to(rig.gate_address());
    const int plain = connected_to(rig.admin_address());
    const std::string_view hello = "GET / HTTP/1.1\r\n\r\n";
    REQUIRE(::write(plain, hello.data(), hello.size()) == static_cast<ssize_t>(hello.size()));
    CHECK(rig.admin_door().get("/v1/health").status == 200);
    std::array<char, 1024> bytes{};
    const auto got = ::read(plain, bytes.data(), bytes.size());
    CHECK(std::string_view(bytes.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0))).find("https://") !=
          std::string_view::npos);
    CHECK(::read(silent, bytes.data(), bytes.size()) <= 0);  // ended by the server
    ::close(silent);
    ::close(plain);
}

TEST_CASE("one address gets no more than its share of connections") {
    Rig rig([](Config& config) { config.connections_per_peer = 4; });
    std::vector<int> held;
    for (int i = 0; i < 4; ++i) held.push_back(connected_to(rig.admin_address()));
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    CHECK(rig.admin_door().get("/v1/health").status == 0);
    for (const int fd : held) ::close(fd);
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    CHECK(rig.admin_door().get("/v1/health").status == 200);
}

TEST_CASE("a gate that polls too often at once is told to wait") {
    Rig rig;
    const auto gate = rig.enrol("north");
    const auto scopes = rig.admin.get("/v1/scopes").json().at("items").as_array();
    boost::json::object at;
    for (const auto& scope : scopes) {
        if (scope.at("name").as_string() == "main") at["main"] = scope.at("head").as_string();
    }
    std::vector<std::thread> polls;
    for (int i = 0; i < 4; ++i) {
        polls.emplace_back([&] { (void)gate.client->post("/v1/poll", {{"scopes", at}, {"wait", 3}}); });
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(700));
    const auto heard = gate.client->post("/v1/poll", {{"scopes", at}, {"wait", 3}});
    CHECK(heard.status == 429);
    CHECK(heard.fields.contains("retry-after"));
    for (auto& poll : polls) poll.join();
}

}  // namespace menshen::registry::server::test
