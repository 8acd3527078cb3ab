// A registry's admin door, as one person who is signed in.
//
// What changes something carries an Idempotency-Key, as a rule. It is written down before the request goes out and
// forgotten when an answer has come: a command that is given again after its answer was lost sends the same key (and
// condition), and so does nothing twice.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "link/address.hpp"
#include "link/config_folder.hpp"
#include "link/session.hpp"

namespace menshen::link {

enum class Repeat {
    by_key,  // carries an Idempotency-Key: asked again, now and by the next command, it happens once
    freely,  // asked again it does no harm
    never,   // neither
};

struct Change {
    std::string method = "POST";
    std::string path;
    boost::json::object body{};
    std::optional<std::int64_t> if_version{};  // If-Match: refused if somebody has changed it meanwhile
    Repeat repeat = Repeat::by_key;
    std::chrono::seconds within{60};
};

/// Every call. Errc::denied: nobody is signed in, or not any more. Errc::unavailable: nobody answers, nothing has
/// happened. Errc::timeout: no answer came, and it may have happened. Errc::corrupt: another certificate than the one
/// that was accepted. Everything else: the registry refused, in its own words.
class Registry {
  public:
    /// `chinese`: the language of its words.
    Registry(Session session, ConfigFolder folder, bool chinese);

    [[nodiscard]] Result<boost::json::object> get(std::string_view path, const Query& query = {});
    /// Every item of every page, until `take` says false. The query's limit is a page's size.
    [[nodiscard]] Status each(std::string_view path, Query query,
                              const std::function<bool(const boost::json::object&)>& take,
                              const char* cursor = "after");
    [[nodiscard]] Result<boost::json::object> change(const Change& change);
    /// Was this change sent before, and its answer lost?
    [[nodiscard]] bool is_pending(const Change& change) const;

    [[nodiscard]] const Session& session() const { return session_; }
    /// The last refusal as it came (RFC 9457), for programs; empty if there was none.
    [[nodiscard]] const boost::json::object& refusal() const { return refusal_; }

    /// Waits between attempts; tests do not.
    std::function<void(std::chrono::seconds)> pause;

  private:
    struct Sent;
    [[nodiscard]] Result<boost::json::object> read(const HttpAnswer& answer);
    [[nodiscard]] HttpRequest request_of(const Change& change, const Sent& sent) const;
    [[nodiscard]] std::string pending_name(const Change& change) const;
    [[nodiscard]] Result<Sent> write_down(const Change& change);
    [[nodiscard]] Result<HttpAnswer> send(const Change& change, const HttpRequest& request);

    Session session_;
    ConfigFolder folder_;
    bool chinese_;
    Http http_;
    boost::json::object refusal_;
};

}  // namespace menshen::link
