// A disk for SQLite in the hand of a test: every write and sync of every database asks first. Crash tests end the
// process there, others let it fail or wait.
#pragma once

#include <filesystem>
#include <functional>

namespace menshen::support {

enum class DiskStep {
    write,   // about to write
    sync,    // about to sync: what was written since the last sync may be lost
    synced,  // has synced
};

/// Called on the thread that uses the database. Answers 0 to go on, or an SQLite error code to fail with; what it
/// answers to `synced` is ignored.
using DiskHook = std::function<int(DiskStep step, const std::filesystem::path& file)>;

/// From now on for every database that is opened. An empty hook: the usual disk again. Not while a database is open on
/// another thread.
void watch_disk(DiskHook hook);

/// Called before a file of a database is opened; no step of the hook above. An empty one: nobody looks. As watch_disk.
void watch_opening(std::function<void(const std::filesystem::path& file)> hook);

/// A copy of what is safe, to be called at `synced`; and the power cut that brings every database in the folder back to
/// it.
void remember_synced(const std::filesystem::path& file);
void power_cut(const std::filesystem::path& folder);
/// Forgets the copies: what is in the folder counts as safe. At the start of a process whose crash is to come.
void all_synced(const std::filesystem::path& folder);

}  // namespace menshen::support
