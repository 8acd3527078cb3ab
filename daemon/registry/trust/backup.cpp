#include "registry/backup.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <fstream>

#include "backup_files.hpp"
#include "bundle/sha256.hpp"
#include "files/read.hpp"
#include "files/write.hpp"
#include "registry/signer.hpp"
#include "registry/sqlite_store.hpp"
#include "values/json_fields.hpp"

namespace menshen::registry {

namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

Status complain(const fs::path& file, const std::error_code& failed) {
    return {Errc::io, file.string() + ": " + failed.message()};
}

/// Opens it as an owner does, and proves the audit. What opening leaves beside it is removed.
Result<std::int64_t> prove(const fs::path& database, HeadMaker& heads, UtcTime now) {
    std::int64_t entries = 0;
    {
        auto store = open_sqlite_store({database, false, 4096, {}}, heads, now);
        if (!store) return store.error();
        auto report = (*store)->audit().verify();
        if (!report) return report.error();
        if (!report->whole) {
            return {Errc::corrupt,
                    fmt::format("{}: the audit is broken at entry {}", database.string(), report->broken_at)};
        }
        entries = report->entries;
    }
    std::error_code ignored;
    for (const char* part : {".lock", "-wal", "-shm"}) fs::remove(database.string() + part, ignored);
    return entries;
}

std::string text_of(const Backup& backup) {
    return json::serialize(json::object{{"made", format_utc(backup.made)},
                                        {"made_ms", backup.made.time_since_epoch().count()},
                                        {"epoch", backup.epoch},
                                        {"audit", backup.audit},
                                        {"bytes", backup.bytes},
                                        {"sha256", backup.sha256},
                                        {"pictures", backup.pictures}});
}

bool load_backup(const JsonNode& node, Backup& out) {
    const JsonFields fields(node);
    std::int64_t made = 0;
    const bool read = fields("made_ms", made) && fields("epoch", out.epoch) && fields("audit", out.audit) &&
                      fields("bytes", out.bytes) && fields("sha256", out.sha256) && fields("pictures", out.pictures);
    out.made = UtcTime(milliseconds(made));
    return read;
}

Result<Backup> make_backup(const DataFolder& from, Reader& reader, const DataFolder& into, UtcTime now) {
    auto signer = load_signer(from);
    if (!signer) return signer.error();
    BundleHeads heads(*signer, {});
    Backup backup;
    backup.made = now;
    backup.epoch = signer->keys().epoch;
    auto done = reader.copy_to(into.database());
    if (!done) return done.error();
    auto entries = prove(into.database(), heads, now);
    if (!entries) return entries.error();
    backup.audit = *entries;
    auto hash = hash_of_file(into.database());
    if (!hash) return hash.error();
    backup.sha256 = bundle::to_hex(*hash);
    std::error_code failed;
    backup.bytes = static_cast<std::int64_t>(fs::file_size(into.database(), failed));
    if (done = copy_identity(from, into); !done) return done.error();
    auto pictures = copy_pictures(from, into);
    if (!pictures) return pictures.error();
    backup.pictures = *pictures;
    done = files::write_new(into.path / backup_note, text_of(backup) + "\n");
    if (!done) return done.error();
    return backup;
}

}  // namespace

Result<bundle::Hash> hash_of_file(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    bundle::Sha256 hash;
    std::string piece(1 << 20, '\0');
    while (in.read(piece.data(), static_cast<std::streamsize>(piece.size())) || in.gcount() > 0) {
        hash.raw(std::string_view(piece).substr(0, static_cast<std::size_t>(in.gcount())));
    }
    if (!in.eof()) return {Errc::io, file.string() + ": cannot be read"};
    return hash.end();
}

Status make_empty_folder(const fs::path& folder) {
    std::error_code failed;
    if (fs::exists(folder, failed) && !fs::is_empty(folder, failed)) {
        return {Errc::conflict, folder.string() + " is not empty; name a folder that is not there yet"};
    }
    fs::create_directories(folder, failed);
    if (!failed) fs::permissions(folder, fs::perms::owner_all, failed);
    return failed ? complain(folder, failed) : Status();
}

Status copy_durably(const fs::path& from, const fs::path& to) {
    std::error_code failed;
    if (!fs::copy_file(from, to, failed)) return complain(from, failed);
    return files::sync_file(to);
}

Status copy_identity(const DataFolder& from, const DataFolder& to) {
    Status done;
    const auto pairs = {std::pair(from.root_key(), to.root_key()), std::pair(from.key_set(), to.key_set())};
    for (const auto& [source, target] : pairs) {
        if (done) done = copy_durably(source, target);
    }
    for (const auto& [source, target] :
         {std::pair(from.authority(), to.authority()), std::pair(from.server(), to.server())}) {
        for (const char* part : {".pem", ".key"}) {
            if (done) done = copy_durably(source.string() + part, target.string() + part);
        }
    }
    return done;
}

/// One that retention takes away meanwhile is none that has to be there.
Result<std::int64_t> copy_pictures(const DataFolder& from, const DataFolder& to) {
    std::int64_t count = 0;
    std::error_code failed;
    fs::create_directories(to.evidence(), failed);
    if (failed) return complain(to.evidence(), failed).error();
    for (fs::recursive_directory_iterator at(from.evidence(), failed), end; !failed && at != end;
         at.increment(failed)) {
        std::error_code gone;
        if (!at->is_regular_file(gone) || at->path().extension() == ".coming") continue;
        const auto target = to.evidence() / fs::relative(at->path(), from.evidence(), gone);
        fs::create_directories(target.parent_path(), gone);
        auto done = copy_durably(at->path(), target);
        if (!done && fs::exists(at->path(), gone)) return done.error();
        count += done ? 1 : 0;
    }
    if (failed) return complain(from.evidence(), failed).error();
    return count;
}

Result<Backup> back_up(const DataFolder& from, Reader& reader, const fs::path& into, UtcTime now) {
    if (auto done = make_empty_folder(into); !done) return done.error();
    auto made = make_backup(from, reader, {into}, now);
    if (made) return made;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(into, ignored)) fs::remove_all(entry.path(), ignored);
    return made;
}

Result<Backup> back_up_resting(const DataFolder& from, const fs::path& into, UtcTime now) {
    auto signer = load_signer(from);
    if (!signer) return signer.error();
    BundleHeads heads(*signer, {});
    auto store = open_sqlite_store({from.database(), false, 4096, {}}, heads, now);
    if (!store) return store.error();
    return back_up(from, **store, into, now);
}

Result<Backup> read_backup(const fs::path& folder) {
    auto text = files::read_small(folder / backup_note);
    if (!text) return Error{Errc::not_found, folder.string() + " holds no whole backup: " + text.error().message};
    boost::system::error_code failed;
    const auto value = json::parse(*text, failed);
    if (failed) return {Errc::corrupt, (folder / backup_note).string() + " is not JSON"};
    return read_document<Backup>(value, load_backup);
}

}  // namespace menshen::registry
