#include "whitelist/import.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "change.hpp"
#include "values/plate.hpp"

namespace menshen::whitelist {

namespace {

struct Parsed {
    const ImportRow* row;
    Plate plate;
};

/// One import's way through the list.
class Import {
  public:
    Import(Tables& tables, const ImportRequest& request) : tables_(tables), request_(request) {}

    Result<ImportReport> run(UtcTime now) {
        parse_rows();
        auto change = Change::begin(tables_);
        if (!change) return change.error();
        for (const auto& parsed : rows_) {
            if (auto done = apply(*change, parsed); !done) {
                return done.error().in(fmt::format("line {}", parsed.row->line));
            }
        }
        if (request_.dry_run) {
            if (auto done = look_for_look_alikes(); !done) return done.error();
        } else if (report_.errors == 0) {
            if (auto done = change->commit(now); !done) return done.error();
            report_.committed = true;
        }
        std::stable_sort(report_.problems.begin(), report_.problems.end(),
                         [](const Problem& a, const Problem& b) { return a.line < b.line; });
        return std::move(report_);
    }

  private:
    void say(std::int64_t line, ProblemLevel level, std::string kind, std::string text) {
        ++(level == ProblemLevel::error ? report_.errors : report_.warnings);
        if (report_.problems.size() < max_problems) {
            report_.problems.push_back({line, level, std::move(kind), std::move(text)});
        }
    }

    /// Sorted by plate: the index is then written from left to right, which is several times faster for large lists.
    void parse_rows() {
        for (const auto& row : request_.rows) {
            auto plate = Plate::parse(row.plate);
            if (!plate) {
                say(row.line, ProblemLevel::error, "plate", plate.error().message);
                continue;
            }
            rows_.push_back({&row, std::move(plate).value()});
        }
        std::stable_sort(rows_.begin(), rows_.end(),
                         [](const Parsed& a, const Parsed& b) { return a.plate < b.plate; });
        const auto same = [](const Parsed& a, const Parsed& b) { return a.plate == b.plate; };
        for (auto at = std::adjacent_find(rows_.begin(), rows_.end(), same); at != rows_.end();
             at = std::adjacent_find(at, rows_.end(), same)) {
            const auto second = std::next(at);
            say(second->row->line, ProblemLevel::error, "duplicate",
                fmt::format("{} stands already in line {}; keep one of the two", at->plate.text(), at->row->line));
            rows_.erase(second);
        }
    }

    static Permit merged(Permit permit, const ImportRow& row) {
        permit.permit_class = row.permit_class.value_or(permit.permit_class);
        permit.holder = row.holder.value_or(std::move(permit.holder));
        permit.unit = row.unit.value_or(std::move(permit.unit));
        permit.phone = row.phone.value_or(std::move(permit.phone));
        permit.note = row.note.value_or(std::move(permit.note));
        permit.valid_from = row.valid_from.value_or(permit.valid_from);
        permit.valid_until = row.valid_until.value_or(permit.valid_until);
        return permit;
    }

    bool dates_agree(const Permit& permit, std::int64_t line) {
        if (!permit.valid_from || !permit.valid_until || *permit.valid_from < *permit.valid_until) return true;
        say(line, ProblemLevel::error, "dates",
            fmt::format("valid from {} but only until {}; turn them round", format_local(*permit.valid_from),
                        format_local(*permit.valid_until)));
        return false;
    }

    Status apply(Change& change, const Parsed& parsed) {
        const ImportRow& row = *parsed.row;
        const std::string& text = parsed.plate.text();
        const auto permit_class = row.permit_class.value_or(PermitClass::parking);
        auto existing = permit_of(tables_, text, permit_class == PermitClass::visitor, permit_class);
        if (!existing) return existing.error();
        auto blocked = is_blocked(tables_, text, std::nullopt);
        if (!blocked) return blocked.error();
        if (*blocked) {
            say(row.line, ProblemLevel::warning, "blocked",
                fmt::format("{} is on the blocklist, which wins: it will not be admitted", text));
        }
        const Permit before = existing->value_or(Permit{});
        Permit permit = merged(before, row);
        if (!dates_agree(permit, row.line)) return {};
        if (*existing) {
            if (permit == before) {
                ++report_.unchanged;
                return {};
            }
            ++report_.changed;
            return change.replace(permit);
        }
        ++report_.added;
        permit.id = change.new_id();
        if (auto done = change.insert(permit); !done) return done;
        return change.add({change.new_id(), CredentialKind::plate, text, permit.id});
    }

    /// Against the list as it would be, so pairs within the file are found too; each pair once, at its later line.
    Status look_for_look_alikes() {
        if (rows_.size() > max_look_alike_rows) {
            say(0, ProblemLevel::warning, "look_alike",
                fmt::format("more than {} rows: look-alike plates were not looked for", max_look_alike_rows));
            return {};
        }
        for (const auto& parsed : rows_) {
            for (const auto& other : look_alikes(parsed.plate)) {
                const ImportRow* in_file = row_of(other);
                if (in_file != nullptr && in_file->line >= parsed.row->line) continue;
                auto listed = is_listed(tables_, other.text());
                if (!listed) return listed.error();
                if (!*listed) continue;
                const std::string where =
                    in_file != nullptr ? fmt::format("in line {}", in_file->line) : "in the gate's list";
                say(parsed.row->line, ProblemLevel::warning, "look_alike",
                    fmt::format("{} is easily confused with {} {}; both are right only if both cars exist",
                                parsed.plate.text(), other.text(), where));
            }
        }
        return {};
    }

    [[nodiscard]] const ImportRow* row_of(const Plate& plate) const {
        const auto at = std::lower_bound(rows_.begin(), rows_.end(), plate,
                                         [](const Parsed& row, const Plate& wanted) { return row.plate < wanted; });
        return at != rows_.end() && at->plate == plate ? at->row : nullptr;
    }

    Tables& tables_;
    const ImportRequest& request_;
    std::vector<Parsed> rows_;
    ImportReport report_;
};

}  // namespace

Result<ImportReport> run_import(Tables& tables, const ImportRequest& request, UtcTime now) {
    if (request.rows.size() > max_import_rows) {
        return {Errc::invalid, fmt::format("{} rows in one import; at most {}", request.rows.size(), max_import_rows)};
    }
    return Import(tables, request).run(now);
}

}  // namespace menshen::whitelist
