#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <istream>
#include <ostream>
#include <set>

#include "cli/admin_client.hpp"
#include "cli/commands.hpp"
#include "cli/report.hpp"

namespace menshen::cli {

namespace {

namespace json = boost::json;

constexpr std::size_t long_work = 10'000;  // rows from which on progress is shown

std::string who() {
    if (const char* name = std::getenv("SUDO_USER"); name != nullptr && *name != '\0') return name;
    const auto* entry = ::getpwuid(::geteuid());
    return entry != nullptr ? entry->pw_name : std::to_string(::geteuid());
}

LocalTime local_now() {
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    ::localtime_r(&now, &parts);
    return LocalTime(std::chrono::seconds(::timegm(&parts)));
}

json::value time_value(const std::optional<LocalTime>& time) {
    return time ? json::value(format_local(*time)) : json::value(nullptr);
}

json::object row_json(const Row& row) {
    json::object object{{"line", row.line}, {"plate", row.plate}};
    if (row.permit_class) object["class"] = json::string_view(to_string(*row.permit_class));
    if (row.holder) object["holder"] = *row.holder;
    if (row.unit) object["unit"] = *row.unit;
    if (row.phone) object["phone"] = *row.phone;
    if (row.note) object["note"] = *row.note;
    if (row.valid_from) object["valid_from"] = time_value(*row.valid_from);
    if (row.valid_until) object["valid_until"] = time_value(*row.valid_until);
    return object;
}

Result<GateReport> ask_gate(const std::string& socket, const std::vector<Row>& rows, bool dry_run) {
    auto client = AdminClient::connect(socket);
    if (!client) return client.error();
    json::array array;
    array.reserve(rows.size());
    for (const auto& row : rows) array.push_back(row_json(row));
    // a dry run looks for the look-alikes of every row: about 5,000 rows a second on a small board
    const auto within = std::chrono::seconds(60) + std::chrono::milliseconds(rows.size());
    auto answer =
        client->ask({{"verb", "import"}, {"by", who()}, {"dry_run", dry_run}, {"rows", std::move(array)}}, within);
    if (!answer) return answer.error();
    return gate_report_from(*answer);
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
        progress(zh_ ? "正在与门岗名单核对" : "comparing with the gate's list");
        auto gate = ask_gate(options_.socket, list_.rows, true);
        if (!gate) return fail(gate.error(), exit_of(gate.error()));
        if (options_.skip_bad && gate->errors > 0) {
            leave_out(*gate);
            gate = ask_gate(options_.socket, list_.rows, true);
            if (!gate) return fail(gate.error(), exit_of(gate.error()));
        }
        if (!options_.json) out_ << table(options_.file, list_, *gate, options_.language) << std::flush;
        return decide(*gate);
    }

  private:
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
        progress(zh_ ? "正在写入" : "importing");
        auto committed = ask_gate(options_.socket, list_.rows, false);
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

    void progress(const char* what) {
        if (list_.rows.size() >= long_work) err_ << fmt::format("{} … {}\n", list_.rows.size(), what) << std::flush;
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
};

}  // namespace

int run_import(const ImportOptions& options, std::istream& in, std::ostream& out, std::ostream& err) {
    return Import(options, in, out, err).run();
}

}  // namespace menshen::cli
