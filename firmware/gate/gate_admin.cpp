// admin.sock: what the tool `menshen` asks (status, blocks, events; gate_import.cpp has the imports).
#include <limits>

#include "build.hpp"
#include "gate.hpp"

namespace menshen::gate {

namespace {

std::int64_t number_or(const boost::json::object& object, std::string_view key, std::int64_t other) {
    const auto* value = object.if_contains(key);
    return value != nullptr && value->is_int64() ? value->as_int64() : other;
}

std::string text_or(const boost::json::object& object, std::string_view key, std::string_view other) {
    const auto* value = object.if_contains(key);
    return std::string(value != nullptr && value->is_string() ? std::string_view(value->as_string()) : other);
}

Result<BlockKind> block_kind_from(std::string_view text) {
    for (const auto kind : {BlockKind::block, BlockKind::watch, BlockKind::hold}) {
        if (text == to_string(kind)) return kind;
    }
    return {Errc::invalid, "kind: write block (may not enter), hold (may not leave) or watch (alarm only)"};
}

std::optional<whitelist::OwnRows> own_rows_from(std::string_view of) {
    if (of == "permits") return whitelist::OwnRows::permits;
    if (of == "blocks") return whitelist::OwnRows::blocks;
    if (of == "schedules") return whitelist::OwnRows::schedules;
    return std::nullopt;
}

bool flag(const boost::json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    return value != nullptr && value->is_bool() && value->as_bool();
}

}  // namespace

void Gate::admin(const boost::json::object& request, const AdminServer::Answer& answer) {
    const auto* verb = request.if_contains("verb");
    const std::string_view name = verb != nullptr && verb->is_string() ? std::string_view(verb->as_string()) : "";
    if (name == "status") {
        auto state = snapshot();
        state["ok"] = true;
        state["build"] = build_id();
        (void)answer(state);
    } else if (site_.registry && (name.starts_with("import") || name == "block")) {
        answer.refuse("this gate is enrolled: its list comes from the registry, change it there");
    } else if (name == "import") {
        admin_import(request, answer);
    } else if (name == "import_begin") {
        admin_import_begin(request, answer);
    } else if (name == "import_rows") {
        admin_import_rows(request, answer);
    } else if (name == "import_finish") {
        admin_import_finish(request, answer);
    } else if (name == "list") {
        admin_list(request, answer);
    } else if (name == "block") {
        admin_block(request, answer);
    } else if (name == "unblock") {
        admin_unblock(request, answer);
    } else if (name == "events") {
        admin_events(request, answer);
    } else {
        answer.refuse(
            "this gate knows the verbs status, import, import_begin, import_rows, import_finish, list, block, unblock, "
            "events");
    }
}

/// {verb:"list", of:"permits|blocks|schedules", after} → {ok, permits:[{permit, credentials}], blocks:[…],
/// schedules:[…], next: the `after` of the next page, 0 after the last}. The gate's own list, as import and block have
/// made it.
void Gate::admin_list(const boost::json::object& request, const AdminServer::Answer& answer) {
    const auto of = text_or(request, "of", "permits");
    const auto what = own_rows_from(of);
    if (!what) return answer.refuse("of: write permits, blocks or schedules");
    constexpr int page_rows = 500;  // about 200 kB, read within a few milliseconds
    stores_->own_list(*what, number_or(request, "after", 0), page_rows,
                      [answer](const Result<whitelist::OwnPage>& page) {
                          if (!page) return answer.refuse(page.error().message);
                          auto told = whitelist::to_json(*page);
                          told["ok"] = true;
                          (void)answer(told);
                      });
}

/// {verb:"block", by, plate, kind:"block|hold|watch", reason, until:"2026-12-31T18:00:00"} → {ok, id}
void Gate::admin_block(const boost::json::object& request, const AdminServer::Answer& answer) {
    Block block;
    const auto kind = block_kind_from(text_or(request, "kind", "block"));
    if (!kind) return answer.refuse(kind.error().message);
    block.kind = *kind;
    block.plate = text_or(request, "plate", "");
    block.reason = text_or(request, "reason", "");
    if (block.reason.empty() || block.reason.size() > 200)
        return answer.refuse("reason: say why, in at most 200 bytes");
    if (const auto until = text_or(request, "until", ""); !until.empty()) {
        const auto parsed = parse_local(until);
        if (!parsed) return answer.refuse(parsed.error().in("until").message);
        block.until = *parsed;
    }
    const auto by = text_or(request, "by", "admin");
    stores_->block(std::move(block), clock_.now().utc, [this, by, answer](const Result<Block>& stored) {
        if (!stored) return answer.refuse(stored.error().message);
        list_changed("block", by, 1);
        (void)answer({{"ok", true}, {"id", stored->id}, {"plate", stored->plate}});
    });
}

void Gate::admin_unblock(const boost::json::object& request, const AdminServer::Answer& answer) {
    const auto by = text_or(request, "by", "admin");
    stores_->unblock(number_or(request, "id", 0), clock_.now().utc, [this, by, answer](const Status& done) {
        if (!done) return answer.refuse(done.error().message);
        list_changed("unblock", by, 1);
        (void)answer({{"ok", true}});
    });
}

namespace {

/// One reader of the journal over admin.sock: sends what there is, then waits for more if asked to follow. Kept alive
/// by what it waits for: a page from the journal, the peer to read, or (through its subscription) the next event.
class Follower : public std::enable_shared_from_this<Follower> {
  public:
    Follower(boost::asio::io_context& loop, Stores& stores, const boost::json::object& request,
             AdminServer::Answer answer)
        : stores_(stores),
          answer_(std::move(answer)),
          breath_(loop),
          after_(static_cast<std::uint64_t>(std::max<std::int64_t>(0, number_or(request, "after", 0)))),
          left_(number_or(request, "limit", std::numeric_limits<std::int64_t>::max())),
          follow_(flag(request, "follow")) {}

    void start() {
        if (follow_) {
            subscription_ = stores_.on_durable([self = shared_from_this()] { self->read(); });
        }
        read();
    }

  private:
    void read() {
        if (gone_ || std::exchange(reading_, true)) return;
        const int page = static_cast<int>(std::min<std::int64_t>(left_, events_a_page));
        stores_.events_after(after_, page, [self = shared_from_this(), page](const Result<std::vector<Event>>& events) {
            self->reading_ = false;
            self->send(events, page);
        });
    }

    void send(const Result<std::vector<Event>>& events, int page) {
        if (gone_) return;
        if (!events) return answer_.refuse(events.error().message), end();
        for (const auto& event : *events) {
            after_ = event.sequence;
            --left_;
            if (!answer_({{"event", journal::to_json(event)}})) return end();
        }
        if (left_ > 0 && static_cast<int>(events->size()) == page) return go_on();
        if (left_ <= 0 || !follow_) {
            (void)answer_({{"ok", true}, {"end", true}, {"after", after_}});
            end();
        }
    }

    /// The next page, as soon as the peer has taken most of this one.
    void go_on() {
        if (answer_.waiting() < much) return read();
        reading_ = true;
        breath_.expires_after(milliseconds(5));
        breath_.async_wait([self = shared_from_this()](boost::system::error_code) {
            self->reading_ = false;
            if (!self->gone_) self->go_on();
        });
    }

    void end() {
        gone_ = true;
        subscription_.reset();
    }

    static constexpr std::int64_t events_a_page = 100;  // so that a long history does not hold the journal's worker
    static constexpr std::size_t much = std::size_t{512} * 1024;

    Stores& stores_;
    AdminServer::Answer answer_;
    boost::asio::steady_timer breath_;
    std::uint64_t after_;
    std::int64_t left_;
    bool follow_;
    bool reading_ = false;
    bool gone_ = false;
    std::shared_ptr<void> subscription_;
};

}  // namespace

void Gate::admin_events(const boost::json::object& request, const AdminServer::Answer& answer) {
    std::make_shared<Follower>(loop_, *stores_, request, answer)->start();
}

}  // namespace menshen::gate
