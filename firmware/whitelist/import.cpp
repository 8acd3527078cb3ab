#include "whitelist/import.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "change.hpp"
#include "stage.hpp"
#include "values/plate.hpp"
#include "whitelist/import_walk.hpp"

namespace menshen::whitelist {

namespace {

constexpr int slice_written = 1'000;
constexpr int slice_checked = 200;  // with look-alikes about 5 ms on the slowest boards

Permit merged_with_unit(Permit permit, const ImportRow& row) {
    permit.unit = row.unit.value_or(std::move(permit.unit));
    return merged(std::move(permit), row);
}

/// One way through the stage, in the order of the plates: an index is then written from left to right, which is several
/// times faster for large lists.
class Walk {
  public:
    Walk(Tables& tables, ImportStage::Impl& stage) : tables_(tables), stage_(stage), report_(stage.unreadable) {}

    /// `change`: where to write; null = only look, at look-alikes too. False: there was nothing left.
    Result<bool> step(Change* change) {
        auto rows = stage_.next(cursor_, change != nullptr ? slice_written : slice_checked);
        if (!rows) return rows.error();
        for (const auto& staged : *rows) {
            ++done_;
            if (is_double(staged)) continue;
            auto done = judge(change, staged);
            if (done && change == nullptr) done = look_for_look_alikes(staged);
            if (!done) return done.error().in(fmt::format("line {}", staged.row.line));
        }
        if (rows->empty()) finish(change == nullptr);
        return !rows->empty();
    }

    [[nodiscard]] std::int64_t done() const { return done_; }
    [[nodiscard]] ImportReport& report() { return report_; }

  private:
    void say(std::int64_t line, ProblemLevel level, std::string kind, std::string text) {
        report_.note(line, level, std::move(kind), std::move(text));
    }

    bool is_double(const StagedRow& staged) {
        if (staged.plate != plate_before_) {
            plate_before_ = staged.plate;
            line_before_ = staged.row.line;
            return false;
        }
        say(staged.row.line, ProblemLevel::error, "duplicate",
            fmt::format("{} stands already in line {}; keep one of the two", staged.plate, line_before_));
        return true;
    }

    bool dates_agree(const Permit& permit, std::int64_t line) {
        if (!permit.valid_from || !permit.valid_until || *permit.valid_from < *permit.valid_until) return true;
        say(line, ProblemLevel::error, "dates",
            fmt::format("valid from {} but only until {}; turn them round", format_local(*permit.valid_from),
                        format_local(*permit.valid_until)));
        return false;
    }

    Status judge(Change* change, const StagedRow& staged) {
        const ImportRow& row = staged.row;
        const auto permit_class = row.permit_class.value_or(PermitClass::parking);
        auto existing = permit_of(tables_, staged.plate, permit_class == PermitClass::visitor, permit_class);
        if (!existing) return existing.error();
        auto blocked = is_blocked(tables_, staged.plate, std::nullopt);
        if (!blocked) return blocked.error();
        if (*blocked) {
            say(row.line, ProblemLevel::warning, "blocked",
                fmt::format("{} is on the blocklist, which wins: it will not be admitted", staged.plate));
        }
        const Permit before = existing->value_or(Permit{});
        const Permit permit = merged_with_unit(before, row);
        if (!dates_agree(permit, row.line)) return {};
        if (!*existing) {
            ++report_.added;
            return change != nullptr ? add(*change, permit, staged.plate) : Status{};
        }
        ++(permit == before ? report_.unchanged : report_.changed);
        return change != nullptr && permit != before ? change->replace(permit) : Status{};
    }

    static Status add(Change& change, Permit permit, const std::string& plate) {
        permit.id = change.new_id();
        if (auto done = change.insert(permit); !done) return done;
        return change.add({change.new_id(), CredentialKind::plate, plate, permit.id});
    }

    /// Against the list and the file; a pair within the file once, at its later line.
    Status look_for_look_alikes(const StagedRow& staged) {
        if (stage_.staged > static_cast<std::int64_t>(max_look_alike_rows)) return {};
        auto plate = Plate::parse(staged.plate);
        if (!plate) return plate.error();
        for (const auto& other : look_alikes(*plate)) {
            auto in_file = stage_.line_of(other.text());
            if (!in_file) return in_file.error();
            if (*in_file && **in_file >= staged.row.line) continue;
            auto listed = *in_file ? Result<bool>(true) : is_listed(tables_, other.text());
            if (!listed) return listed.error();
            if (!*listed) continue;
            const std::string where = *in_file ? fmt::format("in line {}", **in_file) : "in the gate's list";
            say(staged.row.line, ProblemLevel::warning, "look_alike",
                fmt::format("{} is easily confused with {} {}; both are right only if both cars exist", staged.plate,
                            other.text(), where));
        }
        return {};
    }

    void finish(bool looked_for_look_alikes) {
        if (looked_for_look_alikes && stage_.staged > static_cast<std::int64_t>(max_look_alike_rows)) {
            say(0, ProblemLevel::warning, "look_alike",
                fmt::format("more than {} rows: look-alike plates were not looked for", max_look_alike_rows));
        }
        report_.sort_by_line();
    }

    Tables& tables_;
    ImportStage::Impl& stage_;
    ImportReport report_;
    StageCursor cursor_;
    std::string plate_before_;
    std::int64_t line_before_ = 0;
    std::int64_t done_ = 0;
};

}  // namespace

struct ImportCheck::Impl {
    Walk walk;
};

ImportCheck::ImportCheck(Tables& tables, ImportStage& stage)
    : impl_(std::make_unique<Impl>(Impl{Walk(tables, stage.impl())})) {}
ImportCheck::ImportCheck(ImportCheck&&) noexcept = default;
ImportCheck& ImportCheck::operator=(ImportCheck&&) noexcept = default;
ImportCheck::~ImportCheck() = default;

Result<bool> ImportCheck::step() {
    return impl_->walk.step(nullptr);
}

std::int64_t ImportCheck::done() const {
    return impl_->walk.done();
}

ImportReport ImportCheck::report() {
    return std::move(impl_->walk.report());
}

Result<ImportReport> commit_stage(Tables& tables, ImportStage& stage, UtcTime now,
                                  const std::function<void(std::int64_t)>& progress) {
    auto change = Change::begin(tables);
    if (!change) return change.error();
    Walk walk(tables, stage.impl());
    for (auto more = Result<bool>(true); *more;) {
        more = walk.step(&*change);
        if (!more) return more.error();
        if (progress) progress(walk.done());
    }
    auto& report = walk.report();
    if (report.errors == 0) {
        if (auto done = change->commit(now); !done) return done.error();
        report.committed = true;
    }
    return std::move(report);
}

}  // namespace menshen::whitelist
