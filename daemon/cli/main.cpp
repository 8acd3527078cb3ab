// menshen: the tool of administrators and installers.
#include <CLI/CLI.hpp>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <iostream>

#include "cli/admin_client.hpp"
#include "cli/commands.hpp"
#include "office/terminal.hpp"
#include "verbs.hpp"

namespace menshen::cli {

namespace {

constexpr const char* which_one =
    "Where a verb goes: import, block, unblock, events and replay speak to the registry after `menshen login`,\n"
    "until `menshen logout`; otherwise, and always with --local, --socket or MENSHEN_RUN, to the gate of this box.\n"
    "status and enrol are the gate's; adopt reads at the gate and writes at the registry; backup and restore work\n"
    "on the registry's own machine, by menshen-registry; every other verb is the registry's.\n"
    "\n"
    "Exit codes: 0 done; 1 refused or failed, or the list has errors, and nothing was changed; 2 wrong use, or a file\n"
    "that cannot be read; 3 not signed in, or not any more; 4 no gate or registry answers; 5 not confirmed.";

/// The verbs that a gate of its own has, too.
class LocalVerbs {
  public:
    explicit LocalVerbs(CommandLine& line) : line_(line) {
        add_import();
        add_adopt();
        add_events();
        add_blocks();
        auto* status = line_.app.add_subcommand("status", "what the gate says of itself");
        at_gate(status);
        status->callback([this] {
            line_.run = [this] {
                return run_status(socket_, line_.desk.json, line_.desk.language, std::cout, std::cerr);
            };
        });
    }

  private:
    void at_gate(CLI::App* verb) {
        socket_options_.push_back(
            verb->add_option("--socket", socket_, "the gate's admin socket")->capture_default_str());
        verb->add_flag("--json", line_.desk.json, "for programs");
        verb->add_option("--lang", line_.lang, "zh or en; LANG if absent")->check(CLI::IsMember({"zh", "en"}));
    }
    void at_either(CLI::App* verb) {
        at_gate(verb);
        verb->add_flag("--local", local_, "the gate of this box, also while somebody is signed in at a registry");
        verb->add_option("--site", line_.desk.site, "at the registry: the site (scope) that is meant");
    }

    /// See `which_one`.
    [[nodiscard]] bool goes_to_registry() const {
        if (local_ || std::getenv("MENSHEN_RUN") != nullptr) return false;
        for (const auto* option : socket_options_) {
            if (option->count() > 0) return false;
        }
        const auto session = link::load_session(line_.desk.folder);
        return !session || session->has_value();  // one that cannot be read is said, not passed over
    }

    void add_import() {
        auto* verb =
            line_.app.add_subcommand("import", "read a list of permits (CSV, XLSX); shows first what would change");
        verb->add_option("file", import_.file, "CSV in UTF-8 or GB18030, or a workbook (.xlsx)")->required();
        auto* dry = verb->add_flag("--dry-run", import_.dry_run, "only show");
        verb->add_flag("--yes", import_.yes, "do not ask")->excludes(dry);
        verb->add_flag("--skip-bad", import_.skip_bad, "leave rows with errors out");
        verb->add_option("--why", why_, "at the registry: for the audit");
        at_either(verb);
        verb->callback([this] { line_.run = [this] { return import(); }; });
    }

    void add_adopt() {
        auto* verb = line_.app.add_subcommand(
            "adopt", "take over at the registry what the gate of this box has listed by itself; shows it first");
        verb->add_option("--why", why_, "for the audit");
        auto* dry = verb->add_flag("--dry-run", import_.dry_run, "only show");
        verb->add_flag("--yes", import_.yes, "do not ask")->excludes(dry);
        verb->add_flag("--skip-bad", import_.skip_bad, "leave permits with errors out");
        verb->add_option("--site", line_.desk.site, "the site (scope) that is meant");
        at_gate(verb);
        verb->callback([this] {
            line_.run = [this] {
                import_.file = socket_;
                prepare_import();
                return office::run_adopt(import_, why_, std::cin, line_.desk);
            };
        });
    }

    int import() {
        prepare_import();
        if (goes_to_registry()) return office::run_import(import_, why_, std::cin, line_.desk);
        return run_import(import_, std::cin, std::cout, std::cerr);
    }

    void prepare_import() {
        import_.socket = socket_;
        import_.json = line_.desk.json;
        import_.language = line_.desk.language;
        import_.interactive = line_.desk.interactive;
        import_.bar = line_.desk.bar;
    }

    void add_events() {
        auto* verb = line_.app.add_subcommand("events", "what happened");
        verb->add_flag("--follow", events_.follow, "go on as events happen");
        verb->add_option("--after", events_.after, "at a gate: only events after this number");
        verb->add_option("--limit", events_.limit, "at most this many; at a registry the newest, 50 if absent")
            ->check(CLI::PositiveNumber);
        verb->add_option("--lane", events_.lane, "only this lane");
        verb->add_option("--gate", found_.gate, "at a registry: only this gate, by key or number");
        verb->add_option("--kind", found_.kind, "at a registry: only these, as decision, passage, alarm");
        verb->add_option("--plate", found_.plate, "at a registry: only of this plate");
        verb->add_option("--from", found_.from, "at a registry: e.g. \"2026-12-01 08:00\"");
        verb->add_option("--until", found_.until, "at a registry: the same; a date is through its end");
        at_either(verb);
        verb->callback([this] { line_.run = [this] { return events(); }; });

        auto* replay = line_.app.add_subcommand(
            "replay", "a decision again, bit for bit, and what would have to differ for another verdict");
        replay->add_option("event", replayed_, "its number, as `menshen events` says it")
            ->required()
            ->check(CLI::PositiveNumber);
        at_either(replay);
        replay->callback([this] {
            line_.run = [this] {
                return goes_to_registry() ? office::run_replay(replayed_, line_.desk)
                                          : office::run_replay_at_gate(replayed_, socket_, line_.desk);
            };
        });
    }

    int events() {
        if (goes_to_registry()) {
            found_.lane = events_.lane;
            found_.follow = events_.follow;
            if (events_.limit > 0) found_.limit = static_cast<int>(std::min<std::int64_t>(events_.limit, 1'000'000));
            return run_events(found_, line_.desk);
        }
        if (!found_.gate.empty() || !found_.kind.empty() || !found_.plate.empty() || !found_.from.empty() ||
            !found_.until.empty()) {
            std::cerr << "menshen: --gate, --kind, --plate, --from and --until are the registry's: menshen login\n";
            return Exit::unreadable;
        }
        events_.socket = socket_;
        events_.json = line_.desk.json;
        events_.language = line_.desk.language;
        return run_events(events_, std::cout, std::cerr);
    }

    void add_block_fields(CLI::App* verb) {
        verb->add_option("plate", block_.plate, "the plate");
        verb->add_option("--reason", block_.reason, "why; the guard sees it");
        verb->add_option("--kind", block_.kind, "block: may not enter; hold: may not leave; watch: alarm only")
            ->check(CLI::IsMember({"block", "hold", "watch"}))
            ->capture_default_str();
        verb->add_option("--until", block_.until, "e.g. \"2026-12-31 18:00\"; until it is lifted if absent");
        at_either(verb);
    }

    void add_blocks() {
        auto* verb = line_.app.add_subcommand(
            "block", "a plate may not enter (or not leave, or is watched); wins over every permit");
        add_block_fields(verb);
        verb->callback([this, verb] {
            if (verb->get_subcommands().empty()) choose_block();
        });
        auto* add = verb->add_subcommand("add", "the same as `menshen block PLATE`");
        add_block_fields(add);
        add->callback([this] { choose_block(); });
        for (auto* lift : {verb->add_subcommand("lift", "lift a block"),
                           line_.app.add_subcommand("unblock", "the same as `menshen block lift`")}) {
            lift->add_option("number", which_, "its number, or at the registry also the plate")->required();
            at_either(lift);
            lift->callback([this] { line_.run = [this] { return lift_block(); }; });
        }
        auto options = std::make_shared<office::ListOptions>();
        auto* list = line_.verb(verb, "list", "blocked, held and watched plates at the registry");
        list->add_option("words", options->words, "part of a plate or a reason");
        list->add_option("--kind", options->kind, "only these")->check(CLI::IsMember({"block", "hold", "watch"}));
        list->add_option("--limit", options->limit, "at most this many")->check(CLI::PositiveNumber);
        list->callback(
            [this, options] { line_.run = [this, options] { return run_block_list(*options, line_.desk); }; });
    }

    void choose_block() {
        if (block_.plate.empty()) throw CLI::RequiredError("plate");
        if (block_.reason.empty()) throw CLI::RequiredError("--reason");
        line_.run = [this] {
            if (goes_to_registry()) {
                return run_block_add({block_.plate, block_.kind, block_.reason, block_.until}, line_.desk);
            }
            block_.socket = socket_;
            block_.json = line_.desk.json;
            return run_block(block_, std::cout, std::cerr);
        };
    }

    int lift_block() {
        if (goes_to_registry()) return office::run_block_lift(which_, line_.desk);
        block_.socket = socket_;
        block_.json = line_.desk.json;
        char* end = nullptr;
        block_.lift = std::strtoll(which_.c_str(), &end, 10);
        if (block_.lift > 0 && *end == '\0') return run_block(block_, std::cout, std::cerr);
        std::cerr << "menshen: " << which_ << ": a gate knows its blocks by number, as `menshen block` said it\n";
        return Exit::unreadable;
    }

    CommandLine& line_;
    std::string socket_ = default_socket();
    std::vector<CLI::Option*> socket_options_;
    bool local_ = false;
    ImportOptions import_;
    EventsOptions events_;
    office::EventsOptions found_;
    std::int64_t replayed_ = 0;
    BlockOptions block_;
    std::string which_, why_;
};

}  // namespace

}  // namespace menshen::cli

int main(int argc, char** argv) {
    using namespace menshen;
    std::signal(SIGPIPE, SIG_IGN);  // NOLINT: who reads no more is an error of the stream, not an end
    CLI::App app("menshen speaks to the gate of this box, or to a central registry", "menshen");
    app.require_subcommand(1);
    app.footer(cli::which_one);
    office::Desk desk{std::cout, std::cerr, link::ConfigFolder::of_this_user()};
    desk.ask = office::ask_at_terminal;
    std::string lang;
    cli::CommandLine line{app, desk, lang, {}};
    const cli::LocalVerbs local(line);
    cli::add_session_verbs(line);
    cli::add_permit_verbs(line);
    cli::add_visit_verbs(line);
    cli::add_gate_verbs(line);
    cli::add_enrol_verb(line);
    cli::add_watch_verbs(line);
    cli::add_keeping_verbs(line);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? cli::Exit::done : cli::Exit::unreadable;
    }
    desk.language = cli::language_of(lang);
    desk.interactive = ::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1;
    desk.bar = ::isatty(STDERR_FILENO) == 1;
    return line.run();
}
