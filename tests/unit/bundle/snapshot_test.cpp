#include "bundle/snapshot.hpp"

#include <doctest/doctest.h>
#include <zstd.h>

#include <algorithm>

#include "fixture.hpp"

using namespace menshen;
using namespace menshen::bundle;

namespace {

struct Packed {
    std::string bytes;
    Manifest manifest;
};

struct Row {
    std::string kind;
    std::int64_t id;
    std::string body;
};

std::vector<Row> rows_in_order(int count) {
    std::vector<Row> rows;
    for (int i = 1; i <= count; ++i) {
        rows.push_back({i % 2 == 0 ? "permit" : "credential", i, "{\"n\":" + std::to_string(i) + "}"});
    }
    std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
        return std::tuple(bucket_of(a.kind, a.id), a.kind, a.id) < std::tuple(bucket_of(b.kind, b.id), b.kind, b.id);
    });
    return rows;
}

Manifest manifest_of(const SnapshotTotals& totals) {
    return {"yard", {1, 9}, totals.root, totals.rows, totals.text, totals.size, totals.sha256, noon};
}

Packed pack(const std::vector<Row>& rows) {
    Packed out;
    auto writer = SnapshotWriter::create([&](std::string_view bytes) { return out.bytes.append(bytes), Status(); });
    for (const auto& row : rows) REQUIRE(writer->put({9, row.kind, row.id, row.body}).ok());
    out.manifest = manifest_of(writer->finish().value());
    return out;
}

/// Any bytes that unpack to `text`, with a manifest that is right about everything but, maybe, the rows.
Packed pack_text(const std::string& text, int window_log = 0, int frames = 1) {
    Packed out;
    auto* context = ZSTD_createCCtx();
    if (window_log != 0) ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, window_log);
    std::string frame(ZSTD_compressBound(text.size()), '\0');
    // as a stream: with the size known zstd would choose a smaller window
    ZSTD_inBuffer in{text.data(), text.size(), 0};
    ZSTD_outBuffer to{frame.data(), frame.size(), 0};
    ZSTD_compressStream2(context, &to, &in, ZSTD_e_continue);
    REQUIRE(ZSTD_compressStream2(context, &to, &in, ZSTD_e_end) == 0);
    ZSTD_freeCCtx(context);
    frame.resize(to.pos);
    for (int i = 0; i < frames; ++i) out.bytes += frame;
    out.manifest = {"yard",
                    {1, 9},
                    {},
                    1000,
                    static_cast<std::int64_t>(text.size()) * frames,
                    static_cast<std::int64_t>(out.bytes.size()),
                    sha256(out.bytes),
                    noon};
    return out;
}

Result<std::int64_t> unpack(const Packed& packed, std::size_t piece = 1 << 16) {
    std::int64_t rows = 0;
    auto reader = SnapshotReader::create(packed.manifest, [&](const SnapshotRow& row) {
        CHECK(row.leaf == leaf_of(row.put.kind, row.put.id, row.put.body));
        ++rows;
        return Status();
    });
    for (std::size_t at = 0; at < packed.bytes.size(); at += piece) {
        if (auto done = reader->feed(std::string_view(packed.bytes).substr(at, piece)); !done) return done.error();
    }
    if (auto table = reader->finish(); !table) return table.error();
    return rows;
}

std::string why(const Packed& packed) {
    const auto done = unpack(packed);
    return done ? "" : done.error().message;
}
bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a snapshot comes back as it went, in pieces of any size") {
    for (const int count : {0, 1, 3000}) {
        const Packed packed = pack(rows_in_order(count));
        CHECK(unpack(packed).value() == count);
        CHECK(unpack(packed, 7).value() == count);
        RowDigest digest;
        for (const auto& row : rows_in_order(count)) digest.put(row.kind, row.id, row.body);
        CHECK(packed.manifest.root == digest.root());
    }
}

TEST_CASE("I6: any flipped bit, cut or longer snapshot is refused") {
    const Packed good = pack(rows_in_order(20));
    for (std::size_t i = 0; i < good.bytes.size() * 8; ++i) {
        Packed other = good;
        other.bytes[i / 8] = static_cast<char>(other.bytes[i / 8] ^ (1 << i % 8));
        CHECK_FALSE(unpack(other).ok());
        other.manifest.sha256 =
            sha256(other.bytes);  // even where the registry's hash said otherwise, the root does not
        const auto rows = unpack(other);
        if (rows) CHECK(*rows == 20);
    }
    for (std::size_t i = 0; i < good.bytes.size(); ++i) {
        Packed other = good;
        other.bytes.resize(i);
        CHECK_FALSE(unpack(other).ok());
    }
    Packed longer = good;
    longer.bytes += "x";
    CHECK(has(why(longer), "longer than its manifest"));
}

TEST_CASE("a manifest that is wrong about anything is refused") {
    const Packed good = pack(rows_in_order(20));
    const auto with = [&](auto change) {
        Packed other = good;
        change(other.manifest);
        return why(other);
    };
    CHECK(has(with([](Manifest& m) { m.rows += 1; }), "number of rows"));
    CHECK(has(with([](Manifest& m) { m.rows -= 1; }), "more rows"));
    CHECK(has(with([](Manifest& m) { m.text += 1; }), "length of its text"));
    CHECK(has(with([](Manifest& m) { m.text -= 1; }), "unpacks to more"));
    CHECK(has(with([](Manifest& m) { m.size += 1; }), "cut off"));
    CHECK(has(with([](Manifest& m) { m.sha256[0] ^= 1; }), "sha256"));
    CHECK(has(with([](Manifest& m) { m.root[31] ^= 1; }), "root"));
}

TEST_CASE("a bomb is unpacked no further than the manifest says") {
    Packed bomb = pack_text(std::string(64 << 20, ' '));
    CHECK(bomb.bytes.size() < 20'000);
    CHECK(has(why(bomb), "more than 65792 bytes"));  // a line
    bomb.manifest.text = 1000;
    CHECK(has(why(bomb), "unpacks to more"));
    CHECK(has(why(pack_text(std::string(1 << 20, '\n'))), "line 1"));
    // a window that would take 128 MiB
    CHECK(has(why(pack_text(std::string(1 << 20, 'x'), 27)), "zstd"));
}

TEST_CASE("one frame, put lines alone, in order, each row once") {
    std::string line, other;
    REQUIRE(write_put(line, {1, "a", 1, "{}"}).ok());
    REQUIRE(write_put(other, {1, "a", 2, "{}"}).ok());
    if (bucket_of("a", 2) < bucket_of("a", 1)) std::swap(line, other);
    CHECK(has(why(pack_text(line + other)), "number of rows"));  // in order: only the manifest's number is wrong
    CHECK(has(why(pack_text(other + line)), "out of order"));
    CHECK(has(why(pack_text(line + line)), "out of order"));
    CHECK(has(why(pack_text(line, 0, 2)), "after the end of the frame"));
    std::string del;
    REQUIRE(write_del(del, {1, "a", 1}).ok());
    CHECK(has(why(pack_text(del)), "put lines only"));
    CHECK(has(why(pack_text(line + "x")), "length of its text"));
    Packed nonsense{"no zstd at all", {}};
    nonsense.manifest.size = 100;
    CHECK(has(why(nonsense), "zstd"));
}

TEST_CASE("a writer refuses what a reader would") {
    auto writer = SnapshotWriter::create([](std::string_view) { return Status(); });
    const auto rows = rows_in_order(10);
    REQUIRE(writer->put({1, rows[5].kind, rows[5].id, "{}"}).ok());
    CHECK_FALSE(writer->put({1, rows[5].kind, rows[5].id, "{}"}).ok());
    CHECK_FALSE(writer->put({1, rows[4].kind, rows[4].id, "{}"}).ok());
    CHECK_FALSE(writer->put({1, rows[6].kind, rows[6].id, "[]"}).ok());
    CHECK_FALSE(SnapshotWriter::create([](std::string_view) { return Status(); }, 99).ok());
    auto full = SnapshotWriter::create([](std::string_view) { return Status(Errc::exhausted, "disk full"); });
    CHECK(full->finish().error().code == Errc::exhausted);
}
