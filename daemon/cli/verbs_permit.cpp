#include "verbs.hpp"

namespace menshen::cli {

namespace {

using office::ListOptions;
using office::PermitOptions;
using office::ReplaceOptions;

constexpr const char* which_permit = "its number or plate";

void add_fields(CLI::App* verb, const std::shared_ptr<PermitOptions>& options) {
    verb->add_option(
        "--class", options->permit_class,
        "staff 工作人员, parking 停车证, pass 通行证, temporary 临时, committee, official_car, contractor, "
        "emergency …");
    verb->add_option("--holder", options->holder, "whose it is");
    verb->add_option("--unit", options->unit, "his unit, by name");
    verb->add_option("--phone", options->phone, "for the guard to call");
    verb->add_option("--note", options->note, "anything else");
    verb->add_option("--number", options->number, "as printed on it");
    verb->add_option("--from", options->from, "e.g. 2026-12-01, or \"2026-12-01 08:00\"");
    verb->add_option("--until", options->until, "a date is through its end; 长期 or permanent: without end");
    verb->add_option("--schedule", options->schedule, "hours, by the schedule's name");
    verb->add_option_function<std::vector<std::string>>(
            "--zone", [options](const std::vector<std::string>& keys) { options->zones = keys; },
            "where; may be repeated; everywhere if absent")
        ->allow_extra_args(false);
    verb->add_option("--max-inside", options->max_inside, "how many of its cars may be inside at once (一位多车)");
    verb->add_option("--max-uses", options->max_uses, "how often it admits in all");
    verb->add_flag_function(
        "--escort,!--no-escort", [options](std::int64_t n) { options->escort = n > 0; }, "only with an escort");
    verb->add_flag_function(
        "--order-required,!--no-order-required", [options](std::int64_t n) { options->order_required = n > 0; },
        "an official car: leaves only with an order");
    verb->add_option("--why", options->why, "for the audit");
}

using RunPermit = int (*)(const PermitOptions&, office::Desk&);

std::shared_ptr<PermitOptions> add_verb(CommandLine& line, CLI::App* verb, RunPermit run) {
    auto options = std::make_shared<PermitOptions>();
    verb->callback([&line, options, run] { line.run = [&line, options, run] { return run(*options, line.desk); }; });
    return options;
}

void add_list(CommandLine& line, CLI::App* permit) {
    auto options = std::make_shared<ListOptions>();
    auto* list = line.verb(permit, "list", "permits: those that stand, newest first");
    list->add_option("words", options->words, "part of a plate, a name, a unit, a number, a telephone");
    list->add_option("--class", options->permit_class, "only of this class");
    list->add_option("--state", options->state, "only in this state")
        ->check(CLI::IsMember({"active", "suspended", "cancelled"}));
    list->add_option("--expiring", options->expiring_days, "those that end within so many days, soonest first")
        ->check(CLI::Range(1, 3660));
    list->add_flag("--all", options->past, "also suspended and cancelled ones");
    list->add_option("--limit", options->limit, "at most this many")->check(CLI::PositiveNumber);
    list->callback([&line, options] { line.run = [&line, options] { return run_permit_list(*options, line.desk); }; });
}

}  // namespace

void add_permit_verbs(CommandLine& line) {
    auto* permit = line.group("permit", "permits at the registry: issue, change, replace, cancel, show, list");

    auto* issue = line.verb(permit, "issue", "a new permit (新办)");
    auto issued = add_verb(line, issue, office::run_permit_issue);
    issue->add_option("plate", issued->plates, "one or more plates");
    issue->add_option("--card", issued->cards, "a card's number; may be repeated")->allow_extra_args(false);
    add_fields(issue, issued);

    auto* change = line.verb(permit, "change", "other fields of a permit (更改); what is not named stays");
    auto changed = add_verb(line, change, office::run_permit_change);
    change->add_option("permit", changed->which, which_permit)->required();
    change->add_option("--state", changed->state, "suspended, or active again")
        ->check(CLI::IsMember({"active", "suspended"}));
    add_fields(change, changed);

    auto replaced = std::make_shared<ReplaceOptions>();
    auto* replace = line.verb(permit, "replace", "another plate or card in place of one (补办)");
    replace->add_option("permit", replaced->which, which_permit)->required();
    auto* plate = replace->add_option("plate", replaced->plate, "the new plate");
    replace->add_option("--card", replaced->card, "the new card")->excludes(plate);
    replace->add_option("--old", replaced->old, "which one goes, where the permit has several");
    replace->add_option("--why", replaced->why, "for the audit");
    replace->callback([&line, replaced] {
        if (replaced->plate.empty() && replaced->card.empty()) throw CLI::RequiredError("the new plate, or --card");
        line.run = [&line, replaced] { return run_permit_replace(*replaced, line.desk); };
    });

    auto* cancel = line.verb(permit, "cancel", "ends a permit (注销); refused at every gate from then on");
    auto cancelled = add_verb(line, cancel, office::run_permit_cancel);
    cancel->add_option("permit", cancelled->which, which_permit)->required();
    cancel->add_option("--why", cancelled->why, "for the audit");

    auto* show = line.verb(permit, "show", "one permit with all its fields");
    auto shown = add_verb(line, show, office::run_permit_show);
    show->add_option("permit", shown->which, which_permit)->required();

    add_list(line, permit);

    auto exported = std::make_shared<office::ExportOptions>();
    auto* out = line.verb(&line.app, "export", "the site's permits as a table that `import` reads again");
    out->add_option("file", exported->file, "a new file, .csv or .xlsx; CSV on standard output if absent");
    out->add_flag("--force", exported->force, "replace a file that is there");
    out->callback([&line, exported] { line.run = [&line, exported] { return run_export(*exported, line.desk); }; });
}

}  // namespace menshen::cli
