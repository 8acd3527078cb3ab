#include "world.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <set>

#include "registry/totp.hpp"
#include "support/text_file.hpp"
#include "sync/gate_link.hpp"

namespace menshen::test {

namespace json = boost::json;

namespace {

constexpr const char* password = "correct horse battery";

UtcTime utc_now() {
    return std::chrono::floor<milliseconds>(std::chrono::system_clock::now());
}

loop::Awaitable<void> hear(sync::GateLink& link, courier_message::Frame question, json::object& into) {
    auto answer = co_await link.ask(std::move(question));
    if (answer) into = std::move(answer->header);
}

}  // namespace

Centre::Centre(const std::filesystem::path& folder) : folder_(folder) {
    registry::SetUp wanted;
    wanted.data = folder / "registry-data";
    wanted.root_key = folder / "root.key";
    wanted.names = {"127.0.0.1"};
    Now now;
    now.utc = utc_now();
    now.local = LocalTime(std::chrono::floor<seconds>(now.utc.time_since_epoch()));
    now.clock = ClockState::trusted;
    auto made = registry::set_up(wanted, now);
    if (!made) FAIL(made.error().message);
    made_ = std::move(made).value();
    authority_ = support::text_in(wanted.data / "authority.pem");
    std::ofstream(folder / "registry.toml") << fmt::format(
        "data = \"{}\"\n[admin]\nlisten = \"127.0.0.1:0\"\n[gates]\nlisten = \"127.0.0.1:0\"\n", wanted.data.string());
    start();
    sign_in();
}

void Centre::start() {
    const std::vector<std::string> command{support::program_folder() + "/menshen-registry", "serve", "--config",
                                           (folder_ / "registry.toml").string()};
    process_.emplace(command, (folder_ / "registry.log").string());
    const auto ready = process_->line();
    REQUIRE(ready.contains("ready"));
    admin_address_ = ready.at("admin").as_string();
    auto gates = std::string(ready.at("gates").as_string());
    admin_address_.pop_back();
    gates.pop_back();
    gate_port_ = static_cast<std::uint16_t>(std::stoi(gates.substr(gates.rfind(':') + 1)));
    admin = Client(admin_address_, authority_);
    admin.bearer = token_;
}

void Centre::sign_in() {
    const auto secret = admin.post("/v1/totp-secrets", {{"name", "chief"}}).text("secret");
    const auto raw = registry::from_base32(secret).value();
    const auto step = registry::totp_step(utc_now());
    const auto enlisted = admin.post("/v1/enlistments", {{"invitation", made_.code},
                                                         {"name", "chief"},
                                                         {"password", password},
                                                         {"secret", secret},
                                                         {"code", registry::totp_code(raw, step)}});
    if (enlisted.status != 201) FAIL(enlisted.body);
    const json::object asked{
        {"name", "chief"}, {"password", password}, {"code", registry::totp_code(raw, step + 1)}, {"bearer", true}};
    const auto opened = admin.post("/v1/session", asked);
    if (opened.status != 201) FAIL(opened.body);
    token_ = admin.bearer = opened.text("token");
}

std::int64_t Centre::issue(const std::string& plate) const {
    const auto issued =
        admin.post("/v1/permits", {{"scope", "main"},
                                   {"permit", {{"holder", "张三"}}},
                                   {"credentials", json::array{{{"kind", "plate"}, {"value", plate}}}}});
    if (issued.status != 201) FAIL(issued.body);
    return issued.json().at("changed").as_array().at(0).as_object().at("id").as_int64();
}

void Centre::cancel(std::int64_t permit) const {
    const auto done = admin.post(fmt::format("/v1/permits/{}/cancel", permit), {{"why", "test"}});
    if (done.status >= 300) FAIL(done.body);
}

json::object Centre::gate(const std::string& key) const {
    const auto page = admin.get("/v1/gates").json();
    for (const auto& each : page.at("items").as_array()) {
        if (each.at("value").at("key").as_string() == key.c_str()) return each.as_object();
    }
    return {};
}

json::array Centre::events() const {
    json::array all;
    std::string next;
    do {
        const auto page = admin.get("/v1/events?limit=1000" + (next.empty() ? "" : "&before=" + next)).json();
        for (const auto& each : page.at("items").as_array()) all.push_back(each);
        const auto* more = page.at("next").if_string();
        next = more != nullptr ? std::string(*more) : std::string();
    } while (!next.empty());
    return all;
}

Box::Box(const Centre& centre, const std::string& gate_name, const std::filesystem::path& parent)
    : GateBox(parent), line(centre.gate_port()), name(gate_name) {
    std::ofstream(file("site.toml"), std::ios::app)
        << fmt::format("[registry]\nscope = \"main\"\ngate = \"{}\"\n", name);
}

sync::Enrolment Box::enrolment(const std::string& code, const std::string& fingerprint) const {
    sync::Enrolment wanted;
    wanted.registry = fmt::format("https://127.0.0.1:{}", line.port());
    wanted.fingerprint = fingerprint;
    wanted.code = code;
    wanted.scope = "main";
    wanted.gate = name;
    wanted.gate_folder = folder / "registry";
    wanted.courier = {folder / "sync"};
    wanted.now = utc_now();
    return wanted;
}

Result<sync::Enrolled> Box::enrol(const std::string& code, const std::string& fingerprint) {
    return sync::enrol(enrolment(code, fingerprint));
}

void Box::start_courier() {
    courier.reset();
    std::ofstream(folder / "courier.toml") << fmt::format(
        "registry = \"https://127.0.0.1:{}\"\ngate = \"{}\"\ndata = \"{}\"\n[limits]\nlongest_retry_seconds = 1\n",
        line.port(), file(socket ? "proxy.sock" : "courier.sock"), file("sync"));
    const std::vector<std::string> command{support::program_folder() + "/menshen-sync", "--config",
                                           file("courier.toml"), "--log", "debug"};
    courier.emplace(command, file("courier.log"));
    REQUIRE(courier->line().contains("ready"));
}

std::string Box::courier_log() const {
    return support::text_in(file("courier.log"));
}

std::string Box::at(const std::string& scope) const {
    const auto state = status();
    const auto* list = state.if_contains("list");
    const auto* scopes = list != nullptr ? list->as_object().if_contains("scopes") : nullptr;
    if (scopes == nullptr) return "";
    for (const auto& each : scopes->as_array()) {
        if (each.at("scope").as_string() == scope.c_str()) return std::string(each.at("at").as_string());
    }
    return "";
}

/// The gate takes few couriers at a time; the real one may have all its connections open at this moment.
json::object Box::where() const {
    json::object said;
    (void)support::until([&] {
        said.clear();
        boost::asio::io_context io(1);
        sync::GateLink link(io, file("courier.sock"));
        courier_message::Frame question{{{"verb", "where"}}, {}};
        boost::asio::co_spawn(io, hear(link, std::move(question), said), boost::asio::detached);
        io.run();
        return said.contains("ok") && said.at("ok").as_bool();
    });
    return said;
}

json::array Box::events() const {
    auto to_gate = admin();
    to_gate.send({{"verb", "events"}, {"after", 0}});
    json::array all;
    while (const auto answer = to_gate.line()) {
        const auto* event = answer->if_contains("event");
        if (event == nullptr) break;
        all.push_back(*event);
    }
    return all;
}

/// Drives one car through: what the board and the journal say of it.
struct Box::Car {
    Box& box;
    support::LineSocket journal;
    std::string plate;
    std::set<std::string> seen;  // on the board; kinds of events
    std::string verdict;         // of the newest decision
    bool on_loop = false;
    std::chrono::steady_clock::time_point next_read{};

    void look() {
        while (const auto heard = box.board_event(1)) {
            if (heard->starts_with("approach")) on_loop = *heard == "approach";
            seen.insert(*heard);
        }
        while (const auto heard = journal.line(1)) {
            const auto* event = heard->if_contains("event");
            if (event == nullptr) continue;
            seen.insert(std::string(event->at("kind").as_string()));
            if (event->at("kind").as_string() == "decision") {
                verdict = event->at("body").at("decision").at("verdict").as_string();
            }
        }
        const auto now = std::chrono::steady_clock::now();
        if (on_loop && verdict.empty() && now >= next_read) show(now);
    }
    void show(std::chrono::steady_clock::time_point now) {
        next_read = now + milliseconds(50);
        box.last_read_ = now;
        const auto frame = ++box.frame_;
        const float x = 300 + static_cast<float>(box.cars_ % 10) * 100, y = 500 + static_cast<float>(frame % 40);
        auto read = support::make_read("in", frame, support::boot_now(), plate, x, y);
        read.picture = "p1";
        box.show(read);
    }
    bool until(const std::function<bool()>& done) {
        return support::until([&] { return look(), done(); });
    }
};

void Box::show_picture(const std::vector<std::uint8_t>& jpeg) {
    show(eye_message::Picture{"p1", support::two_lanes[0].lane, "scene", jpeg});
}

bool Box::opens_for(const std::string& plate) {
    const auto id = fmt::format("car-{}", ++cars_);
    // out of view for longer than an arm hides a car: this one is another arrival
    const auto another = last_read_ + milliseconds(4'500);
    (void)support::until([&] { return std::chrono::steady_clock::now() >= another; });
    Car car{*this, admin(), plate, {}, {}};
    car.journal.send({{"verb", "events"}, {"after", where().at("last")}, {"follow", true}});
    tell_board({{"do", "arrive"}, {"lane", 0}, {"id", id}});
    REQUIRE(car.until([&] { return !car.verdict.empty(); }));
    const bool granted = car.verdict == "grant";
    if (granted) {
        REQUIRE(car.until([&] { return car.seen.contains("pulse"); }));
        REQUIRE(car.until([&] { return car.seen.contains("arm down"); }));
    } else {
        tell_board({{"do", "leave"}, {"lane", 0}, {"id", id}});
        REQUIRE(car.until([&] { return car.seen.contains("car_left"); }));
        CHECK_FALSE(car.seen.contains("pulse"));
    }
    return granted;
}

}  // namespace menshen::test
