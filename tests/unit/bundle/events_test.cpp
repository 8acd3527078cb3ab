#include <doctest/doctest.h>

#include "bundle/event_line.hpp"
#include "fixture.hpp"

using namespace menshen;
using namespace menshen::bundle;

namespace {

const std::string log_id(32, '7');
const NamedKey north{"north", secret("north").key.public_key()};

std::string event(std::int64_t sequence, const std::string& detail = "x") {
    std::string out;
    EventRecord record{sequence, 1'795'000'000'000 + sequence, "trusted", "in", "alarm", 0, 0, {}, Salt{1, 2, 3}, {}};
    const std::string body = R"({"detail":")" + detail + "\"}";
    record.body = body;
    REQUIRE(write_event(out, record).ok());
    out.pop_back();
    return out;
}

std::vector<std::string> events(std::int64_t from, std::int64_t to, const std::string& detail = "x") {
    std::vector<std::string> out;
    for (auto i = from; i <= to; ++i) out.push_back(event(i, detail));
    return out;
}

Hash chain_after(std::int64_t count, const std::string& detail = "x") {
    Hash chain = first_link(log_id);
    for (const auto& line : events(1, count, detail)) chain = next_link(chain, parse_event(line).value());
    return chain;
}

Batch batch_of(std::int64_t from, std::int64_t to, const std::string& detail = "x") {
    return {"north", log_id, from, to, chain_after(from - 1, detail), chain_after(to, detail)};
}

Finding judged(const Batch& batch, const LogSeen& seen, const std::string& gate = "north") {
    return judge_batch(sign(DocumentType::batch, write_batch(batch).value(), secret("north")), north, gate, seen)
        .finding;
}

Status follow(const Batch& batch, const std::vector<std::string>& lines) {
    ChainCheck check(batch);
    for (const auto& line : lines) {
        const auto read = parse_event(line);
        if (!read) return read.error();
        if (auto done = check.take(*read); !done) return done;
    }
    return check.finish();
}

}  // namespace

TEST_CASE("events there and back, with a body and without") {
    const std::string line = event(5, "杭州");
    const auto read = parse_event(line).value();
    CHECK(read.sequence == 5);
    CHECK(read.lane == "in");
    CHECK(read.body == R"({"detail":"杭州"})");
    EventRecord erased = read;
    erased.body = {};
    erased.lane = {};
    std::string out;
    REQUIRE(write_event(out, erased).ok());
    out.pop_back();
    const auto again = parse_event(out).value();
    CHECK(again.body.empty());
    CHECK(again.lane.empty());
    CHECK(again.body_hash == read.body_hash);
    erased.kind = "Alarm!";
    CHECK_FALSE(write_event(out, erased).ok());
    erased = read;
    erased.sequence = 0;
    CHECK_FALSE(write_event(out, erased).ok());
}

TEST_CASE("a chain link does not change when the body is erased") {
    const std::string line = event(1);
    const auto whole = parse_event(line).value();
    EventRecord erased = whole;
    erased.body = {};
    CHECK(next_link(first_link(log_id), whole) == next_link(first_link(log_id), erased));
}

TEST_CASE("I11: a batch with any bit of its events flipped is not the gate's") {
    const Batch batch = batch_of(1, 2);
    const auto good = events(1, 2);
    REQUIRE(follow(batch, good).ok());
    for (std::size_t i = 0; i < good[1].size() * 8; ++i) {
        auto other = good;
        other[1][i / 8] = static_cast<char>(other[1][i / 8] ^ (1 << i % 8));
        CHECK_FALSE(follow(batch, other).ok());
    }
}

TEST_CASE("I9: reordered, repeated, missing and added events are refused") {
    const Batch batch = batch_of(3, 6);
    const auto good = events(3, 6);
    CHECK(follow(batch, good).ok());
    CHECK(follow(batch, {good[1], good[0], good[2], good[3]}).error().message == "event 4 where 3 comes next");
    CHECK_FALSE(follow(batch, {good[0], good[0], good[2], good[3]}).ok());
    CHECK(follow(batch, events(3, 5)).error().message == "the batch is cut off before event 6");
    CHECK(follow(batch, events(3, 7)).error().message == "event 7 where the batch ends");
    CHECK_FALSE(follow(batch, events(2, 6)).ok());
    CHECK(follow(batch, events(3, 6, "y")).error().code == Errc::corrupt);
}

TEST_CASE("a registry takes what follows, knows what it has, and finds gaps and cloned gates") {
    CHECK(judged(batch_of(1, 4), {}) == Finding::accept);
    CHECK(judged(batch_of(5, 9), {4, chain_after(4), std::nullopt}) == Finding::accept);
    CHECK(judged(batch_of(3, 9), {4, chain_after(2), std::nullopt}) == Finding::accept);  // two are known
    CHECK(judged(batch_of(1, 4), {4, std::nullopt, chain_after(4)}) == Finding::repeated);
    CHECK(judged(batch_of(6, 9), {4, std::nullopt, std::nullopt}) == Finding::gap);
    // another history behind the same numbers
    CHECK(judged(batch_of(5, 9, "y"), {4, chain_after(4), std::nullopt}) == Finding::forked);
    CHECK(judged(batch_of(1, 4, "y"), {4, std::nullopt, chain_after(4)}) == Finding::forked);
    CHECK(judged(batch_of(2, 4), {4, chain_after(1), std::nullopt}) == Finding::forked);
    CHECK(judged(batch_of(1, 4), {}, "south") == Finding::wrong_scope);
    Batch foreign = batch_of(1, 4);
    foreign.log = std::string(32, '8');  // a chain that begins elsewhere
    CHECK(judged(foreign, {}) == Finding::forked);

    const auto by_other = sign(DocumentType::batch, write_batch(batch_of(1, 4)).value(), secret("south"));
    CHECK(judge_batch(by_other, north, "north", {}).finding == Finding::unknown_key);
    auto forged = by_other;
    forged.kid = "north";
    CHECK(judge_batch(forged, north, "north", {}).finding == Finding::bad_signature);
    CHECK(peek_batch(by_other).value() == batch_of(1, 4));
}

TEST_CASE("I10: a gate purges on its own acknowledgement alone") {
    const Ack good{"north", log_id, 4, chain_after(4), noon};
    const OwnLog own{"north", log_id, 2, 6, chain_after(4)};
    const auto finding = [&](const Ack& ack, const OwnLog& log, const std::string& kid = "k1") {
        return judge_ack(sign(DocumentType::ack, write_ack(ack).value(), secret(kid)), key_set(), log).finding;
    };
    CHECK(finding(good, own) == Finding::accept);
    CHECK(finding(good, {"north", log_id, 4, 6, std::nullopt}) == Finding::repeated);
    CHECK(finding(good, own, "north") == Finding::unknown_key);
    CHECK(finding(good, {"south", log_id, 2, 6, chain_after(4)}) == Finding::wrong_scope);
    CHECK(finding(good, {"north", std::string(32, '8'), 2, 6, chain_after(4)}) == Finding::wrong_scope);
    CHECK(finding(good, {"north", log_id, 2, 3, chain_after(4)}) == Finding::beyond);
    CHECK(finding(good, {"north", log_id, 2, 6, chain_after(5)}) == Finding::forked);
    CHECK(finding(good, {"north", log_id, 2, 6, std::nullopt}) == Finding::forked);
    Ack late = good;
    late.iat = noon + 2000 * hour;
    CHECK(finding(late, own) == Finding::key_out_of_time);
}

TEST_CASE("a gate takes the word that its pictures are kept from the registry alone, and for its own log") {
    const EvidenceAck good{"north", log_id, 1, 4, noon};
    const OwnLog own{"north", log_id, 0, 6, std::nullopt};
    const auto finding = [&](const EvidenceAck& ack, const OwnLog& log, const std::string& kid = "k1") {
        const auto document = sign(DocumentType::evidence, write_evidence_ack(ack).value(), secret(kid));
        return judge_evidence_ack(document, key_set(), log, {}).finding;
    };
    CHECK(parse_evidence_ack(write_evidence_ack(good).value()).value() == good);
    CHECK(finding(good, own) == Finding::accept);
    CHECK(finding(good, own, "north") == Finding::unknown_key);
    CHECK(finding(good, {"south", log_id, 0, 6, std::nullopt}) == Finding::wrong_scope);
    CHECK(finding(good, {"north", std::string(32, '8'), 0, 6, std::nullopt}) == Finding::wrong_scope);
    CHECK(finding(good, {"north", log_id, 0, 3, std::nullopt}) == Finding::beyond);
    EvidenceAck late = good;
    late.iat = noon + 2000 * hour;
    CHECK(finding(late, own) == Finding::key_out_of_time);
    // an acknowledgement of events says nothing of pictures, and the other way round
    const Ack events{"north", log_id, 4, chain_after(4), noon};
    auto document = sign(DocumentType::ack, write_ack(events).value(), secret("k1"));
    CHECK(judge_evidence_ack(document, key_set(), own, {}).finding == Finding::malformed);
}

TEST_CASE("the newest word on pictures counts, also one that says less; an older one raises nothing again") {
    const OwnLog own{"north", log_id, 0, 6, std::nullopt};
    const auto finding = [&](std::int64_t epoch, UtcTime iat, const EvidenceSeen& seen, std::int64_t keys_epoch = 2) {
        const EvidenceAck ack{"north", log_id, epoch, 4, iat};
        const auto document = sign(DocumentType::evidence, write_evidence_ack(ack).value(), secret("k1"));
        return judge_evidence_ack(document, key_set(2, keys_epoch), own, seen).finding;
    };
    const EvidenceSeen seen{2, noon + hour};
    CHECK(finding(2, noon + hour, seen) == Finding::accept);
    CHECK(finding(2, noon + 2 * hour, seen) == Finding::accept);
    CHECK(finding(2, noon, seen) == Finding::replayed);
    CHECK(finding(2, noon, {1, noon + hour}) == Finding::accept);  // of a registry restored from a backup
    CHECK(finding(1, noon + 2 * hour, seen) == Finding::old_epoch);
    CHECK(finding(3, noon + 2 * hour, seen) == Finding::unknown_epoch);
    CHECK(finding(2, noon + 2 * hour, {3, noon}) == Finding::rolled_back);
    CHECK_FALSE(write_evidence_ack({"north", log_id, 0, 4, noon}).ok());
}
