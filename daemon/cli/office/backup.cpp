// A registry's backup, and a registry made of one: by menshen-registry, on the registry's own machine. No session can
// fetch a backup: the keys of the authority that gates believe are in it, and every user's second factor, and whoever
// took a session over would have them all. What may read the registry's data there may copy it.
#include <boost/json/parse.hpp>
#include <fmt/format.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <optional>
#include <ostream>

#include "json_text.hpp"
#include "link/session.hpp"
#include "office/verbs.hpp"
#include "program.hpp"

namespace menshen::office {

namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr const char* registry_program = "menshen-registry";

/// "registry.example" of the session that there is; empty: nobody is signed in.
std::string registry_host(const Desk& desk) {
    const auto session = link::load_session(desk.folder);
    if (!session || !*session) return {};
    std::string_view host = (*session)->registry;  // https://HOST:PORT, as link::registry_address makes it
    host.remove_prefix(std::min(host.size(), std::string_view("https://").size()));
    return std::string(host.substr(0, host.rfind(':')));
}

/// The owner of what is there, if it is somebody else: what root made in the registry's folder, the registry could not
/// open.
std::optional<std::string> other_owner(const fs::path& path) {
    struct stat of {};
    if (::stat(path.c_str(), &of) != 0 || of.st_uid == ::geteuid()) return std::nullopt;
    const auto* user = ::getpwuid(of.st_uid);
    return user != nullptr ? user->pw_name : std::to_string(of.st_uid);
}

/// Where it can be done, and by whom.
Error elsewhere(const Desk& desk, const std::string& command) {
    const auto host = registry_host(desk);
    const auto where = host.empty() ? std::string() : fmt::format(fmt::runtime(desk.zh() ? "（{}）" : " ({})"), host);
    return {
        Errc::invalid,
        fmt::format(
            fmt::runtime(desk.zh() ? "备份含证书私钥，只在登记中心本机{}制作和恢复，不经网络传送。请在那里执行：\n  {}"
                                   : "a backup holds keys: it is made and restored on the registry's own "
                                     "machine{}, never over the network. There:\n  {}"),
            where, command)};
}

Error as_owner(const Desk& desk, const fs::path& data, const std::string& owner, const std::string& command) {
    return {Errc::invalid,
            fmt::format(fmt::runtime(desk.zh() ? "{} 不归当前用户所有。请执行：\n  sudo -u {} {}"
                                               : "{} is not this user's. Do it as its owner:\n  sudo -u {} {}"),
                        data.string(), owner, command)};
}

std::uintmax_t bytes_in(const fs::path& folder) {
    std::uintmax_t bytes = 0;
    std::error_code failed;
    const auto skip = fs::directory_options::skip_permission_denied;
    for (fs::recursive_directory_iterator at(folder, skip, failed), end; !failed && at != end; at.increment(failed)) {
        std::error_code gone;
        if (const auto size = at->is_regular_file(gone) ? at->file_size(gone) : 0; !gone) bytes += size;
    }
    return bytes;
}

/// How much of `from` is in `to`, for a person who waits. Looking takes at most a tenth of the time.
std::function<void()> progress(Desk& desk, const fs::path& from, const fs::path& to) {
    if (!desk.bar) return {};
    using Clock = std::chrono::steady_clock;
    return [&desk, from, to, all = std::uintmax_t{0}, next = Clock::time_point{}]() mutable {
        const auto now = Clock::now();
        if (now < next) return;
        if (all == 0) all = std::max<std::uintmax_t>(bytes_in(from), 1);
        const auto done = bytes_in(to);
        next = now + 10 * (Clock::now() - now);
        desk.err << fmt::format("\r\033[K{} {} / {} MiB", desk.say({"正在复制", "copying"}), done >> 20U, all >> 20U)
                 << std::flush;
    };
}

/// What menshen-registry answers to `--json`; its refusal is an Error.
Result<json::object> ask(Desk& desk, const std::vector<std::string>& words, const std::function<void()>& tick) {
    auto ended = run_program(words, tick);
    if (desk.bar) desk.err << "\r\033[K" << std::flush;
    if (!ended) return ended.error();
    boost::system::error_code failed;
    const auto answer = json::parse(ended->out, failed);
    if (failed || !answer.is_object()) {
        return {Errc::io, fmt::format("{} ended with {} and without an answer", words[0], ended->code)};
    }
    if (const auto refused = text_in(answer.as_object(), "error"); !refused.empty()) return {Errc::io, refused};
    return answer.as_object();
}

int told_of(Desk& desk, const json::object& answer, const std::string& sentence) {
    desk.out << (desk.json ? json::serialize(answer) + "\n" : sentence);
    return Exit::done;
}

}  // namespace

int run_backup(const BackupOptions& options, Desk& desk) {
    const auto program = program_beside_this(registry_program);
    const auto command = fmt::format("menshen backup {} --data {}", options.folder, options.data);
    std::error_code none;
    const bool here = ::access(program.c_str(), X_OK) == 0 && fs::exists(fs::symlink_status(options.data, none));
    if (!here) return fail(desk, elsewhere(desk, command));
    if (const auto other = other_owner(options.data)) return fail(desk, as_owner(desk, options.data, *other, command));
    const auto into = fs::absolute(options.folder, none);
    const auto answer = ask(desk, {program, "backup", "--data", options.data, "--to", into, "--json"},
                            progress(desk, options.data, into));
    if (!answer) return fail(desk, answer.error());
    return told_of(
        desk, *answer,
        fmt::format(fmt::runtime(desk.zh() ? "备份在 {}：{} 字节，{} 张图片，{} 条审计记录完整。\n"
                                             "其中有人员资料和证书私钥：请像登记中心本身一样保管，加密后再带走。\n"
                                           : "A backup is in {}: {} bytes, {} pictures; its audit of {} "
                                             "entries is whole.\nIt holds the names of people and the keys of "
                                             "certificates: keep it as the registry itself, and encrypt it "
                                             "before it travels.\n"),
                    into.string(), number_in(*answer, "bytes"), number_in(*answer, "pictures"),
                    number_in(*answer, "audit")));
}

int run_restore(const BackupOptions& options, Desk& desk) {
    const auto program = program_beside_this(registry_program);
    const auto command =
        fmt::format("menshen restore {} --data {} --root-key {}", options.folder, options.data, options.root_key);
    if (::access(program.c_str(), X_OK) != 0) return fail(desk, elsewhere(desk, command));
    if (const auto other = other_owner(options.data)) return fail(desk, as_owner(desk, options.data, *other, command));
    const auto answer = ask(desk,
                            {program, "restore", "--from", options.folder, "--data", options.data, "--root-key",
                             options.root_key, "--json"},
                            progress(desk, options.folder, options.data));
    if (!answer) return fail(desk, answer.error());
    auto sentence = fmt::format(
        fmt::runtime(desk.zh() ? "登记中心已恢复到 {}，为 {}（UTC）时的内容，新纪元 {}，签名密钥 {}。\n\n"
                                 "此后所做的更改不在其中：启动前请重新核对通行证、已移除的用户和已吊销的门岗。\n"
                                 "门岗会重新取名单，并补送缺少的事件。请把根密钥取走；旧的登记中心不得再启动。\n"
                                 "备份中的一次性开通码全部作废，其中 {} 个尚未使用：需要时请重新发放。\n"
                               : "A registry is in {}, as it was at {} UTC, with epoch {} and the signing "
                                 "key {}.\n\nWhat was done after that is not in it: look again at permits, "
                                 "users that were removed and gates\nthat were revoked since then before you "
                                 "start it. Gates take their lists anew and send the events that it\nlacks. "
                                 "Take the root key away again. Never start the old one beside it.\nOne-time codes "
                                 "that it had count no more; {} were not used yet: make new ones where they are "
                                 "wanted.\n"),
        options.data, text_in(*answer, "made"), number_in(*answer, "epoch"), text_in(*answer, "kid"),
        number_in(*answer, "withdrawn_codes"));
    if (const auto code = text_in(*answer, "code"); !code.empty()) {
        sentence +=
            fmt::format(fmt::runtime(desk.zh() ? "首位管理员的一次性开通码（一小时内有效）：{}\n"
                                               : "The first administrator's one-time code, good for an hour: {}\n"),
                        code);
    }
    return told_of(desk, *answer, sentence);
}

}  // namespace menshen::office
