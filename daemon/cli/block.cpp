#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <ostream>

#include "cli/admin_client.hpp"
#include "cli/commands.hpp"

namespace menshen::cli {

namespace json = boost::json;

namespace {

json::object request_of(const BlockOptions& options) {
    if (options.lift != 0) return {{"verb", "unblock"}, {"by", caller()}, {"id", options.lift}};
    return {{"verb", "block"},      {"by", caller()},           {"plate", options.plate},
            {"kind", options.kind}, {"reason", options.reason}, {"until", options.until}};
}

}  // namespace

int run_block(const BlockOptions& options, std::ostream& out, std::ostream& err) {
    auto client = AdminClient::connect(options.socket);
    const auto answer =
        client ? client->ask(request_of(options), std::chrono::seconds(10)) : Result<json::object>(client.error());
    if (!answer) {
        err << "menshen: " << answer.error().message << "\n";
        const auto code = answer.error().code;
        return code == Errc::unavailable || code == Errc::timeout ? Exit::no_gate : Exit::refused;
    }
    if (options.json) {
        out << json::serialize(*answer) << "\n";
        return Exit::done;
    }
    const auto* id = answer.value().if_contains("id");
    if (options.lift != 0) {
        out << fmt::format("block {} is lifted\n", options.lift);
    } else if (id != nullptr && id->is_int64()) {
        out << fmt::format("{}: {} stands as number {}; lift it with  menshen unblock {}\n", options.plate,
                           options.kind, id->as_int64(), id->as_int64());
    }
    return Exit::done;
}

}  // namespace menshen::cli
