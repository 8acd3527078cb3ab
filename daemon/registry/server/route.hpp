// Every address that is served, in one table: who may, what it does, and how OpenAPI describes it.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "call.hpp"
#include "desk.hpp"
#include "loop/awaitable.hpp"

namespace menshen::registry::server {

enum class Access {
    anybody,
    session,        // whoever is signed in
    operation,      // who is signed in and may do `operation`
    enrolled,       // a gate with a certificate that is good
    once_enrolled,  // also with one that has ended not long ago
};

enum class Where {
    loop,    // `wait`
    reader,  // `run`, on any reader's thread
    store,   // `run`, on the store's
};

using Run = Reply (*)(Desk&, const Call&);
using Wait = loop::Awaitable<Reply> (*)(std::shared_ptr<Server::State>, std::shared_ptr<Call>);

inline constexpr std::size_t small_body = std::size_t{64} << 10;
inline constexpr std::size_t large_body = std::size_t{32} << 20;

struct Route {
    std::string_view method;
    std::string_view path;  // "/v1/permits/{id}"
    Door door = Door::admin;
    Access access = Access::anybody;
    std::optional<Operation> operation;
    Where where = Where::reader;
    Run run = nullptr;
    Wait wait = nullptr;
    std::string_view summary;
    /// Of the body: "name:string note:string? zones:integer[]?"; of another type: "=application/x-ndjson". Empty: none.
    std::string_view body;
    std::string_view query;  // in the same way
    std::size_t most_body = 0;
};

[[nodiscard]] std::span<const Route> routes();

struct Matched {
    const Route* route = nullptr;
    std::vector<std::string> parts;
    std::string allow;  // methods that the path has; route null and this empty: no such path
};
[[nodiscard]] Matched match(Door door, std::string_view method, const std::vector<std::string>& segments);

/// The document of one door.
[[nodiscard]] boost::json::object open_api(Door door);

// Each file of handlers adds its own.
using Routes = std::vector<Route>;
void add_session_routes(Routes& routes);
void add_permit_routes(Routes& routes);
void add_visit_routes(Routes& routes);
void add_list_routes(Routes& routes);
void add_commit_routes(Routes& routes);
void add_fleet_routes(Routes& routes);
void add_event_routes(Routes& routes);
void add_user_routes(Routes& routes);
void add_enrolment_routes(Routes& routes);
void add_feed_routes(Routes& routes);
void add_uplink_routes(Routes& routes);
void add_common_routes(Routes& routes);
void add_word_routes(Routes& routes);
void add_import_routes(Routes& routes);

// How they are written down.
[[nodiscard]] Route reading(std::string_view path, Operation operation, Run run, std::string_view summary,
                            std::string_view query = {});
/// A POST that nobody has to sign in for, until it says otherwise; without a handler yet.
[[nodiscard]] Route posted(std::string_view path, std::string_view summary, std::string_view body);
[[nodiscard]] Route changing(std::string_view method, std::string_view path, Operation operation, Run run,
                             std::string_view summary, std::string_view body = {});

}  // namespace menshen::registry::server
