#include "courier.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>

#include "build.hpp"
#include "courier_header.hpp"

namespace menshen::gate {

namespace {

constexpr auto same_alarm_after = std::chrono::minutes(10);
constexpr auto floor_below_head = std::chrono::minutes(2);
constexpr auto report_shown_for = seconds(5);  // at least, so that a courier cannot flood the journal
constexpr std::array couriers_faults{"registry_unreachable", "registry_refuses"};

/// Empty: no alarm, the courier only has to fetch something else first.
std::string_view alarm_of(bundle::Finding finding) {
    using bundle::Finding;
    switch (finding) {
        case Finding::accept:
        case Finding::repeated:
        case Finding::stale:
        case Finding::expired:
        case Finding::unknown_epoch:
        case Finding::gap:
            return {};
        case Finding::rolled_back:
        case Finding::old_epoch:
        case Finding::backdated:
            return "feed_rolled_back";
        case Finding::replayed:
            return "feed_replayed";
        case Finding::forked:
            return "feed_forked";
        default:
            return "feed_forged";
    }
}

}  // namespace

Courier::Courier(boost::asio::io_context& loop, Stores& stores, TrustedClock& clock, Hooks hooks)
    : loop_(loop), stores_(stores), clock_(clock), hooks_(std::move(hooks)), trust_(stores.enrolment()->trust) {
    stores_.on_scope_damaged([this](const std::string& scope) {
        hooks_.alarm("list_damaged", scope);
        watch(clock_.now());
    });
    for (const auto& scope : stores_.enrolment()->damaged) hooks_.alarm("list_damaged", scope);
    if (!trust_) return;
    raise_floor(trust_->floor());
}

/// A little behind, so that a registry whose clock is ahead by seconds does not make ours look unset.
void Courier::raise_floor(UtcTime iat) {
    const auto trust = clock_.trust();
    if (iat - floor_below_head > trust.floor) clock_.restore({iat - floor_below_head, trust.drifting});
}

void Courier::ask(courier_message::Frame question, const Session& session, const Answer& answer) {
    const auto verb = text_in(question.header, "verb");
    if (verb == "where") return where(answer);
    if (verb == "report") return take_report(question.header, answer);
    if (!trust_) {
        return answer(refusal("this gate is not enrolled: " + stores_.enrolment()->why, {{"need", "enrolment"}}));
    }
    if (verb == "keys") {
        take_keys(question.header, answer);
    } else if (verb == "changes") {
        changes(std::move(question), answer);
    } else if (verb == "begin") {
        begin(question.header, session, answer);
    } else if (verb == "packed" || verb == "lines") {
        piece(std::move(question), session, answer, verb == "packed");
    } else if (verb == "finish") {
        finish(session, answer);
    } else if (verb == "events") {
        events(question.header, session, answer);
    } else if (verb == "ack") {
        acknowledge(question.header, answer);
    } else if (verb == "evidence") {
        acknowledge_pictures(question.header, answer);
    } else if (verb == "picture") {
        picture(question.header, answer);
    } else {
        answer(
            refusal("this gate knows the verbs where, keys, changes, begin, packed, lines, finish, events, ack, "
                    "evidence, picture, report"));
    }
}

void Courier::where(const Answer& answer) {
    boost::json::object header{{"gate", trust_ ? trust_->gate : ""}, {"enrolled", trust_.has_value()}};
    boost::json::array scopes;
    if (trust_) {
        for (const auto& scope : trust_->scopes) {
            const auto* state = state_of(scope);
            const auto at = state != nullptr ? state->head.at : bundle::Position{};
            scopes.push_back({{"scope", scope}, {"at", bundle::to_string(at)}});
        }
        header["keys"] = trust_->keys.version;
        header["epoch"] = trust_->keys.epoch;
    }
    header["scopes"] = std::move(scopes);
    header["faults"] = hooks_.faults();
    header["build"] = build_id();
    struct Log {
        std::string id;
        std::uint64_t last = 0, acknowledged = 0;
    };
    with_journal(
        [](journal::Journal& journal) -> Result<Log> {
            auto acknowledged = journal.acknowledged();
            if (!acknowledged) return acknowledged.error();
            return Log{journal.log_id(), journal.last_sequence(), *acknowledged};
        },
        [header = std::move(header), answer](const Result<Log>& log) {
            if (!log) return answer(refusal(log.error().message));
            auto whole = header;
            whole["log"] = log->id;
            whole["last"] = log->last;
            whole["acknowledged"] = log->acknowledged;
            answer(answer_of(std::move(whole)));
        });
}

void Courier::take_keys(const boost::json::object& header, const Answer& answer) {
    const auto line = text_in(header, "document");
    const auto document = bundle::parse_signed(bundle::DocumentType::keys, line);
    if (!document) return found(bundle::Finding::malformed, "keys", document.error().message, answer);
    const auto judged = bundle::judge_key_set(*document, trust_->roots, trust_->keys_seen);
    if (!judged.document) return found(judged.finding, "keys", judged.why, answer);
    if (judged.finding == bundle::Finding::repeated) {
        return answer(answer_of({{"finding", "repeated"}, {"keys", trust_->keys.version}}));
    }
    const bundle::KeysSeen seen{judged.document->version, judged.document->epoch, bundle::sha256(document->document)};
    with_journal([seen, line](journal::Journal& journal) { return journal.keep_keys(seen.version, seen.epoch, line); },
                 [this, seen, line, keys = *judged.document, answer](const Status& kept) {
                     if (!kept) return answer(refusal(kept.error().message));
                     if (seen.version > trust_->keys_seen.version) {
                         trust_->keys = keys;
                         trust_->keys_seen = seen;
                     }
                     stores_.keep_key_copy(line, [](const Status& copied) {
                         if (!copied) spdlog::warn("the key set has no second copy: {}", copied.error().message);
                     });
                     answer(answer_of({{"finding", "accept"}, {"keys", seen.version}}));
                 });
}

void Courier::picture(const boost::json::object& header, const Answer& answer) {
    const auto sha256 = text_in(header, "sha256");
    const auto offset = number_in(header, "offset", 0, 0, std::int64_t{1} << 32U);
    if (last_picture_.second && last_picture_.first == sha256) return send_piece(last_picture_.second, offset, answer);
    in_turn([this, sha256, offset, answer](std::function<void()> done) {
        stores_.picture(sha256, [this, sha256, offset, answer, done = std::move(done)](const Picture& picture) {
            if (picture) last_picture_ = {sha256, picture};
            if (picture) send_piece(picture, offset, answer);
            if (!picture) answer(refusal("there is no such picture"));
            done();
        });
    });
}

void Courier::send_piece(const Picture& picture, std::int64_t offset, const Answer& answer) {
    constexpr std::int64_t piece = 1 << 20;
    const auto size = static_cast<std::int64_t>(picture->size());
    const auto from = std::min(offset, size);
    const auto to = std::min(from + piece, size);
    answer(answer_of({{"size", size}}, std::string(picture->begin() + from, picture->begin() + to)));
}

// ---- what the courier says of his way: shown to the guard, and nothing more is done by it

void Courier::take_report(const boost::json::object& header, const Answer& answer) {
    constexpr std::size_t longest = 300;
    const auto* faults = header.if_contains("faults");
    if (faults == nullptr || !faults->is_object()) return answer(refusal("faults: an object"));
    for (const char* fault : couriers_faults) {
        reported_[fault].detail = text_in(faults->get_object(), fault).substr(0, longest);
    }
    show_report(clock_.now().mono);
    answer(answer_of({}));
}

void Courier::show_report(Instant now) {
    for (auto& [fault, report] : reported_) {
        const bool too_soon = report.since != Instant{} && now < report.since + report_shown_for;
        if (report.detail == report.shown || too_soon) continue;
        report.shown = report.detail;
        report.since = now;
        hooks_.fault(fault, !report.shown.empty(), report.shown);
    }
}

// ---- what is found

void Courier::found(bundle::Finding finding, const std::string& what, const std::string& why, const Answer& answer) {
    if (const auto alarm = alarm_of(finding); !alarm.empty()) {
        raise(std::string(alarm), what, std::string(bundle::to_string(finding)) + ": " + why);
    }
    answer(refusal(why, {{"finding", bundle::to_string(finding)}}));
}

void Courier::raise(const std::string& alarm, const std::string& about, const std::string& detail) {
    const auto now = clock_.now().mono;
    const auto key = alarm + " " + about;
    const auto before = raised_.find(key);
    if (before != raised_.end() && now - before->second < same_alarm_after) return;
    raised_[key] = now;
    spdlog::error("{} ({}): {}", alarm, about, detail);
    hooks_.alarm(alarm, about + ": " + detail);
}

// ---- how old the lists are

bool Courier::knows_scope(const std::string& scope) const {
    return std::find(trust_->scopes.begin(), trust_->scopes.end(), scope) != trust_->scopes.end();
}

const whitelist::ScopeState* Courier::state_of(const std::string& scope) const {
    for (const auto& state : stores_.scopes()) {
        if (state.scope == scope) return &state;
    }
    return nullptr;
}

void Courier::watch(const Now& now) {
    show_report(now.mono);
    hooks_.fault("not_enrolled", !trust_, stores_.enrolment()->why);
    std::string missing, stale, expired;
    const auto add = [](std::string& to, const std::string& scope) { to += (to.empty() ? "" : ", ") + scope; };
    for (const auto& scope : trust_ ? trust_->scopes : std::vector<std::string>{}) {
        const auto* state = state_of(scope);
        if (state == nullptr) {
            add(missing, scope);
            continue;
        }
        const auto age = bundle::age_of(state->head, now.utc, clock_.trust().floor);
        if (age == bundle::Finding::stale) add(stale, scope);
        if (age == bundle::Finding::expired) add(expired, scope);
    }
    hooks_.fault("list_missing", !missing.empty(), missing);
    hooks_.fault("list_stale", !stale.empty(), stale);
    hooks_.fault("list_expired", !expired.empty(), expired);
}

boost::json::array Courier::scopes_json() const {
    boost::json::array all;
    for (const auto& state : stores_.scopes()) {
        all.push_back({{"scope", state.scope},
                       {"at", bundle::to_string(state.head.at)},
                       {"rows", state.head.rows},
                       {"made", format_utc(state.head.iat)},
                       {"fresh", format_utc(state.head.fresh)},
                       {"exp", format_utc(state.head.exp)}});
    }
    return all;
}

}  // namespace menshen::gate
