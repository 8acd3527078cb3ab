// admin.sock: one JSON object a line, answered by one line, or by many for a followed stream (the tool `menshen`).
#pragma once

#include <boost/json/object.hpp>

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <type_traits>

#include "unix_server.hpp"

namespace menshen::gate {

class AdminServer {
  public:
    /// Where answers go. A test brings its own `send`.
    class Answer {
      public:
        using Send = std::function<bool(const boost::json::object&)>;
        template <class F>
        requires std::is_convertible_v<F, Send> Answer(F send)
            : send_(std::move(send)) {}  // NOLINT: a function is an answer
        /// `kept` is the connection's: it ends with it.
        Answer(Send send, std::function<std::size_t()> waiting, std::weak_ptr<std::shared_ptr<void>> kept)
            : send_(std::move(send)), waiting_(std::move(waiting)), kept_(std::move(kept)) {}

        /// One line to the peer. False: it is gone, or does not read and 4 MiB wait; stop sending.
        bool operator()(const boost::json::object& line) const { return send_(line); }
        void refuse(const std::string& why) const { (void)send_({{"ok", false}, {"error", why}}); }
        /// Bytes that the peer has not taken yet: who has much to say waits until it is little.
        [[nodiscard]] std::size_t waiting() const { return waiting_ ? waiting_() : 0; }

        /// One thing that lives as long as the connection (an import in parts). False: there is no connection any more,
        /// and there was none where a test brings its own `send`.
        [[nodiscard]] bool keep(std::shared_ptr<void> thing) const {
            const auto kept = kept_.lock();
            if (kept) *kept = std::move(thing);
            return kept != nullptr;
        }
        [[nodiscard]] std::shared_ptr<void> kept() const {
            const auto kept = kept_.lock();
            return kept ? *kept : nullptr;
        }

      private:
        Send send_;
        std::function<std::size_t()> waiting_;
        std::weak_ptr<std::shared_ptr<void>> kept_;
    };
    /// Called for each request, on the loop; may answer later and more than once.
    using Handler = std::function<void(boost::json::object request, Answer answer)>;

    AdminServer(boost::asio::any_io_executor loop, Handler handler);
    ~AdminServer();
    Status listen(const std::string& path) { return server_.listen(path); }
    void close();

    /// Bytes of one line: what the loop parses in one turn. A long list comes in parts (gate_import.cpp).
    static constexpr std::size_t most_request = std::size_t{1024} * 1024;

  private:
    class Connection;
    UnixServer server_;
    Handler handler_;
    std::set<std::shared_ptr<Connection>> connections_;
};

}  // namespace menshen::gate
