// The gate's end of the feed beside a registry that runs: lists filled over the wire, judged and applied with the
// gate's own code, and cars decided by them.
#pragma once

#include <array>

#include "bundle/key_file.hpp"
#include "bundle/snapshot.hpp"
#include "decide/decide.hpp"
#include "registry/data_folder.hpp"
#include "rig.hpp"
#include "whitelist/reader.hpp"
#include "whitelist/writer.hpp"

namespace menshen::registry::server::test {

/// One car, or one card, before a lane.
struct Before {
    std::string plate;
    std::string at;  // local time
    std::string zone = "yard";
    std::string lane = "in-1";
    Direction direction = Direction::in;
    Mode mode = Mode::normal;
    std::optional<Presence> presence{};
    int zone_inside = 0;
};

class GateEnd {
  public:
    GateEnd(const Rig& rig, const EnrolledGate& gate)
        : rig_(rig),
          shown_(gate.shown),
          client_(rig.gate_door(shown_)),
          root_(read_root(rig)),
          writer_(open_list(folder_.path())) {
        take_keys();
    }

    /// After the registry's restart.
    void reconnect() { client_ = rig_.gate_door(shown_); }

    /// The newest key set, judged as a gate does; what became of it.
    bundle::Finding take_keys() {
        auto line = client_.get("/v1/keys").body;
        line.pop_back();
        const auto document = bundle::parse_signed(bundle::DocumentType::keys, line).value();
        const auto judged = bundle::judge_key_set(document, {&root_, 1}, keys_seen_);
        if (judged.finding == bundle::Finding::accept) {
            keys_ = *judged.document;
            keys_seen_ = {keys_.version, keys_.epoch, bundle::sha256(document.document)};
        }
        return judged.finding;
    }

    /// A whole list, and the changes after it.
    bundle::Finding take_snapshot(const std::string& scope) {
        auto line = client_.get("/v1/scopes/" + scope + "/snapshot").body;
        line.pop_back();
        const auto document = bundle::parse_signed(bundle::DocumentType::manifest, line).value();
        const auto judged = bundle::judge_manifest(document, keys_, scope);
        if (judged.finding != bundle::Finding::accept) return judged.finding;
        auto upload = writer_.scopes().begin_snapshot(*judged.document);
        if (!upload) FAIL(upload.error().message);
        const auto blob = client_.get("/v1/blobs/" + bundle::to_hex(judged.document->sha256)).body;
        must(upload->snapshot(blob));
        must(upload->end_snapshot());
        return finish(std::move(upload).value(), scope, judged.document->at);
    }
    bundle::Finding take_changes(const std::string& scope) {
        auto upload = writer_.scopes().begin_changes(scope);
        if (!upload) FAIL(upload.error().message);
        return finish(std::move(upload).value(), scope, seen_[scope].at);
    }

    /// What the gate would say of a head line.
    [[nodiscard]] bundle::Finding judge(const std::string& scope, const std::string& line) {
        const auto document = bundle::parse_signed(bundle::DocumentType::head, line).value();
        return bundle::judge_head(document, keys_, seen_[scope], rig_.now().utc, {}).finding;
    }

    [[nodiscard]] Decision decide(const Before& car) {
        auto found = reader().look_up(std::span<const std::string>(&car.plate, 1));
        if (!found) FAIL(found.error().message);
        DecideInput input;
        input.claim.candidates = {{car.plate, 0.999}};
        input.listings = std::move(found->listings);
        input.schedules = std::move(found->schedules);
        input.calendar = std::move(found->calendar);
        if (car.presence) input.presences = {*car.presence};
        input.mode = car.mode;
        input.direction = car.direction;
        input.zone = car.zone;
        input.zone_inside = car.zone_inside;
        input.policy.zone_capacity = 10;
        input.access_point = car.lane;
        input.local = parse_local(car.at).value();
        input.clock = ClockState::trusted;
        return menshen::decide(input);
    }
    [[nodiscard]] Listing card(CredentialKind kind, const std::string& value) {
        return reader().look_up(kind, value).value();
    }
    [[nodiscard]] const bundle::ScopeSeen& seen(const std::string& scope) { return seen_[scope]; }

  private:
    static void must(const Status& done) {
        if (!done) FAIL(done.error().message);
    }
    static bundle::NamedKey read_root(const Rig& rig) {
        return bundle::read_public_file(DataFolder{rig.folder / "data"}.root_key()).value();
    }
    static whitelist::WhitelistWriter open_list(const std::filesystem::path& folder) {
        return std::move(whitelist::WhitelistWriter::open(folder / "whitelist.db", UtcTime{}).value().writer);
    }
    /// Opened when there is something to read.
    whitelist::WhitelistReader& reader() {
        if (!reader_) reader_.emplace(whitelist::WhitelistReader::open(folder_ / "whitelist.db").value());
        return *reader_;
    }
    bundle::Finding finish(whitelist::ScopeUpload upload, const std::string& scope, bundle::Position since) {
        const auto heard = client_.get("/v1/scopes/" + scope + "/changes?since=" + bundle::to_string(since));
        if (heard.status != 200) FAIL(heard.body);
        must(upload.changes(heard.body));
        const auto document = upload.finish().value();
        auto& seen = seen_[scope];
        seen.scope = scope;
        const auto now = rig_.now().utc;
        const auto judged = bundle::judge_head(document, keys_, seen, now, {});
        if (judged.finding != bundle::Finding::accept) return judged.finding;
        must(upload.settle(*judged.document, now));
        must(upload.commit());
        seen = bundle::seen_of(*judged.document);
        return judged.finding;
    }

    const Rig& rig_;
    Shown shown_;
    Client client_;
    bundle::NamedKey root_;
    bundle::KeySet keys_;
    bundle::KeysSeen keys_seen_;
    std::map<std::string, bundle::ScopeSeen> seen_;
    support::TemporaryFolder folder_;
    whitelist::WhitelistWriter writer_;
    std::optional<whitelist::WhitelistReader> reader_;
};

}  // namespace menshen::registry::server::test
