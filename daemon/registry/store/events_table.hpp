#pragma once

#include "age_clock.hpp"
#include "registry/events.hpp"
#include "sql.hpp"

namespace menshen::registry {

/// Where a log stands.
struct LogRow {
    std::int64_t number = 0;  // 0: nothing of it is there
    std::int64_t upto = 0;
    Digest chain{};
};
[[nodiscard]] Result<LogRow> log_of(Sql& sql, Id gate, const std::string& log);

class EventsTable final : public EventIntake {
  public:
    explicit EventsTable(Sql& sql) : sql_(sql), ages_(sql) {}
    [[nodiscard]] Result<std::vector<IntakeAnswer>> take(std::span<const EventBatch> batches, const Now& now) override;
    [[nodiscard]] Status picture_stored(const std::string& sha256, UtcTime now) override;
    [[nodiscard]] Result<UtcTime> counted(const Now& now) override { return ages_.at(now); }
    [[nodiscard]] Result<std::vector<std::string>> old_pictures(UtcTime before, int limit) override;
    [[nodiscard]] Status forget_pictures(std::span<const std::string> sha256) override;
    [[nodiscard]] Result<std::int64_t> forget_events(UtcTime before, int limit) override;
    [[nodiscard]] Status close_alarm(std::int64_t number, const std::string& by, UtcTime now) override;

  private:
    /// When a batch came: by the wall clock, and as ages are counted.
    struct Came {
        UtcTime utc, counted;
    };
    [[nodiscard]] Result<IntakeAnswer> take(const EventBatch& batch, const Came& came);
    [[nodiscard]] Result<Intake> judge(const EventBatch& batch, const LogRow& log);
    [[nodiscard]] Result<bool> is_another(const LogRow& log, const EventRecord& event);
    [[nodiscard]] Status insert(const EventBatch& batch, LogRow& log, UtcTime received);
    [[nodiscard]] Status insert(Id gate, std::int64_t log, const EventRecord& event, UtcTime received);
    [[nodiscard]] Status note_pictures(Id gate, std::int64_t log, const EventRecord& event);
    [[nodiscard]] Status raise(Intake intake, const EventBatch& batch, UtcTime now);
    [[nodiscard]] Status forget_event(std::int64_t number);
    Sql& sql_;
    AgeClock ages_;
};

class EventReader final : public EventSearch {
  public:
    explicit EventReader(Sql& sql) : sql_(sql) {}
    [[nodiscard]] Result<std::vector<StoredEvent>> find(const EventQuery& query) override;
    [[nodiscard]] Result<std::vector<StoredEvent>> of_one_car(std::int64_t number) override;
    [[nodiscard]] Result<std::optional<StoredEvent>> last(Id gate) override;
    [[nodiscard]] Result<IntakeAnswer> position(Id gate, const std::string& log) override;
    [[nodiscard]] Result<std::optional<Digest>> chain_after(Id gate, const std::string& log,
                                                            std::int64_t sequence) override;
    [[nodiscard]] Result<std::vector<EvidenceRef>> missing_pictures(Id gate, int limit, std::int64_t skip) override;
    [[nodiscard]] Result<std::int64_t> pictures_upto(Id gate, const std::string& log) override;
    [[nodiscard]] Result<std::optional<std::int64_t>> wanted_picture(Id gate, const std::string& sha256) override;
    [[nodiscard]] Result<std::vector<Alarm>> alarms(bool open_only, int limit) override;

  private:
    template <class... Values>
    [[nodiscard]] Result<std::vector<StoredEvent>> read(const std::string& sql, const Values&... values);
    Sql& sql_;
};

}  // namespace menshen::registry
