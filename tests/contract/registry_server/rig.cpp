#include "rig.hpp"

#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include "bundle/key_file.hpp"
#include "registry/data_folder.hpp"
#include "registry/totp.hpp"
#include "support/text_file.hpp"
#include "x509/x509.hpp"

namespace menshen::registry::server::test {
namespace {

constexpr const char* password = "correct horse battery";

}  // namespace

Requested make_request() {
    const auto key = x509::make_key().value();
    return {x509::pem_of(key.get()).value(), x509::pem_of(x509::make_request(key.get()).value().get()).value()};
}

bool wait_until(const std::function<bool()>& holds) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!holds()) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return true;
}

Rig::Rig(std::function<void(Config&)> adjust, Chief chief) : adjust_(std::move(adjust)) {
    SetUp wanted;
    wanted.data = folder / "data";
    wanted.root_key = folder / "root.key";
    wanted.names = {"127.0.0.1"};
    auto done = set_up(wanted, now());
    if (!done) FAIL(done.error().message);
    made = std::move(done).value();
    authority = support::text_in((folder / "data") / "authority.pem");
    start();
    if (chief == Chief::enlisted) admin = admin_door(enlist(made.code, "chief"));
}

void Rig::start() {
    io_ = std::make_unique<boost::asio::io_context>(1);
    Config config;
    config.data = folder / "data";
    config.admin.port = config.gates.port = 0;
    config.sign_in.cost = {1, 8 << 10};
    config.report_every = std::chrono::milliseconds(50);
    config.now = [this] { return now(); };
    if (adjust_) adjust_(config);
    auto started = Server::start(*io_, std::move(config));
    if (!started) FAIL(started.error().message);
    server_ = std::move(started).value();
    thread_ = std::thread([this] { io_->run(); });
}

void Rig::stop() {
    boost::asio::post(*io_, [this] { server_->stop([this] { io_->stop(); }); });
    thread_.join();
    server_.reset();
    io_.reset();
}

Rig::~Rig() {
    if (server_) stop();
}

Now Rig::now() const {
    Now now;
    const auto ahead = milliseconds(ahead_.load());
    now.mono = Instant(std::chrono::steady_clock::now().time_since_epoch() + ahead);
    now.utc =
        std::chrono::floor<milliseconds>(std::chrono::system_clock::now()) + ahead + milliseconds(stepped_.load());
    now.local = LocalTime(std::chrono::floor<seconds>(now.utc.time_since_epoch()) + std::chrono::hours(8));
    now.clock = ClockState::trusted;
    return now;
}

std::string Rig::admin_address() const {
    return fmt::format("https://127.0.0.1:{}", server_->admin_port());
}

std::string Rig::gate_address() const {
    return fmt::format("https://127.0.0.1:{}", server_->gate_port());
}

Client Rig::admin_door(const std::string& bearer) const {
    Client client(admin_address(), authority);
    client.bearer = bearer;
    return client;
}

Client Rig::gate_door(Shown shown) const {
    return {gate_address(), authority, std::move(shown)};
}

Heard Rig::try_enlist(const std::string& invitation, const std::string& name) {
    const auto door = admin_door();
    const auto secret = door.post("/v1/totp-secrets", {{"name", name}}).text("secret");
    const auto raw = from_base32(secret).value();
    auto enlisted = door.post("/v1/enlistments", {{"invitation", invitation},
                                                  {"name", name},
                                                  {"password", password},
                                                  {"secret", secret},
                                                  {"code", totp_code(raw, totp_step(now().utc))}});
    if (enlisted.status == 201) secrets_[name] = raw;
    return enlisted;
}

Heard Rig::try_sign_in(const std::string& name) const {
    const auto code = totp_code(secrets_.at(name), totp_step(now().utc));
    return admin_door().post("/v1/session", {{"name", name}, {"password", password}, {"code", code}, {"bearer", true}});
}

std::string Rig::enlist(const std::string& invitation, const std::string& name) {
    const auto enlisted = try_enlist(invitation, name);
    if (enlisted.status != 201) FAIL(enlisted.body);
    return sign_in(name);
}

std::string Rig::sign_in(const std::string& name) {
    pass(seconds(30));  // no code is taken twice
    const auto opened = try_sign_in(name);
    if (opened.status != 201) FAIL(opened.body);
    return opened.text("token");
}

std::string Rig::user_with(const std::string& role, const std::string& scope) {
    const auto invited =
        admin.post("/v1/invitations",
                   {{"display", role}, {"roles", boost::json::array{role}}, {"scopes", boost::json::array{scope}}});
    if (invited.status != 201) FAIL(invited.body);
    return enlist(invited.text("code"), role + "-" + std::to_string(ahead_.load()));
}

boost::json::object Rig::gate_wanted(const std::string& key, const std::string& scope) const {
    return {{"scope", scope}, {"gate", {{"key", key}, {"name", key}}}};
}

EnrolledGate Rig::enrol(const std::string& key, const std::string& scope) {
    const auto added = admin.post("/v1/gates", gate_wanted(key, scope));
    if (added.status != 201) FAIL(added.body);
    return enrol_by(added.text("code"), key);
}

EnrolledGate Rig::enrol_by(const std::string& code, const std::string& key) {
    const auto request = make_request();
    EnrolledGate gate;
    gate.key = key;
    gate.events =
        std::make_shared<bundle::NamedSecret>(bundle::NamedSecret{key + "-1", bundle::SecretKey::generate().value()});
    const auto event_key = bundle::public_key_text({gate.events->kid, gate.events->key.public_key()});
    const auto enrolled =
        gate_door().post("/v1/enroll", {{"code", code}, {"csr", request.csr}, {"event_key", event_key}});
    if (enrolled.status != 201) FAIL(enrolled.body);
    gate.id = enrolled.number("id");
    gate.shown = {enrolled.text("certificate"), request.key};
    gate.client = std::make_unique<Client>(gate_door(gate.shown));
    return gate;
}

boost::json::object Rig::permit_wanted(const std::string& plate, const std::string& scope) const {
    return {{"scope", scope},
            {"permit", {{"holder", "张三"}}},
            {"credentials", boost::json::array{{{"kind", "plate"}, {"value", plate}}}}};
}

std::int64_t Rig::issue(const std::string& plate, const std::string& scope) {
    const auto issued = admin.post("/v1/permits", permit_wanted(plate, scope));
    if (issued.status != 201) FAIL(issued.body);
    return issued.json().at("changed").as_array().at(0).as_object().at("id").as_int64();
}

}  // namespace menshen::registry::server::test
