#include "registry/import.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "findings.hpp"
#include "registry/fields.hpp"
#include "request_text.hpp"

namespace menshen::registry {

namespace {

namespace json = boost::json;

class Import {
  public:
    Import(Directory& directory, std::string scope, const Now& now)
        : directory_(directory), scope_(std::move(scope)), now_(now) {}

    Status read(const std::vector<ImportRow>& rows) {
        for (const auto& row : rows) {
            auto plate = Plate::parse(row.plate);
            if (!plate) {
                say(row.line, ProblemLevel::error, "plate", plate.error().message);
                continue;
            }
            const auto [first, is_new] = lines_.emplace(plate->text(), row.line);
            if (!is_new) {
                say(row.line, ProblemLevel::error, "duplicate",
                    fmt::format("{} stands already in line {}; keep one of the two", plate->text(), first->second));
                continue;
            }
            if (auto done = take(row, *plate); !done) return done.error().in(fmt::format("line {}", row.line));
        }
        report_.sort_by_line();
        return {};
    }

    [[nodiscard]] ImportReport& report() { return report_; }
    [[nodiscard]] ChangeSet& set() { return set_; }

    /// What the commit found wrong, at the lines it comes from.
    void refuse(const Refused& refused) {
        for (const auto& field : refused.fields) {
            const auto at =
                field.pointer.starts_with("/changes/") ? std::strtoul(field.pointer.c_str() + 9, nullptr, 10) : 0;
            say(at < line_of_change_.size() ? line_of_change_[at] : 0, ProblemLevel::error, "value",
                fmt::format("{}: {}", field.pointer.substr(field.pointer.rfind('/') + 1), field.text));
        }
        if (refused.fields.empty()) say(0, ProblemLevel::error, "conflict", refused.text);
    }

  private:
    void say(std::int64_t line, ProblemLevel level, std::string kind, std::string text) {
        report_.note(line, level, std::move(kind), std::move(text));
    }

    void change(Put put, std::int64_t line) {
        set_.changes.emplace_back(std::move(put));
        line_of_change_.push_back(line);
    }

    Status take(const ImportRow& row, const Plate& plate) {
        auto before = lasting_permits(directory_, scope_, look_up_key(CredentialKind::plate, plate.text()));
        if (!before) return before.error();
        if (auto done = warn(row, plate); !done) return done;
        const bool is_new = before->empty();
        Permit permit = merged(is_new ? Permit{} : before->front().as<Permit>(), row);
        if (row.unit) {
            if (auto done = name_unit(*row.unit, permit, row.line); !done) return done;
        }
        if (permit.valid_until && *permit.valid_until <= now_.local) {
            say(row.line, ProblemLevel::warning, "expired",
                fmt::format("{} ended on {}", plate.text(), format_local(*permit.valid_until)));
        }
        Value value = permit;
        for (const auto& error : check(value)) {
            say(row.line, ProblemLevel::error, error.code == "order" ? "dates" : "value",
                fmt::format("{}: {}", error.pointer.substr(1), error.text));
        }
        if (is_new) {
            ++report_.added;
            const Id id = --new_id_;
            change({id, scope_, std::move(value), {}}, row.line);
            change({0, scope_, Credential{id, CredentialKind::plate, plate.text(), {}}, {}}, row.line);
        } else if (value == before->front().value) {
            ++report_.unchanged;
        } else {
            ++report_.changed;
            change({before->front().id, scope_, std::move(value), before->front().version}, row.line);
        }
        return {};
    }

    Status warn(const ImportRow& row, const Plate& plate) {
        auto block = block_in_force(directory_, scope_, plate.text(), now_.local);
        if (!block) return block.error();
        if (*block) {
            say(row.line, ProblemLevel::warning, "blocked",
                fmt::format("{} is on the blocklist, which wins: it will not be admitted", plate.text()));
        }
        auto listed = confusable_plates(directory_, scope_, plate.text());
        if (!listed) return listed.error();
        for (const auto& other : *listed) say_look_alike(row.line, plate, other, "in the registry");
        for (const auto& other : look_alikes(plate)) {  // a pair within the file once, at its later line
            const auto line = lines_.find(other.text());
            if (line == lines_.end() || std::ranges::find(*listed, other.text()) != listed->end()) continue;
            say_look_alike(row.line, plate, other.text(), fmt::format("in line {}", line->second));
        }
        return {};
    }

    void say_look_alike(std::int64_t line, const Plate& plate, const std::string& other, const std::string& where) {
        say(line, ProblemLevel::warning, "look_alike",
            fmt::format("{} is easily confused with {} {}; both are right only if both cars exist", plate.text(), other,
                        where));
    }

    Status name_unit(const std::string& name, Permit& permit, std::int64_t line) {
        if (name.empty()) {
            permit.unit.reset();
            return {};
        }
        auto known = units_.find(name);
        if (known == units_.end()) {
            auto found = unit_named(directory_, scope_, name);
            if (!found) return found.error();
            known = units_.emplace(name, *found ? (*found)->id : --new_id_).first;
            if (!*found) change({known->second, scope_, Unit{name, {}, {}, {}}, {}}, line);
        }
        permit.unit = known->second;
        return {};
    }

    Directory& directory_;
    std::string scope_;
    const Now& now_;
    ImportReport report_;
    ChangeSet set_;
    std::vector<std::int64_t> line_of_change_;
    std::unordered_map<std::string, std::int64_t> lines_;  // of plates
    std::unordered_map<std::string, Id> units_;
    Id new_id_ = 0;
};

json::value time_text(const std::optional<std::optional<LocalTime>>& time) {
    if (!time) return "";  // the file has no such column
    return json_or_null(*time, format_local);
}

json::object json_of(const std::string& scope, const std::vector<ImportRow>& rows) {
    json::array all;
    for (const auto& row : rows) {
        all.push_back({{"plate", row.plate},
                       {"class", row.permit_class ? json::value(menshen::to_string(*row.permit_class)) : nullptr},
                       {"holder", json_or_null(row.holder)},
                       {"unit", json_or_null(row.unit)},
                       {"phone", json_or_null(row.phone)},
                       {"note", json_or_null(row.note)},
                       {"valid_from", time_text(row.valid_from)},
                       {"valid_until", time_text(row.valid_until)}});
    }
    return {{"scope", scope}, {"rows", std::move(all)}};
}

/// Of an import that was committed before, as its result tells it.
ImportReport repeated_report(const Outcome& outcome, std::size_t rows) {
    ImportReport report;
    if (const auto* refused = std::get_if<Refused>(&outcome)) {
        report.errors = 1;
        report.problems.push_back({0, ProblemLevel::error, "conflict", refused->text});
        return report;
    }
    report.committed = std::get<Committed>(outcome);
    for (const auto& each : report.committed->changed) {
        if (each.kind == Kind::permit) ++(each.version == 1 ? report.added : report.changed);
    }
    report.unchanged = static_cast<std::int64_t>(rows) - report.added - report.changed;
    return report;
}

}  // namespace

Result<ImportReport> import_permits(Store& store, const std::string& scope, const std::vector<ImportRow>& rows,
                                    bool dry_run, const Request& request, const Now& now) {
    if (rows.size() > max_import_rows) {
        return {Errc::invalid, fmt::format("{} rows in one import; at most {}", rows.size(), max_import_rows)};
    }
    const auto print = dry_run ? std::string() : print_of("permit.import", request, json_of(scope, rows));
    if (!dry_run) {
        auto before = store.commits().repeated(request.actor, request.idempotency_key, print);
        if (!before) return before.error();
        if (*before) return repeated_report(**before, rows.size());
    }
    Import import(store.directory(), scope, now);
    if (auto done = import.read(rows); !done) return done.error();
    if (dry_run || import.report().errors > 0) return std::move(import.report());
    auto& set = import.set();
    set.action = "permit.import";
    set.why = request.why;
    set.idempotency_key = request.idempotency_key;
    set.fingerprint = print;  // not of the changes: after the first time there are none
    auto outcome = store.commits().commit(set, request.actor, now);
    if (!outcome) return outcome.error();
    if (auto* committed = std::get_if<Committed>(&*outcome)) {
        import.report().committed = std::move(*committed);
    } else {
        import.refuse(std::get<Refused>(*outcome));
    }
    return std::move(import.report());
}

}  // namespace menshen::registry
