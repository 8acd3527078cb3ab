// A registry of its own for each test, on free ports of this machine, with an administrator who is signed in.
#pragma once

#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include <atomic>
#include <memory>
#include <thread>

#include "bundle/keys.hpp"
#include "client.hpp"
#include "registry/server.hpp"
#include "registry/set_up.hpp"
#include "support/temporary_folder.hpp"

namespace menshen::registry::server::test {

/// A gate that has enrolled.
struct EnrolledGate {
    std::int64_t id = 0;
    std::string key;  // its name
    Shown shown;
    std::shared_ptr<bundle::NamedSecret> events;
    std::unique_ptr<Client> client;
};

/// A key and a request to sign it, PEM.
struct Requested {
    std::string key, csr;
};
[[nodiscard]] Requested make_request();

/// Until `holds`; false: not within half a minute.
[[nodiscard]] bool wait_until(const std::function<bool()>& holds);

enum class Chief { enlisted, nobody_yet };

class Rig {
  public:
    explicit Rig(std::function<void(Config&)> adjust = {}, Chief chief = Chief::enlisted);
    ~Rig();
    Rig(const Rig&) = delete;
    Rig& operator=(const Rig&) = delete;

    [[nodiscard]] Client admin_door(const std::string& bearer = {}) const;
    [[nodiscard]] Client gate_door(Shown shown = {}) const;
    [[nodiscard]] std::string admin_address() const;
    [[nodiscard]] std::string gate_address() const;
    [[nodiscard]] Now now() const;
    void pass(seconds time) { ahead_ += std::chrono::milliseconds(time).count(); }
    /// Its clock is set, and no time passes.
    void step(seconds by) { stepped_ += std::chrono::milliseconds(by).count(); }

    /// Makes a user with that invitation and signs him in; the bearer token.
    std::string enlist(const std::string& invitation, const std::string& name);
    Heard try_enlist(const std::string& invitation, const std::string& name);
    /// With the password and secret that he had here last.
    Heard try_sign_in(const std::string& name) const;
    /// Of a user who was enlisted here.
    std::string sign_in(const std::string& name);
    std::string user_with(const std::string& role, const std::string& scope = "*");
    [[nodiscard]] boost::json::object gate_wanted(const std::string& key, const std::string& scope = "main") const;
    EnrolledGate enrol(const std::string& key, const std::string& scope = "main");
    EnrolledGate enrol_by(const std::string& code, const std::string& key);
    std::int64_t issue(const std::string& plate, const std::string& scope = "main");
    [[nodiscard]] boost::json::object permit_wanted(const std::string& plate, const std::string& scope = "main") const;
    void stop();
    void start();

    support::TemporaryFolder folder;
    Made made;
    std::string authority;
    Client admin{"", ""};

  private:
    std::function<void(Config&)> adjust_;
    std::map<std::string, std::string> secrets_;  // TOTP, of users
    std::atomic<std::int64_t> ahead_{0};          // of the real clock, milliseconds
    std::atomic<std::int64_t> stepped_{0};        // its wall clock beside that
    std::unique_ptr<boost::asio::io_context> io_;
    std::unique_ptr<Server> server_;
    std::thread thread_;
};

}  // namespace menshen::registry::server::test
