#include "verbs.hpp"

namespace menshen::cli {

namespace {

using office::BackupOptions;

CLI::App* add_verb(CommandLine& line, const std::string& name, const std::string& what,
                   const std::shared_ptr<BackupOptions>& options, int (*run)(const BackupOptions&, office::Desk&)) {
    auto* verb = line.app.add_subcommand(name, what);
    verb->add_option("folder", options->folder, "the backup's folder")->required();
    verb->add_option("--data", options->data, "the registry's data folder")->capture_default_str();
    verb->add_flag("--json", line.desk.json, "for programs");
    verb->add_option("--lang", line.lang, "zh or en; LANG if absent")->check(CLI::IsMember({"zh", "en"}));
    verb->callback([&line, options, run] { line.run = [&line, options, run] { return run(*options, line.desk); }; });
    return verb;
}

}  // namespace

void add_keeping_verbs(CommandLine& line) {
    add_verb(line, "backup", "on the registry's machine: a checked copy of it, also while it serves",
             std::make_shared<BackupOptions>(), office::run_backup);
    auto options = std::make_shared<BackupOptions>();
    auto* restore = add_verb(line, "restore",
                             "on the registry's machine: a registry out of a backup; the folder of its "
                             "data is not there yet, or empty",
                             options, office::run_restore);
    restore->add_option("--root-key", options->root_key, "the offline root key, brought for the occasion")->required();
}

}  // namespace menshen::cli
