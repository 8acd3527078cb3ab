// Imports: whole, or in parts that wait in a file until all of them are there.
#include <filesystem>

#include "stores.hpp"
#include "whitelist/import_stage.hpp"
#include "whitelist/import_walk.hpp"

namespace menshen::gate {

namespace {

constexpr auto slice = milliseconds(5);  // of a check, between which a block or a visitor gets its turn
constexpr std::int64_t told_every = 20'000;

std::filesystem::path stage_file(const site::Site& site) {
    return std::filesystem::path(site.data) / "whitelist.import";
}

const Error no_import{Errc::not_found, "no import is under way here; begin again"};
const Error made_anew{Errc::unavailable, "the list is being made anew"};

}  // namespace

struct Stores::Staged {
    std::uint64_t number;
    whitelist::ImportStage stage;
    std::optional<whitelist::ImportCheck> check{};
};

Result<Stores::Staged*> Stores::staged(std::uint64_t number) {
    if (!list_writer_) return made_anew;
    if (!staged_ || staged_->number != number) return no_import;
    return staged_.get();
}

/// What an import left when the gate was killed in the middle of it.
void Stores::remove_old_stage() const {
    std::error_code ignored;
    std::filesystem::remove(stage_file(site_), ignored);
}

void Stores::drop_staged() {
    staged_.reset();
}

/// A new list: what was set aside is of no more concern, and whoever asks gets the new counts.
void Stores::imported(const Result<whitelist::ImportReport>& report, const ImportDone& then) {
    if (!report || !report->committed) return then(report);
    if (being_made_anew_) return then(made_anew);  // what was committed went with the damaged list
    unmark_set_aside();
    list_usable_ = true;
    blocks_are_lost(false);
    refresh_summary([then, report] { then(report); });
}

void Stores::import(whitelist::ImportRequest request, UtcTime now, ImportDone then) {
    on(
        *list_writer_worker_,
        [this, request = std::move(request), now]() -> Result<whitelist::ImportReport> {
            if (!list_writer_) return made_anew;
            auto report = list_writer_->import(request, now);
            if (report && report->committed) {
                if (auto done = restore_own_blocks(now); !done) return done.error();
            }
            return report;
        },
        [this, then = std::move(then)](const Result<whitelist::ImportReport>& report) { imported(report, then); });
}

std::uint64_t Stores::import_begin(std::function<void(Status)> then) {
    const auto number = ++imports_;
    on(
        *list_writer_worker_,
        [this, number]() -> Status {
            staged_.reset();
            auto stage = whitelist::ImportStage::open(stage_file(site_));
            if (!stage) return stage.error();
            staged_.reset(new Staged{number, std::move(stage).value()});
            return {};
        },
        std::move(then));
    return number;
}

void Stores::import_rows(std::uint64_t number, boost::json::array rows,
                         std::function<void(Result<std::int64_t>)> then) {
    on(
        *list_writer_worker_,
        [this, number, rows = std::move(rows)]() -> Result<std::int64_t> {
            const auto found = staged(number);
            if (!found) return found.error();
            auto& stage = (*found)->stage;
            auto read = whitelist::import_rows_from_json(rows, stage.rows());
            const auto done = read ? stage.add(*read) : Status(read.error());
            if (done) return stage.rows();
            staged_.reset();
            return done.error();
        },
        std::move(then));
}

void Stores::import_check(std::uint64_t number, Progress progress, ImportDone then) {
    struct Slice {
        std::int64_t done = 0, of = 0;
        std::optional<whitelist::ImportReport> report;
    };
    on(
        *list_writer_worker_,
        [this, number]() -> Result<Slice> {
            const auto found = staged(number);
            if (!found) return found.error();
            auto& [ignored, stage, check] = **found;
            if (!check) check.emplace(list_writer_->check(stage));
            const auto end = std::chrono::steady_clock::now() + slice;
            for (;;) {
                const auto more = check->step();
                if (!more) return more.error();
                Slice now{check->done(), stage.rows(), std::nullopt};
                if (!*more) {
                    now.report = check->report();
                    check.reset();
                }
                if (!*more || std::chrono::steady_clock::now() > end) return now;
            }
        },
        [this, number, progress = std::move(progress), then = std::move(then)](const Result<Slice>& done) {
            if (!done) return then(done.error());
            if (done->report) return then(*done->report);
            progress(done->done, done->of);
            import_check(number, progress, then);
        });
}

void Stores::import_commit(std::uint64_t number, UtcTime now, const Progress& progress, ImportDone then) {
    on(
        *list_writer_worker_,
        [this, number, now, progress]() -> Result<whitelist::ImportReport> {
            const auto found = staged(number);
            if (!found) return found.error();
            auto& stage = (*found)->stage;
            const auto tell = [&, told = std::int64_t{0}](std::int64_t done) mutable {
                if (done - told < told_every) return;
                told = done;
                later([progress, done, of = stage.rows()] { progress(done, of); });
            };
            (*found)->check.reset();
            auto report = list_writer_->commit(stage, now, tell);
            if (!report || report->committed) staged_.reset();
            if (report && report->committed) {
                if (auto done = restore_own_blocks(now); !done) return done.error();
            }
            return report;
        },
        [this, then = std::move(then)](const Result<whitelist::ImportReport>& report) { imported(report, then); });
}

void Stores::import_drop(std::uint64_t number) {
    if (!list_writer_worker_) return;
    (void)list_writer_worker_->push([this, number] {
        if (staged_ && staged_->number == number) staged_.reset();
    });
}

}  // namespace menshen::gate
