// The registry's lists on their way in.
#include <spdlog/spdlog.h>

#include <algorithm>

#include "stores.hpp"

namespace menshen::gate {

namespace {

const Error no_upload{Errc::not_found, "no such upload is under way; begin again"};
const Error list_made_anew{Errc::unavailable, "the list is being made anew"};

}  // namespace

struct Stores::Upload {
    whitelist::ScopeUpload upload;
    bool packed = false;  // a snapshot whose end has not come

    /// The first lines end the snapshot before them.
    Status lines(std::string_view bytes) {
        if (std::exchange(packed, false)) {
            if (auto done = upload.end_snapshot(); !done) return done;
        }
        return upload.changes(bytes);
    }
};

Status Stores::open_trust() {
    auto& lists = list_writer_->scopes();
    scopes_ = lists.all();
    if (!site_.registry) return {};
    auto enrolment = open_enrolment(site_, *journal_, lists, clock_.now());
    if (!enrolment) return enrolment.error();
    enrolment_ = std::move(enrolment).value();
    enrolment_->damaged = lists.damaged();
    if (!enrolment_->trust) spdlog::error("not enrolled: {}", enrolment_->why);
    scopes_ = lists.all();  // enrolling anew drops what was there
    if (enrolment_->fresh) blocks_are_lost(false);
    return {};
}

bool Stores::scopes_complete() const {
    if (!site_.registry) return true;
    const auto there = [&](const std::string& scope) {
        return std::any_of(scopes_.begin(), scopes_.end(), [&](const auto& one) { return one.scope == scope; });
    };
    return there(site_.registry->scope) && (!site_.registry->common || there("common"));
}

/// Once the registry's lists are all here, one that was set aside is of no more concern; but for the blocks in it.
void Stores::take_scopes(std::vector<whitelist::ScopeState> states) {
    // A commit that was under way when a list was found damaged still names that list.
    if (being_made_anew_) return;
    std::erase_if(states, [this](const auto& one) { return being_dropped_.contains(one.scope); });
    scopes_ = std::move(states);
    if (list_usable_ || blocks_lost_ || !site_.registry || scopes_.empty() || !scopes_complete()) return;
    unmark_set_aside();
    list_usable_ = true;
}

template <class Work, class Then>
void Stores::on_upload(std::uint64_t number, Work work, Then then) {
    on(
        *list_writer_worker_,
        [this, number, work = std::move(work)]() mutable -> decltype(work(std::declval<Upload&>())) {
            if (!list_writer_) return list_made_anew;
            const auto found = uploads_.find(number);
            if (found == uploads_.end()) return no_upload;
            auto done = work(*found->second);
            if (!done.ok()) uploads_.erase(number);
            return done;
        },
        std::move(then));
}

std::uint64_t Stores::upload_begin(UploadBegin begin, std::function<void(Status)> then) {
    const auto number = ++last_upload_;
    on(
        *list_writer_worker_,
        [this, number, begin = std::move(begin)]() -> Status {
            if (!list_writer_) return list_made_anew;
            auto& lists = list_writer_->scopes();
            auto upload = begin.kind == UploadKind::snapshot ? lists.begin_snapshot(*begin.manifest)
                          : begin.kind == UploadKind::whole  ? lists.begin_whole(begin.scope)
                                                             : lists.begin_changes(begin.scope);
            if (!upload) return upload.error();
            uploads_[number] =
                std::make_shared<Upload>(Upload{std::move(upload).value(), begin.kind == UploadKind::snapshot});
            return {};
        },
        std::move(then));
    return number;
}

void Stores::upload_packed(std::uint64_t number, std::string bytes, std::function<void(Status)> then) {
    on_upload(
        number, [bytes = std::move(bytes)](Upload& upload) { return upload.upload.snapshot(bytes); }, std::move(then));
}

void Stores::upload_lines(std::uint64_t number, std::string bytes, std::function<void(Status)> then) {
    on_upload(
        number, [bytes = std::move(bytes)](Upload& upload) { return upload.lines(bytes); }, std::move(then));
}

void Stores::upload_finish(std::uint64_t number, std::function<void(Result<bundle::Signed>)> then) {
    on_upload(
        number, [](Upload& upload) { return upload.upload.finish(); }, std::move(then));
}

void Stores::upload_settle(std::uint64_t number, bundle::Head head, UtcTime now, std::function<void(Status)> then) {
    on_upload(
        number, [head = std::move(head), now](Upload& upload) { return upload.upload.settle(head, now); },
        std::move(then));
}

void Stores::upload_commit(std::uint64_t number, std::function<void(Status)> then) {
    auto states = std::make_shared<std::vector<whitelist::ScopeState>>();
    on_upload(
        number,
        [this, states](Upload& upload) {
            auto done = upload.upload.commit();
            *states = list_writer_->scopes().all();
            return done;
        },
        [this, number, states, then = std::move(then)](const Status& done) {
            if (done) take_scopes(std::move(*states));
            upload_drop(number);
            on(
                *list_writer_worker_, [this] { return list_writer_ ? list_writer_->scopes().checkpoint() : Status(); },
                [](const Status&) {});
            if (!done) return then(done);
            refresh_summary([then] { then({}); });
        });
}

void Stores::upload_drop(std::uint64_t number) {
    (void)list_writer_worker_->push([this, number] { uploads_.erase(number); });
}

void Stores::keep_key_copy(std::string line, std::function<void(Status)> then) {
    on(
        *list_writer_worker_,
        [this, line = std::move(line)] {
            return list_writer_ ? list_writer_->scopes().keep_keys(line) : Status(list_made_anew);
        },
        std::move(then));
}

}  // namespace menshen::gate
