// bench-courier: how soon an administrator's change is at a gate, and what it costs while nothing happens. Registry,
// gate and courier are the real programs; the many gates are light clients of this process, each with its own
// certificate and long poll. Floors are measured in the same run: the commit's own answer, an answer of the server that
// does nothing.
#define DOCTEST_CONFIG_IMPLEMENT
#include "sync/courier.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <cstdlib>
#include <thread>

#include "bundle/batch.hpp"
#include "bundle/event_line.hpp"
#include "bundle/key_file.hpp"
#include "measure.hpp"
#include "sync/bundle_cutter.hpp"
#include "world.hpp"

using namespace menshen;
namespace json = boost::json;
using Clock = std::chrono::steady_clock;

namespace {

const bool tiny = std::getenv("MENSHEN_BENCH") != nullptr;

double millis_since(Clock::time_point then) {
    return std::chrono::duration<double, std::milli>(Clock::now() - then).count();
}

/// The administrator on a connection that is open already, as a console has one.
class Admin {
  public:
    explicit Admin(const test::Centre& centre)
        : client_(io_, {centre.admin_address(), centre.authority()}), bearer_(centre.admin.bearer) {}

    sync::Answer ask(std::string method, std::string path, const json::object& body = {}) {
        sync::Request request;
        request.method = std::move(method);
        request.path = std::move(path);
        request.type = "application/json";
        if (request.method != "GET") request.body = json::serialize(body);
        request.fields.push_back("Authorization: Bearer " + bearer_);
        sync::Answer got;
        boost::asio::co_spawn(io_, hear(std::move(request), got), boost::asio::detached);
        io_.restart();
        io_.run();
        if (got.status / 100 != 2) throw std::runtime_error("the registry answers " + got.body);
        return got;
    }
    std::int64_t issue(const std::string& plate) {
        const auto answer = ask("POST", "/v1/permits",
                                {{"scope", "main"},
                                 {"permit", {{"holder", "张三"}}},
                                 {"credentials", json::array{{{"kind", "plate"}, {"value", plate}}}}});
        const auto said = json::parse(answer.body);
        return said.at("changed").at(0).at("id").as_int64();
    }

  private:
    loop::Awaitable<void> hear(sync::Request request, sync::Answer& into) {
        auto answer = co_await client_.ask(std::move(request));
        if (answer) into = std::move(answer).value();
    }
    boost::asio::io_context io_{1};
    sync::HttpClient client_;
    std::string bearer_;
};

std::string plate(int n) {
    return fmt::format("浙A{:05}", 10'000 + n);
}

/// One gate with its courier: from the administrator's request to the gate's list.
void one_gate(const test::Centre& centre, test::Box& box, Admin& admin) {
    const int rounds = tiny ? 3 : 200;
    std::vector<std::int64_t> permits;
    for (int i = 0; i < rounds; ++i) permits.push_back(admin.issue(plate(i)));
    auto journal = support::LineSocket::to_file(box.file("admin.sock"));
    const auto scope_is_there = [&] {
        const auto scopes = centre.admin.get("/v1/scopes").json();
        for (const auto& each : scopes.at("items").as_array()) {
            if (box.at(std::string(each.at("name").as_string())) != each.at("head").as_string().c_str()) return false;
        }
        return true;
    };
    if (!test::until(scope_is_there)) throw std::runtime_error("the gate does not follow");
    journal.send({{"verb", "events"}, {"after", box.where().at("last")}, {"follow", true}});
    std::vector<double> denied, answered;
    for (const auto permit : permits) {
        const auto began = Clock::now();
        std::thread asking([&] {
            admin.ask("POST", fmt::format("/v1/permits/{}/cancel", permit), {{"why", "bench"}});
            answered.push_back(millis_since(began));
        });
        for (bool there = false; !there;) {
            const auto line = journal.line();
            if (!line) throw std::runtime_error("the gate hears nothing");
            const auto* event = line->if_contains("event");
            there = event != nullptr && event->at("kind").as_string() == "list_changed";
        }
        denied.push_back(millis_since(began));
        asking.join();
        ::usleep(20'000);  // the courier polls again
    }
    const auto floor = bench::percentile(answered, 0.5);
    bench::print("courier.commit_p50", floor, "ms from request to the registry's answer");
    bench::print("courier.revocation_p50", bench::percentile(denied, 0.5), "ms from request to the gate's list", floor);
    bench::print("courier.revocation_p99", bench::percentile(denied, 0.99), "ms", bench::percentile(answered, 0.99));
    bench::print("courier.revocation_goal_p50", bench::percentile(denied, 0.5), "ms", 50);
}

/// A gate without a box.
struct LightGate {
    std::string name;
    std::shared_ptr<bundle::NamedSecret> events;
    std::unique_ptr<sync::HttpClient> client;
    std::map<std::string, std::string> at;
    double answered = 0;  // ms after `began`
    int answers = 0;
};

class Crowd {
  public:
    Crowd(const test::Centre& centre, Admin& admin, int count) : centre_(centre) {
        const auto scopes = json::parse(admin.ask("GET", "/v1/scopes").body);
        for (const auto& each : scopes.at("items").as_array()) {
            at_[std::string(each.at("name").as_string())] = each.at("head").as_string();
        }
        for (int i = 0; i < count; ++i) gates_.push_back(enrol(admin, fmt::format("light-{}", i)));
    }

    /// p50 and p99 of all gates over all rounds; `began` is when the administrator asks.
    void changes(Admin& admin, int rounds) {
        std::vector<double> told, floors;
        io_.restart();
        for (auto& gate : gates_) boost::asio::co_spawn(io_, poll(*gate), boost::asio::detached);
        std::jthread thread([this] { io_.run(); });
        const Stopping at_the_end{*this};
        wait_for_all(polling_, [](const LightGate&) { return 1; });
        ::usleep(500'000);
        for (int round = 0; round < rounds; ++round) {
            began_ = Clock::now();
            admin.issue(fmt::format("浙B{:05}", 10'000 + round));
            wait_for_all(round_, [&](const LightGate&) { return round + 1; });
            for (const auto& gate : gates_) told.push_back(gate->answered);
            ::usleep(300'000);  // all poll again
        }
        const auto n = gates_.size();
        bench::print("courier.crowd_p50", bench::percentile(told, 0.5), fmt::format("ms, {} gates", n).c_str(),
                     floor_p50_);
        bench::print("courier.crowd_p99", bench::percentile(told, 0.99), fmt::format("ms, {} gates", n).c_str(),
                     floor_p99_);
        bench::print("courier.crowd_goal_p99", bench::percentile(told, 0.99), "ms", 1000);
    }
    /// All ask at once, on connections that are open, for something that costs the server nothing.
    void floor() {
        for (int round = 0; round < 2; ++round) {  // the first one opens them
            began_ = Clock::now();
            for (auto& gate : gates_) boost::asio::co_spawn(io_, greet(*gate), boost::asio::detached);
            io_.restart();
            io_.run();
        }
        std::vector<double> all;
        for (const auto& gate : gates_) all.push_back(gate->answered);
        floor_p50_ = bench::percentile(all, 0.5);
        floor_p99_ = bench::percentile(all, 0.99);
        bench::print("courier.crowd_floor_p99", floor_p99_, "ms until all have the key set, on open connections");
        io_.restart();
    }
    /// Batches that are signed and chained, of each gate one after the other, several gates at once.
    void events(int gates, int batches) {
        constexpr int in_batch = 500;
        std::vector<std::vector<std::string>> logs;
        for (int i = 0; i < gates; ++i)
            logs.push_back(make_batches(*gates_[static_cast<std::size_t>(i)], batches, in_batch));
        io_.restart();
        const auto began = Clock::now();
        for (int i = 0; i < gates; ++i) {
            const auto n = static_cast<std::size_t>(i);
            boost::asio::co_spawn(io_, send(*gates_[n], logs[n]), boost::asio::detached);
        }
        io_.run();
        const double rate = gates * batches * in_batch / millis_since(began) * 1000;
        if (!failed_.empty()) throw std::runtime_error("a batch was refused: " + failed_);
        bench::print("courier.ingest", rate, "events/s, exactly once, acknowledged", 20'000);
    }

  private:
    std::unique_ptr<LightGate> enrol(Admin& admin, const std::string& name) {
        const auto added = json::parse(
            admin.ask("POST", "/v1/gates", {{"scope", "main"}, {"gate", {{"key", name}, {"name", name}}}}).body);
        auto gate = std::make_unique<LightGate>();
        gate->name = name;
        gate->at = at_;
        gate->events =
            std::make_shared<bundle::NamedSecret>(bundle::NamedSecret{name, bundle::SecretKey::generate().value()});
        const auto key = sync::make_tls_key().value();
        sync::Request request;
        request.method = "POST";
        request.path = "/v1/enroll";
        request.body = json::serialize(
            json::object{{"code", added.at("code")},
                         {"csr", sync::certificate_request(key).value()},
                         {"event_key", bundle::public_key_text({name, gate->events->key.public_key()})}});
        sync::Answer answer;
        sync::HttpClient stranger(io_, endpoint());
        boost::asio::co_spawn(io_, hear(stranger, std::move(request), answer), boost::asio::detached);
        io_.restart();
        io_.run();
        if (answer.status != 201) throw std::runtime_error("not enrolled: " + answer.body);
        gate->client = std::make_unique<sync::HttpClient>(io_, endpoint());
        gate->client->use({std::string(json::parse(answer.body).at("certificate").as_string()), key});
        return gate;
    }
    [[nodiscard]] sync::Endpoint endpoint() const {
        return {fmt::format("https://127.0.0.1:{}", centre_.gate_port()), centre_.authority()};
    }
    static loop::Awaitable<void> hear(sync::HttpClient& client, sync::Request request, sync::Answer& into) {
        auto answer = co_await client.ask(std::move(request));
        if (answer) into = std::move(answer).value();
    }
    loop::Awaitable<void> greet(LightGate& gate) {
        sync::Request request;
        request.path = "/v1/keys";
        const auto answer = co_await gate.client->ask(std::move(request));
        gate.answered = answer ? millis_since(began_) : 1e9;
    }
    loop::Awaitable<void> poll(LightGate& gate) {
        while (!stopping_) {
            json::object scopes;
            for (const auto& [scope, at] : gate.at) scopes[scope] = at;
            sync::Request request;
            request.method = "POST";
            request.path = "/v1/poll";
            request.body = json::serialize(json::object{{"scopes", scopes}, {"wait", 55}, {"version", "bench"}});
            request.packed = true;
            ++polling_;
            const auto answer = co_await gate.client->ask(std::move(request));
            if (!answer || answer->status != 200) co_return;
            gate.answered = millis_since(began_);
            ++gate.answers;
            sync::BundleCutter cutter(std::size_t{2} << 20);
            (void)cutter.feed(answer->body,
                              [&](const sync::Bundle& each) { gate.at[each.scope] = bundle::to_string(each.at); });
            ++round_;
        }
    }
    loop::Awaitable<void> send(LightGate& gate, std::vector<std::string>& batches) {
        for (auto& batch : batches) {
            sync::Request request;
            request.method = "POST";
            request.path = fmt::format("/v1/gates/{}/events", gate.name);
            request.type = "application/x-ndjson";
            request.body = std::move(batch);
            const auto answer = co_await gate.client->ask(std::move(request));
            if (answer && answer->status == 200) continue;
            failed_ = answer ? answer->body : answer.error().message;
            co_return;
        }
    }
    /// Lets the polls end, also where something has failed.
    struct Stopping {
        Crowd& crowd;
        ~Stopping() {
            crowd.stopping_ = true;
            boost::asio::post(crowd.io_, [&crowd = crowd] {
                for (const auto& gate : crowd.gates_) gate->client->close();
            });
        }
    };
    static std::vector<std::string> make_batches(const LightGate& gate, int batches, int in_batch);
    template <class Expected>
    void wait_for_all(const std::atomic<int>& count, Expected expected) {
        const int goal = static_cast<int>(gates_.size()) * expected(*gates_.front());
        if (!test::until([&] { return count >= goal; })) throw std::runtime_error("not every gate was told");
    }

    const test::Centre& centre_;
    boost::asio::io_context io_{1};
    std::map<std::string, std::string> at_;
    std::vector<std::unique_ptr<LightGate>> gates_;
    Clock::time_point began_;
    std::atomic<int> polling_{0}, round_{0};
    std::atomic<bool> stopping_{false};
    std::string failed_;
    double floor_p50_ = 0, floor_p99_ = 0;
};

std::vector<std::string> Crowd::make_batches(const LightGate& gate, int batches, int in_batch) {
    const auto log = bundle::to_hex(bundle::sha256(gate.name)).substr(0, 32);
    auto chain = bundle::first_link(log);
    std::vector<std::string> all;
    std::int64_t sequence = 0;
    for (int b = 0; b < batches; ++b) {
        bundle::Batch batch{gate.name, log, sequence + 1, sequence + in_batch, chain, {}};
        std::string lines;
        for (int i = 0; i < in_batch; ++i) {
            bundle::EventRecord event;
            event.sequence = ++sequence;
            event.utc = 1'790'000'000'000 + sequence;
            event.clock = "trusted";
            event.lane = "in";
            event.kind = "passage";
            const auto body =
                fmt::format(R"({{"plate":"浙A{:05}","direction":"in","zone":"site"}})", sequence % 100'000);
            event.body = body;
            event.salt.fill(7);
            event.body_hash = bundle::hash_body(event.salt, event.body);
            (void)bundle::write_event(lines, event);
            chain = bundle::next_link(chain, event);
        }
        batch.chain = chain;
        all.push_back(bundle::write_signed(
                          bundle::sign(bundle::DocumentType::batch, bundle::write_batch(batch).value(), *gate.events)) +
                      "\n" + lines);
    }
    return all;
}

/// A courier with nothing to do, its polls short so that there are many: what one costs does not depend on how long it
/// waits.
void idle(test::Box& box) {
    constexpr seconds wait(1);
    box.kill_courier();
    sync::Config config;
    config.registry = fmt::format("https://127.0.0.1:{}", box.line.port());
    config.gate = box.file("courier.sock");
    config.folder = {box.folder / "sync"};
    config.wait = wait;
    boost::asio::io_context io(1);
    sync::Courier courier(io, config,
                          [] { return std::chrono::floor<milliseconds>(std::chrono::system_clock::now()); });
    if (auto started = courier.start(); !started) throw std::runtime_error(started.error().message);
    std::thread thread([&] { io.run(); });
    const int begin = box.line.carried().requests;
    (void)test::until([&] { return box.line.carried().requests >= begin + 5; });  // what a start costs is over
    const auto before = box.line.carried();
    const int polls = tiny ? 2 : 20;
    (void)test::until([&] { return box.line.carried().requests >= before.requests + polls; }, seconds(120));
    const auto after = box.line.carried();
    boost::asio::post(io, [&] { courier.stop(); });
    thread.join();
    const double requests = after.requests - before.requests;
    bench::print("courier.idle_bytes", static_cast<double>(after.up + after.down - before.up - before.down) / requests,
                 "bytes a poll, TLS included: each 55 s", 1024);
    bench::print("courier.idle_connections", after.connections - before.connections, "new connections meanwhile");
}

void run() {
    spdlog::set_level(spdlog::level::off);
    const auto disk = std::filesystem::temp_directory_path();  // a real one: every step of the way is durable
    const support::TemporaryFolder folder(disk);
    const test::Centre centre(folder.path());
    Admin admin(centre);
    test::Box box(centre, "north", disk);
    const auto added = json::parse(
        admin.ask("POST", "/v1/gates", {{"scope", "main"}, {"gate", {{"key", "north"}, {"name", "N"}}}}).body);
    const auto enrolled =
        box.enrol(std::string(added.at("code").as_string()), std::string(added.at("authority_sha256").as_string()));
    if (!enrolled) throw std::runtime_error(enrolled.error().message);
    box.start_gate();
    box.start_courier();
    one_gate(centre, box, admin);
    idle(box);
    Crowd crowd(centre, admin, tiny ? 5 : 200);
    crowd.floor();
    crowd.events(tiny ? 2 : 8, tiny ? 1 : 25);
    crowd.changes(admin, tiny ? 2 : 20);
}

}  // namespace

int main() {
    doctest::Context context;
    context.setAsDefaultForAssertsOutOfTestCases();
    try {
        run();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "bench-courier: %s\n", error.what());
        return 1;
    }
}
