// A gate becomes a registry's: keys made on this machine, a one-time code and a fingerprint that a person was given,
// and the files that gate and courier begin with. Repeatable: whatever was cut off in the middle, the same call with
// the same code goes on.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "sync/credentials.hpp"

namespace menshen::sync {

struct Enrolment {
    std::string registry;               // "https://HOST:PORT": the gates' door
    std::string proxy{};                // "http://HOST:PORT"; empty: none
    std::string fingerprint;            // SHA-256 of the registry's authority, hex; colons and blanks do not matter
    std::string code;                   // one-time
    std::string scope, gate;            // as the site file has them: the code must be for this gate
    std::filesystem::path gate_folder;  // data/registry of the gate (firmware/gate/enrolment.hpp)
    std::optional<files::Owner> gate_owner{};
    CourierFolder courier;
    std::optional<files::Owner> courier_owner{};
    UtcTime now{};
};

struct Enrolled {
    std::string gate, scope;
    UtcTime until{};  // of the certificate; the courier renews it in time
};

/// Blocks for as long as the network takes. Nothing is sent before the registry has shown the authority of that
/// fingerprint, and the gate's files change last. Errc::invalid: an argument; Errc::denied: another registry, or a code
/// that is wrong, used or over; Errc::conflict: the code is another gate's; Errc::unavailable, Errc::timeout: the
/// network; Errc::io: a file. The message says what to do.
[[nodiscard]] Result<Enrolled> enrol(const Enrolment& wanted);

}  // namespace menshen::sync
