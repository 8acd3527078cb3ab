// `menshen enrol`, by the installer at the gate.
#pragma once

#include <iosfwd>
#include <string>

namespace menshen::cli {

struct EnrolOptions {
    std::string registry;  // empty: the courier's configuration says it
    std::string fingerprint;
    std::string code;  // empty: asked for
    std::string site = "/etc/menshen/site.toml";
    std::string courier = "/etc/menshen/courier.toml";
};

/// An exit code of the tool (cli/commands.hpp).
int run_enrol(const EnrolOptions& options, std::istream& in, std::ostream& out, std::ostream& err);

}  // namespace menshen::cli
