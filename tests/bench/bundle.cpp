// bench-bundle [ROWS]: digest, lines and snapshot of a million rows, each beside what it cannot be faster than.
#include <openssl/evp.h>
#include <zstd.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <tuple>

#include "bundle/snapshot.hpp"
#include "measure.hpp"

using namespace menshen;
using namespace menshen::bundle;

namespace {

struct Row {
    std::uint16_t bucket;
    std::string kind;
    std::int64_t id;
    std::string body;
};

/// As a registry would have them: permits with a holder, and a credential each.
std::string body_of(std::int64_t id, bool permit) {
    const auto number = std::to_string(100'000 + id % 900'000);
    if (!permit)
        return R"({"kind":"plate","value":"浙A)" + number.substr(1) + R"(","permit":)" + std::to_string(id) + "}";
    return R"({"class":"parking","state":"active","holder":"holder )" + number +
           R"(","unit":"bureau","from":"2026-01-01T00:00:00","until":"2027-01-01T00:00:00","zones":["yard"],"note":""})";
}

std::vector<Row> make_rows(std::int64_t count) {
    std::vector<Row> rows;
    rows.reserve(static_cast<std::size_t>(count));
    for (std::int64_t i = 0; i < count; ++i) {
        const bool permit = i % 2 == 0;
        const std::string kind = permit ? "permit" : "credential";
        const std::int64_t id = i / 2 + 1;
        rows.push_back({bucket_of(kind, id), kind, id, body_of(id, permit)});
    }
    std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
        return std::tie(a.bucket, a.kind, a.id) < std::tie(b.bucket, b.kind, b.id);
    });
    return rows;
}

void must(bool holds) {
    if (!holds) std::abort();  // a bench of refusals would measure nothing
}

double in_seconds(double micros) {
    return micros / 1e6;
}

/// What leaves and buckets' numbers take if nothing but SHA-256 runs, in one context: messages of the same lengths,
/// where the bodies lie (`scattered`) or all from one place, as from a stream.
double plain_sha256(const std::vector<Row>& rows, bool scattered) {
    unsigned char hash[32];
    unsigned char message[4096] = {};
    const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    must(EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1);
    const auto begin = [&] { must(EVP_DigestInit_ex2(context.get(), nullptr, nullptr) == 1); };
    const auto add = [&](const void* bytes, std::size_t size) { EVP_DigestUpdate(context.get(), bytes, size); };
    return bench::micros([&] {
        for (const auto& row : rows) {
            begin();
            add(message, row.kind.size() + 8);
            must(EVP_DigestFinal_ex(context.get(), hash, nullptr) == 1);
            begin();
            add(message, 1 + 8 + row.kind.size() + 8 + 8);
            add(scattered ? static_cast<const void*>(row.body.data()) : message, row.body.size());
            must(EVP_DigestFinal_ex(context.get(), hash, nullptr) == 1);
            message[0] = hash[0];
        }
    });
}

double digest_all(const std::vector<Row>& rows, Hash& root) {
    return bench::micros([&] {
        DigestStream stream;
        for (const auto& row : rows) {
            must(stream.add(bucket_of(row.kind, row.id), leaf_of(row.kind, row.id, row.body)).ok());
        }
        root = stream.finish().root();
    });
}

double parse_all(const std::string& text) {
    std::int64_t bytes = 0;
    const double spent = bench::micros([&] {
        LineCutter cutter;
        must(cutter
                 .feed(text,
                       [&](std::string_view line) {
                           const auto read = parse_line(line);
                           if (!read) return Status(read.error());
                           bytes += static_cast<std::int64_t>(std::get<Put>(*read).body.size());
                           return Status();
                       })
                 .ok());
    });
    must(bytes > 0);
    return spent;
}

std::string unpacked(const std::string& packed, std::size_t size) {
    std::string text(size, '\0');
    must(ZSTD_decompress(text.data(), text.size(), packed.data(), packed.size()) == size);
    return text;
}

void measure_digest(const std::vector<Row>& rows, Hash& root) {
    const double floor = plain_sha256(rows, true);
    bench::print("bundle.digest", in_seconds(digest_all(rows, root)), "s", in_seconds(floor));
    RowDigest digest;
    const double told = bench::micros([&] {
        for (const auto& row : rows) digest.put(row.kind, row.id, row.body);
        must(digest.root() == root);
    });
    bench::print("bundle.digest_in_memory", in_seconds(told), "s", in_seconds(floor));
    std::vector<double> changes;
    for (std::size_t i = 0; i < 200; ++i) {
        const auto& row = rows[i * 7919 % rows.size()];
        changes.push_back(bench::micros([&] {
            digest.put(row.kind, row.id, R"({"changed":true})");
            must(digest.root() != root);
        }));
    }
    bench::print("bundle.change_one_row.p50", bench::percentile(changes, 0.5), "us");
}

}  // namespace

int main(int argc, char** argv) {
    const bool tiny = std::getenv("MENSHEN_BENCH") != nullptr;
    const auto rows = make_rows(argc > 1 ? std::atoll(argv[1]) : tiny ? 2'000 : 1'000'000);
    Hash root{};
    measure_digest(rows, root);

    std::string packed;
    Manifest manifest;
    const double writing = bench::micros([&] {
        auto writer = SnapshotWriter::create([&](std::string_view bytes) { return packed.append(bytes), Status(); });
        for (const auto& row : rows) must(writer->put({1, row.kind, row.id, row.body}).ok());
        const auto totals = writer->finish().value();
        must(totals.root == root);
        manifest = {"yard", {1, 1}, totals.root, totals.rows, totals.text, totals.size, totals.sha256, {}};
    });
    bench::print("bundle.snapshot_written", in_seconds(writing), "s");
    bench::print("bundle.snapshot_size", static_cast<double>(packed.size()) / (1 << 20), "MiB",
                 static_cast<double>(manifest.text) / (1 << 20));

    std::string text;
    const double unpacking = bench::micros([&] { text = unpacked(packed, static_cast<std::size_t>(manifest.text)); });
    bench::print("bundle.parse_lines", in_seconds(parse_all(text)), "s", 1.5);
    text.clear();
    text.shrink_to_fit();

    const double before = bench::rss_mib();
    std::int64_t seen = 0;
    const double reading = bench::micros([&] {
        auto reader = SnapshotReader::create(manifest, [&](const SnapshotRow&) { return ++seen, Status(); });
        for (std::size_t at = 0; at < packed.size(); at += 65'536) {
            must(reader->feed(std::string_view(packed).substr(at, 65'536)).ok());
        }
        must(reader->finish().ok() && seen == manifest.rows);
    });
    bench::print("bundle.snapshot_verified", in_seconds(reading), "s",
                 in_seconds(unpacking + plain_sha256(rows, false)));
    bench::print("bundle.snapshot_verified.memory", bench::rss_mib() - before, "MiB");
}
