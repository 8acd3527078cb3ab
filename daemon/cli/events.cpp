#include <boost/json/serialize.hpp>

#include <ostream>

#include "cli/admin_client.hpp"
#include "cli/commands.hpp"
#include "cli/report.hpp"

namespace menshen::cli {

namespace json = boost::json;

namespace {

bool is_of_lane(const json::object& event, const std::string& lane) {
    const auto* value = event.if_contains("lane");
    return lane.empty() || (value != nullptr && value->is_string() && value->as_string() == lane);
}

int failed(const Error& error, std::ostream& err) {
    err << "menshen: " << error.message << "\n";
    return error.code == Errc::unavailable || error.code == Errc::timeout ? Exit::no_gate : Exit::refused;
}

}  // namespace

int run_events(const EventsOptions& options, std::ostream& out, std::ostream& err) {
    auto client = AdminClient::connect(options.socket);
    if (!client) return failed(client.error(), err);
    json::object request{{"verb", "events"}, {"after", options.after}, {"follow", options.follow}};
    if (options.limit > 0) request["limit"] = options.limit;
    if (auto sent = client->send(request); !sent) return failed(sent.error(), err);
    const auto within =
        options.follow ? std::chrono::hours(24 * 365) : std::chrono::hours(0) + std::chrono::seconds(30);
    while (out) {
        auto line = client->receive(within);
        if (!line) return failed(line.error(), err);
        const auto* event = line->if_contains("event");
        if (event == nullptr || !event->is_object()) return Exit::done;  // {"ok":true,"end":true}
        if (!is_of_lane(event->as_object(), options.lane)) continue;
        out << (options.json ? json::serialize(*event) : event_line(event->as_object(), options.language)) << "\n"
            << std::flush;
    }
    return Exit::done;
}

}  // namespace menshen::cli
