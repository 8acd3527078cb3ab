// One HTTPS request and its answer, by libcurl. Blocking.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "values/result.hpp"

namespace menshen::link {

/// Which certificates a registry may show.
struct Trust {
    std::string authority;  // PEM: this one, or what it has signed. Empty: what this system believes
};

struct HttpRequest {
    std::string method = "GET";
    std::string url;
    std::vector<std::string> fields;  // "Name: value"
    std::string body;
    std::chrono::seconds within{60};  // the whole of it
};

struct HttpAnswer {
    long status = 0;
    std::string body;
    std::map<std::string, std::string> fields;  // names in lower case
};

inline constexpr std::size_t max_answer = std::size_t{64} << 20;  // bytes

class Http {
  public:
    explicit Http(Trust trust);
    ~Http();
    Http(Http&&) noexcept;
    Http& operator=(Http&&) noexcept;

    /// Any status is an answer. Errc::unavailable: nobody was reached, nothing has happened. Errc::timeout: the request
    /// may have been sent, but no answer came; what happened is not known. Errc::corrupt: the certificate is not
    /// believed; nothing was sent. Errc::invalid: the answer is larger than max_answer.
    [[nodiscard]] Result<HttpAnswer> ask(const HttpRequest& request);

    /// PEM of every certificate that the server at `url` shows, its own first; none of it is verified, nothing else is
    /// sent.
    [[nodiscard]] static Result<std::vector<std::string>> certificates_of(const std::string& url);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace menshen::link
