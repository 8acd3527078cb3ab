// What an administrator grants: permits, the credentials that point at them, schedules, calendar, blocks.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "values/result.hpp"
#include "values/time.hpp"

namespace menshen {

enum class CredentialKind { plate, card, qr, face, pin };

// What one row may hold; far above anything a compound writes. Who writes rows keeps to it, because who reads them
// takes no more: such a row would grant nothing.
inline constexpr std::size_t max_zones = 256;           // of one permit, and as many access points
inline constexpr std::size_t max_windows = 48;          // of one day of a schedule
inline constexpr std::size_t max_calendar_days = 1000;  // of one calendar, and as many make-up workdays

/// Something presented at an access point; `value` is normalised (a plate's text as Plate::text()).
struct Credential {
    std::int64_t id = 0;
    CredentialKind kind = CredentialKind::plate;
    std::string value;
    std::int64_t permit_id = 0;
    friend bool operator==(const Credential&, const Credential&) = default;
};

/// MISSION G8.
enum class PermitClass {
    staff,         // 工作人员
    parking,       // 停车证
    pass,          // 通行证
    temporary,     // 临时
    committee,     // 常委/领导
    visitor,       // 访客
    group_visit,   // 团体参观
    official_car,  // 公务用车
    contractor,    // 施工/服务单位
    emergency,     // 应急车辆: police, fire, ambulance
};

/// Why a permit does not grant although it is listed.
enum class PermitState { active, suspended, cancelled };

struct Permit {
    std::int64_t id = 0;
    std::string scope = "local";  // who wrote it: "local" or a registry scope (ARCHITECTURE, "Two sources of permits")
    PermitClass permit_class = PermitClass::parking;
    PermitState state = PermitState::active;
    std::string holder;  // a person's name, as shown to the guard
    std::string unit;    // 单位
    std::string phone;   // for the guard to call; may be empty
    std::string note;
    std::optional<LocalTime> valid_from;   // inclusive; none = since ever
    std::optional<LocalTime> valid_until;  // exclusive; none = permanent. "valid until 31 December" is 1 January 00:00
    std::optional<std::int64_t> schedule_id;    // none = at any hour
    std::vector<std::string> zones;             // empty = every zone of the scope
    std::vector<std::string> access_points;     // lanes and doors by their ids; empty = every one of those zones
    std::optional<int> max_inside;              // 一位多车: cars of this permit inside at once
    std::optional<int> max_uses;                // entries in all
    bool escort = false;                        // a guard must see that the escort is there
    bool order_required = false;                // official car: leaves only with an approved order (G14)
    std::vector<std::string> unknown_critical;  // critical fields this build does not know: never grants (I21)
    friend bool operator==(const Permit&, const Permit&) = default;
};

/// Minutes since midnight, [from, to). to ≤ from reaches over midnight into the next day.
struct Window {
    int from = 0;
    int to = 1440;
    friend bool operator==(const Window&, const Window&) = default;
};

struct Schedule {
    std::int64_t id = 0;
    std::string name;
    std::array<std::vector<Window>, 7> week;  // 0 Monday
    std::vector<Window> holiday;              // on holidays, whatever the weekday
    friend bool operator==(const Schedule&, const Schedule&) = default;
};

/// Holidays and make-up workdays (调休): a make-up day counts as the weekday it makes up for.
struct Calendar {
    std::vector<LocalDate> holidays;                          // sorted
    std::vector<std::pair<LocalDate, int>> make_up_workdays;  // sorted; the weekday (0 Monday) whose hours apply
    friend bool operator==(const Calendar&, const Calendar&) = default;
};

enum class BlockKind {
    block,  // deny in and hold for the guard; wins over every permit
    watch,  // decide as usual, alarm the guard
    hold,   // may not leave
};

struct Block {
    std::int64_t id = 0;
    std::string scope = "local";
    BlockKind kind = BlockKind::block;
    std::string plate;
    std::string reason;
    std::optional<LocalTime> until;  // exclusive
    friend bool operator==(const Block&, const Block&) = default;
};

/// What the whitelist knows of one plate.
struct Listing {
    std::string plate;
    std::vector<std::pair<Credential, Permit>> permits;
    std::vector<Block> blocks;
    friend bool operator==(const Listing&, const Listing&) = default;
};

[[nodiscard]] std::string_view to_string(CredentialKind kind);
[[nodiscard]] std::string_view to_string(PermitClass permit_class);
[[nodiscard]] std::string_view to_string(PermitState state);
[[nodiscard]] std::string_view to_string(BlockKind kind);
[[nodiscard]] Result<PermitClass> permit_class_from(std::string_view text);  // English key or Chinese name
/// The name people use: "停车证" / "Parking permit".
struct Bilingual {
    std::string_view zh;
    std::string_view en;
};
[[nodiscard]] Bilingual name_of(PermitClass permit_class);

}  // namespace menshen
