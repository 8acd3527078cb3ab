#include <ostream>

#include "json_text.hpp"
#include "lists.hpp"

namespace menshen::office {

namespace json = boost::json;

void join(cli::GateReport& whole, cli::GateReport part) {
    whole.added += part.added;
    whole.changed += part.changed;
    whole.unchanged += part.unchanged;
    whole.errors += part.errors;
    whole.problems.insert(whole.problems.end(), std::make_move_iterator(part.problems.begin()),
                          std::make_move_iterator(part.problems.end()));
}

Result<cli::GateReport> RegistryList::send(const std::vector<tables::Row>& rows, bool dry_run, std::size_t at_once,
                                           const cli::Progress& progress) {
    cli::GateReport whole;
    whole.committed = !dry_run;
    for (std::size_t at = 0; at < rows.size() && whole.errors < 1'000; at += at_once) {
        const auto end = std::min(rows.size(), at + at_once);
        json::array part;
        for (auto i = at; i < end; ++i) part.push_back(cli::to_json(rows[i]));
        link::Change change{"POST", "/v1/imports", {{"scope", site_}, {"dry_run", dry_run}, {"rows", std::move(part)}}};
        if (!why_.empty()) change.body["why"] = why_;
        change.repeat = dry_run ? link::Repeat::freely : link::Repeat::by_key;
        change.within = std::chrono::minutes(10);
        auto answer = registry_.change(change);
        if (!answer && registry_.refusal().contains("problems")) {  // judged, and found wrong
            join(whole, cli::gate_report_from(registry_.refusal()));
            whole.committed = false;
            return whole;
        }
        if (!answer) return answer.error();
        join(whole, cli::gate_report_from(*answer));
        progress(end, rows.size());
    }
    return whole;
}

Result<cli::GateReport> RegistryList::compare(const std::vector<tables::Row>& rows, const cli::MakeProgress& bar) {
    return send(rows, true, rows_a_check, bar({"正在与登记中心核对", "comparing with the registry"}));
}

Result<cli::GateReport> RegistryList::commit(const std::vector<tables::Row>& rows, const cli::MakeProgress& bar) {
    return send(rows, false, rows_a_commit, bar({"正在写入", "importing"}));
}

int RegistryList::fail(const Error& error, std::ostream&) {
    auto quiet = desk_.json;
    desk_.json = false;  // the import itself says it to programs
    const int code = office::fail(desk_, error, &registry_);
    desk_.json = quiet;
    return code;
}

int run_import(const cli::ImportOptions& options, const std::string& why, std::istream& in, Desk& desk) {
    return at_registry(desk, [&](link::Registry& registry) -> Result<int> {
        auto site = site_of(desk, registry);
        if (!site) return site.error();
        RegistryList target(desk, registry, *site, why);
        return cli::run_import(options, target, in, desk.out, desk.err);
    });
}

}  // namespace menshen::office
