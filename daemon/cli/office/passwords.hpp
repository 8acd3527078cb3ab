// Where a password and the code of the day come from: a person, a descriptor, the environment, a file.
#pragma once

#include <memory>

#include "office/verbs.hpp"

namespace menshen::office {

[[nodiscard]] Result<std::string> password_for(const LoginOptions& options, Desk& desk);
/// Twice where it is typed. Errc::invalid: the two differ.
[[nodiscard]] Result<std::string> new_password_for(const LoginOptions& options, Desk& desk);

/// Makes codes of a secret in a file, or asks for them.
class Codes {
  public:
    Codes(const LoginOptions& options, Desk& desk) : options_(options), desk_(desk) {}

    /// The code of now, moved by `steps` of 30 s where we make it ourselves: none is taken twice.
    [[nodiscard]] Result<std::string> code(int steps, std::string_view prompt);
    /// May another one be tried without asking anybody?
    [[nodiscard]] bool makes_them() const { return !options_.secret_file.empty(); }
    /// Keeps a new secret in the file, which must not be there; or shows it to the person.
    [[nodiscard]] Status keep(const std::string& secret, const std::string& address);

  private:
    const LoginOptions& options_;
    Desk& desk_;
};

}  // namespace menshen::office
