// Who changed what; and that nobody has changed that.
//
// The registry proves its chain of hashes itself. The tool proves it again out of what it is shown, and keeps where the
// chain stood: a registry that has written its past anew cannot bring it to the same place.
#include "registry/audit.hpp"

#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include <charconv>
#include <ostream>

#include "bundle/hash.hpp"
#include "json_text.hpp"
#include "link/address.hpp"
#include "look_up.hpp"
#include "office/text_table.hpp"

namespace menshen::office {

namespace {

namespace json = boost::json;

/// Where the chain stood.
struct Mark {
    std::int64_t number = 0;
    registry::Digest chain{};
};

std::optional<registry::Digest> digest_in(const json::object& object, std::string_view key) {
    const auto hash = bundle::hash_from_hex(text_in(object, key));
    return hash ? std::optional<registry::Digest>(*hash) : std::nullopt;
}

std::optional<UtcTime> utc_in(const json::object& object) {
    const auto text = text_in(object, "utc");  // 2026-11-22T08:30:00.123Z
    int thousandths = 0;
    if (text.size() != 24) return std::nullopt;
    const auto [end, failed] = std::from_chars(text.data() + 20, text.data() + 23, thousandths);
    const auto time = parse_local(text.substr(0, 19));
    if (failed != std::errc{} || end != text.data() + 23 || !time) return std::nullopt;
    return UtcTime(time->time_since_epoch()) + milliseconds(thousandths);
}

std::optional<registry::AuditEntry> entry_from(const json::object& object) {
    registry::AuditEntry entry;
    const auto utc = utc_in(object);
    const auto body = digest_in(object, "body_hash");
    const auto chain = digest_in(object, "chain");
    if (!utc || !body || !chain) return std::nullopt;
    entry.number = number_in(object, "number");
    entry.utc = *utc;
    entry.actor = {number_in(object, "user"), text_in(object, "name"), text_in(object, "from")};
    entry.action = text_in(object, "action");
    entry.scope = text_in(object, "scope");
    entry.kind = text_in(object, "kind");
    entry.id = number_in(object, "id");
    entry.body_hash = *body;
    entry.chain = *chain;
    return entry;
}

/// Entries from the newest down to a mark, each proved by the one before it.
class Proof {
  public:
    explicit Proof(Mark mark) : mark_(mark) {}

    /// False: enough, or it is broken.
    bool take(const json::object& object) {
        const auto entry = entry_from(object);
        if (!entry) return fail(number_in(object, "number"));
        if (later_ && entry->number != later_->number - 1) {
            gaps_ = true;  // not all of them are shown to this user
            return false;
        }
        if (later_ && registry::next_link(entry->chain, *later_) != later_->chain) return fail(later_->number);
        if (entry->number == mark_.number && entry->chain != mark_.chain) return fail(entry->number);
        if (!later_) newest_ = {entry->number, entry->chain};
        ++proved_;
        later_ = *entry;
        if (entry->number == 1 && registry::next_link({}, *entry) != entry->chain) return fail(1);
        return entry->number != mark_.number;
    }

    /// 0: all is well.
    [[nodiscard]] std::int64_t broken_at() const {
        if (broken_ != 0 || gaps_) return broken_;
        const auto lowest = later_ ? later_->number : 0;
        return lowest > std::max<std::int64_t>(mark_.number, 1) || newest_.number < mark_.number ? mark_.number : 0;
    }
    [[nodiscard]] bool gaps() const { return gaps_; }
    [[nodiscard]] Mark newest() const { return newest_; }
    [[nodiscard]] std::int64_t proved() const { return proved_; }

  private:
    bool fail(std::int64_t number) {
        broken_ = number;
        return false;
    }
    Mark mark_, newest_;
    std::optional<registry::AuditEntry> later_;
    std::int64_t broken_ = 0, proved_ = 0;
    bool gaps_ = false;
};

std::string mark_name(const link::Registry& registry) {
    return "audit/" + link::file_name_of(registry.session().registry) + ".json";
}

Result<Mark> read_mark(const Desk& desk, const link::Registry& registry) {
    auto text = desk.folder.read(mark_name(registry));
    if (!text) return text.error();
    if (!*text) return Mark{};
    boost::system::error_code failed;
    const auto value = json::parse(**text, failed);
    const auto* object = value.if_object();
    const auto chain = object != nullptr ? digest_in(*object, "chain") : std::nullopt;
    if (!chain) return Error{Errc::conflict, (desk.folder.path() / mark_name(registry)).string() + ": damaged"};
    return Mark{number_in(*object, "number"), *chain};
}

Status keep_mark(const Desk& desk, const link::Registry& registry, const Mark& mark) {
    return desk.folder.write(mark_name(registry), json::serialize(json::object{{"number", mark.number},
                                                                               {"chain", bundle::to_hex(mark.chain)}}));
}

Result<int> verify(Desk& desk, link::Registry& registry) {
    auto own = registry.get("/v1/audit/proof");
    if (!own) return own.error();
    auto mark = read_mark(desk, registry);
    if (!mark) return mark.error();
    Proof proof(*mark);
    auto done = registry.each(
        "/v1/audit", {{"limit", "1000"}}, [&](const json::object& entry) { return proof.take(entry); }, "before");
    if (!done) return done.error();
    const bool whole = flag_in(*own, "whole") && proof.broken_at() == 0;
    const auto broken = flag_in(*own, "whole") ? proof.broken_at() : number_in(*own, "broken_at");
    if (whole && !proof.gaps()) {
        if (auto kept = keep_mark(desk, registry, proof.newest()); !kept) return kept.error();
    }
    if (desk.json) {
        desk.out << json::serialize(json::object{{"whole", whole},
                                                 {"entries", number_in(*own, "entries")},
                                                 {"proved_here", proof.gaps() ? 0 : proof.proved()},
                                                 {"since", mark->number},
                                                 {"broken_at", broken},
                                                 {"head", text_in(*own, "head")}})
                 << "\n";
    } else if (whole) {
        desk.out << fmt::format(
            fmt::runtime(desk.zh() ? "审计链完整：{} 条，{}\n" : "the audit is whole: {} entries, {}\n"),
            number_in(*own, "entries"), text_in(*own, "head"));
        if (proof.gaps()) {
            desk.out << desk.say({"您看不到全部条目：仅由登记中心自行证明\n",
                                  "you do not see all of them: proved by the registry alone\n"});
        } else if (mark->number > 0) {
            desk.out << fmt::format(fmt::runtime(desk.zh() ? "与上次查验（第 {} 条）一致\n"
                                                           : "it goes on from where it stood last time (entry {})\n"),
                                    mark->number);
        }
    } else {
        desk.err << fmt::format(fmt::runtime(desk.zh() ? "审计链在第 {} 条处断裂：有人改动过\n"
                                                       : "the audit is broken at entry {}: somebody has changed it\n"),
                                broken);
    }
    return whole ? Exit::done : Exit::refused;
}

}  // namespace

int run_audit(const AuditOptions& options, Desk& desk) {
    return at_registry(desk, [&](link::Registry& registry) -> Result<int> {
        if (options.verify) return verify(desk, registry);
        std::vector<json::object> entries;
        link::Query query{{"action", options.action}, {"subject", options.subject}, {"user", options.user}};
        query["limit"] = std::to_string(std::min(options.limit, 1'000));
        auto done = registry.each(
            "/v1/audit", query,
            [&](const json::object& entry) {
                entries.push_back(entry);
                return entries.size() < static_cast<std::size_t>(options.limit);
            },
            "before");
        if (!done) return done.error();
        if (desk.json) {
            desk.out << json::serialize(json::object{{"items", json::array(entries.begin(), entries.end())}}) << "\n";
            return Exit::done;
        }
        TextTable table(
            desk.zh() ? std::vector<std::string>{"编号", "时间 (UTC)", "用户", "来自", "操作", "院区", "对象", "原因"}
                      : std::vector<std::string>{"number", "utc", "user", "from", "action", "site", "what", "why"});
        for (const auto& entry : entries) {
            const auto kind = text_in(entry, "kind");
            table.row({text_in(entry, "number"), time_text(text_in(entry, "utc").substr(0, 19)), text_in(entry, "name"),
                       text_in(entry, "from"), text_in(entry, "action"), text_in(entry, "scope"),
                       kind.empty() ? "" : kind + " " + text_in(entry, "id"),
                       text_in(object_in(entry, "body"), "why")});
        }
        desk.out << table.text();
        return Exit::done;
    });
}

}  // namespace menshen::office
