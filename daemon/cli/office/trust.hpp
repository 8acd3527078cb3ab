// Whose certificate is believed, the first time and every other time.
#pragma once

#include "office/verbs.hpp"

namespace menshen::office {

/// In this order: --ca, --fingerprint, what was accepted before, what this system believes, and what the person says
/// when he is shown the fingerprint. What is new is written down. Errc::corrupt: nobody believes it.
[[nodiscard]] Result<link::Trust> trust_for(const std::string& address, const LoginOptions& options, Desk& desk);

}  // namespace menshen::office
