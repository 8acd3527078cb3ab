#include "bundle/digest.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <map>

using namespace menshen;
using namespace menshen::bundle;

namespace {

using Rows = std::map<std::pair<std::string, std::int64_t>, std::string>;

/// From scratch, by way of the stream.
BucketTable table_of(const Rows& rows) {
    std::vector<std::pair<std::uint16_t, Hash>> leaves;
    for (const auto& [key, body] : rows) {
        leaves.emplace_back(bucket_of(key.first, key.second), leaf_of(key.first, key.second, body));
    }
    std::stable_sort(leaves.begin(), leaves.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    DigestStream stream;
    for (const auto& [bucket, leaf] : leaves) REQUIRE(stream.add(bucket, leaf).ok());
    return stream.finish();
}

RowDigest digest_of(const Rows& rows) {
    RowDigest digest;
    for (const auto& [key, body] : rows) digest.put(key.first, key.second, body);
    return digest;
}

Rows some_rows(int count) {
    Rows rows;
    for (int i = 1; i <= count; ++i)
        rows[{i % 3 == 0 ? "permit" : "credential", i}] = "{\"n\":" + std::to_string(i) + "}";
    return rows;
}

}  // namespace

TEST_CASE("changes one by one come to the same root as the whole list at once") {
    rc::check([] {
        Rows rows;
        RowDigest digest;
        for (int steps = *rc::gen::inRange(0, 60); steps > 0; --steps) {
            const std::string kind = *rc::gen::element<std::string>("permit", "credential", "block");
            const std::int64_t id = *rc::gen::inRange(1, 12);
            if (*rc::gen::inRange(0, 3) == 0) {
                RC_ASSERT(digest.del(kind, id) == (rows.erase({kind, id}) == 1));
            } else {
                const std::string body = "{\"a\":" + std::to_string(*rc::gen::inRange(0, 4)) + "}";
                rows[{kind, id}] = body;
                digest.put(kind, id, body);
            }
            if (*rc::gen::inRange(0, 4) == 0) RC_ASSERT(digest.root() == table_of(rows).root());
        }
        RC_ASSERT(digest.root() == table_of(rows).root());
        RC_ASSERT(digest.rows() == static_cast<std::int64_t>(rows.size()));
    });
}

TEST_CASE("any change of any row is another root") {
    const Rows rows = some_rows(40);
    const Hash root = digest_of(rows).root();
    for (const auto& [key, body] : rows) {
        Rows other = rows;
        other.erase(key);
        CHECK(digest_of(other).root() != root);
        for (std::size_t i = 0; i < body.size(); ++i) {
            other = rows;
            other[key][i] = static_cast<char>(body[i] ^ 1);
            CHECK(digest_of(other).root() != root);
        }
        other = rows;
        other[{key.first, key.second + 1000}] = body;
        CHECK(digest_of(other).root() != root);
    }
}

TEST_CASE("fields cannot flow into each other") {
    CHECK(leaf_of("ab", 1, "{}") != leaf_of("a", 1, "b{}"));
    CHECK(leaf_of("a", 1, "{}") != leaf_of("a", 256, "{}"));
    CHECK(leaf_of("a", 1, "{}") != leaf_of("a1", 1, "{}"));
    RowDigest one, two;
    one.put("a", 1, R"({"x":1})");
    one.put("a", 2, R"({"x":2})");
    two.put("a", 1, R"({"x":2})");
    two.put("a", 2, R"({"x":1})");
    CHECK(one.root() != two.root());
}

TEST_CASE("only touched buckets are computed, and a stored table goes on") {
    RowDigest digest = digest_of(some_rows(500));
    const BucketTable before = digest.table();
    digest.put("credential", 1, R"({"n":"new"})");
    const auto touched = bucket_of("credential", 1);
    const BucketTable& after = digest.table();
    for (std::uint16_t bucket = 0; bucket < bucket_count; ++bucket) {
        CHECK((after.bucket(bucket) != before.bucket(bucket)) == (bucket == touched));
    }
    BucketTable stored;
    for (std::uint16_t bucket = 0; bucket < bucket_count; ++bucket) {
        REQUIRE(stored.restore(bucket, after.bucket(bucket), after.rows_in(bucket)).ok());
    }
    CHECK(stored.root() == after.root());
    CHECK(stored.rows() == 500);
    CHECK_FALSE(stored.restore(4096, {}, 0).ok());
    CHECK_FALSE(stored.restore(0, {}, -1).ok());
}

TEST_CASE("a stream refuses buckets that fall") {
    DigestStream stream;
    CHECK(stream.add(7, {}).ok());
    CHECK(stream.add(7, {1}).ok());
    CHECK(stream.add(9, {}).ok());
    CHECK_FALSE(stream.add(8, {}).ok());
    CHECK_FALSE(stream.add(4096, {}).ok());
}

TEST_CASE("all deleted is the empty list") {
    RowDigest digest = digest_of(some_rows(30));
    const auto rows = some_rows(30);
    for (const auto& [key, body] : rows) CHECK(digest.del(key.first, key.second));
    CHECK_FALSE(digest.del("credential", 1));
    CHECK_FALSE(digest.del("nothing", 1));
    CHECK(digest.root() == BucketTable().root());
}
