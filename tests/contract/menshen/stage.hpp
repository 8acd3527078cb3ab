// A registry of its own, as a process, and the tool's user with a home of his own.
#pragma once

#include <boost/json/object.hpp>
#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "support/processes.hpp"
#include "support/temporary_folder.hpp"

namespace menshen::test {

struct Ran {
    int code = -1;
    std::string out, err;
    [[nodiscard]] bool says(std::string_view text) const { return out.find(text) != std::string::npos; }
    [[nodiscard]] bool complains(std::string_view text) const { return err.find(text) != std::string::npos; }
    [[nodiscard]] boost::json::object json() const;
};

/// Somebody with a home folder and an environment.
class User {
  public:
    explicit User(std::string home) : home_(std::move(home)) {}
    /// `menshen WORD…`; no shell in between. Standard input is empty.
    Ran menshen(const std::vector<std::string>& words);
    std::vector<std::string> environment;  // "NAME=value", beside HOME and PATH
    [[nodiscard]] std::string config(const std::string& name) const { return home_ + "/menshen/" + name; }
    [[nodiscard]] const std::string& home() const { return home_; }

  private:
    std::string home_;
};

class Stage {
  public:
    Stage();
    [[nodiscard]] std::string in_folder(const std::string& name) const { return (folder.path() / name).string(); }
    /// The chief, signed in through this address (the registry's own if it is empty).
    User signed_in(const std::string& address = {});
    void stop();
    /// Ended by SIGTERM and started again on the same ports.
    void restart();

    support::TemporaryFolder folder;
    std::string code;         // the first administrator's
    std::string fingerprint;  // of the authority
    std::string address;      // "https://127.0.0.1:PORT"
    std::uint16_t port = 0;

  private:
    void start(const std::string& listen);
    std::unique_ptr<support::Program> registry_;
};

constexpr const char* password = "correct horse battery";

}  // namespace menshen::test
