// HTTPS to one registry over mutual TLS: libcurl's multi interface, turned by the Asio loop. On the loop's thread only.
//
// An answer's body is read piece by piece as it comes; while nobody reads, at most about 1 MiB of it waits here and the
// peer's next bytes stay with the peer.
#pragma once

#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "loop/awaitable.hpp"
#include "values/result.hpp"
#include "values/time.hpp"

namespace menshen::sync {

using loop::Awaitable;

/// PEM texts. `key` is secret.
struct Identity {
    std::string certificate;
    std::string key;
};

struct Endpoint {
    std::string address;    // "https://HOST:PORT"
    std::string authority;  // PEM; the server's certificate must be signed by it and bear the host's name
    std::string proxy{};    // "http://HOST:PORT"; empty: none, whatever the environment says
};

struct Request {
    std::string method = "GET";
    std::string path{};  // "/v1/poll"
    std::string body{};
    std::string type{};                 // of the body
    std::vector<std::string> fields{};  // "Range: bytes=5-"
    bool packed = false;                // the answer may come compressed; it is unpacked here
    seconds within{0};                  // the whole of it; 0: as long as bytes come
    seconds quiet{60};                  // without a byte
    std::int64_t bytes_per_second = 0;  // sent at most; 0: no bound
};

struct Answer {
    long status = 0;
    std::map<std::string, std::string> fields{};  // names in lower case
    std::string body{};

    /// Empty: not there.
    [[nodiscard]] std::string field(const std::string& name) const {
        const auto found = fields.find(name);
        return found == fields.end() ? std::string() : found->second;
    }
};

class HttpClient;

/// One request under way. Going out of scope ends it.
class Transfer {
  public:
    struct State;
    explicit Transfer(std::shared_ptr<State> state) : state_(std::move(state)) {}
    Transfer(Transfer&&) noexcept = default;
    Transfer& operator=(Transfer&&) = delete;
    ~Transfer();

    /// Status and fields, without a body. Errc::unavailable: no connection, or it broke; Errc::timeout; Errc::denied:
    /// the peer is not who it should be.
    [[nodiscard]] Awaitable<Result<Answer>> head();
    /// The next bytes; none: that was all. Errors as above.
    [[nodiscard]] Awaitable<Result<std::string>> read();

  private:
    std::shared_ptr<State> state_;
};

class HttpClient {
  public:
    HttpClient(boost::asio::io_context& io, Endpoint endpoint);
    ~HttpClient();
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    /// From the next request on.
    void use(Identity identity);
    [[nodiscard]] Transfer start(Request request);
    /// The whole answer. Errc::exhausted: its body is longer than `most` bytes.
    [[nodiscard]] Awaitable<Result<Answer>> ask(Request request, std::size_t most = std::size_t{1} << 20);
    /// The certificates that the server shows, PEM, its own first. It is not verified, and nothing is sent to it.
    [[nodiscard]] Awaitable<Result<std::vector<std::string>>> shown_certificates();
    /// Whatever is under way ends with Errc::unavailable, and so does what is asked from now on.
    void close();

    struct Impl;

  private:
    std::shared_ptr<Impl> impl_;
};

}  // namespace menshen::sync
