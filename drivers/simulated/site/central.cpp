#include "director/central.hpp"

#include <boost/json/parse.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "director/observed.hpp"

namespace menshen::director {
namespace json = boost::json;
using namespace std::chrono_literals;

namespace {

constexpr auto serves_within = 20s;
constexpr auto tool_within = 60s;  // a password is hashed slowly on purpose
constexpr auto scope = "compound";
constexpr auto gate = "gate";
constexpr auto administrator = "director";
constexpr auto blocked_plate = "粤B3C741";
constexpr auto expired_plate = "苏A5M862";

/// 160 bits: nobody types it.
std::string chance_password() {
    std::random_device source;
    std::string text;
    for (int i = 0; i < 5; ++i) text += fmt::format("{:08x}", source());
    return text;
}

std::string yesterday() {
    return fmt::format("{:%Y-%m-%d}", fmt::localtime(std::time(nullptr) - 24 * 60 * 60));
}

/// Of https://HOST:PORT/.
int port_of(const std::string& address) {
    return std::atoi(address.c_str() + address.rfind(':') + 1);
}

std::string line_of(const std::string& file) {
    std::ifstream in(file);
    std::string line;
    std::getline(in, line);
    return line;
}

Status write_private(const std::string& file, const std::string& text, mode_t mode) {
    std::ofstream out(file);
    const bool closed = ::chmod(file.c_str(), mode) == 0;
    out << text << std::flush;
    if (!out || !closed) return {Errc::io, file + " cannot be written"};
    return {};
}

Result<json::object> object_in(const std::string& text, const std::string& who) {
    boost::system::error_code error;
    auto value = json::parse(text, error);
    if (error || !value.is_object()) return Error{Errc::internal, who + " printed no JSON object"};
    return std::move(value.get_object());
}

}  // namespace

Central::Central(const Options& options, Add add)
    : options_(options), add_(std::move(add)), folder_(options.data + "/central") {}

Task<Status> Central::start() {
    std::error_code error;
    std::filesystem::create_directories(folder_ + "/office", error);
    if (error) co_return Error{Errc::io, folder_ + ": " + error.message()};
    if (auto done = co_await make_registry(); !done) co_return done;
    if (auto done = co_await serve(); !done) co_return done;
    if (auto done = co_await sign_in(); !done) co_return done;
    if (auto done = co_await add_gate(); !done) co_return done;
    co_return co_await invite();
}

Task<Status> Central::make_registry() {
    std::error_code ignored;
    if (std::filesystem::exists(folder_ + "/registry/authority.pem", ignored)) co_return Status{};
    std::vector<std::string> words{program("menshen-registry"), "init", "--json", "--data", folder_ + "/registry"};
    words.insert(words.end(), {"--root-key", folder_ + "/root.key", "--site", scope});
    words.insert(words.end(), {"--title", "模拟院区 Simulated compound", "--name", "localhost", "--name", "127.0.0.1"});
    const auto printed = co_await run(command("registry-init", std::move(words)));
    if (!printed) co_return printed.error();
    const auto made = object_in(*printed, "menshen-registry init");
    if (!made) co_return made.error();
    first_code_ = text_of(*made, "code");
    authority_ = text_of(*made, "authority_sha256");
    co_return Status{};
}

Task<Status> Central::serve() {
    if (auto done = write_registry_file(options_.console, 0); !done) co_return done;
    auto& registry =
        add_(command("registry", {program("menshen-registry"), "serve", "--config", folder_ + "/registry.toml"}));
    if (auto started = registry.start(); !started) co_return started;
    const auto ready = co_await registry.ready(serves_within);
    if (!ready) co_return ready.error();
    console_ = text_of(*ready, "admin");
    gates_ = text_of(*ready, "gates");
    while (gates_.ends_with('/')) gates_.pop_back();
    // Should it die and be started again, it is found where it was.
    if (auto done = write_registry_file(port_of(console_), port_of(gates_)); !done) co_return done;
    co_return write_tool();
}

Status Central::write_registry_file(int console, int gates) const {
    return write_private(folder_ + "/registry.toml",
                         fmt::format("data = \"{}/registry\"\n[admin]\nlisten = \"127.0.0.1:{}\"\n[gates]\nlisten = "
                                     "\"127.0.0.1:{}\"\n",
                                     folder_, console, gates),
                         0600);
}

/// The first administrator is made by the code that `init` gave; in a later run he is there.
Task<Status> Central::sign_in() {
    const auto file = folder_ + "/office/password";
    if (!first_code_.empty()) {
        if (auto done = write_private(file, chance_password() + "\n", 0600); !done) co_return done;
    }
    std::vector<std::string> words{"login",
                                   "--registry",
                                   console_,
                                   "--ca",
                                   folder_ + "/registry/authority.pem",
                                   "--name",
                                   administrator,
                                   "--secret",
                                   folder_ + "/office/totp",
                                   "--site",
                                   scope};
    if (!first_code_.empty()) {
        words.emplace_back("--invitation");
        words.push_back(first_code_);
    }
    words.insert(words.begin(), program("menshen"));
    auto login = command("login", std::move(words));
    login.environment.push_back("MENSHEN_PASSWORD=" + line_of(file));
    const auto done = co_await run(std::move(login));
    if (!done) co_return done.error();
    co_return Status{};
}

Task<Status> Central::add_gate() {
    std::error_code ignored;
    if (std::filesystem::exists(folder_ + "/courier/gate.pem", ignored)) co_return Status{};
    std::vector<std::string> words{"gate", "add", gate, "--name", "模拟门岗 Simulated gate", "--json"};
    const auto printed = co_await office(std::move(words));
    if (!printed) co_return printed.error();
    const auto added = object_in(*printed, "menshen gate add");
    if (!added) co_return added.error();
    gate_code_ = text_of(*added, "code");
    authority_ = text_of(*added, "authority_sha256");
    co_return Status{};
}

Task<Status> Central::fill() {
    std::vector<std::string> import{"import", "--yes", options_.config + "/permits.csv"};
    if (const auto done = co_await office(std::move(import)); !done) co_return done.error();
    // An expired permit leaves the gates' lists after a while; this one ended the day before.
    std::vector<std::string> end{"permit", "change", expired_plate, "--until", yesterday()};
    if (const auto done = co_await office(std::move(end)); !done) co_return done.error();
    std::vector<std::string> block{"block", "add", blocked_plate, "--reason", "多次冲卡 ran the gate"};
    if (const auto done = co_await office(std::move(block)); !done) co_return done.error();
    co_return Status{};
}

std::string Central::site_section() {
    return fmt::format("\n[registry]\nscope = \"{}\"\ngate = \"{}\"\ncommon = true\n", scope, gate);
}

Task<Status> Central::enrol() {
    const auto config = folder_ + "/courier.toml";
    const auto text = fmt::format("registry = \"{}\"\ngate = \"{}/run/courier.sock\"\ndata = \"{}/courier\"\n", gates_,
                                  options_.data, folder_);
    if (auto done = write_private(config, text, 0600); !done) co_return done;
    if (gate_code_.empty()) co_return Status{};  // enrolled in an earlier run
    std::vector<std::string> words{program("menshen"), "enrol", "--fingerprint", authority_, "--code", gate_code_};
    for (const auto& each : {std::string("--site"), options_.data + "/site.toml", std::string("--courier"), config}) {
        words.push_back(each);
    }
    const auto done = co_await run(command("enrol", std::move(words)));
    if (!done) co_return done.error();
    co_return Status{};
}

Status Central::start_courier() {
    return add_(command("courier", {program("menshen-sync"), "--config", folder_ + "/courier.toml"})).start();
}

/// So that whoever looks at the console is somebody there, too.
Task<Status> Central::invite() {
    std::vector<std::string> words{"user", "add",   "来看控制台的人 console", "--role", "administrator", "--at",
                                   "*",    "--json"};
    const auto printed = co_await office(std::move(words));
    if (!printed) co_return printed.error();
    const auto made = object_in(*printed, "menshen user add");
    if (!made) co_return made.error();
    invitation_ = text_of(*made, "code");
    co_return Status{};
}

Task<Result<std::string>> Central::office(std::vector<std::string> words) {
    const auto name = "office-" + words.front();
    words.insert(words.begin(), program("menshen"));
    co_return co_await run(command(name, std::move(words)));
}

Task<Result<std::string>> Central::run(Command command) {
    const auto name = command.name;
    const auto log = command.log;
    auto& tool = add_(std::move(command));
    tool.on_lost = nullptr;  // to end is what it is for
    if (auto started = tool.start(); !started) co_return started.error();
    if (!co_await tool.ended(tool_within)) co_return Error{Errc::timeout, name + " does not end; its log: " + log};
    if (tool.end() != "exit 0")
        co_return Error{Errc::invalid, fmt::format("{}: {}; its log: {}", name, tool.end(), log)};
    co_return tool.said();
}

Status Central::write_tool() const {
    const auto script = fmt::format(
        "#!/bin/sh\n# The tool menshen, as the simulated site's administrator.\n"
        "XDG_CONFIG_HOME={0}/office exec {1} \"$@\"\n",
        folder_, program("menshen"));
    return write_private(tool(), script, 0700);
}

Command Central::command(const std::string& name, std::vector<std::string> arguments) const {
    Command made;
    made.name = name;
    made.arguments = std::move(arguments);
    made.log = options_.data + "/log/" + name + ".log";
    made.environment = {"XDG_CONFIG_HOME=" + folder_ + "/office"};
    return made;
}

}  // namespace menshen::director
