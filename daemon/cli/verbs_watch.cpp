#include "verbs.hpp"

namespace menshen::cli {

namespace {

using office::AuditOptions;
using office::UserOptions;

void add_user_fields(CLI::App* verb, const std::shared_ptr<UserOptions>& options, bool required) {
    auto* roles = verb->add_option("--role", options->roles,
                                   "administrator, issuer, reception, security, auditor; may be repeated")
                      ->allow_extra_args(false);
    if (required) roles->required();
    verb->add_option("--at", options->sites, "a site where he may do it, or \"*\"; may be repeated")
        ->allow_extra_args(false);
}

using RunUser = int (*)(const UserOptions&, office::Desk&);

std::shared_ptr<UserOptions> add_user_verb(CommandLine& line, CLI::App* verb, RunUser run) {
    auto options = std::make_shared<UserOptions>();
    verb->callback([&line, options, run] { line.run = [&line, options, run] { return run(*options, line.desk); }; });
    return options;
}

}  // namespace

void add_watch_verbs(CommandLine& line) {
    auto options = std::make_shared<AuditOptions>();
    auto* audit = line.verb(&line.app, "audit", "who changed what, newest first");
    audit->add_flag("--verify", options->verify, "prove the chain of hashes, here too, from where it stood last time");
    audit->add_option("--action", options->action, "only these, as permit.issue");
    audit->add_option("--of", options->subject, "only of the permit, visit, block, gate with this number");
    audit->add_option("--user", options->user, "only by the user with this number");
    audit->add_option("--limit", options->limit, "at most this many")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    audit->callback([&line, options] { line.run = [&line, options] { return run_audit(*options, line.desk); }; });

    auto* user = line.group("user", "people with accounts at the registry: add, list, role, remove");
    auto* list = line.verb(user, "list", "who there is");
    list->callback([&line] { line.run = [&line] { return run_user_list(line.desk); }; });
    auto* add = line.verb(user, "add", "a one-time code with which somebody makes his account");
    auto added = add_user_verb(line, add, office::run_user_add);
    add->add_option("display", added->display, "his name, for people")->required();
    add_user_fields(add, added, true);
    auto* role = line.verb(user, "role", "what a user may do from now on; ends his sessions");
    auto changed = add_user_verb(line, role, office::run_user_role);
    role->add_option("user", changed->which, "his name or number")->required();
    role->add_option("--display", changed->display, "his name, for people");
    add_user_fields(role, changed, false);
    auto* remove = line.verb(user, "remove", "removes a user; ends his sessions at once");
    auto removed = add_user_verb(line, remove, office::run_user_remove);
    remove->add_option("user", removed->which, "his name or number")->required();
}

}  // namespace menshen::cli
