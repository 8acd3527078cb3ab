// The gate's admin socket: one JSON object a line in both directions.
#pragma once

#include <boost/json/object.hpp>

#include <chrono>
#include <string>

#include "values/result.hpp"

namespace menshen::cli {

/// $MENSHEN_RUN/admin.sock, or /run/menshen/admin.sock.
[[nodiscard]] std::string default_socket();

/// Who runs this program, as the journal shall name him: the user behind sudo, or the one it runs as.
[[nodiscard]] std::string caller();

class AdminClient {
  public:
    /// Errc::unavailable: no gate answers there, with what to do. Errc::denied: this user may not ask it.
    [[nodiscard]] static Result<AdminClient> connect(const std::string& path);
    AdminClient(AdminClient&& other) noexcept
        : descriptor_(std::exchange(other.descriptor_, -1)), in_(std::move(other.in_)) {}
    AdminClient& operator=(AdminClient&&) = delete;
    ~AdminClient();

    [[nodiscard]] Status send(const boost::json::object& request);
    /// The next line. Errc::denied with the gate's own words where it says ok: false. Errc::timeout; Errc::unavailable:
    /// the gate closed the connection.
    [[nodiscard]] Result<boost::json::object> receive(std::chrono::milliseconds within);
    [[nodiscard]] Result<boost::json::object> ask(const boost::json::object& request, std::chrono::milliseconds within);

  private:
    explicit AdminClient(int descriptor) : descriptor_(descriptor) {}
    int descriptor_ = -1;
    std::string in_;
};

}  // namespace menshen::cli
