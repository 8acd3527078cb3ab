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
#include "cli/list_target.hpp"
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

/// The gate's own list.
class GateList final : public ListTarget {
  public:
    explicit GateList(std::string socket) : socket_(std::move(socket)) {}

    Result<GateReport> compare(const std::vector<tables::Row>& rows, const MakeProgress& bar) override {
        if (!client_) {
            auto client = AdminClient::connect(socket_);
            if (!client) return client.error();
            client_.emplace(std::move(client).value());
        }
        auto sent = Upload::send(*client_, rows, bar({"正在传送名单", "sending the list"}));
        if (!sent) return sent.error();
        upload_.emplace(*sent);
        return upload_->check(bar({"正在与门岗名单核对", "comparing with the gate's list"}));
    }
    Result<GateReport> commit(const std::vector<tables::Row>&, const MakeProgress& bar) override {
        return upload_->commit(bar({"正在写入", "importing"}));
    }
    int fail(const Error& error, std::ostream& err) override {
        err << "menshen: " << error.message << "\n";
        return error.code == Errc::unavailable || error.code == Errc::timeout ? Exit::no_gate : Exit::refused;
    }
    Bilingual question() const override { return {"写入门岗名单？[y/N] ", "Import into the gate's list? [y/N] "}; }

  private:
    std::string socket_;
    std::optional<AdminClient> client_;
    std::optional<Upload> upload_;
};

/// One import, from file to commit.
class Import {
  public:
    Import(const ImportOptions& options, ListTarget& target, std::istream& in, std::ostream& out, std::ostream& err)
        : options_(options), target_(target), in_(in), out_(out), err_(err), zh_(options.language == Language::zh) {}

    int run() {
        auto csv = tables::read_table(options_.file);
        if (!csv) return fail(csv.error(), Exit::unreadable);
        auto list = tables::read_list(*csv, local_now());
        if (!list) return fail(list.error().in(options_.file), Exit::unreadable);
        return run(std::move(list).value());
    }

    int run(tables::ListFile list) {
        list_ = std::move(list);
        auto gate = target_.compare(list_.rows, maker());
        if (gate && options_.skip_bad && gate->errors > 0) {
            leave_out(*gate);
            gate = target_.compare(list_.rows, maker());
        }
        if (!gate) return refused(gate.error());
        if (!options_.json) out_ << table(options_.file, list_, *gate, options_.language) << std::flush;
        return decide(*gate);
    }

  private:
    MakeProgress maker() {
        return [this](Bilingual what) { return bar(zh_ ? what.zh : what.en); };
    }

    int decide(const GateReport& gate) {
        const bool bad = gate.errors > 0 || std::any_of(list_.problems.begin(), list_.problems.end(),
                                                        [](const tables::Problem& p) { return p.error; });
        if (bad && !options_.skip_bad) {
            err_ << (zh_ ? "没有任何更改：请改正上列错误，或用 --skip-bad 跳过这些行\n"
                         : "nothing was changed: correct the errors above, or leave those rows out with --skip-bad\n");
            return finish(gate, Exit::problems);
        }
        if (options_.dry_run) return finish(gate, Exit::done);
        if (gate.errors > 0) return finish(gate, Exit::problems);
        if (!options_.yes && !agreed()) return finish(gate, Exit::declined);
        auto committed = target_.commit(list_.rows, maker());
        if (!committed) return refused(committed.error());
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
        const auto question = target_.question();
        out_ << (zh_ ? question.zh : question.en) << std::flush;
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
        std::erase_if(list_.rows, [&](const tables::Row& row) { return bad.contains(row.line); });
    }

    /// A person sees how far long work is; a log gets one line for each part of it.
    Progress bar(std::string_view what) {
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

    int refused(const Error& error) {
        const int code = target_.fail(error, err_);
        return said(error, code);
    }
    int fail(const Error& error, int code) {
        err_ << "menshen: " << error.message << "\n";
        return said(error, code);
    }
    int said(const Error& error, int code) {
        if (options_.json)
            out_ << json::serialize(json::object{{"error", error.message}, {"committed", false}}) << "\n";
        return code;
    }

    const ImportOptions& options_;
    ListTarget& target_;
    std::istream& in_;
    std::ostream& out_;
    std::ostream& err_;
    bool zh_;
    tables::ListFile list_;
};

}  // namespace

int run_import(const ImportOptions& options, std::istream& in, std::ostream& out, std::ostream& err) {
    GateList gate(options.socket);
    return run_import(options, gate, in, out, err);
}

int run_import(const ImportOptions& options, ListTarget& target, std::istream& in, std::ostream& out,
               std::ostream& err) {
    return Import(options, target, in, out, err).run();
}

int run_import(const ImportOptions& options, tables::ListFile list, ListTarget& target, std::istream& in,
               std::ostream& out, std::ostream& err) {
    return Import(options, target, in, out, err).run(std::move(list));
}

}  // namespace menshen::cli
