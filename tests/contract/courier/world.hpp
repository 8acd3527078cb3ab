// Registry, courier and gate as they run, each a process of its own, with lines between them that a test can cut, rob
// and double. The test is the administrator, the installer and the eye.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "../registry_server/client.hpp"
#include "registry/set_up.hpp"
#include "support/courier_proxy.hpp"
#include "support/gate_box.hpp"
#include "support/tcp_proxy.hpp"
#include "sync/enrol.hpp"

namespace menshen::test {

using registry::server::test::Client;
using registry::server::test::Heard;

/// The registry's process, and an administrator who is signed in.
class Centre {
  public:
    explicit Centre(const std::filesystem::path& folder);

    void start();
    /// Polls that wait are not waited for.
    void kill() { process_.reset(); }
    [[nodiscard]] std::uint16_t gate_port() const { return gate_port_; }
    [[nodiscard]] const std::string& admin_address() const { return admin_address_; }
    [[nodiscard]] const std::string& authority() const { return authority_; }
    [[nodiscard]] const registry::Made& made() const { return made_; }

    std::int64_t issue(const std::string& plate) const;
    void cancel(std::int64_t permit) const;
    /// The newest position of a scope, as a gate that is there says it.
    [[nodiscard]] boost::json::object gate(const std::string& key) const;
    [[nodiscard]] boost::json::array events() const;

    Client admin{"", ""};

  private:
    void sign_in();
    std::filesystem::path folder_;
    registry::Made made_;
    std::string authority_, token_, admin_address_;
    std::uint16_t gate_port_ = 0;
    std::optional<support::Program> process_;
};

/// A gate box with the courier's process, and the lines.
class Box : public support::GateBox {
  public:
    /// In memory, or below `parent`.
    Box(const Centre& centre, const std::string& name, const std::filesystem::path& parent = {});

    /// As an installer does it, with a code that the administrator has asked for.
    Result<sync::Enrolled> enrol(const std::string& code, const std::string& fingerprint);
    [[nodiscard]] sync::Enrolment enrolment(const std::string& code, const std::string& fingerprint) const;
    void start_courier();
    void kill_courier() { courier.reset(); }

    /// Where the gate is, as its own status says.
    [[nodiscard]] std::string at(const std::string& scope) const;
    [[nodiscard]] boost::json::object where() const;
    [[nodiscard]] boost::json::array events() const;
    /// A car comes to the entry with that plate and is looked at until the gate has decided; did the arm open?
    bool opens_for(const std::string& plate);
    /// What the entry's camera sees from now on.
    void show_picture(const std::vector<std::uint8_t>& jpeg);

    /// What the courier has said since it was last started.
    [[nodiscard]] std::string courier_log() const;

    support::TcpProxy line;                       // courier → registry
    std::optional<support::CourierProxy> socket;  // courier → gate, where a test wants one
    std::optional<support::Program> courier;
    std::string name;

  private:
    struct Car;
    std::uint64_t frame_ = 0;
    std::chrono::steady_clock::time_point last_read_{};
    int cars_ = 0;
};

using support::until;

}  // namespace menshen::test
