// A registry of one scope for tests, and its bundles.
#pragma once

#include <algorithm>
#include <string>
#include <tuple>
#include <vector>

#include "../bundle/fixture.hpp"
#include "bundle/snapshot.hpp"

namespace menshen::whitelist {

/// As bundle::Registry, with a scope's name and snapshots.
struct Feed : bundle::Registry {
    explicit Feed(std::string name = "yard") : scope(std::move(name)) {}

    [[nodiscard]] bundle::Head plain_head() {
        auto head = bundle::head_of(digest, at, time);
        head.scope = scope;
        return head;
    }
    [[nodiscard]] bundle::Signed signed_head() { return bundle::signed_head(plain_head(), kid); }
    [[nodiscard]] std::string changes_since(std::int64_t since) {
        auto lines = changes(since);
        lines.erase(lines.rfind('\n', lines.size() - 2) + 1);  // its head is of scope "yard"
        bundle::write_head_line(lines, signed_head());
        return lines;
    }
    [[nodiscard]] std::string head_line() {
        std::string line;
        bundle::write_head_line(line, signed_head());
        return line;
    }
    [[nodiscard]] bundle::Manifest snapshot(std::string& packed) {
        auto writer =
            bundle::SnapshotWriter::create([&](std::string_view bytes) { return packed.append(bytes), Status(); });
        std::vector<bundle::Put> puts;
        for (const auto& [key, row] : rows) {
            if (!row.second.empty()) puts.push_back({row.first, key.first, key.second, row.second});
        }
        const auto place = [](const bundle::Put& put) {
            return std::make_tuple(bundle::bucket_of(put.kind, put.id), put.kind, put.id);
        };
        std::sort(puts.begin(), puts.end(), [&](const auto& a, const auto& b) { return place(a) < place(b); });
        for (const auto& put : puts) {
            if (!writer->put(put)) std::abort();
        }
        const auto totals = writer->finish().value();
        return {scope, at, totals.root, totals.rows, totals.text, totals.size, totals.sha256, time};
    }

    void permit(std::int64_t id, const std::string& more = "") { put("permit", id, permit_body(id, more)); }
    [[nodiscard]] std::string permit_body(std::int64_t id, const std::string& more = "",
                                          const std::string& schedule = "null") const {
        return R"({"id":)" + std::to_string(id) + R"(,"scope":")" + scope +
               R"(","permit_class":"parking","state":"active","holder":"h)" + std::to_string(at.seq) +
               R"(","unit":"","phone":"","note":"","valid_from":null,"valid_until":null,"schedule_id":)" + schedule +
               R"(,"zones":[],"max_inside":null,"max_uses":null,"escort":false,"order_required":false)" + more + "}";
    }
    void credential(std::int64_t id, const std::string& plate, std::int64_t permit_id, const std::string& more = "") {
        put("credential", id,
            R"({"id":)" + std::to_string(id) + R"(,"kind":"plate","value":")" + plate + R"(","permit_id":)" +
                std::to_string(permit_id) + more + "}");
    }
    void block(std::int64_t id, const std::string& plate, const std::string& kind = "block",
               const std::string& more = "") {
        put("block", id,
            R"({"id":)" + std::to_string(id) + R"(,"scope":")" + scope + R"(","kind":")" + kind + R"(","plate":")" +
                plate + R"(","reason":"stolen","until":null)" + more + "}");
    }

    std::string scope;
};

}  // namespace menshen::whitelist
