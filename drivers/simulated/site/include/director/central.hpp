// The far end of the simulated site: a central registry, the courier between it and the gate, and an administrator who
// works with the tool `menshen`. All as on a real site; but the administrator is made here, with a password of chance.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "director/child.hpp"
#include "director/options.hpp"

namespace menshen::director {

class Central {
  public:
    using Add = std::function<Child&(Command)>;
    /// `add` keeps a child until the site is stopped. Everything lies in options.data + "/central".
    Central(const Options& options, Add add);

    /// The registry serves, the administrator is signed in, the gate is known there. A registry of an earlier run in
    /// the same folder goes on.
    [[nodiscard]] Task<Status> start();
    /// The permits and the block of the simulated site are at the registry.
    [[nodiscard]] Task<Status> fill();
    /// What the site file says of it.
    [[nodiscard]] static std::string site_section();
    /// Needs the site file. The gate is started after it.
    [[nodiscard]] Task<Status> enrol();
    [[nodiscard]] Status start_courier();

    /// A verb of the tool, to its end, as the administrator: what it prints. Errc::invalid: it failed; why is in its
    /// log.
    [[nodiscard]] Task<Result<std::string>> office(std::vector<std::string> words);

    [[nodiscard]] const std::string& console_url() const { return console_; }
    /// A one-time code with which a person becomes an administrator at the console; empty: there is none.
    [[nodiscard]] const std::string& invitation() const { return invitation_; }
    /// A script that is the tool, signed in as the administrator.
    [[nodiscard]] std::string tool() const { return folder_ + "/menshen"; }

  private:
    [[nodiscard]] Task<Status> make_registry();
    [[nodiscard]] Task<Status> serve();
    [[nodiscard]] Task<Status> sign_in();
    [[nodiscard]] Task<Status> add_gate();
    [[nodiscard]] Task<Status> invite();
    [[nodiscard]] Status write_registry_file(int console, int gates) const;
    [[nodiscard]] Status write_tool() const;
    [[nodiscard]] Task<Result<std::string>> run(Command command);
    [[nodiscard]] Command command(const std::string& name, std::vector<std::string> arguments) const;
    [[nodiscard]] std::string program(const std::string& file) const { return options_.programs + "/" + file; }

    const Options& options_;
    Add add_;
    std::string folder_;
    std::string first_code_;  // of the first administrator; empty: he is there already
    std::string console_, gates_, invitation_;
    std::string gate_code_, authority_;
};

}  // namespace menshen::director
