#include <doctest/doctest.h>

#include <vector>

#include "bundle/keys.hpp"
#include "sync/bundle_cutter.hpp"

using namespace menshen;
using sync::Bundle;
using sync::BundleCutter;

namespace {

std::string head_of(const std::string& scope, std::int64_t seq) {
    const bundle::NamedSecret key{"k7", bundle::SecretKey::generate().value()};
    bundle::Head head;
    head.scope = scope;
    head.at = {3, seq};
    head.iat = head.fresh = head.exp = UtcTime(seconds(1'790'000'000));
    std::string line;
    bundle::write_head_line(line, bundle::sign(bundle::DocumentType::head, bundle::write_head(head).value(), key));
    return line;
}

std::string rows(int count) {
    std::string lines;
    for (int i = 1; i <= count; ++i) REQUIRE(bundle::write_put(lines, {i, "credential", i, R"({"a":"浙"})"}));
    return lines;
}

}  // namespace

TEST_CASE("an answer of several scopes becomes a bundle each, wherever the pieces are cut") {
    const auto first = rows(3) + head_of("common", 3), second = rows(2) + head_of("yard", 9);
    const auto all = first + second;
    for (std::size_t size : {std::size_t{1}, std::size_t{7}, std::size_t{64}, all.size()}) {
        CAPTURE(size);
        std::vector<Bundle> bundles;
        BundleCutter cutter(1 << 20);
        for (std::size_t from = 0; from < all.size(); from += size) {
            REQUIRE(cutter.feed(all.substr(from, size), [&](Bundle each) { bundles.push_back(std::move(each)); }));
        }
        CHECK(cutter.finish().ok());
        REQUIRE(bundles.size() == 2);
        CHECK(bundles[0].scope == "common");
        CHECK(bundles[0].lines == first);
        CHECK(bundles[1].lines == second);
        CHECK(bundles[1].at == bundle::Position{3, 9});
        CHECK(bundles[1].kid == "k7");
    }
}

TEST_CASE("what is cut off, too large or no feed is said; nothing of it is a bundle") {
    int bundles = 0;
    const auto count = [&](const Bundle&) { ++bundles; };
    BundleCutter cut_off(1 << 20);
    REQUIRE(cut_off.feed(rows(2), count));
    CHECK(cut_off.finish().error().code == Errc::invalid);
    BundleCutter half(1 << 20);
    REQUIRE(half.feed(head_of("yard", 1).substr(0, 50), count));
    CHECK_FALSE(half.finish().ok());
    BundleCutter small(200);
    CHECK(small.feed(rows(20), count).error().code == Errc::exhausted);
    BundleCutter forged(1 << 20);
    CHECK(forged.feed("{\"t\":\"head\",\"head\":\"AAAA\",\"kid\":\"k\",\"sig\":\"no\"}\n", count).error().code ==
          Errc::invalid);
    CHECK(bundles == 0);
}
