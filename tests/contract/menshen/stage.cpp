#include "stage.hpp"

#include <boost/json/parse.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "support/text_file.hpp"

namespace menshen::test {

namespace {

/// Waits for its end; the exit code, or 128 + signal.
int run_and_wait(const std::vector<std::string>& command, const std::vector<std::string>& environment,
                 const std::string& out, const std::string& err) {
    std::vector<char*> words, settings;
    for (const auto& word : command) words.push_back(const_cast<char*>(word.c_str()));
    for (const auto& setting : environment) settings.push_back(const_cast<char*>(setting.c_str()));
    words.push_back(nullptr);
    settings.push_back(nullptr);
    const pid_t child = ::fork();
    if (child == 0) {
        ::dup2(::open("/dev/null", O_RDONLY), STDIN_FILENO);
        ::dup2(::open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), STDOUT_FILENO);
        ::dup2(::open(err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), STDERR_FILENO);
        ::close_range(STDERR_FILENO + 1, ~0U, 0);
        ::execve(words[0], words.data(), settings.data());
        ::_exit(127);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/// What stands behind `before` up to the end of its line.
std::string behind(const std::string& text, std::string_view before) {
    auto from = text.find(before);
    if (from == std::string::npos) FAIL(text);
    from = text.find_first_not_of(" \n", from + before.size());
    return text.substr(from, text.find('\n', from) - from);
}

}  // namespace

boost::json::object Ran::json() const {
    boost::system::error_code failed;
    auto value = boost::json::parse(out, failed);
    if (failed || !value.is_object()) {
        const auto said = out + err;
        FAIL(said);
    }
    return value.as_object();
}

Ran User::menshen(const std::vector<std::string>& words) {
    std::vector<std::string> command{support::program_folder() + "/menshen"};
    command.insert(command.end(), words.begin(), words.end());
    auto settings = environment;
    settings.insert(settings.end(), {"HOME=" + home_, "XDG_CONFIG_HOME=" + home_, "PATH=/usr/bin:/bin", "TZ=UTC"});
    const auto out = home_ + ".out", err = home_ + ".err";
    const int code = run_and_wait(command, settings, out, err);
    return {code, support::text_in(out), support::text_in(err)};
}

Stage::Stage() {
    const auto registry = support::program_folder() + "/menshen-registry";
    const int made = run_and_wait(
        {registry, "init", "--data", in_folder("data"), "--root-key", in_folder("root.key"), "--name", "127.0.0.1"},
        {"TZ=UTC"}, in_folder("init.out"), in_folder("init.err"));
    if (made != 0) FAIL(support::text_in(in_folder("init.err")));
    const auto said = support::text_in(in_folder("init.out"));
    code = behind(said, "good for an hour:");
    fingerprint = behind(said, "SHA-256:");
    start("127.0.0.1:0");
}

void Stage::start(const std::string& listen) {
    std::ofstream(in_folder("registry.toml")) << fmt::format(
        "data = \"{}\"\n[admin]\nlisten = \"{}\"\n[gates]\nlisten = \"127.0.0.1:0\"\n", in_folder("data"), listen);
    registry_ =
        std::make_unique<support::Program>(std::vector<std::string>{support::program_folder() + "/menshen-registry",
                                                                    "serve", "--config", in_folder("registry.toml")},
                                           in_folder("registry.log"));
    const auto ready = registry_->line();
    if (!ready.contains("admin")) FAIL(support::text_in(in_folder("registry.log")));
    address = std::string(ready.at("admin").as_string());
    if (address.ends_with('/')) address.pop_back();
    port = static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
}

void Stage::stop() {
    if (registry_) registry_->end();
    registry_.reset();
}

void Stage::restart() {
    stop();
    start(fmt::format("127.0.0.1:{}", port));
}

User Stage::signed_in(const std::string& by) {
    User chief(in_folder("chief"));
    chief.environment = {std::string("MENSHEN_PASSWORD=") + password};
    const auto ran = chief.menshen({"login", "--registry", by.empty() ? address : by, "--fingerprint", fingerprint,
                                    "--name", "chief", "--invitation", code, "--secret", in_folder("secret")});
    if (ran.code != 0) FAIL(ran.err);
    return chief;
}

}  // namespace menshen::test
