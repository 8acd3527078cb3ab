#include "verbs.hpp"

namespace menshen::cli {

using office::ListOptions;
using office::VisitOptions;

void add_visit_verbs(CommandLine& line) {
    auto* visit = line.group("visit", "visits at the registry (访客预约): book, cancel, list");

    auto booked = std::make_shared<VisitOptions>();
    auto* book = line.verb(visit, "book", "books a visit; its plates are admitted in its time");
    book->add_option("visitor", booked->visitor, "his name")->required();
    book->add_option("--plate", booked->plates, "a plate he comes with; may be repeated")->allow_extra_args(false);
    book->add_option("--from", booked->from, "e.g. \"2026-12-01 09:00\"")->required();
    book->add_option("--until", booked->until, "the same; a date alone is through its end")->required();
    book->add_option("--phone", booked->phone, "his telephone");
    book->add_option("--people", booked->people, "how many in all")->check(CLI::PositiveNumber);
    book->add_option("--purpose", booked->purpose, "what for");
    book->add_option("--unit", booked->unit, "the unit he visits, by name");
    book->add_option("--zone", booked->zones, "where; may be repeated; everywhere if absent")->allow_extra_args(false);
    book->add_option("--class", booked->permit_class, "visitor, or group_visit");
    book->add_flag("--escort", booked->escort, "only with an escort");
    book->add_option("--why", booked->why, "for the audit");
    book->callback([&line, booked] { line.run = [&line, booked] { return run_visit_book(*booked, line.desk); }; });

    auto id = std::make_shared<std::int64_t>(0);
    auto why = std::make_shared<std::string>();
    auto* cancel = line.verb(visit, "cancel", "cancels a visit and its permit");
    cancel->add_option("number", *id, "as `visit book` said it")->required()->check(CLI::PositiveNumber);
    cancel->add_option("--why", *why, "for the audit");
    cancel->callback(
        [&line, id, why] { line.run = [&line, id, why] { return office::run_visit_cancel(*id, *why, line.desk); }; });

    auto options = std::make_shared<ListOptions>();
    auto* list = line.verb(visit, "list", "visits of today and later, newest booking first");
    list->add_option("words", options->words, "part of a name, a plate, a telephone");
    list->add_flag("--all", options->past, "also past and cancelled ones");
    list->add_option("--limit", options->limit, "at most this many")->check(CLI::PositiveNumber);
    list->callback([&line, options] { line.run = [&line, options] { return run_visit_list(*options, line.desk); }; });
}

}  // namespace menshen::cli
