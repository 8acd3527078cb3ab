// A stand-alone gate's own list becomes the registry's.
#include <fmt/format.h>

#include <ostream>

#include "cli/admin_client.hpp"
#include "json_text.hpp"
#include "lists.hpp"
#include "values/json.hpp"

namespace menshen::office {

namespace {

namespace json = boost::json;

/// Everything that the gate lists itself.
struct OwnList {
    std::vector<std::pair<Permit, std::vector<Credential>>> permits;
    std::vector<Block> blocks;
};

Status take(const json::object& page, OwnList& into) {
    for (const auto& value : array_in(page, "permits")) {
        const auto* each = value.if_object();
        if (each == nullptr || !each->contains("permit")) return {Errc::conflict, "the gate's answer is no list"};
        auto permit = from_json<Permit>(each->at("permit"));
        if (!permit) return permit.error();
        std::vector<Credential> credentials;
        for (const auto& one : array_in(*each, "credentials")) {
            auto credential = from_json<Credential>(one);
            if (!credential) return credential.error();
            credentials.push_back(std::move(credential).value());
        }
        into.permits.emplace_back(std::move(permit).value(), std::move(credentials));
    }
    for (const auto& value : array_in(page, "blocks")) {
        auto block = from_json<Block>(value);
        if (!block) return block.error();
        into.blocks.push_back(std::move(block).value());
    }
    return {};
}

/// A page has rows, or it is the last.
Result<OwnList> read_own(const std::string& socket) {
    auto client = cli::AdminClient::connect(socket);
    if (!client) return client.error();
    OwnList list;
    for (const auto* of : {"permits", "blocks"}) {
        for (std::int64_t after = 0, next = 0;; after = next) {
            auto page = client->ask({{"verb", "list"}, {"of", of}, {"after", after}}, seconds(30));
            if (!page) return page.error();
            if (auto done = take(*page, list); !done) return Error{Errc::conflict, done.error().message};
            next = number_in(*page, "next");
            if (next <= after) break;
        }
    }
    return list;
}

/// What a list of plates cannot carry.
std::string left_behind(const Permit& permit) {
    std::string what;
    const auto add = [&](bool there, std::string_view name) {
        if (there) what += fmt::format("{}{}", what.empty() ? "" : ", ", name);
    };
    add(permit.schedule_id.has_value(), "hours");
    add(!permit.zones.empty(), "zones");
    add(permit.max_inside.has_value(), "cars inside at once");
    add(permit.max_uses.has_value(), "uses");
    add(permit.escort, "escort");
    add(permit.order_required, "orders");
    return what;
}

/// The permits as rows of an import, each with its number at the gate as its line.
tables::ListFile rows_of(const OwnList& own) {
    tables::ListFile list;
    list.encoding = "gate";
    const auto warn = [&](const Permit& permit, const char* kind, std::string text) {
        list.problems.push_back({permit.id, false, kind, std::move(text)});
    };
    for (const auto& [permit, credentials] : own.permits) {
        ++list.rows_in_file;
        if (permit.permit_class == PermitClass::visitor || permit.permit_class == PermitClass::group_visit) {
            warn(permit, "visitor", "a visitor of the day stays at the gate");
            continue;
        }
        if (permit.state != PermitState::active) {
            warn(permit, "state", fmt::format("{}: it is not taken over", to_string(permit.state)));
            continue;
        }
        if (const auto lost = left_behind(permit); !lost.empty()) {
            warn(permit, "left_behind", lost + ": not taken over, set that at the registry");
        }
        for (const auto& credential : credentials) {
            if (credential.kind != CredentialKind::plate) {
                warn(permit, "left_behind",
                     fmt::format("{} {}: only plates are taken over", to_string(credential.kind), credential.value));
                continue;
            }
            list.rows.push_back({permit.id, credential.value, permit.permit_class, permit.holder, permit.unit,
                                 permit.phone, permit.note, permit.valid_from, permit.valid_until});
        }
    }
    return list;
}

/// The registry's list, and its blocks, which come first: a denial is never the last to arrive.
class Adoption final : public cli::ListTarget {
  public:
    Adoption(RegistryList& list, link::Registry& registry, std::string site, std::vector<Block> blocks)
        : list_(list), registry_(registry), site_(std::move(site)), blocks_(std::move(blocks)) {}

    Result<cli::GateReport> compare(const std::vector<tables::Row>& rows, const cli::MakeProgress& bar) override {
        auto missing = missing_blocks();
        if (!missing) return missing.error();
        auto report = list_.compare(rows, bar);
        return report ? with_blocks(std::move(report).value(), missing->size()) : report;
    }

    Result<cli::GateReport> commit(const std::vector<tables::Row>& rows, const cli::MakeProgress& bar) override {
        auto missing = missing_blocks();
        if (!missing) return missing.error();
        for (const auto& block : *missing) {
            const json::value until = block.until ? json::value(format_local(*block.until)) : json::value(nullptr);
            auto done = registry_.change({"POST",
                                          "/v1/blocks",
                                          {{"scope", site_},
                                           {"block",
                                            {{"kind", to_string(block.kind)},
                                             {"plate", block.plate},
                                             {"reason", block.reason},
                                             {"until", until}}}}});
            if (!done) return done.error();
        }
        auto report = list_.commit(rows, bar);
        return report ? with_blocks(std::move(report).value(), missing->size()) : report;
    }

    int fail(const Error& error, std::ostream& err) override { return list_.fail(error, err); }
    [[nodiscard]] Bilingual question() const override { return list_.question(); }

  private:
    [[nodiscard]] cli::GateReport with_blocks(cli::GateReport report, std::size_t missing) const {
        report.added += static_cast<std::int64_t>(missing);
        report.unchanged += static_cast<std::int64_t>(blocks_.size() - missing);
        return report;
    }
    /// Those that the registry has not; by kind and plate.
    Result<std::vector<Block>> missing_blocks() {
        std::vector<Block> missing;
        for (const auto& block : blocks_) {
            bool there = false;
            auto done = registry_.each(
                "/v1/blocks", {{"words", block.plate}, {"scope", site_}, {"group", std::string(to_string(block.kind))}},
                [&](const json::object& each) {
                    there = text_in(object_in(each, "value"), "plate") == block.plate;
                    return !there;
                });
            if (!done) return done.error();
            if (!there) missing.push_back(block);
        }
        return missing;
    }

    RegistryList& list_;
    link::Registry& registry_;
    std::string site_;
    std::vector<Block> blocks_;
};

}  // namespace

int run_adopt(const cli::ImportOptions& options, const std::string& why, std::istream& in, Desk& desk) {
    auto own = read_own(options.socket);
    if (!own)
        return fail(desk, own.error().code == Errc::denied ? Error{Errc::conflict, own.error().message} : own.error());
    return at_registry(desk, [&](link::Registry& registry) -> Result<int> {
        auto site = site_of(desk, registry);
        if (!site) return site.error();
        RegistryList list(desk, registry, *site, why);
        Adoption target(list, registry, *site, own->blocks);
        return cli::run_import(options, rows_of(*own), target, in, desk.out, desk.err);
    });
}

}  // namespace menshen::office
