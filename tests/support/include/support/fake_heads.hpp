// Digests that are quick and prove nothing, and a signature that anybody can make: for tests of what calls a HeadMaker.
#pragma once

#include <algorithm>
#include <array>
#include <map>
#include <vector>

#include "registry/head_maker.hpp"

namespace menshen::support {

class FakeHeads final : public registry::HeadMaker {
  public:
    bool fails = false;  // the key is not to be had
    int signed_heads = 0;

    [[nodiscard]] std::uint32_t bucket_of(std::string_view kind, registry::Id id) const override {
        return static_cast<std::uint32_t>(mixed(kind, static_cast<std::uint64_t>(id)) % registry::bucket_count);
    }
    [[nodiscard]] registry::Digest leaf(std::string_view kind, registry::Id id, std::string_view body) const override {
        return spread(mixed(body, mixed(kind, static_cast<std::uint64_t>(id))));
    }
    [[nodiscard]] registry::Digest bucket(std::span<const registry::Digest> leaves) const override {
        return root(leaves);
    }
    [[nodiscard]] static registry::Digest root(std::span<const registry::Digest> digests) {
        std::uint64_t all = 1;
        for (const auto& each : digests) {
            all = mixed({reinterpret_cast<const char*>(each.data()), each.size()}, all);
        }
        return spread(all);
    }
    [[nodiscard]] Result<registry::SignedHead> head(const registry::HeadFields& fields,
                                                    std::span<const registry::Digest> buckets) override {
        if (fails) return {Errc::unavailable, "the key is not there"};
        ++signed_heads;
        return registry::SignedHead{fields.at,     fields.rows,
                                    fields.issued, bundle::to_hex(root(buckets)),
                                    "k1",          "signed " + std::to_string(fields.at.seq)};
    }

    /// What the head of exactly these rows says, worked out from nothing else.
    struct Row {
        std::string kind;
        registry::Id id;
        std::string body;
    };
    [[nodiscard]] std::string root_of(std::vector<Row> rows) const {
        std::ranges::sort(rows, {}, [](const Row& row) { return std::tie(row.kind, row.id); });
        std::vector<std::vector<registry::Digest>> leaves(registry::bucket_count);
        for (const auto& row : rows) leaves[bucket_of(row.kind, row.id)].push_back(leaf(row.kind, row.id, row.body));
        std::vector<registry::Digest> buckets;
        buckets.reserve(leaves.size());
        for (const auto& each : leaves) buckets.push_back(bucket(each));
        return bundle::to_hex(root(buckets));
    }

  private:
    static std::uint64_t mixed(std::string_view text, std::uint64_t hash) {
        for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
        return hash ^ (hash >> 29U);
    }
    static registry::Digest spread(std::uint64_t hash) {
        registry::Digest digest{};
        for (std::size_t i = 0; i < digest.size(); ++i) {
            digest[i] = static_cast<std::uint8_t>(hash >> (8 * (i % 8)));
        }
        return digest;
    }
};

}  // namespace menshen::support
