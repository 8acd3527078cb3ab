// What gates send up: events exactly once, and the pictures that they name. A gate sends its own alone (I22).
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "answers.hpp"
#include "bundle/batch.hpp"
#include "bundle/event_line.hpp"
#include "bundle/feed.hpp"
#include "event_body.hpp"
#include "evidence.hpp"
#include "state.hpp"
#include "values/evidence.hpp"

namespace menshen::registry::server {
namespace {

namespace json = boost::json;

Reply finding_reply(bundle::Finding finding, const std::string& why) {
    using bundle::Finding;
    const auto key = bundle::to_string(finding);
    switch (finding) {
        case Finding::gap:
            return problem(409, key, {"前面有缺失的事件", "Events before these are missing"}, why);
        case Finding::forked:
            return problem(422, key, {"与已存事件不符", "These are not the events that are stored"}, why);
        case Finding::wrong_scope:
            return problem(403, key, {"不是该门岗的事件", "These are another gate's events"}, why);
        default:
            return problem(422, key, {"事件未通过验证", "The batch is not proved"}, why);
    }
}

Reply with_upto(Reply reply, std::int64_t upto) {
    auto body = json::parse(reply.text).as_object();
    body["upto"] = upto;
    reply.text = json::serialize(body);
    return reply;
}

Result<bundle::LogSeen> seen_of_log(EventSearch& events, Id gate, const bundle::Batch& claim) {
    auto position = events.position(gate, claim.log);
    if (!position) return position.error();
    bundle::LogSeen seen;
    seen.upto = position->upto;
    auto before = events.chain_after(gate, claim.log, claim.from - 1);
    if (!before) return before.error();
    seen.before = *before;
    if (claim.from - 1 == position->upto && position->upto > 0) seen.before = position->chain;
    auto chain = events.chain_after(gate, claim.log, claim.to);
    if (!chain) return chain.error();
    seen.chain = *chain;
    if (claim.to == position->upto) seen.chain = position->chain;
    return seen;
}

/// The first line is the signed batch, the others are its events: proved here, whatever the courier did.
Status read_events(std::string_view lines, const bundle::Batch& batch, std::vector<EventRecord>& into) {
    bundle::ChainCheck check(batch);
    bundle::LineCutter cutter(bundle::max_event_line);
    auto done = cutter.feed(lines, [&](std::string_view line) -> Status {
        auto event = bundle::parse_event(line);
        if (!event) return event.error();
        const auto before = check.chain();
        if (auto taken = check.take(*event); !taken) return taken;
        into.push_back(stored_form(*event, before, check.chain()));
        return {};
    });
    if (done) done = cutter.finish();
    return done ? check.finish() : done;
}

/// What is signed for a gate is made when its site's newest head was: that never falls within an epoch, whatever the
/// clock does, also over a restart, and is renewed every minute. Told by the clock alone, a word after the clock was
/// set back would look like an older one that is replayed.
Result<UtcTime> made_when(Desk& desk, const Call& call) {
    auto head = desk.reader.feed().head(call.gate->scope);
    if (!head) return head.error();
    return head->issued;
}

Reply prove_batch(Desk& desk, const Call& call, PendingBatch& batch) {
    const auto end = call.body.find('\n');
    if (end == std::string::npos) return finding_reply(bundle::Finding::malformed, "a batch is lines");
    const std::string_view body(call.body);
    auto document = bundle::parse_signed(bundle::DocumentType::batch, body.substr(0, end));
    if (!document) return finding_reply(bundle::Finding::malformed, document.error().message);
    auto claim = bundle::peek_batch(*document);
    if (!claim) return finding_reply(bundle::Finding::malformed, claim.error().message);
    auto seen = seen_of_log(desk.reader.events(), call.gate->id, *claim);
    if (!seen) return problem(seen.error());
    auto judged = bundle::judge_batch(*document, call.gate->event_key, call.gate->key, *seen);
    // a fork goes to the store, too, which knows each event and raises the alarm
    const bool first_is_foreign = claim->from == 1 && claim->before != bundle::first_link(claim->log);
    const bool forked = judged.finding == bundle::Finding::forked && !first_is_foreign;
    if (!judged.document && !forked) return with_upto(finding_reply(judged.finding, judged.why), seen->upto);
    if (auto done = read_events(body.substr(end + 1), *claim, batch.events); !done) {
        return problem(422, "events", {"事件与签名不符", "These are not the events that were signed"},
                       done.error().message);
    }
    auto made = made_when(desk, call);
    if (!made) return problem(made.error());
    batch.made = *made;
    batch.gate = call.gate->id;
    batch.log = claim->log;
    return no_content();
}

Reply acknowledge(const Server::State& state, const Call& call, const PendingBatch& batch) {
    if (!*batch.answer) return problem(batch.answer->error());
    const auto& taken = **batch.answer;
    switch (taken.intake) {
        case Intake::gap:
            return with_upto(finding_reply(bundle::Finding::gap, fmt::format("expected {}", taken.upto + 1)),
                             taken.upto);
        case Intake::cloned:
        case Intake::broken:
            return with_upto(finding_reply(bundle::Finding::forked, "an alarm was raised"), taken.upto);
        case Intake::accepted:
            break;
    }
    auto ack = bundle::write_ack({call.gate->key, batch.log, taken.upto, taken.chain, batch.made});
    if (!ack) return problem(ack.error());
    auto line = state.services.signer.sign(bundle::DocumentType::ack, std::move(ack).value(), batch.made);
    if (!line) return problem(line.error());
    Reply reply;
    reply.type = "application/x-ndjson";
    reply.text = bundle::write_signed(*line) + "\n";
    return reply;
}

Awaitable<Reply> take_events(StatePtr state, CallPtr call) {
    if (call->parts.at(0) != call->gate->key) co_return forbidden();
    auto batch = std::make_shared<PendingBatch>();
    AtDesk run = [call, batch](Desk& desk) { return prove_batch(desk, *call, *batch); };
    Reply proved = co_await at_reader(state, std::move(run));
    if (proved.status != 204) co_return proved;
    co_await take_in(state, batch);
    co_return acknowledge(*state, *call, *batch);
}

/// Only what one of this gate's own events names is taken.
Reply wanted_reply(Desk& desk, const Call& call) {
    const auto& sha256 = call.parts.at(0);
    if (!bundle::hash_from_hex(sha256)) return not_found();
    auto wanted = desk.reader.events().wanted_picture(call.gate->id, sha256);
    if (!wanted) return problem(wanted.error());
    if (!*wanted) return not_found();
    if (**wanted != static_cast<std::int64_t>(call.body.size()) ||
        bundle::to_hex(bundle::sha256(call.body)) != sha256) {
        return problem(422, "evidence", {"图片与事件不符", "This is not the picture that the event names"});
    }
    return no_content();
}

Awaitable<Reply> take_picture(StatePtr state, CallPtr call) {
    AtDesk run = [call](Desk& desk) { return wanted_reply(desk, *call); };
    Reply wanted = co_await at_reader(state, std::move(run));
    if (wanted.status != 204) co_return wanted;
    auto kept = std::make_shared<Status>(Errc::exhausted, "too much to do");
    Task task = [&folder = state->services.folder, call, kept] {
        *kept = keep_picture(folder, call->parts.at(0), call->body);
    };
    const bool ran = co_await on(*state, *state->file_worker, std::move(task));
    if (!ran || !*kept) co_return problem(kept->error());
    AtDesk note = [call](Desk& desk) {
        auto done = desk.store->intake().picture_stored(call->parts.at(0), call->now.utc);
        return done ? no_content() : problem(done.error());
    };
    co_return co_await at_store(state, std::move(note));
}

/// Up to where no picture of that log is still to come, signed for the gate.
Result<std::string> evidence_line(Desk& desk, const Call& call, const std::string& log) {
    const auto made = made_when(desk, call);  // before what it says is read: what is newer says what is newer
    if (!made) return made.error();
    auto upto = desk.reader.events().pictures_upto(call.gate->id, log);
    if (!upto) return upto.error();
    auto ack = bundle::write_evidence_ack({call.gate->key, log, desk.services.signer.keys().epoch, *upto, *made});
    if (!ack) return ack.error();
    auto line = desk.services.signer.sign(bundle::DocumentType::evidence, std::move(ack).value(), *made);
    if (!line) return line.error();
    return bundle::write_signed(*line);
}

Reply missing_reply(Desk& desk, const Call& call) {
    if (call.parts.at(0) != call.gate->key) return forbidden();
    FieldErrors errors;
    const auto skip = asked_number(call, "skip", 0, 0, 1'000'000, errors);
    if (!errors.empty()) return wrong_fields(errors);
    auto missing = desk.reader.events().missing_pictures(call.gate->id, 100, skip);
    if (!missing) return problem(missing.error());
    json::array items;
    for (const auto& each : *missing) items.push_back({{"sha256", each.sha256}, {"bytes", each.bytes}});
    json::object body{{"items", std::move(items)}};
    if (const std::string log(call.asked("log")); !log.empty()) {
        auto line = evidence_line(desk, call, log);
        if (!line) return problem(line.error());
        body["evidence"] = *line;
    }
    return json_reply(body);
}

}  // namespace

void add_uplink_routes(Routes& routes) {
    Route events;
    events.method = "POST";
    events.path = "/v1/gates/{gate}/events";
    events.door = Door::gate;
    events.access = Access::enrolled;
    events.where = Where::loop;
    events.wait = take_events;
    events.summary = "A batch that the gate has signed, and its events; answered with the signed acknowledgement";
    events.body = "=application/x-ndjson";
    events.most_body = large_body;
    routes.push_back(events);
    Route picture = events;
    picture.method = "PUT";
    picture.path = "/v1/evidence/{sha256}";
    picture.wait = take_picture;
    picture.summary = "A picture that one of the gate's events names";
    picture.body = "=image/jpeg";
    picture.most_body = static_cast<std::size_t>(max_picture_bytes);
    routes.push_back(picture);
    Route missing;
    missing.method = "GET";
    missing.path = "/v1/gates/{gate}/missing-evidence";
    missing.door = Door::gate;
    missing.access = Access::enrolled;
    missing.run = missing_reply;
    missing.summary =
        "Pictures that events name and that are still to come, oldest first; with a log, the signed line up to where "
        "none "
        "of it is missing";
    missing.query = "log:string? skip:integer?";
    routes.push_back(missing);
}

}  // namespace menshen::registry::server
