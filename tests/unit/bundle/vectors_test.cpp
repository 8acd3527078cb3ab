// The published vectors (vectors/*.json), which vectors.py writes and checks too.
#include <boost/json/parse.hpp>
#include <doctest/doctest.h>
#include <sodium.h>

#include <map>

#include "bundle/event_line.hpp"
#include "bundle/key_file.hpp"
#include "bundle/snapshot.hpp"
#include "fixture.hpp"
#include "support/text_file.hpp"

using namespace menshen;
using namespace menshen::bundle;
namespace json = boost::json;

namespace {

json::value vector(const std::string& name) {
    return json::parse(support::text_in(MENSHEN_VECTORS + name));
}
std::string text(const json::value& object, std::string_view key) {
    return json::value_to<std::string>(object.at(key));
}
std::int64_t number(const json::value& object, std::string_view key) {
    return object.at(key).to_number<std::int64_t>();
}
Hash hash(const json::value& object, std::string_view key) {
    return hash_from_hex(text(object, key)).value();
}
std::string unbase64(const std::string& base64) {
    std::string out(base64.size(), '\0');
    std::size_t size = 0;
    REQUIRE(sodium_base642bin(reinterpret_cast<unsigned char*>(out.data()), out.size(), base64.data(), base64.size(),
                              nullptr, &size, nullptr, sodium_base64_VARIANT_ORIGINAL) == 0);
    out.resize(size);
    return out;
}
UtcTime time(const json::value& object, std::string_view key) {
    return UtcTime(milliseconds(number(object, key)));
}

std::map<std::string, NamedKey> public_keys() {
    std::map<std::string, NamedKey> keys;
    const auto all = vector("keys.json");
    for (const auto& each : all.at("keys").as_array()) {
        keys[text(each, "kid")] = parse_public_key(text(each, "public_file")).value();
    }
    return keys;
}

DocumentType type_of(const std::string& name) {
    for (const auto type : {DocumentType::head, DocumentType::keys, DocumentType::manifest, DocumentType::batch,
                            DocumentType::ack, DocumentType::evidence}) {
        if (to_string(type) == name) return type;
    }
    FAIL("no such document: " << name);
    return DocumentType::head;
}

/// The document read and written again.
Result<std::string> rewritten(const std::string& type, std::string_view document) {
    const auto again = [&](const auto& read, auto write) -> Result<std::string> {
        if (!read) return read.error();
        return write(*read);
    };
    switch (type_of(type)) {
        case DocumentType::head:
            return again(parse_head(document), write_head);
        case DocumentType::keys:
            return again(parse_key_set(document), write_key_set);
        case DocumentType::manifest:
            return again(parse_manifest(document), write_manifest);
        case DocumentType::batch:
            return again(parse_batch(document), write_batch);
        case DocumentType::ack:
            return again(parse_ack(document), write_ack);
        case DocumentType::evidence:
            return again(parse_evidence_ack(document), write_evidence_ack);
    }
    return Error{};
}

}  // namespace

TEST_CASE("vectors: keys and their files") {
    const auto all = vector("keys.json");
    for (const auto& each : all.at("keys").as_array()) {
        const auto secret = parse_secret_key(text(each, "secret_file")).value();
        CHECK(secret.kid == text(each, "kid"));
        CHECK(to_hex(secret.key.seed()) == text(each, "seed"));
        CHECK(to_hex(secret.key.public_key().bytes) == text(each, "public"));
        CHECK(public_key_text({secret.kid, secret.key.public_key()}) == text(each, "public_file"));
    }
}

TEST_CASE("vectors: rows, leaves, buckets, root") {
    const auto all = vector("digest.json");
    CHECK(bucket_hash({}) == hash(all, "empty_bucket"));
    CHECK(BucketTable().root() == hash(all, "empty_root"));
    for (const auto& list : all.at("lists").as_array()) {
        RowDigest digest;
        for (const auto& row : list.at("rows").as_array()) {
            const auto kind = text(row, "kind"), body = text(row, "body");
            CHECK(bucket_of(kind, number(row, "id")) == number(row, "bucket"));
            CHECK(leaf_of(kind, number(row, "id"), body) == hash(row, "leaf"));
            digest.put(kind, number(row, "id"), body);
        }
        for (const auto& [bucket, value] : list.at("buckets").as_object()) {
            CHECK(to_hex(digest.table().bucket(static_cast<std::uint16_t>(std::stoi(bucket)))) == value.as_string());
        }
        CHECK(digest.root() == hash(list, "root"));
    }
    RowDigest many;
    const auto& generated = all.at("generated");
    for (std::int64_t n = 1; n <= number(generated, "rows"); ++n) {
        many.put(n % 3 == 0 ? "permit" : "credential", n, "{\"n\":" + std::to_string(n) + "}");
    }
    CHECK(many.root() == hash(generated, "root"));
}

TEST_CASE("vectors: signed documents") {
    const auto keys = public_keys();
    const auto all = vector("documents.json");
    for (const auto& each : all.at("good").as_array()) {
        const auto read = parse_signed(type_of(text(each, "type")), text(each, "line")).value();
        CHECK(read.document == text(each, "document"));
        CHECK(read.kid == text(each, "kid"));
        CHECK(to_hex(read.signature) == text(each, "signature"));
        CHECK(keys.at(read.kid).key.verifies(read.document, read.signature));
        CHECK(write_signed(read) == text(each, "line"));
        CHECK(rewritten(text(each, "type"), read.document).value() == read.document);
    }
    for (const auto& each : all.at("bad").as_array()) {
        CAPTURE(text(each, "says"));
        const auto read = rewritten(text(each, "type"), text(each, "document"));
        REQUIRE_FALSE(read.ok());
        CHECK(read.error().message.starts_with(text(each, "type")));
    }
}

TEST_CASE("vectors: feed lines") {
    const auto all = vector("lines.json");
    for (const auto& each : all.at("good").as_array()) {
        const auto line = text(each, "line");
        CAPTURE(line);
        const auto read = parse_line(line).value();
        std::string again;
        if (const auto* put = std::get_if<Put>(&read)) {
            CHECK(put->seq == number(each, "s"));
            CHECK(put->body == text(each, "body"));
            CHECK(leaf_of(put->kind, put->id, put->body) == hash(each, "leaf"));
            CHECK(write_put(again, *put).ok());
        } else if (const auto* del = std::get_if<Del>(&read)) {
            CHECK(write_del(again, *del).ok());
        } else {
            write_head_line(again, std::get<Signed>(read));
        }
        CHECK(again == line + "\n");
    }
    for (const auto& each : all.at("bad").as_array()) {
        const auto line = each.as_object().contains("base64") ? unbase64(text(each, "base64")) : text(each, "line");
        CAPTURE(line);
        const auto read = parse_line(line);
        REQUIRE_FALSE(read.ok());
        CAPTURE(read.error().message);
        CHECK(read.error().message.find(text(each, "says")) != std::string::npos);
    }
}

TEST_CASE("vectors: which heads are usable") {
    const auto all = vector("judgements.json");
    const auto keys = parse_key_set(parse_signed(DocumentType::keys, text(all, "keys"))->document).value();
    for (const auto& each : all.at("heads").as_array()) {
        CAPTURE(text(each, "case"));
        const auto& s = each.at("seen");
        const ScopeSeen seen{text(s, "scope"), {number(s, "epoch"), number(s, "seq")}, hash(s, "root"), time(s, "iat")};
        const auto head = parse_signed(DocumentType::head, text(each, "head")).value();
        const auto judged = judge_head(head, keys, seen, time(each, "now"), time(each, "floor"));
        CHECK(to_string(judged.finding) == text(each, "finding"));
        CHECK(judged.document.has_value() == usable(judged.finding));
        CHECK(judged.why.empty() == (judged.finding == Finding::accept));
    }
}

TEST_CASE("vectors: which key sets are usable") {
    const auto all = vector("judgements.json");
    const auto root = public_keys().at(text(all, "root"));
    for (const auto& each : all.at("key_sets").as_array()) {
        CAPTURE(text(each, "case"));
        const auto& s = each.at("seen");
        KeysSeen seen{number(s, "version"), number(s, "epoch"), std::nullopt};
        if (s.as_object().contains("document")) seen.document = hash(s, "document");
        const auto judged =
            judge_key_set(parse_signed(DocumentType::keys, text(each, "keys")).value(), {&root, 1}, seen);
        CHECK(to_string(judged.finding) == text(each, "finding"));
        CHECK(judged.document.has_value() == usable(judged.finding));
    }
}

TEST_CASE("vectors: events, batch, acknowledgement") {
    const auto all = vector("events.json");
    const auto keys = public_keys();
    const auto judged = judge_batch(parse_signed(DocumentType::batch, text(all, "batch")).value(), keys.at("north"),
                                    text(all, "gate"), {});
    REQUIRE(judged.finding == Finding::accept);
    CHECK(first_link(text(all, "log")) == hash(all, "first"));
    ChainCheck check(*judged.document);
    for (const auto& each : all.at("events").as_array()) {
        const auto line = text(each, "line");
        const auto event = parse_event(line).value();
        REQUIRE(check.take(event).ok());
        CHECK(check.chain() == hash(each, "chain"));
        std::string again;
        CHECK(write_event(again, event).ok());
        CHECK(again == line + "\n");
    }
    CHECK(check.finish().ok());
    const auto online_keys =
        parse_key_set(parse_signed(DocumentType::keys, text(vector("judgements.json"), "keys"))->document);
    const auto ack = judge_ack(parse_signed(DocumentType::ack, text(all, "ack")).value(), *online_keys,
                               {text(all, "gate"), text(all, "log"), 0, 3, check.chain()});
    CHECK(ack.finding == Finding::accept);
}

TEST_CASE("vectors: a snapshot, packed by zstd's own tool") {
    const auto all = vector("snapshot.json");
    const auto manifest = parse_manifest(parse_signed(DocumentType::manifest, text(all, "manifest"))->document).value();
    std::string lines;
    auto reader = SnapshotReader::create(manifest, [&](const SnapshotRow& row) { return write_put(lines, row.put); });
    REQUIRE(reader->feed(unbase64(text(all, "base64"))).ok());
    CHECK(reader->finish().ok());
    CHECK(lines == text(all, "text"));
}
