// admin.sock: what the tool `menshen` asks (status, import, events).
#include <spdlog/spdlog.h>

#include "build.hpp"
#include "gate.hpp"
#include "whitelist/import.hpp"

namespace menshen::gate {

namespace {

void refuse(const AdminServer::Answer& answer, const std::string& why) { (void)answer({{"ok", false}, {"error", why}}); }

std::int64_t number_or(const boost::json::object& object, std::string_view key, std::int64_t other) {
    const auto* value = object.if_contains(key);
    return value != nullptr && value->is_int64() ? value->as_int64() : other;
}

bool flag(const boost::json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    return value != nullptr && value->is_bool() && value->as_bool();
}

constexpr int most_events = 500;  // in one turn, so that a long history does not hold the journal's worker

}  // namespace

void Gate::admin(const boost::json::object& request, const AdminServer::Answer& answer) {
    const auto* verb = request.if_contains("verb");
    const std::string_view name = verb != nullptr && verb->is_string() ? std::string_view(verb->as_string()) : "";
    if (name == "status") {
        auto state = snapshot();
        state["ok"] = true;
        state["build"] = build_id();
        (void)answer(state);
    } else if (name == "import") {
        admin_import(request, answer);
    } else if (name == "events") {
        admin_events(request, answer);
    } else {
        refuse(answer, "this gate knows the verbs status, import, events");
    }
}

void Gate::admin_import(const boost::json::object& request, const AdminServer::Answer& answer) {
    auto parsed = whitelist::import_request_from_json(request);
    if (!parsed) return refuse(answer, parsed.error().message);
    const auto by = parsed->by;
    stores_->import(std::move(*parsed), clock_.now().utc, [this, by, answer](const Result<whitelist::ImportReport>& report) {
        if (!report) return refuse(answer, report.error().message);
        if (report->committed) list_changed("import", by, report->added + report->changed);
        (void)answer(whitelist::to_json(*report));
    });
}

/// One reader of the journal: sends what there is, then waits for more if asked to follow.
void Gate::admin_events(const boost::json::object& request, const AdminServer::Answer& answer) {
    struct Follower {
        std::uint64_t after = 0;
        std::int64_t left = 0;
        bool follow = false;
        bool reading = false;
        bool gone = false;
        std::shared_ptr<void> subscription;
        std::function<void()> read;
    };
    auto follower = std::make_shared<Follower>();
    follower->after = static_cast<std::uint64_t>(std::max<std::int64_t>(0, number_or(request, "after", 0)));
    follower->left = number_or(request, "limit", 1'000'000'000);
    follower->follow = flag(request, "follow");
    const auto finish = [answer](Follower& f) {
        if (!f.gone) (void)answer({{"ok", true}, {"end", true}, {"after", f.after}});
        f.gone = true;
        f.subscription.reset();
        f.read = nullptr;
    };
    follower->read = [this, answer, finish, weak = std::weak_ptr(follower)] {
        const auto f = weak.lock();
        if (!f || f->gone || f->reading) return;
        f->reading = true;
        const int limit = static_cast<int>(std::min<std::int64_t>(f->left, most_events));
        stores_->events_after(f->after, limit, [answer, finish, f, limit](const Result<std::vector<Event>>& events) {
            f->reading = false;
            if (f->gone) return;
            if (!events) return refuse(answer, events.error().message), finish(*f);
            for (const auto& event : *events) {
                f->after = event.sequence;
                --f->left;
                if (!answer({{"event", journal::to_json(event)}})) {
                    f->gone = true;
                    f->subscription.reset();
                    return;
                }
            }
            const bool more = static_cast<int>(events->size()) == limit && f->left > 0;
            if (more && f->read) return f->read();
            if (f->left <= 0 || !f->follow) finish(*f);
        });
    };
    if (follower->follow) {
        // The subscription owns the follower: it lives as long as the peer reads.
        follower->subscription = stores_->on_durable([follower] {
            if (follower->read) follower->read();
        });
    }
    follower->read();
}

}  // namespace menshen::gate
