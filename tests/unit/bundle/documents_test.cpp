// Signed documents of every type: there and back, and any flipped bit is refused (I6).
#include <doctest/doctest.h>

#include "bundle/batch.hpp"
#include "bundle/manifest.hpp"
#include "fixture.hpp"

using namespace menshen;
using namespace menshen::bundle;

namespace {

const NamedKey root_key{"root", secret("root").key.public_key()};
const NamedKey gate_key{"north", secret("north").key.public_key()};

Head some_head() {
    RowDigest rows;
    rows.put("permit", 1, "{}");
    return head_of(rows, {1, 5});
}
Manifest some_manifest() {
    return {"yard", {1, 5}, sha256("root"), 7, 700, 70, sha256("packed"), noon};
}
Batch some_batch() {
    return {"north", std::string(32, 'a'), 3, 9, sha256("before"), sha256("chain")};
}
Ack some_ack() {
    return {"north", std::string(32, 'a'), 9, sha256("chain"), noon};
}

/// Whether a line is a document that somebody would use.
using Use = bool (*)(const std::string& line);

bool use_head(const std::string& line) {
    const auto read = parse_signed(DocumentType::head, line);
    return read && judge_head(*read, key_set(), {"yard", {}, {}, {}}, noon, {}).document;
}
bool use_keys(const std::string& line) {
    const auto read = parse_signed(DocumentType::keys, line);
    return read && judge_key_set(*read, {&root_key, 1}, {}).document;
}
bool use_manifest(const std::string& line) {
    const auto read = parse_signed(DocumentType::manifest, line);
    return read && judge_manifest(*read, key_set(), "yard").document;
}
bool use_batch(const std::string& line) {
    const auto read = parse_signed(DocumentType::batch, line);
    return read && judge_batch(*read, gate_key, "north", {2, sha256("before"), std::nullopt}).document;
}
bool use_ack(const std::string& line) {
    const auto read = parse_signed(DocumentType::ack, line);
    return read && judge_ack(*read, key_set(), {"north", std::string(32, 'a'), 0, 9, sha256("chain")}).document;
}

struct Example {
    std::string line;
    Use use;
};

std::vector<Example> examples() {
    const auto line = [](DocumentType type, const Result<std::string>& document, const std::string& kid) {
        return write_signed(sign(type, document.value(), secret(kid)));
    };
    return {{line(DocumentType::head, write_head(some_head()), "k1"), use_head},
            {line(DocumentType::keys, write_key_set(key_set()), "root"), use_keys},
            {line(DocumentType::manifest, write_manifest(some_manifest()), "k2"), use_manifest},
            {line(DocumentType::batch, write_batch(some_batch()), "north"), use_batch},
            {line(DocumentType::ack, write_ack(some_ack()), "k1"), use_ack}};
}

}  // namespace

TEST_CASE("what is written is read again") {
    CHECK(parse_head(write_head(some_head()).value()).value() == some_head());
    CHECK(parse_key_set(write_key_set(key_set()).value()).value() == key_set());
    CHECK(parse_manifest(write_manifest(some_manifest()).value()).value() == some_manifest());
    CHECK(parse_batch(write_batch(some_batch()).value()).value() == some_batch());
    CHECK(parse_ack(write_ack(some_ack()).value()).value() == some_ack());
    const Signed head = signed_head(some_head());
    CHECK(parse_signed(DocumentType::head, write_signed(head)).value() == head);
}

TEST_CASE("positions there and back") {
    CHECK(to_string(Position{2, 1235}) == "2:1235");
    CHECK(parse_position("2:1235").value() == Position{2, 1235});
    CHECK(parse_position("0:0").value() == Position{});
    for (const auto* bad : {"", "2", "2:", ":2", "2:01", "-2:1", "2:1 ", "2:1:1", "2:9007199254740992"}) {
        CHECK_FALSE(parse_position(bad).ok());
    }
}

TEST_CASE("I6: any flipped bit of any signed line is refused") {
    for (const auto& example : examples()) {
        const std::string& line = example.line;
        const Use use = example.use;
        CAPTURE(line);
        REQUIRE(use(line));
        for (std::size_t i = 0; i < line.size() * 8; ++i) {
            std::string other = line;
            other[i / 8] = static_cast<char>(other[i / 8] ^ (1 << i % 8));
            CAPTURE(other);
            CHECK_FALSE(use(other));
        }
    }
}

TEST_CASE("I6: any cut or lengthened line is refused") {
    for (const auto& [line, use] : examples()) {
        for (std::size_t i = 0; i < line.size(); ++i) CHECK_FALSE(use(line.substr(0, i)));
        CHECK_FALSE(use(line + " "));
        CHECK_FALSE(use(line + line));
    }
}

TEST_CASE("any flipped byte within the signed bytes is a bad signature, before anything is parsed") {
    const Signed good = signed_head(some_head());
    for (std::size_t i = 0; i < good.document.size(); ++i) {
        Signed other = good;
        other.document[i] = static_cast<char>(other.document[i] ^ 4);
        CHECK(judge_head(other, key_set(), {"yard", {}, {}, {}}, noon, {}).finding == Finding::bad_signature);
    }
}

TEST_CASE("a document of one type never passes for another") {
    const auto all = examples();
    for (const auto& from : all) {
        for (const auto& to : all) {
            if (from.use != to.use) CHECK_FALSE(to.use(from.line));
        }
    }
    // not even with an envelope that says so, and a key that counts for both
    const Signed forged = sign(DocumentType::manifest, write_head(some_head()).value(), secret("k1"));
    CHECK(judge_manifest(forged, key_set(), "yard").finding == Finding::malformed);
}

TEST_CASE("what is out of range is not written") {
    Head head = some_head();
    head.fresh = head.exp + hour;
    CHECK_FALSE(write_head(head).ok());
    head = some_head();
    head.scope = "Yard";
    CHECK(write_head(head).error().message.find("scope") != std::string::npos);
    head = some_head();
    head.at.seq = max_number + 1;
    CHECK_FALSE(write_head(head).ok());
    CHECK_FALSE(write_key_set({1, 1, noon, {}}).ok());
    CHECK_FALSE(write_key_set({1, 1, noon, {online("k1"), online("k1")}}).ok());
    CHECK_FALSE(write_key_set({1, 1, noon, {online("k1", noon, noon)}}).ok());
    Batch batch = some_batch();
    batch.to = batch.from + max_batch_events;
    CHECK_FALSE(write_batch(batch).ok());
    batch = some_batch();
    batch.log = "short";
    CHECK_FALSE(write_batch(batch).ok());
    Manifest manifest = some_manifest();
    manifest.text = max_snapshot_text + 1;
    CHECK_FALSE(write_manifest(manifest).ok());
}

TEST_CASE("a manifest is judged by key, time, scope and epoch") {
    const auto judged = [](const Manifest& manifest, const std::string& kid = "k1", std::int64_t epoch = 1) {
        return judge_manifest(sign(DocumentType::manifest, write_manifest(manifest).value(), secret(kid)),
                              key_set(1, epoch), "yard")
            .finding;
    };
    CHECK(judged(some_manifest()) == Finding::accept);
    CHECK(judged(some_manifest(), "stranger") == Finding::unknown_key);
    CHECK(judged(some_manifest(), "k1", 2) == Finding::old_epoch);
    Manifest other = some_manifest();
    other.scope = "common";
    CHECK(judged(other) == Finding::wrong_scope);
    other = some_manifest();
    other.at.epoch = 2;
    CHECK(judged(other) == Finding::unknown_epoch);
    other = some_manifest();
    other.iat = noon - 2 * hour;
    CHECK(judged(other) == Finding::key_out_of_time);
}
