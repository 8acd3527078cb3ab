#include "verbs.hpp"

namespace menshen::cli {

using office::LoginOptions;

CLI::App* CommandLine::verb(CLI::App* above, const std::string& name, const std::string& what) {
    auto* verb = above->add_subcommand(name, what);
    verb->add_flag("--json", desk.json, "for programs");
    verb->add_option("--lang", lang, "zh or en; LANG if absent")->check(CLI::IsMember({"zh", "en"}));
    verb->add_option("--site", desk.site, "the site (scope) that is meant");
    return verb;
}

CLI::App* CommandLine::group(const std::string& name, const std::string& what) {
    auto* group = app.add_subcommand(name, what);
    group->require_subcommand(1);
    return group;
}

void add_session_verbs(CommandLine& line) {
    auto options = std::make_shared<LoginOptions>();
    auto* login = line.app.add_subcommand("login", "sign in at a central registry; the session is kept until `logout`");
    login->add_option("--registry", options->registry, "its address, as https://registry.example:8430");
    login->add_option("--ca", options->ca_file,
                      "believe this authority (PEM), as authority.pem of the registry's data");
    login->add_option("--fingerprint", options->fingerprint, "believe the certificate with this SHA-256")
        ->excludes("--ca");
    login->add_option("--name", options->name, "who signs in");
    login->add_option("--invitation", options->invitation,
                      "a one-time code (of the first administrator, too): makes the user first");
    login->add_option("--password-fd", options->password_fd,
                      "read the password from this descriptor; else MENSHEN_PASSWORD, else it is asked for");
    login->add_option("--secret", options->secret_file,
                      "a file with the second factor's key: the tool makes the codes itself (for machines)");
    login->add_option("--site", options->site, "the site that commands mean from now on");
    login->add_option("--lang", line.lang, "zh or en; LANG if absent")->check(CLI::IsMember({"zh", "en"}));
    login->add_flag("--json", line.desk.json, "for programs");
    login->callback([&line, options] { line.run = [&line, options] { return run_login(*options, line.desk); }; });

    auto* logout = line.verb(&line.app, "logout", "end the session, here and at the registry");
    logout->callback([&line] { line.run = [&line] { return run_logout(line.desk); }; });
    auto* who = line.verb(&line.app, "whoami", "who is signed in where, and with which roles");
    who->callback([&line] { line.run = [&line] { return run_who_am_i(line.desk); }; });
}

}  // namespace menshen::cli
