// A stand-alone gate's own list becomes the registry's.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <ostream>
#include <set>

#include "lists.hpp"
#include "own_blocks.hpp"
#include "own_list.hpp"
#include "whole_permits.hpp"

namespace menshen::office {

namespace {

/// The gate's list as the registry is to get it: rows, each with its permit's number at the gate as its line. Permits
/// with limits are rows, too, but are sent whole.
class Takeover {
  public:
    explicit Takeover(const OwnList& own) : own_(own) {
        list.encoding = "gate";
        for (const auto& [permit, credentials] : own.permits) {
            ++list.rows_in_file;
            if (is_taken(permit)) take(permit, credentials);
        }
    }
    tables::ListFile list;
    std::map<std::int64_t, WholePermit> whole;

  private:
    void say(const Permit& permit, const char* kind, std::string text, bool error = false) {
        list.problems.push_back({permit.id, error, kind, std::move(text)});
    }

    bool is_taken(const Permit& permit) {
        if (permit.permit_class == PermitClass::visitor || permit.permit_class == PermitClass::group_visit) {
            say(permit, "visitor", "a visitor of the day stays at the gate");
        } else if (permit.state != PermitState::active) {
            say(permit, "state", fmt::format("{}: it is not taken over", to_string(permit.state)));
        } else if (!permit.unknown_critical.empty()) {
            say(permit, "unknown", "it says something that this tool does not know: it is not taken over");
        } else if (permit.schedule_id && schedule_of(permit) == nullptr) {
            say(permit, "schedule",
                "the gate has not the hours that it names, so it admits nobody: it is not taken over");
        } else {
            return true;
        }
        return false;
    }

    void take(const Permit& permit, const std::vector<Credential>& credentials) {
        std::vector<std::string> plates;
        for (const auto& each : credentials) {
            if (each.kind != CredentialKind::plate) {
                say(permit, "left_behind",
                    fmt::format("{} {}: only plates are taken over", to_string(each.kind), each.value));
            } else if (const auto [before, is_new] = seen_.emplace(each.value, permit.id); !is_new) {
                say(permit, "duplicate",
                    fmt::format("{} stands already in permit {}; keep one of the two", each.value, before->second),
                    true);
            } else {
                plates.push_back(each.value);
            }
        }
        for (const auto& plate : plates) {
            list.rows.push_back({permit.id, plate, permit.permit_class, permit.holder, permit.unit, permit.phone,
                                 permit.note, permit.valid_from, permit.valid_until});
        }
        if (!has_limits(permit) || plates.empty()) return;
        if (permit.max_uses) say(permit, "uses", "its uses are counted anew, from none");
        const auto* schedule = permit.schedule_id ? schedule_of(permit) : nullptr;
        whole.emplace(permit.id, WholePermit{permit, std::move(plates),
                                             schedule != nullptr ? std::optional(*schedule) : std::nullopt});
    }

    [[nodiscard]] const Schedule* schedule_of(const Permit& permit) const {
        const auto found = std::find_if(own_.schedules.begin(), own_.schedules.end(),
                                        [&](const Schedule& one) { return one.id == *permit.schedule_id; });
        return found != own_.schedules.end() ? &*found : nullptr;
    }

    const OwnList& own_;
    std::map<std::string, std::int64_t> seen_;  // plates
};

/// The registry's list, and its blocks, which come first: a denial is never the last to arrive.
class Adoption final : public cli::ListTarget {
  public:
    Adoption(RegistryList& list, WholePermits& whole, OwnBlocks& blocks)
        : list_(list), whole_(whole), blocks_(blocks) {}

    Result<cli::GateReport> compare(const std::vector<tables::Row>& rows, const cli::MakeProgress& bar) override {
        auto blocks = blocks_.compare();
        if (!blocks) return blocks;
        const Parts parts(rows, whole_);
        auto whole = whole_.compare(parts.numbers);
        if (!whole) return whole;
        auto report = list_.compare(parts.rows, bar);
        if (!report) return report;
        join(*report, std::move(whole).value());
        join(*report, std::move(blocks).value());
        return report;
    }

    Result<cli::GateReport> commit(const std::vector<tables::Row>& rows, const cli::MakeProgress& bar) override {
        auto blocks = blocks_.commit();
        if (!blocks) return blocks;
        const Parts parts(rows, whole_);
        auto whole = whole_.commit(parts.numbers);
        if (!whole || !whole->committed) return whole;
        auto report = list_.commit(parts.rows, bar);
        if (!report) return report;
        join(*report, std::move(whole).value());
        join(*report, std::move(blocks).value());
        return report;
    }

    int fail(const Error& error, std::ostream& err) override { return list_.fail(error, err); }
    [[nodiscard]] Bilingual question() const override { return list_.question(); }

  private:
    /// Rows of plates, and the numbers of those that are sent whole.
    struct Parts {
        Parts(const std::vector<tables::Row>& all, const WholePermits& whole) {
            for (const auto& row : all) {
                if (whole.has(row.line)) {
                    numbers.insert(row.line);
                } else {
                    rows.push_back(row);
                }
            }
        }
        std::vector<tables::Row> rows;
        std::set<std::int64_t> numbers;
    };

    RegistryList& list_;
    WholePermits& whole_;
    OwnBlocks& blocks_;
};

}  // namespace

int run_adopt(const cli::ImportOptions& options, const std::string& why, std::istream& in, Desk& desk) {
    auto own = read_own_list(options.socket);
    if (!own)
        return fail(desk, own.error().code == Errc::denied ? Error{Errc::conflict, own.error().message} : own.error());
    return at_registry(desk, [&](link::Registry& registry) -> Result<int> {
        auto site = site_of(desk, registry);
        if (!site) return site.error();
        Takeover takeover(*own);
        RegistryList list(desk, registry, *site, why);
        WholePermits whole(registry, *site, why, std::move(takeover.whole));
        OwnBlocks blocks(registry, *site, own->blocks);
        Adoption target(list, whole, blocks);
        return cli::run_import(options, std::move(takeover.list), target, in, desk.out, desk.err);
    });
}

}  // namespace menshen::office
