#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <istream>
#include <optional>
#include <ostream>
#include <set>
#include <utility>

#include "cli/admin_client.hpp"
#include "cli/commands.hpp"
#include "cli/report.hpp"
#include "cli/upload.hpp"

namespace menshen::cli {

namespace {

namespace json = boost::json;

constexpr std::size_t long_work = 10'000;  // rows from which on progress is shown

LocalTime local_now() {
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    ::localtime_r(&now, &parts);
    return LocalTime(std::chrono::seconds(::timegm(&parts)));
}

int exit_of(const Error& error) {
    return error.code == Errc::unavailable || error.code == Errc::timeout ? Exit::no_gate : Exit::refused;
}

/// One import, from file to commit.
class Import {
  public:
    Import(const ImportOptions& options, std::istream& in, std::ostream& out, std::ostream& err)
        : options_(options), in_(in), out_(out), err_(err), zh_(options.language == Language::zh) {}

    int run() {
        auto csv = read_csv(options_.file);
        if (!csv) return fail(csv.error(), Exit::unreadable);
        auto list = read_list(*csv, local_now());
        if (!list) return fail(list.error().in(options_.file), Exit::unreadable);
        list_ = std::move(list).value();
        auto client = AdminClient::connect(options_.socket);
        if (!client) return fail(client.error(), exit_of(client.error()));
        auto gate = compare(*client);
        if (gate && options_.skip_bad && gate->errors > 0) {
            leave_out(*gate);
            gate = compare(*client);
        }
        if (!gate) return fail(gate.error(), exit_of(gate.error()));
        if (!options_.json) out_ << table(options_.file, list_, *gate, options_.language) << std::flush;
        return decide(*gate);
    }

  private:
    Result<GateReport> compare(AdminClient& client) {
        auto sent = Upload::send(client, list_.rows, bar(zh_ ? "正在传送名单" : "sending the list"));
        if (!sent) return sent.error();
        upload_.emplace(*sent);
        return upload_->check(bar(zh_ ? "正在与门岗名单核对" : "comparing with the gate's list"));
    }

    int decide(const GateReport& gate) {
        const bool bad = gate.errors > 0 || std::any_of(list_.problems.begin(), list_.problems.end(),
                                                        [](const Problem& p) { return p.error; });
        if (bad && !options_.skip_bad) {
            err_ << (zh_ ? "没有任何更改：请改正上列错误，或用 --skip-bad 跳过这些行\n"
                         : "nothing was changed: correct the errors above, or leave those rows out with --skip-bad\n");
            return finish(gate, Exit::problems);
        }
        if (options_.dry_run) return finish(gate, Exit::done);
        if (gate.errors > 0) return finish(gate, Exit::problems);
        if (!options_.yes && !agreed()) return finish(gate, Exit::declined);
        auto committed = upload_->commit(bar(zh_ ? "正在写入" : "importing"));
        if (!committed) return fail(committed.error(), exit_of(committed.error()));
        if (!committed->committed) return finish(*committed, Exit::problems);
        if (!options_.json) {
            const char* said =
                zh_ ? "已导入：新增 {}，更改 {}，不变 {}\n" : "imported: {} added, {} changed, {} unchanged\n";
            out_ << fmt::format(fmt::runtime(said), committed->added, committed->changed, committed->unchanged);
        }
        auto final = gate;
        final.committed = true;
        return finish(final, Exit::done);
    }

    bool agreed() {
        if (!options_.interactive) {
            err_ << (zh_ ? "没有任何更改：脚本中请加 --yes\n" : "nothing was changed: in a script add --yes\n");
            return false;
        }
        out_ << (zh_ ? "写入门岗名单？[y/N] " : "Import into the gate's list? [y/N] ") << std::flush;
        std::string answer;
        std::getline(in_, answer);
        return answer == "y" || answer == "Y" || answer == "yes" || answer == "是";
    }

    /// Rows that the gate finds wrong join those that the file's own check left out.
    void leave_out(const GateReport& gate) {
        std::set<std::int64_t> bad;
        for (const auto& problem : gate.problems) {
            if (!problem.error) continue;
            bad.insert(problem.line);
            list_.problems.push_back(problem);
        }
        std::erase_if(list_.rows, [&](const Row& row) { return bad.contains(row.line); });
    }

    /// A person sees how far long work is; a log gets one line for each part of it.
    Progress bar(const char* what) {
        if (list_.rows.size() < long_work) return [](std::size_t, std::size_t) {};
        if (!options_.bar) {
            err_ << fmt::format("{} … {}\n", list_.rows.size(), what) << std::flush;
            return [](std::size_t, std::size_t) {};
        }
        return [this, what, shown = std::size_t{1000}](std::size_t done, std::size_t of) mutable {
            const auto percent = of == 0 ? 100 : 100 * done / of;
            if (percent == std::exchange(shown, percent)) return;
            const auto full = percent / 5;
            err_ << fmt::format("\r\033[K{} [{:#<{}}{:.<{}}] {:3}%  {} / {}{}", what, "", full, "", 20 - full, percent,
                                done, of, percent == 100 ? "\n" : "")
                 << std::flush;
        };
    }

    int finish(const GateReport& gate, int code) {
        if (options_.json) out_ << json::serialize(to_json(options_.file, list_, gate)) << "\n";
        return code;
    }

    int fail(const Error& error, int code) {
        err_ << "menshen: " << error.message << "\n";
        if (options_.json)
            out_ << json::serialize(json::object{{"error", error.message}, {"committed", false}}) << "\n";
        return code;
    }

    const ImportOptions& options_;
    std::istream& in_;
    std::ostream& out_;
    std::ostream& err_;
    bool zh_;
    ListFile list_;
    std::optional<Upload> upload_;
};

}  // namespace

int run_import(const ImportOptions& options, std::istream& in, std::ostream& out, std::ostream& err) {
    return Import(options, in, out, err).run();
}

}  // namespace menshen::cli
