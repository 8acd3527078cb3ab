// menshen: the tool of administrators and installers.
#include <CLI/CLI.hpp>
#include <unistd.h>

#include <iostream>

#include "cli/admin_client.hpp"
#include "cli/commands.hpp"
#include "cli/enrol.hpp"

int main(int argc, char** argv) {
    using namespace menshen::cli;
    CLI::App app("menshen speaks to the gate of this box", "menshen");
    app.require_subcommand(1);
    app.footer(
        "Exit codes: 0 done, 1 the list has errors and nothing was changed, 2 wrong use or unreadable file,\n"
        "3 no gate answers, 4 the gate refused, 5 not confirmed.");
    std::string socket = default_socket();
    std::string lang;
    ImportOptions import;
    EventsOptions events;
    bool status_json = false;
    const auto common = [&](CLI::App* verb) {
        verb->add_option("--socket", socket, "the gate's admin socket")->capture_default_str();
        verb->add_option("--lang", lang, "zh or en; LANG if absent")->check(CLI::IsMember({"zh", "en"}));
    };

    auto* importing = app.add_subcommand("import", "read a list of permits (CSV); shows first what would change");
    importing->add_option("file", import.file, "the CSV file: UTF-8 or GB18030")->required();
    auto* dry = importing->add_flag("--dry-run", import.dry_run, "only show");
    importing->add_flag("--yes", import.yes, "do not ask")->excludes(dry);
    importing->add_flag("--skip-bad", import.skip_bad, "leave rows with errors out");
    importing->add_flag("--json", import.json, "for programs");
    common(importing);

    auto* listing = app.add_subcommand("events", "show the journal");
    listing->add_flag("--follow", events.follow, "go on as events happen");
    listing->add_option("--after", events.after, "only events after this number");
    listing->add_option("--limit", events.limit, "at most this many")->check(CLI::PositiveNumber);
    listing->add_option("--lane", events.lane, "only this lane");
    listing->add_flag("--json", events.json, "for programs: one object a line");
    common(listing);

    BlockOptions block;
    auto* blocking =
        app.add_subcommand("block", "a plate may not enter (or not leave, or is watched); wins over every permit");
    blocking->add_option("plate", block.plate, "the plate")->required();
    blocking->add_option("--reason", block.reason, "why; the guard sees it")->required();
    blocking->add_option("--kind", block.kind, "block: may not enter; hold: may not leave; watch: alarm only")
        ->check(CLI::IsMember({"block", "hold", "watch"}))
        ->capture_default_str();
    blocking->add_option("--until", block.until, "e.g. \"2026-12-31 18:00\"; until it is lifted if absent");
    common(blocking);
    auto* lifting = app.add_subcommand("unblock", "lift a block");
    lifting->add_option("number", block.lift, "as `menshen block` said it")->required()->check(CLI::PositiveNumber);
    common(lifting);

    auto* status = app.add_subcommand("status", "what the gate says of itself");
    status->add_flag("--json", status_json, "for programs");
    common(status);

    EnrolOptions enrolling;
    auto* enrol = app.add_subcommand("enrol", "makes this gate a registry's; asks for the one-time code");
    enrol->add_option("--registry", enrolling.registry, "the registry's door for gates: https://HOST:8431");
    enrol->add_option("--fingerprint", enrolling.fingerprint, "of its authority, as it came with the code")->required();
    enrol->add_option("--code", enrolling.code, "the one-time code; better typed when asked for");
    enrol->add_option("--site", enrolling.site, "the gate's site file, with its [registry]")->capture_default_str();
    enrol->add_option("--courier", enrolling.courier, "the courier's configuration; written if it is not there")
        ->capture_default_str();

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? Exit::done : Exit::unreadable;
    }
    import.socket = events.socket = block.socket = socket;
    import.language = events.language = language_of(lang);
    import.interactive = ::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1;
    import.bar = ::isatty(STDERR_FILENO) == 1;
    if (*enrol) return run_enrol(enrolling, std::cin, std::cout, std::cerr);
    if (*importing) return run_import(import, std::cin, std::cout, std::cerr);
    if (*blocking || *lifting) return run_block(block, std::cout, std::cerr);
    if (*listing) return run_events(events, std::cout, std::cerr);
    return run_status(socket, status_json, language_of(lang), std::cout, std::cerr);
}
