#include "stores.hpp"

#include <boost/asio/post.hpp>
#include <sodium.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <filesystem>
#include <future>

#include "usual_width.hpp"

namespace menshen::gate {

namespace {

constexpr std::size_t most_pending = 20'000;  // events kept in memory while the disk does not answer
constexpr std::uint32_t ids_a_run = 1U << 24U;
constexpr auto retry_after = seconds(1);
constexpr auto tend_every = seconds(20);
constexpr int check_scopes_every = 24 * 3600 / 20;  // once a day

bool own_intent(const Event& event) {
    const auto* by = event.body.if_contains("by");
    return event.kind == EventKind::intent && by != nullptr && *by == "menshen";
}

/// All in one transaction; if one of them is refused for what it is, each by itself, so that it harms no other.
std::vector<Result<std::uint64_t>> append(journal::Journal& journal, const std::vector<Event>& events) {
    std::vector<Result<std::uint64_t>> results;
    auto all = journal.append_all(events);
    if (all) {
        for (std::size_t i = 0; i < events.size(); ++i) results.emplace_back(all->sequence + i);
        return results;
    }
    const auto code = all.error().code;
    const bool about_one = (code == Errc::conflict || code == Errc::invalid) && events.size() > 1;
    for (const auto& event : events) {
        auto one = about_one ? journal.append(event) : Result<journal::Committed>(all.error());
        results.push_back(one ? Result<std::uint64_t>(one->sequence) : Result<std::uint64_t>(one.error()));
    }
    return results;
}

/// The registry's permits count, and of the gate's own those that a guard gave for the day: what was imported before
/// the gate was enrolled waits until somebody adopts it.
void keep_visitors_only(ListAnswer& answer) {
    for (auto& listing : answer.listings) {
        std::erase_if(listing.permits, [](const auto& entry) {
            return entry.second.scope == "local" && entry.second.permit_class != PermitClass::visitor;
        });
    }
}

/// Of the last cars through the lane. Nothing without it: it is learnt anew.
std::vector<int> widths_at_loop(journal::Journal& journal, const LaneId& lane) {
    constexpr int events_a_look = 100, looks = 10;
    std::vector<int> widths;
    std::uint64_t before = 0;
    for (int look = 0; look < looks && widths.size() < UsualWidth::most; ++look) {
        const auto events = journal.events_before(before, events_a_look, lane);
        if (!events || events->empty()) break;
        before = events->back().sequence;
        for (const auto& event : *events) {
            const auto passage = journal::passage_from(event);
            if (passage && passage->plate_width > 0) widths.push_back(passage->plate_width);
        }
    }
    if (widths.size() > UsualWidth::most) widths.resize(UsualWidth::most);
    std::reverse(widths.begin(), widths.end());
    return widths;
}

}  // namespace

Stores::Stores(boost::asio::io_context& loop, const site::Site& site, TrustedClock& clock, FaultSink faults)
    : loop_(loop), site_(site), clock_(clock), faults_(std::move(faults)), retry_(loop), tending_(loop), soon_(loop) {}

Stores::~Stores() {
    retry_.cancel();
    tending_.cancel();
    soon_.cancel();
    // What is still pending is written now; the worker ends when its queue is empty.
    if (journal_worker_ && !pending_.empty()) {
        std::vector<Event> events;
        for (auto& pending : pending_) events.push_back(std::move(pending.event));
        (void)journal_worker_->push([this, events = std::move(events)] { (void)append(*journal_, events); });
    }
    list_check_worker_.reset();
    list_reader_worker_.reset();
    list_writer_worker_.reset();
    journal_worker_.reset();
}

Result<std::unique_ptr<Stores>> Stores::open(boost::asio::io_context& loop, const site::Site& site, TrustedClock& clock,
                                             FaultSink faults) {
    if (sodium_init() < 0) return Error{Errc::internal, "libsodium does not start"};
    std::unique_ptr<Stores> stores(new Stores(loop, site, clock, std::move(faults)));
    if (auto status = stores->open_whitelist(); !status) return status.error().in("whitelist.db");
    auto status = stores->open_journal();
    // Damage too deep for the look that opening takes: the gate would not start again by itself.
    if (!status && status.error().code == Errc::corrupt) status = stores->open_journal(status.error().message);
    if (!status) return status.error().in("journal.db");
    if (status = stores->open_blocks(); !status) return status.error().in("the gate's own blocks");
    if (status = stores->open_trust(); !status) return status.error().in("the registry's trust");
    const auto executor = loop.get_executor();
    stores->list_reader_worker_ = std::make_unique<Worker>("list-reader", executor);
    stores->list_writer_worker_ = std::make_unique<Worker>("list-writer", executor);
    stores->journal_worker_ = std::make_unique<Worker>("journal", executor);
    stores->list_check_worker_ = std::make_unique<Worker>("list-check", executor);
    stores->refresh_summary();
    stores->check_list();
    stores->tend();
    return stores;
}

Status Stores::open_whitelist(std::optional<std::string> distrust) {
    list_reader_.reset();
    list_writer_.reset();
    const auto file = std::filesystem::path(site_.data) / "whitelist.db";
    auto opened = whitelist::WhitelistWriter::open(file, clock_.now().utc, std::move(distrust));
    if (!opened) return opened.error();
    if (opened->set_aside) {
        spdlog::error("whitelist.db was damaged and set aside");
        mark_set_aside("import the list again");
    }
    // The mark outlives a restart: an empty new list must not pass for a list until somebody has imported one.
    list_usable_ = !std::filesystem::exists(set_aside_mark());
    if (!list_usable_) faults_("list_set_aside", true, "");
    remove_old_stage();
    list_writer_ = std::move(opened->writer);
    auto reader = whitelist::WhitelistReader::open(file);
    if (!reader) return reader.error();
    list_reader_ = std::move(*reader);
    return {};
}

Status Stores::open_journal(std::optional<std::string> distrust) {
    journal_.reset();
    journal::JournalOptions options;
    options.distrust = std::move(distrust);
    options.folder = site_.data;
    options.evidence_quota = static_cast<std::int64_t>(site_.evidence_quota);
    options.reserve = static_cast<std::int64_t>(site_.reserve);
    auto opened = journal::Journal::open(options, clock_.now());
    if (!opened) return opened.error();
    if (opened->set_aside) faults_("journal_set_aside", true, "");
    journal_ = std::move(opened->journal);
    auto blocks = journal_->kept_blocks();
    if (!blocks) return blocks.error();
    blocks_kept_ = std::move(blocks).value();
    const auto kept = journal_->kept_clock();
    if (!kept) return kept.error();
    if (*kept) clock_.restore(**kept);
    const auto now = clock_.now();
    const auto recovered = journal_->recover(now);
    if (!recovered) return recovered.error();
    for (const auto& r : *recovered)
        spdlog::warn("lane {}: authorisation {} ended in a crash: outcome unknown", r.lane, r.authorisation);
    auto ids = journal_->authorisations(ids_a_run);
    if (!ids) return ids.error();
    last_authorisation_ = ids->first - 1;
    presence_ = journal_->presence_all();
    const auto first = journal_->first_start();
    has_guards_ = first && !*first;
    auto modes = journal_->modes();
    if (!modes) return modes.error();
    kept_modes_ = std::move(*modes);
    const auto box = kept_modes_.find("");
    if (box != kept_modes_.end() && box->second.mode == to_string(Mode::lockdown)) mode_ = Mode::lockdown;
    for (const auto& lane : site_.lanes) kept_widths_[lane.id] = widths_at_loop(*journal_, lane.id);
    return {};
}

void Stores::later(std::function<void()> call) {
    boost::asio::post(loop_, std::move(call));
}

// ---- whitelist

boost::json::object Stores::list_json() const {
    return {{"usable", list_usable()},
            {"credentials", summary_.credentials},
            {"permits", summary_.permits},
            {"blocks", summary_.blocks},
            {"changed", summary_.changed ? format_utc(*summary_.changed) : ""},
            {"scope", site_.registry ? site_.registry->scope : "local"}};
}

void Stores::refresh_summary(std::function<void()> then) {
    on(
        *list_reader_worker_,
        [this]() -> Result<whitelist::Summary> {
            if (!list_reader_) return {Errc::unavailable, "the list is being made anew"};
            return list_reader_->summary();
        },
        [this, then = std::move(then)](const Result<whitelist::Summary>& summary) {
            if (summary) summary_ = *summary;
            then();
        });
}

void Stores::own_list(whitelist::OwnRows what, std::int64_t after, int limit,
                      std::function<void(Result<whitelist::OwnPage>)> then) {
    on(
        *list_reader_worker_,
        [this, what, after, limit]() -> Result<whitelist::OwnPage> {
            if (!list_reader_) return {Errc::unavailable, "the list is being made anew"};
            return list_reader_->own(what, after, limit);
        },
        std::move(then));
}

void Stores::look_up(std::vector<std::string> plates, std::function<void(Result<ListAnswer>)> then) {
    on(
        *list_reader_worker_,
        [this, plates = std::move(plates)]() -> Result<ListAnswer> {
            if (!list_reader_) return {Errc::unavailable, "the list is being made anew"};
            auto answer = list_reader_->look_up(plates);
            if (!answer && answer.error().code == Errc::corrupt) {
                later([this, scope = list_reader_->damaged_scope(), why = answer.error().message] {
                    found_corrupt(scope, why);
                });
            }
            if (answer && site_.registry) keep_visitors_only(*answer);
            return answer;
        },
        std::move(then));
}

void Stores::register_visitor(whitelist::Visitor visitor, Now now, std::function<void(Result<Permit>)> then) {
    on(
        *list_writer_worker_,
        [this, visitor = std::move(visitor), now]() -> Result<Permit> {
            if (!list_writer_) return {Errc::unavailable, "the list is being made anew"};
            return list_writer_->register_visitor(visitor, now);
        },
        [this, then = std::move(then)](const Result<Permit>& permit) {
            refresh_summary([then, permit] { then(permit); });
        });
}

// ---- journal

void Stores::record(Event event, std::function<void(Result<std::uint64_t>)> then) {
    if (pending_.size() >= most_pending) {
        spdlog::error("the journal does not answer and memory for events is full: one is lost");
        return then(Error{Errc::exhausted, "the journal does not answer"});
    }
    pending_.push_back({std::move(event), std::move(then), std::nullopt});
    if (writing_ || std::exchange(flush_posted_, true)) return;
    later([this] { flush(); });
}

void Stores::record_passage(journal::PassageRecord passage, const Now& now) {
    const auto before = pending_.size();
    record(journal::to_event(passage, now), [](const auto&) {});
    if (pending_.size() > before) pending_.back().passage = std::move(passage);
}

void Stores::flush() {
    flush_posted_ = false;
    if (writing_ || pending_.empty()) return;
    writing_ = true;
    auto batch = std::make_shared<std::vector<Pending>>(std::exchange(pending_, {}));
    std::vector<Event> events;
    for (const auto& pending : *batch) events.push_back(pending.event);
    const bool taken = journal_worker_->post(
        [this, events = std::move(events)] { return append(*journal_, events); },
        [this, batch](const std::vector<Result<std::uint64_t>>& results) { written(batch, results); });
    if (!taken)
        written(batch, std::vector<Result<std::uint64_t>>(batch->size(),
                                                          Error{Errc::exhausted, "the journal does not answer"}));
}

void Stores::written(const Batch& batch, const std::vector<Result<std::uint64_t>>& results) {
    writing_ = false;
    std::vector<Pending> again;
    std::string trouble;
    for (std::size_t i = 0; i < batch->size(); ++i) {
        auto& pending = (*batch)[i];
        const auto& result = results[i];
        if (result && pending.passage) presence_.apply(*pending.passage, pending.event.utc);
        if (result || own_intent(pending.event)) {
            pending.then(result);
        } else if (result.error().code == Errc::conflict || result.error().code == Errc::invalid) {
            spdlog::error("journal refuses an event of kind {}: {}", to_string(pending.event.kind),
                          result.error().message);
            pending.then(result);
        } else {
            trouble = result.error().message;
            again.push_back(std::move(pending));  // `then` is told once it is durable
        }
    }
    faults_("journal_unwritable", !trouble.empty(), trouble);
    if (!again.empty()) {
        pending_.insert(pending_.begin(), std::make_move_iterator(again.begin()), std::make_move_iterator(again.end()));
        retry_.expires_after(retry_after);
        retry_.async_wait([this](boost::system::error_code error) {
            if (!error) flush();
        });
    } else if (!pending_.empty()) {
        flush();
    } else {
        write_next_picture();
    }
    tell_listeners();
}

void Stores::tell_listeners() {
    for (const auto& listener : std::list(*listeners_)) listener();
}

void Stores::events_after(std::uint64_t after, int limit, std::function<void(Result<std::vector<Event>>)> then) {
    on(
        *journal_worker_, [this, after, limit] { return journal_->events_after(after, limit); }, std::move(then));
}

void Stores::events_before(std::uint64_t before, int limit, std::function<void(Result<std::vector<Event>>)> then) {
    on(
        *journal_worker_, [this, before, limit] { return journal_->events_before(before, limit); }, std::move(then));
}

std::shared_ptr<void> Stores::on_durable(std::function<void()> listener) {
    listeners_->push_back(std::move(listener));
    return {nullptr, [weak = std::weak_ptr(listeners_), it = std::prev(listeners_->end())](void*) {
                if (const auto listeners = weak.lock()) listeners->erase(it);
            }};
}

/// On the journal's own thread: it has begun to tend the journal by now.
Result<ArrivalId> Stores::arrival_range() {
    std::promise<Result<journal::IdRange>> taken;
    if (!journal_worker_->push([&] { taken.set_value(journal_->arrivals(ids_a_run)); })) {
        return Error{Errc::exhausted, "the journal does not answer"};
    }
    const auto range = taken.get_future().get();
    if (!range) return range.error();
    return range->first;
}

void Stores::set_mode(Mode mode, const std::string& by) {
    mode_ = mode;
    const journal::ModeRecord change{{}, std::string(to_string(mode)), by, std::nullopt};
    record(journal::to_event(change, clock_.now()), [](const auto&) {});
}

void Stores::keep_clock() {
    on(
        *journal_worker_, [this, trust = clock_.trust()] { return journal_->keep_clock(trust); },
        [](const Status& kept) {
            if (!kept) spdlog::warn("the clock's floor is not kept: {}", kept.error().message);
        });
}

// ---- presence

void Stores::fill_presence(DecideInput& input) const {
    input.zone_inside = presence_.inside_zone(input.zone);
    for (const auto& listing : input.listings) {
        Presence presence;
        presence.plate = listing.plate;
        if (const auto* known = presence_.of(listing.plate)) {
            presence.inside = known->inside;
            presence.since = clock_.now().utc - known->since;
        }
        for (const auto& [credential, permit] : listing.permits) {
            const journal::PermitKey key{permit.scope, permit.id};
            presence.permit_inside = std::max(presence.permit_inside, presence_.inside_with(key, listing.plate));
            presence.permit_uses = std::max(presence.permit_uses, presence_.uses_of(key));
        }
        if (presence.since || presence.permit_inside > 0 || presence.permit_uses > 0)
            input.presences.push_back(std::move(presence));
    }
}

boost::json::value Stores::inside(const std::string& plate) const {
    const auto* known = presence_.of(plate);
    return known == nullptr ? boost::json::value(nullptr) : boost::json::value(known->inside);
}

// ---- house-keeping

void Stores::tend_journal() {
    on(
        *journal_worker_, [this, now = clock_.now()] { return journal_->tend(now); },
        [this](const Result<journal::Tended>& tended) {
            // in the order of the journal's worker: what it forgot before a passage, we do too
            if (tended && tended->forgot) presence_.forget_old(*tended->forgot);
            faults_("disk_full", tended && tended->disk_full, "");
            faults_("evidence_full", tended && tended->evidence_full, "");
            if (tended && tended->pictures_dropped > 0) tell_listeners();
        });
    if (!blocks_lost_ && blocks_ != blocks_kept_) keep_blocks(blocks_, [] {});
}

void Stores::tend() {
    tend_journal();
    if (site_.registry && ++tended_ % check_scopes_every == 0) check_scopes();
    tending_.expires_after(tend_every);
    tending_.async_wait([this](boost::system::error_code error) {
        if (!error) tend();
    });
}

// ---- guards

void Stores::create_guard(std::string name, std::string pin, std::function<void(Status)> then) {
    on(
        *journal_worker_,
        [this, name = std::move(name), pin = std::move(pin)] { return journal_->create_guard(name, pin); },
        [this, then = std::move(then)](const Status& status) {
            has_guards_ = has_guards_ || status.ok();
            then(status);
        });
}

void Stores::check_guard(std::string name, std::string pin, Now now, std::function<void(Status)> then) {
    on(
        *journal_worker_,
        [this, name = std::move(name), pin = std::move(pin), now] { return journal_->check_guard(name, pin, now); },
        std::move(then));
}

}  // namespace menshen::gate
