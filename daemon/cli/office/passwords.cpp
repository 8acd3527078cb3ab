#include "passwords.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <cstdlib>
#include <ostream>

#include "files/write.hpp"
#include "office/terminal.hpp"
#include "registry/totp.hpp"

namespace menshen::office {

namespace {

std::optional<std::string> from_environment(const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr && *value != '\0' ? std::optional<std::string>(value) : std::nullopt;
}

/// A password that nobody has to type.
std::optional<Result<std::string>> given_password(const LoginOptions& options) {
    if (options.password_fd >= 0) return line_from(options.password_fd);
    if (auto value = from_environment("MENSHEN_PASSWORD")) return Result<std::string>(std::move(*value));
    return std::nullopt;
}

Result<std::string> asked(Desk& desk, std::string_view prompt, bool hidden, std::string_view instead) {
    auto line = desk.ask(prompt, hidden);
    if (line) return line;
    return Error{line.error().code, fmt::format("{}; {}", line.error().message, instead)};
}

constexpr std::string_view password_instead = "a script gives it with --password-fd N or in MENSHEN_PASSWORD";

}  // namespace

Result<std::string> password_for(const LoginOptions& options, Desk& desk) {
    if (auto given = given_password(options)) return *given;
    return asked(desk, desk.say({"密码", "Password"}), true, password_instead);
}

Result<std::string> new_password_for(const LoginOptions& options, Desk& desk) {
    if (auto given = given_password(options)) return *given;
    auto first = asked(desk, desk.say({"新密码（至少 10 个字符）", "New password (10 characters or more)"}), true,
                       password_instead);
    if (!first) return first;
    auto again = asked(desk, desk.say({"再输入一次", "Once more"}), true, password_instead);
    if (!again) return again;
    if (*first != *again) {
        return {Errc::invalid, std::string(desk.say({"两次输入不一致", "the two differ; nothing was done"}))};
    }
    return first;
}

Result<std::string> Codes::code(int steps, std::string_view prompt) {
    if (!options_.secret_file.empty()) {
        const files::Descriptor in(::open(options_.secret_file.c_str(), O_RDONLY | O_CLOEXEC));
        if (!in) return {Errc::invalid, files::failure(options_.secret_file).message};
        auto line = line_from(in.get());
        if (!line) return line;
        const auto secret = registry::from_base32(*line);
        if (!secret) return secret.error().in(options_.secret_file);
        const auto now = std::chrono::floor<milliseconds>(std::chrono::system_clock::now());
        return registry::totp_code(*secret, registry::totp_step(now) + steps);
    }
    if (auto value = from_environment("MENSHEN_CODE")) return *value;
    return asked(desk_, prompt, false, "a script gives it in MENSHEN_CODE, or --secret FILE makes it");
}

Status Codes::keep(const std::string& secret, const std::string& address) {
    if (options_.secret_file.empty()) {
        desk_.err << fmt::format(
            fmt::runtime(desk_.zh() ? "请在手机验证器应用中添加账户（手工输入密钥）：\n  密钥  {}\n  链接  {}\n"
                                    : "Add an account to your telephone's authenticator app, by its key:\n  key   {}\n"
                                      "  link  {}\n"),
            secret, address);
        return {};
    }
    const auto& file = options_.secret_file;
    const auto done = files::write_new(file, secret + "\n");
    if (done) return {};
    if (done.error().code == Errc::io || done.error().code == Errc::exhausted) return files::as_io(done.error());
    return {Errc::conflict, done.error().message + "; name a new file"};
}

}  // namespace menshen::office
