// A registry, a gate that keeps the rules of the headers, and a courier that lies.
#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>

#include "fixture.hpp"

using namespace menshen;
using namespace menshen::bundle;

namespace {

struct Gate {
    KeySet keys = key_set();
    KeysSeen keys_seen{1, 1, std::nullopt};
    ScopeSeen seen{"yard", {}, {}, {}};
    UtcTime now = noon;
    UtcTime floor{};
    Registry list;  // rows and digest, as whitelist.db would hold them

    /// What became of it: a finding's key, "root" for rows that are not the head's, or "lines".
    std::string apply(const std::string& text) {
        Registry next = list;
        ChangeReader reader([&](const Line& line) {
            if (const auto* put = std::get_if<Put>(&line)) {
                next.put(std::string(put->kind), put->id, std::string(put->body));
            } else if (const auto* del = std::get_if<Del>(&line)) {
                next.del(std::string(del->kind), del->id);
            }
            return Status();
        });
        if (!reader.feed(text)) return "lines";
        const auto signed_ = reader.finish();
        if (!signed_) return "lines";
        const auto judged = judge_head(*signed_, keys, seen, now, floor);
        if (!judged.document) return std::string(to_string(judged.finding));
        if (next.digest.root() != judged.document->root || next.digest.rows() != judged.document->rows) return "root";
        list = std::move(next);
        seen = seen_of(*judged.document);
        floor = std::max(floor, judged.document->iat);
        return std::string(to_string(judged.finding));
    }
};

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) lines.push_back(line + "\n");
    return lines;
}

std::string joined(const std::vector<std::string>& lines) {
    std::string out;
    for (const auto& line : lines) out += line;
    return out;
}

Registry five_rows() {
    Registry registry;
    for (int i = 1; i <= 5; ++i) registry.put("permit", i, "{\"n\":" + std::to_string(i) + "}");
    return registry;
}

}  // namespace

TEST_CASE("I4: a gate follows, and repeating a message harms nothing") {
    Registry registry = five_rows();
    Gate gate;
    const std::string first = registry.changes(0);
    CHECK(gate.apply(first) == "accept");
    CHECK(gate.apply(first) == "accept");
    registry.put("permit", 2, R"({"n":"changed"})");
    registry.del("permit", 4);
    CHECK(gate.apply(registry.changes(gate.seen.at.seq)) == "accept");
    CHECK(gate.list.digest.root() == registry.digest.root());
    CHECK(gate.list.digest.rows() == 4);
    registry.time += hour;
    CHECK(gate.apply(registry.changes(gate.seen.at.seq)) == "accept");  // a head alone: fresh again
    CHECK(gate.seen.iat == registry.time);
}

TEST_CASE("I6: a change set with any byte flipped changes nothing, or not the list") {
    Registry registry = five_rows();
    const std::string text = registry.changes(0);
    for (std::size_t i = 0; i < text.size(); ++i) {
        for (const int bit : {1, 2, 32}) {
            Gate gate;
            std::string other = text;
            other[i] = static_cast<char>(other[i] ^ bit);
            if (gate.apply(other) == "accept") {
                CHECK(gate.list.digest.root() == registry.digest.root());  // only a row's `s`, which nobody heeds
            } else {
                CHECK(gate.list.digest.rows() == 0);
            }
        }
    }
}

TEST_CASE("left out, doubled, reordered and cut off lines") {
    Registry registry = five_rows();
    const auto lines = lines_of(registry.changes(0));
    for (std::size_t i = 0; i + 1 < lines.size(); ++i) {
        Gate gate;
        auto other = lines;
        other.erase(other.begin() + static_cast<std::ptrdiff_t>(i));
        CHECK(gate.apply(joined(other)) == "root");
    }
    Gate gate;
    CHECK(gate.apply(joined({lines.begin(), lines.end() - 1})) == "lines");
    CHECK(gate.apply(joined({lines[5], lines[0], lines[1], lines[2], lines[3], lines[4]})) == "lines");
    // the order of rows says nothing, and a row twice is the same row
    CHECK(gate.apply(joined({lines[4], lines[0], lines[3], lines[1], lines[2], lines[2], lines[5]})) == "accept");
    CHECK(gate.list.digest.root() == registry.digest.root());
}

TEST_CASE("I5: rollback, replay of a part, and freeze") {
    Registry registry = five_rows();
    Gate gate;
    const std::string old = registry.changes(0);
    REQUIRE(gate.apply(old) == "accept");
    registry.time += std::chrono::minutes(1);
    registry.del("permit", 5);  // revoked
    const std::string revocation = registry.changes(gate.seen.at.seq);
    REQUIRE(gate.apply(revocation) == "accept");
    CHECK(gate.apply(old) == "rolled_back");
    // the old rows under the new head
    CHECK(gate.apply(joined({lines_of(old)[4], lines_of(revocation).back()})) == "root");
    registry.time += std::chrono::minutes(1);
    REQUIRE(gate.apply(registry.changes(gate.seen.at.seq)) == "accept");
    CHECK(gate.apply(revocation) == "replayed");
    // nothing new is let through: the last head grows old, also if the box's clock is set back
    gate.now = registry.time + 3 * hour;
    CHECK(gate.apply(registry.changes(gate.seen.at.seq)) == "stale");
    gate.now = {};
    CHECK(gate.apply(registry.changes(gate.seen.at.seq)) == "accept");
    gate.floor = registry.time + 3 * hour;
    CHECK(gate.apply(registry.changes(gate.seen.at.seq)) == "stale");
    gate.now = registry.time + 50 * hour;
    CHECK(gate.apply(registry.changes(gate.seen.at.seq)) == "expired");
}

TEST_CASE("I19: a registry restored from backup is refused until the root has signed a new epoch") {
    Registry registry = five_rows();
    Registry backup = registry;
    registry.put("permit", 6, "{}");
    Gate gate;
    REQUIRE(gate.apply(registry.changes(0)) == "accept");
    CHECK(gate.apply(backup.changes(0)) == "rolled_back");
    backup.put("permit", 7, R"({"other":true})");
    CHECK(gate.apply(backup.changes(0)) == "forked");
    backup.at.epoch = 2;
    CHECK(gate.apply(backup.changes(0)) == "unknown_epoch");

    const NamedKey root{"root", secret("root").key.public_key()};
    const auto keys = judge_key_set(sign(DocumentType::keys, write_key_set(key_set(2, 2)).value(), secret("root")),
                                    {&root, 1}, gate.keys_seen);
    REQUIRE(keys.finding == Finding::accept);
    gate.keys = *keys.document;
    CHECK(gate.apply(registry.changes(0)) == "old_epoch");
    gate.list = Registry();  // a new epoch begins with a whole list
    CHECK(gate.apply(backup.changes(0)) == "accept");
    CHECK(gate.seen.at == Position{2, 6});
    CHECK(gate.list.digest.root() == backup.digest.root());
}

TEST_CASE("rotation: the successor takes over while both count; the old key ends") {
    Registry registry = five_rows();
    Gate gate;
    gate.keys.keys = {online("k1", noon, noon + 10 * hour), online("k2", noon + 5 * hour, noon + 100 * hour)};
    REQUIRE(gate.apply(registry.changes(0)) == "accept");
    registry.kid = "k2";
    registry.put("permit", 6, "{}");
    CHECK(gate.apply(registry.changes(0)) == "key_out_of_time");
    registry.time = noon + 6 * hour;
    CHECK(gate.apply(registry.changes(0)) == "accept");
    registry.kid = "k1";
    registry.put("permit", 7, "{}");
    CHECK(gate.apply(registry.changes(0)) == "accept");
    registry.time = noon + 11 * hour;
    CHECK(gate.apply(registry.changes(0)) == "key_out_of_time");
    // stolen, and back-dated into its time: a newer list cannot be older
    registry.put("permit", 8, "{}");
    registry.time = noon + 5 * hour;
    CHECK(gate.apply(registry.changes(0)) == "backdated");
}
