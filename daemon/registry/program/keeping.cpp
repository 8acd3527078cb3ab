#include "keeping.hpp"

#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <iostream>

#include "registry/backup.hpp"
#include "registry/rotate.hpp"

namespace menshen::registry {

namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

struct Asked {
    std::string data, to, from, root_key;
    bool drop_others = false, as_json = false;
};

/// The answer for programs.
int tell(const json::object& answer, int code) {
    std::cout << json::serialize(answer) << '\n';
    return code;
}

int fail(const Asked& asked, std::string_view command, const Error& error) {
    if (asked.as_json) return tell({{"error", error.message}}, 1);
    std::cerr << "menshen-registry " << command << ": " << error.message << '\n';
    return 1;
}

/// One line to the registry that runs, and its answer. Errc::not_found: none runs.
Result<json::object> ask_running(const fs::path& socket, const json::object& question) {
    using local = boost::asio::local::stream_protocol;
    boost::asio::io_context io;
    local::socket connection(io);
    boost::system::error_code failed;
    connection.connect(local::endpoint(socket.string()), failed);
    if (failed) return {Errc::not_found, socket.string() + ": " + failed.message()};
    boost::asio::write(connection, boost::asio::buffer(json::serialize(question) + "\n"), failed);
    std::string line;
    if (!failed) boost::asio::read_until(connection, boost::asio::dynamic_buffer(line), '\n', failed);
    const auto answer = failed ? json::value() : json::parse(line, failed);
    if (failed || !answer.is_object()) return {Errc::io, "the registry was stopped before it had answered"};
    return answer.get_object();
}

struct Copied {
    std::int64_t bytes = 0, pictures = 0, audit = 0;
};

Result<Copied> back_up_either_way(const DataFolder& data, const fs::path& into, const Now& now) {
    const auto answer = ask_running(data.control(), {{"verb", "backup"}, {"to", into.string()}});
    if (!answer && answer.error().code == Errc::not_found) {
        auto made = back_up_resting(data, into, now.utc);
        if (!made) return made.error();
        return Copied{made->bytes, made->pictures, made->audit};
    }
    if (!answer) return answer.error();
    if (!answer->at("ok").as_bool()) return {Errc::io, std::string(answer->at("error").as_string())};
    const auto number = [&](const char* key) { return answer->at(key).to_number<std::int64_t>(); };
    return Copied{number("bytes"), number("pictures"), number("audit")};
}

int back_up(const Asked& asked, const Now& now) {
    std::error_code failed;
    const auto into = fs::absolute(asked.to, failed);
    const auto done = back_up_either_way({fs::absolute(asked.data, failed)}, into, now);
    if (!done) return fail(asked, "backup", done.error());
    if (asked.as_json) {
        return tell(
            {{"folder", into.string()}, {"bytes", done->bytes}, {"pictures", done->pictures}, {"audit", done->audit}},
            0);
    }
    std::cout << fmt::format(
        "A backup is in {}: {} bytes, {} pictures; its audit of {} entries is whole.\nIt holds the names of people and "
        "the keys of certificates: keep it as the registry "
        "itself.\n",
        into.string(), done->bytes, done->pictures, done->audit);
    return 0;
}

int restore_from(const Asked& asked, const Now& now) {
    const auto done = restore(asked.from, {asked.data}, asked.root_key, now);
    if (!done) return fail(asked, "restore", done.error());
    if (asked.as_json) {
        boost::json::object told{{"data", asked.data},
                                 {"made", format_utc(done->of.made)},
                                 {"epoch", done->epoch},
                                 {"kid", done->kid},
                                 {"withdrawn_codes", done->withdrawn}};
        if (done->code) told["code"] = *done->code;
        return tell(std::move(told), 0);
    }
    std::cout << fmt::format(
        "A registry is in {}, as it was at {} UTC, with epoch {} and the signing key {}.\n\n"
        "What was done after that is not in it: look again at permits, users that were removed and gates that were\n"
        "revoked since then before you start it. Gates take their lists anew and send the events that it lacks.\n"
        "One-time codes that it had count no more; {} were not used yet. Make new ones for users and gates to come.\n"
        "Take the root key away again. Never start the old one beside it.\n",
        asked.data, format_utc(done->of.made), done->epoch, done->kid, done->withdrawn);
    if (done->code)
        std::cout << fmt::format("The first administrator's one-time code, good for an hour: {}\n", *done->code);
    return 0;
}

int rotate_key(const Asked& asked, const Now& now) {
    const auto set = rotate({asked.data}, {asked.root_key, asked.drop_others}, now.utc);
    if (!set) return fail(asked, "rotate", set.error());
    std::cout << fmt::format("Key set {}, signed by the root:\n", set->version);
    for (const auto& key : set->keys) {
        std::cout << fmt::format("  {}  from {} until {} UTC\n", key.kid, format_utc(key.from), format_utc(key.until));
    }
    std::cout << "Now restart the registry, and take the root key away again.\n";
    return 0;
}

void add_root(CLI::App& command, Asked& asked) {
    command.add_option("--root-key", asked.root_key, "the offline root key, brought for the occasion")->required();
}

}  // namespace

std::function<std::optional<int>(const Now&)> describe_keeping(CLI::App& app) {
    const auto asked = std::make_shared<Asked>();
    auto* backup = app.add_subcommand("backup", "a checked copy of a registry, also while it serves");
    auto* restored = app.add_subcommand("restore", "a registry out of a backup, with a new epoch that the root signs");
    auto* rotated = app.add_subcommand("rotate", "another signing key; those before count for thirty days more");
    for (auto* command : {backup, restored, rotated}) {
        command->add_option("--data", asked->data, "the registry's data folder")->required();
    }
    for (auto* command : {backup, restored}) command->add_flag("--json", asked->as_json, "for programs");
    backup->add_option("--to", asked->to, "the backup's folder; not there yet, or empty")->required();
    restored->add_option("--from", asked->from, "the backup's folder")->required();
    add_root(*restored, *asked);
    add_root(*rotated, *asked);
    rotated->add_flag("--drop-others", asked->drop_others, "a key was stolen: none of those before counts any more");
    return [=](const Now& now) -> std::optional<int> {
        if (backup->parsed()) return back_up(*asked, now);
        if (restored->parsed()) return restore_from(*asked, now);
        if (rotated->parsed()) return rotate_key(*asked, now);
        return std::nullopt;
    };
}

}  // namespace menshen::registry
