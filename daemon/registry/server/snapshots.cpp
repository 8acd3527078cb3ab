#include "snapshots.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "bundle/snapshot.hpp"
#include "files/read.hpp"
#include "files/write.hpp"

namespace menshen::registry::server {
namespace {

constexpr std::size_t snapshots_kept = 2;  // the one before may still be on its way to somebody

/// Rows → compressed file.
Result<std::pair<bundle::SnapshotTotals, SignedHead>> write_snapshot(Feed& feed, const std::string& scope,
                                                                     files::Unfinished& into) {
    auto writer = bundle::SnapshotWriter::create([&](std::string_view bytes) { return into.append(bytes); });
    if (!writer) return writer.error();
    auto head = feed.snapshot(scope, [&](const FeedRow& row) -> Status {
        return writer->put({row.s, row.kind, row.id, row.body.value_or("")});
    });
    if (!head) return head.error();
    auto totals = writer->finish();
    if (!totals) return totals.error();
    return std::pair(*totals, std::move(head).value());
}

}  // namespace

std::filesystem::path snapshot_file(const DataFolder& folder, const std::string& scope, const std::string& sha256) {
    return folder.snapshots() / (scope + "-" + sha256 + ".zst");
}

/// Young enough, of this epoch, and with changes that lead on from it.
bool Snapshots::serves(const Kept& kept, UtcTime now) {
    if (kept.line.empty() || now >= kept.made + services_.config.snapshot_every) return false;
    bool rows = false;
    auto changes = reader_->feed().changes(kept.at, max_changed_rows, [&](const FeedRow&) {
        rows = true;
        return Status(Errc::internal, "enough");
    });
    return rows || (changes && changes->answer == FeedAnswer::rows);
}

std::optional<Snapshots::Kept> Snapshots::restore(const std::string& scope) const {
    auto line = files::read_small(services_.folder.snapshots() / (scope + ".manifest"));
    if (!line) return std::nullopt;
    auto document = bundle::parse_signed(bundle::DocumentType::manifest, *line);
    if (!document) return std::nullopt;
    auto judged = bundle::judge_manifest(*document, services_.signer.keys(), scope);
    if (!judged.document) return std::nullopt;
    const auto& manifest = *judged.document;
    std::error_code failed;
    if (!std::filesystem::exists(snapshot_file(services_.folder, scope, bundle::to_hex(manifest.sha256)), failed)) {
        return std::nullopt;
    }
    return Kept{*line, {scope, manifest.at.epoch, manifest.at.seq}, manifest.iat};
}

Result<Snapshots::Kept> Snapshots::make(const std::string& scope, UtcTime now) {
    const auto folder = services_.folder.snapshots();
    auto coming = files::Unfinished::create(folder / (scope + ".coming"));
    if (!coming) return files::as_io(coming.error());
    auto written = write_snapshot(reader_->feed(), scope, *coming);
    if (!written) return written.error();
    const auto& [totals, head] = *written;
    const bundle::Manifest manifest{
        scope, {head.at.epoch, head.at.seq}, totals.root, totals.rows, totals.text, totals.size, totals.sha256, now};
    auto document = bundle::write_manifest(manifest);
    if (!document) return document.error();
    auto line = services_.signer.sign(bundle::DocumentType::manifest, std::move(document).value(), now);
    if (!line) return line.error();
    const Kept kept{bundle::write_signed(*line), head.at, now};
    auto done = coming->give(public_mode);
    if (done) done = coming->put(snapshot_file(services_.folder, scope, bundle::to_hex(totals.sha256)));
    if (!done) return files::as_io(done.error());
    // behind the file that it names: what a start finds fits together. Where it finds none, a snapshot is made anew
    (void)files::replace(folder / (scope + ".manifest"), kept.line, {.mode = public_mode});
    sweep(scope);
    return kept;
}

void Snapshots::sweep(const std::string& scope) const {
    std::vector<std::filesystem::directory_entry> mine;
    std::error_code failed;
    for (const auto& entry : std::filesystem::directory_iterator(services_.folder.snapshots(), failed)) {
        const auto name = entry.path().filename().string();
        const bool is_his = name.size() == scope.size() + 69 && name.starts_with(scope + "-") && name.ends_with(".zst");
        if (is_his) mine.push_back(entry);
    }
    std::ranges::sort(mine, std::greater<>(), [](const auto& entry) {
        std::error_code ignored;
        return entry.last_write_time(ignored);
    });
    for (std::size_t i = snapshots_kept; i < mine.size(); ++i) std::filesystem::remove(mine[i].path(), failed);
}

Result<std::string> Snapshots::manifest(const std::string& scope, UtcTime now) {
    auto& kept = kept_[scope];
    if (kept.line.empty()) kept = restore(scope).value_or(Kept{});
    if (!serves(kept, now)) {
        auto made = make(scope, now);
        if (!made) return made.error();
        kept = std::move(made).value();
    }
    return kept.line;
}

}  // namespace menshen::registry::server
