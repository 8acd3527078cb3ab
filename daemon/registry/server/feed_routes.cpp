// The feed: polls, changes, snapshots and their bytes. A gate gets its own scope and `common`, nobody else's.
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "answers.hpp"
#include "bundle/head.hpp"
#include "range.hpp"
#include "state.hpp"

namespace menshen::registry::server {
namespace {

namespace json = boost::json;

constexpr std::string_view lines_type = "application/x-ndjson";
constexpr int polls_of_one_gate = 4;  // couriers that were restarted leave some behind

Reply with_member(Reply reply, std::string_view key, json::value value) {
    auto body = json::parse(reply.text).as_object();
    body[key] = std::move(value);
    reply.text = json::serialize(body);
    return reply;
}

Reply feed_reply(const Result<Segments::Answer>& answer, const std::string& scope) {
    if (!answer) return problem(answer.error());
    if (answer->kind == FeedAnswer::rows) {
        Reply reply;
        reply.type = lines_type;
        reply.shared = answer->lines;
        reply.packed = answer->packed;
        return reply;
    }
    const bool epoch = answer->kind == FeedAnswer::new_epoch;
    Reply reply = epoch ? problem(409, "new-epoch", {"纪元已变，请取快照", "Another epoch: take the snapshot"})
                        : problem(410, "too-old", {"版本过旧，请取快照", "Too far behind: take the snapshot"});
    const auto& at = answer->head.at;
    return with_member(with_member(std::move(reply), "scope", json::value(scope)), "head",
                       json::value(fmt::format("{}:{}", at.epoch, at.seq)));
}

struct Poll {
    std::vector<Position> since;
    Duration wait{0};
    GateReport report;
};

void read_positions(const json::object& scopes, Body& body, Poll& poll) {
    if (scopes.empty() || scopes.size() > 8) body.wrong("scopes", "limit", "must name 1 to 8 scopes");
    for (const auto& [name, value] : scopes) {
        const auto* text = value.if_string();
        auto at = bundle::parse_position(text != nullptr ? std::string_view(*text) : std::string_view());
        if (!at) {
            body.wrong("scopes", "format", "a scope's value is \"EPOCH:SEQ\"");
            continue;
        }
        poll.since.push_back({std::string(name), at->epoch, at->seq});
    }
}

std::optional<Poll> read_poll(const Call& call, seconds longest, Reply& refused) {
    Body body(call);
    Poll poll;
    if (const auto* scopes = body.object("scopes")) read_positions(*scopes, body, poll);
    const auto wait = body.number("wait").value_or(0);
    if (wait < 0 || wait > 3600) body.wrong("wait", "out_of_range", "must be 0 to 3600 seconds");
    poll.report.version = body.text("version", Need::optional, 64);
    if (const auto* state = body.object("state", Need::optional)) poll.report.state = json::serialize(*state);
    if (poll.report.state.size() > 16'384) body.wrong("state", "too_long", "has more than 16 KiB");
    if (const auto& errors = body.finish(); !errors.empty()) {
        refused = wrong_fields(errors);
        return std::nullopt;
    }
    poll.wait = std::min(seconds(wait), longest);
    poll.report.gate = call.gate->id;
    poll.report.seen = call.now.utc;
    poll.report.heads = poll.since;
    return poll;
}

/// Those where the gate is not at the newest head; nothing if one of them is not there for it.
std::optional<std::vector<Position>> behind(const Server::State& state, const Poll& poll) {
    std::vector<Position> all;
    for (const auto& at : poll.since) {
        const auto* newest = state.board.find(at.scope);
        if (newest == nullptr) return std::nullopt;
        if (newest->at != at) all.push_back(at);
    }
    return all;
}

Awaitable<Reply> changes_of(StatePtr state, Position since) {
    const auto* newest = state->board.find(since.scope);
    const std::string tag = newest != nullptr ? newest->tag : std::string();
    AtDesk run = [since, tag](Desk& desk) {
        return feed_reply(desk.segments->get(desk.reader.feed(), since, tag), since.scope);
    };
    co_return co_await at_reader(state, std::move(run));
}

/// The changes of every scope that is behind, each ended by its head; or the first that cannot be told.
Awaitable<Reply> tell_changes(StatePtr state, std::vector<Position> scopes) {
    Reply all = co_await changes_of(state, scopes.front());
    for (std::size_t i = 1; i < scopes.size() && all.status == 200; ++i) {
        Reply more = co_await changes_of(state, scopes[i]);
        if (more.status != 200) co_return more;
        if (all.shared) all.text = *all.shared;
        all.shared.reset();
        all.packed.reset();
        all.text += more.body();
    }
    co_return all;
}

Reply tell_heads(const Server::State& state, const Poll& poll) {
    Reply reply;
    reply.type = lines_type;
    for (const auto& at : poll.since) reply.text += state.board.find(at.scope)->line;
    return reply;
}

struct PollUnderWay {
    Server::State& state;
    Id gate;
    PollUnderWay(Server::State& of, Id id) : state(of), gate(id) { ++state.polls[gate]; }
    PollUnderWay(const PollUnderWay&) = delete;
    PollUnderWay& operator=(const PollUnderWay&) = delete;
    ~PollUnderWay() {
        if (--state.polls[gate] == 0) state.polls.erase(gate);
    }
};

Awaitable<Reply> answer_poll(StatePtr state, Poll poll) {
    std::vector<std::string> scopes;
    for (const auto& at : poll.since) scopes.push_back(at.scope);
    auto changed = behind(*state, poll);
    if (changed && changed->empty() && poll.wait > Duration(0) && !state->stopping) {
        co_await state->board.wait(scopes, poll.wait);
        changed = behind(*state, poll);
    }
    if (!changed) co_return not_found();
    if (!changed->empty()) co_return co_await tell_changes(state, std::move(*changed));
    co_return tell_heads(*state, poll);
}

Awaitable<Reply> poll_feed(StatePtr state, CallPtr call) {
    Reply refused;
    auto poll = read_poll(*call, state->services.config.longest_wait, refused);
    if (!poll) co_return refused;
    for (const auto& at : poll->since) {
        if (!call->gate->has(at.scope)) co_return forbidden();
    }
    state->reports[call->gate->id] = poll->report;
    if (state->polls.contains(call->gate->id) && state->polls[call->gate->id] >= polls_of_one_gate) {
        co_return problem(Error{Errc::exhausted, "this gate polls already"});
    }
    const PollUnderWay one(*state, call->gate->id);
    co_return co_await answer_poll(state, std::move(*poll));
}

Reply show_changes(Desk& desk, const Call& call) {
    const auto& scope = call.parts.at(0);
    if (!call.gate->has(scope)) return forbidden();
    const auto since = bundle::parse_position(call.asked("since"));
    if (!since) return wrong_fields({{"since", "format", "must be EPOCH:SEQ"}});
    auto head = desk.reader.feed().head(scope);
    if (!head) return problem(head.error());
    const auto tag = tag_of(*head);
    return feed_reply(desk.segments->get(desk.reader.feed(), {scope, since->epoch, since->seq}, tag), scope);
}

Awaitable<Reply> show_snapshot(StatePtr state, CallPtr call) {
    const auto scope = call->parts.at(0);
    if (!call->gate->has(scope)) co_return forbidden();
    auto reply = std::make_shared<Reply>(busy(seconds(10)));
    Task task = [snapshots = state->snapshots.get(), scope, reply, utc = call->now.utc] {
        auto line = snapshots->manifest(scope, utc);
        *reply = line ? Reply{} : problem(line.error());
        if (!line) return;
        reply->type = lines_type;
        reply->text = *line + "\n";
    };
    (void)co_await on(*state, *state->snapshot_worker, std::move(task));
    co_return *reply;
}

Reply slice_reply(const Call& call, const std::filesystem::path& file, std::uint64_t total, const std::string& etag) {
    Reply reply;
    reply.type = "application/octet-stream";
    reply.fields = {{"ETag", etag}, {"Accept-Ranges", "bytes"}, {"Cache-Control", "private, max-age=3600, immutable"}};
    const auto if_range = call.field("if-range");
    const auto range = range_in(if_range.empty() || if_range == etag ? call.field("range") : "", total);
    if (range.impossible) {
        reply = problem(416, "range", {"范围超出文件", "The range lies outside of the file"});
        reply.fields.emplace_back("Content-Range", fmt::format("bytes */{}", total));
        return reply;
    }
    reply.status = range.whole ? 200 : 206;
    reply.file = FileSlice{file, range.from, range.size};
    if (!range.whole) {
        reply.fields.emplace_back("Content-Range",
                                  fmt::format("bytes {}-{}/{}", range.from, range.from + range.size - 1, total));
    }
    return reply;
}

Reply show_blob(Desk& desk, const Call& call) {
    const auto& sha256 = call.parts.at(0);
    if (!bundle::hash_from_hex(sha256)) return not_found();
    const auto etag = "\"" + sha256 + "\"";
    for (const auto& scope : {call.gate->scope, std::string(common_scope)}) {
        const auto file = snapshot_file(desk.services.folder, scope, sha256);
        std::error_code failed;
        const auto total = std::filesystem::file_size(file, failed);
        if (failed) continue;
        if (call.field("if-none-match") == etag) {
            Reply reply = no_content();
            reply.status = 304;
            reply.fields = {{"ETag", etag}};
            return reply;
        }
        return slice_reply(call, file, total, etag);
    }
    return not_found();
}

Route feed_route(std::string_view method, std::string_view path, std::string_view summary) {
    Route route;
    route.method = method;
    route.path = path;
    route.door = Door::gate;
    route.access = Access::enrolled;
    route.summary = summary;
    return route;
}

}  // namespace

void add_feed_routes(Routes& routes) {
    auto poll = feed_route("POST", "/v1/poll", "Waits for changes; lines that end in the newest head");
    poll.where = Where::loop;
    poll.wait = poll_feed;
    poll.body = "scopes:object wait:integer? version:string? state:object?";
    poll.most_body = small_body;
    routes.push_back(poll);
    auto changes =
        feed_route("GET", "/v1/scopes/{scope}/changes", "Changes since a position, ended by the newest head");
    changes.run = show_changes;
    changes.query = "since:string";
    routes.push_back(changes);
    auto snapshot = feed_route("GET", "/v1/scopes/{scope}/snapshot", "The signed manifest of a whole list");
    snapshot.where = Where::loop;
    snapshot.wait = show_snapshot;
    routes.push_back(snapshot);
    auto blob = feed_route("GET", "/v1/blobs/{sha256}", "The bytes that a manifest names, resumable at any byte");
    blob.run = show_blob;
    routes.push_back(blob);
}

}  // namespace menshen::registry::server
