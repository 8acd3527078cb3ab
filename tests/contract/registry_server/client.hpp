// Somebody who speaks HTTPS with the registry, by libcurl.
#pragma once

#include <boost/json/value.hpp>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace menshen::registry::server::test {

struct Heard {
    long status = 0;  // 0: no answer
    std::string body;
    std::map<std::string, std::string> fields;  // in lower case
    [[nodiscard]] boost::json::object json() const;
    [[nodiscard]] std::string text(std::string_view key) const { return std::string(json().at(key).as_string()); }
    [[nodiscard]] std::int64_t number(std::string_view key) const { return json().at(key).as_int64(); }
};

/// A key and the certificate that goes with it, PEM.
struct Shown {
    std::string certificate, key;
};

class Client {
  public:
    Client(std::string address, std::string authority, Shown shown = {})
        : address_(std::move(address)), authority_(std::move(authority)), shown_(std::move(shown)) {}

    /// A connection of its own.
    Heard ask(const std::string& method, const std::string& path, const std::string& body = {},
              std::vector<std::string> fields = {}) const;
    Heard get(const std::string& path, std::vector<std::string> fields = {}) const {
        return ask("GET", path, {}, std::move(fields));
    }
    Heard post(const std::string& path, const boost::json::object& body, std::vector<std::string> fields = {}) const;
    Heard patch(const std::string& path, const boost::json::object& body, std::vector<std::string> fields = {}) const;

    std::string bearer;

  private:
    std::string address_, authority_;
    Shown shown_;
};

}  // namespace menshen::registry::server::test
