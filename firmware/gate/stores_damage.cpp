// Lists found damaged: looked for in the background and met in use, set aside and made anew.
#include <spdlog/spdlog.h>

#include <algorithm>
#include <filesystem>

#include "files/write.hpp"
#include "stores.hpp"
#include "whitelist/scope_check.hpp"

namespace menshen::gate {

/// Reads the whole list once, beside the decisions, on a connection of its own: opening looks closely at small files
/// only.
void Stores::check_list() {
    on(
        *list_check_worker_,
        [file = std::filesystem::path(site_.data) / "whitelist.db"]() -> Status {
            auto reader = whitelist::WhitelistReader::open(file);
            return reader ? reader->check() : Status(reader.error());
        },
        [this](const Status& status) {
            if (!status && status.error().code == Errc::corrupt) return distrust_list(status.error().message);
            if (site_.registry) check_scopes();
        });
}

/// On the disk before anything is kept in the new list: an empty one must not pass for a list after a power cut.
void Stores::mark_set_aside(const std::string& why) const {
    const auto done = files::replace(set_aside_mark(), why, {.mode = 0640});
    if (!done) spdlog::error("whitelist.db is set aside, and no mark of it can be written: {}", done.error().message);
}

/// The list counts again, also after a power cut. In turn with the marking, which is that worker's, too.
void Stores::unmark_set_aside() {
    on(
        *list_writer_worker_, [mark = set_aside_mark()] { return files::remove(mark); },
        [](const Status& done) {
            if (!done) spdlog::error("after the next start the list is to be imported again: {}", done.error().message);
        });
}

std::filesystem::path Stores::set_aside_mark() const {
    return std::filesystem::path(site_.data) / "whitelist.set-aside";
}

/// A list found damaged in use is set aside; nobody is granted from it any more.
void Stores::distrust_list(const std::string& why) {
    if (!list_usable_) return;
    list_usable_ = false;
    being_made_anew_ = true;
    scopes_.clear();
    faults_("list_set_aside", true, why);
    spdlog::error("whitelist.db is damaged ({}) and is set aside", why);
    on(
        *list_reader_worker_, [this] { return list_reader_.reset(), Status{}; },
        [this, why](const Status&) {
            on(
                *list_writer_worker_,
                [this, why, now = clock_.now().utc]() -> Result<bool> {
                    drop_staged();
                    uploads_.clear();
                    list_writer_.reset();
                    const auto file = std::filesystem::path(site_.data) / "whitelist.db";
                    auto opened = whitelist::WhitelistWriter::open(file, now, why);
                    mark_set_aside(why);
                    if (!opened) return opened.error();
                    list_writer_ = std::move(opened->writer);
                    return restore_own_blocks(now).ok();
                },
                [this](const Result<bool>& restored) {
                    if (!restored) return faults_("list_unreadable", true, restored.error().message);
                    if (!*restored) blocks_are_lost(true);
                    being_made_anew_ = false;
                    take_scopes({});
                    on(
                        *list_reader_worker_,
                        [this]() -> Status {
                            auto reader =
                                whitelist::WhitelistReader::open(std::filesystem::path(site_.data) / "whitelist.db");
                            if (!reader) return reader.error();
                            list_reader_ = std::move(*reader);
                            return {};
                        },
                        [this](const Status&) { refresh_summary(); });
                });
        });
}

void Stores::found_corrupt(const std::string& scope, const std::string& why) {
    if (scope.empty()) return distrust_list(why);
    distrust_scope(scope, why);
}

/// One of the registry's lists is damaged: nobody is granted from it any more, and the courier brings it anew.
void Stores::distrust_scope(const std::string& scope, const std::string& why) {
    const bool known = std::any_of(scopes_.begin(), scopes_.end(), [&](const auto& one) { return one.scope == scope; });
    if (!known) return;
    being_dropped_.insert(scope);
    std::erase_if(scopes_, [&](const auto& one) { return one.scope == scope; });
    spdlog::error("the list of scope {} is damaged ({}) and is set aside", scope, why);
    scope_damaged_(scope);
    on(
        *list_writer_worker_,
        [this, scope]() -> Status {
            if (!list_writer_) return {};
            uploads_.clear();
            return list_writer_->scopes().drop(scope);
        },
        [this, scope](const Status& done) {
            // What cannot be dropped stays distrusted until the next start.
            if (done) being_dropped_.erase(scope);
            if (!done) spdlog::error("it cannot be set aside: {}", done.error().message);
            refresh_summary();
        });
}

/// Slice by slice, beside everything else, so that ending never waits for it.
void Stores::check_scopes() {
    using Check = std::shared_ptr<whitelist::ScopeCheck>;
    const auto file = std::filesystem::path(site_.data) / "whitelist.db";
    const auto opened = [this](const Result<Check>& check) {
        if (check) step_check(*check);
    };
    on(
        *list_check_worker_,
        [file]() -> Result<Check> {
            auto check = whitelist::ScopeCheck::open(file);
            if (!check) return check.error();
            return std::make_shared<whitelist::ScopeCheck>(std::move(check).value());
        },
        opened);
}

void Stores::step_check(const std::shared_ptr<whitelist::ScopeCheck>& check) {
    on(
        *list_check_worker_, [check] { return check->step(); },
        [this, check](const Result<bool>& more) {
            if (more && *more) return step_check(check);
            if (!more && more.error().code == Errc::corrupt)
                found_corrupt(check->damaged_scope(), more.error().message);
        });
}

}  // namespace menshen::gate
