#include "enrolment.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <filesystem>

#include "bundle/key_file.hpp"
#include "files/read.hpp"
#include "files/write.hpp"

namespace menshen::gate {

namespace fs = std::filesystem;

namespace {

fs::path key_folder(const site::Site& site) {
    return fs::path(site.data) / "registry";
}

Result<std::vector<bundle::NamedKey>> read_roots(const fs::path& folder) {
    std::vector<bundle::NamedKey> roots;
    for (const char* name : {"root.pub", "root-next.pub"}) {
        std::error_code failed;
        if (!fs::exists(folder / name, failed)) continue;
        auto key = bundle::read_public_file(folder / name);
        if (!key) return key.error();
        roots.push_back(std::move(key).value());
    }
    if (roots.empty()) return {Errc::not_found, (folder / "root.pub").string() + " is not there"};
    return roots;
}

Result<std::string> first_line(const fs::path& file) {
    auto text = files::read_small(file);
    if (!text) return text;
    return text->substr(0, text->find('\n'));
}

/// The key set of a signed line, by these roots and nothing that was seen before.
Result<bundle::KeySet> key_set_of(std::string_view line, const Trust& trust, bundle::Signed& document) {
    auto parsed = bundle::parse_signed(bundle::DocumentType::keys, line);
    if (!parsed) return parsed.error();
    auto judged = bundle::judge_key_set(*parsed, trust.roots, {});
    if (!judged.document) {
        return {Errc::denied,
                fmt::format("the key set is not the root's: {} ({})", bundle::to_string(judged.finding), judged.why)};
    }
    document = std::move(parsed).value();
    return std::move(*judged.document);
}

void believe(Trust& trust, bundle::KeySet keys, const bundle::Signed& document) {
    trust.keys_seen = {keys.version, keys.epoch, bundle::sha256(document.document)};
    trust.keys = std::move(keys);
}

/// What the stored lists prove to have been seen: their heads, judged once more.
void see_lists(Trust& trust, const whitelist::ScopeLists& lists, UtcTime now) {
    for (const auto& list : lists.all()) {
        const auto judged =
            bundle::judge_head(list.document, trust.keys, trust.seen_of(list.scope), now, trust.floor());
        if (judged.document) trust.seen[list.scope] = bundle::seen_of(*judged.document);
    }
}

journal::RegistryTrust kept_of(const Trust& trust, std::string line) {
    journal::RegistryTrust kept{trust.keys.version, trust.keys.epoch, std::move(line), {}};
    for (const auto& [scope, seen] : trust.seen) kept.scopes.push_back(seen_scope(seen));
    return kept;
}

/// A line that is believed for the first time, or again: kept in both databases.
Status adopt(const std::string& line, Trust& trust, journal::Journal& journal, whitelist::ScopeLists& lists) {
    if (auto done = journal.enrol(kept_of(trust, line)); !done) return done;
    return lists.keep_keys(line);
}

Result<Enrolment> enrol_anew(const fs::path& file, Trust trust, journal::Journal& journal,
                             whitelist::ScopeLists& lists) {
    const auto line = first_line(file);
    bundle::Signed document;
    if (!line) return Enrolment{{}, line.error().message, false};
    auto keys = key_set_of(*line, trust, document);
    if (!keys) return Enrolment{{}, keys.error().in(file.string()).message, false};
    believe(trust, std::move(keys).value(), document);
    for (const auto& list : lists.all()) {  // of whichever registry it was: this one sends its own
        if (auto done = lists.drop(list.scope); !done) return done.error();
    }
    if (auto done = adopt(*line, trust, journal, lists); !done) return done.error();
    // gone for good, also after a power cut: it must not be believed twice
    if (auto done = files::remove(file); !done) return done.error();
    return Enrolment{std::move(trust), {}, true};
}

Result<Enrolment> from_journal(const journal::RegistryTrust& kept, Trust trust, journal::Journal& journal,
                               whitelist::ScopeLists& lists, const Now& now) {
    bundle::Signed document;
    auto keys = key_set_of(kept.keys, trust, document);
    if (!keys) return Enrolment{{}, keys.error().message, false};
    believe(trust, std::move(keys).value(), document);
    for (const auto& seen : kept.scopes) {
        trust.seen[seen.scope] = {seen.scope, {seen.epoch, seen.seq}, seen.root, seen.iat};
    }
    const auto before = trust.seen;
    see_lists(trust, lists, now.utc);
    for (const auto& [scope, seen] : trust.seen) {
        const auto known = before.find(scope);
        if (known != before.end() && known->second.at == seen.at && known->second.iat == seen.iat) continue;
        if (auto done = journal.keep_seen(seen_scope(seen)); !done) return done.error();
    }
    if (auto done = lists.keep_keys(kept.keys); !done) return done.error();
    return Enrolment{std::move(trust), {}, false};
}

/// The journal is new; the list still knows.
Result<Enrolment> from_lists(const std::string& line, Trust trust, journal::Journal& journal,
                             whitelist::ScopeLists& lists, const Now& now) {
    bundle::Signed document;
    auto keys = key_set_of(line, trust, document);
    if (!keys) return Enrolment{{}, keys.error().message, false};
    believe(trust, std::move(keys).value(), document);
    see_lists(trust, lists, now.utc);
    spdlog::warn("the journal has forgotten its registry; what was seen of it is taken from the list");
    if (auto done = adopt(line, trust, journal, lists); !done) return done.error();
    return Enrolment{std::move(trust), {}, false};
}

}  // namespace

bundle::ScopeSeen Trust::seen_of(const std::string& scope) const {
    const auto found = seen.find(scope);
    return found == seen.end() ? bundle::ScopeSeen{scope, {}, {}, {}} : found->second;
}

UtcTime Trust::floor() const {
    UtcTime floor{};
    for (const auto& [scope, one] : seen) floor = std::max(floor, one.iat);
    return floor;
}

journal::SeenScope seen_scope(const bundle::ScopeSeen& seen) {
    return {seen.scope, seen.at.epoch, seen.at.seq, seen.root, seen.iat};
}

Result<Enrolment> open_enrolment(const site::Site& site, journal::Journal& journal, whitelist::ScopeLists& lists,
                                 const Now& now) {
    const auto folder = key_folder(site);
    Trust trust;
    trust.gate = site.registry->gate;
    trust.scopes = {site.registry->scope};
    if (site.registry->common) trust.scopes.emplace_back("common");
    auto roots = read_roots(folder);
    if (!roots) return Enrolment{{}, roots.error().message, false};
    trust.roots = std::move(roots).value();
    auto secret = bundle::read_secret_file(folder / "event.key");
    if (!secret) return Enrolment{{}, secret.error().message, false};
    trust.event_key = std::make_shared<const bundle::NamedSecret>(std::move(secret).value());

    std::error_code failed;
    if (fs::exists(folder / "enrolment", failed)) {
        return enrol_anew(folder / "enrolment", std::move(trust), journal, lists);
    }
    auto kept = journal.registry();
    if (!kept) return kept.error();
    if (*kept) return from_journal(**kept, std::move(trust), journal, lists, now);
    auto line = lists.keys();
    if (!line) return line.error();
    if (!line->empty()) return from_lists(*line, std::move(trust), journal, lists, now);
    return Enrolment{{}, "what was believed of the registry is lost; enrol this gate again", false};
}

}  // namespace menshen::gate
