#include "values/decision.hpp"

#include <array>

#include "tables.hpp"

namespace menshen {
namespace {

/// One row a reason: everything that is said of it. The LED board shows eight Chinese characters a line.
struct Row {
    Reason reason;
    Verdict verdict;
    std::string_view key;
    Bilingual sentence;
};

constexpr std::array<Row, 33> rows{{
    {Reason::permit_valid, Verdict::grant, "permit_valid", {"请通行", "Permit valid, please enter"}},
    {Reason::visitor_valid, Verdict::grant, "visitor_valid", {"访客请通行", "Visitor expected, please enter"}},
    {Reason::emergency_vehicle,
     Verdict::grant,
     "emergency_vehicle",
     {"应急车辆优先", "Emergency vehicle, please pass"}},
    {Reason::exit_open, Verdict::grant, "exit_open", {"一路平安", "Goodbye, exit is open"}},
    {Reason::look_alike, Verdict::grant, "look_alike", {"近似车牌放行", "Admitted as the one listed look-alike"}},
    {Reason::fleet_mode, Verdict::grant, "fleet_mode", {"车队通行", "Convoy: the lane is held open"}},
    {Reason::fire_mode, Verdict::grant, "fire_mode", {"消防紧急开放", "Fire: the lane is open"}},
    {Reason::guard_admitted, Verdict::grant, "guard_admitted", {"门岗放行", "Admitted by the guard"}},
    {Reason::blocked, Verdict::deny, "blocked", {"禁止通行", "Blocked vehicle, do not admit"}},
    {Reason::expired, Verdict::deny, "expired", {"证件已过期", "The permit has expired"}},
    {Reason::not_yet_valid, Verdict::deny, "not_yet_valid", {"证件未生效", "The permit is not valid yet"}},
    {Reason::outside_schedule, Verdict::deny, "outside_schedule", {"不在通行时段", "Not within the permitted hours"}},
    {Reason::wrong_zone, Verdict::deny, "wrong_zone", {"无此区域权限", "The permit is for another area"}},
    {Reason::suspended, Verdict::deny, "suspended", {"证件已停用", "The permit is suspended"}},
    {Reason::cancelled, Verdict::deny, "cancelled", {"证件已注销", "The permit was cancelled"}},
    {Reason::uses_exhausted, Verdict::deny, "uses_exhausted", {"通行次数已用完", "All entries of the permit are used"}},
    {Reason::lockdown, Verdict::deny, "lockdown", {"已封控禁止进入", "Lockdown: nobody enters"}},
    {Reason::unknown_critical,
     Verdict::deny,
     "unknown_critical",
     {"证件规则不支持", "The permit has a rule this gate does not know"}},
    {Reason::held, Verdict::deny, "held", {"车辆禁止驶出", "This vehicle may not leave"}},
    {Reason::order_missing, Verdict::deny, "order_missing", {"无公务派车单", "Official car without an approved order"}},
    {Reason::guard_refused, Verdict::deny, "guard_refused", {"门岗未放行", "Refused by the guard"}},
    {Reason::default_denied,
     Verdict::deny,
     "default_denied",
     {"系统异常请稍候", "Something failed, denied by default"}},
    {Reason::unknown_plate, Verdict::refer, "unknown_plate", {"未登记请登记", "Not on the list, please see the guard"}},
    {Reason::unreadable, Verdict::refer, "unreadable", {"未识别请稍候", "The plate could not be read"}},
    {Reason::uncertain, Verdict::refer, "uncertain", {"识别不清请稍候", "The plate was not read with certainty"}},
    {Reason::ambiguous, Verdict::refer, "ambiguous", {"车牌相近待核对", "Two listed plates look alike"}},
    {Reason::already_inside, Verdict::refer, "already_inside", {"该车已在院内", "This vehicle is already inside"}},
    {Reason::holder_limit, Verdict::refer, "holder_limit", {"证下车位已满", "All places of this permit are taken"}},
    {Reason::zone_full, Verdict::refer, "zone_full", {"车位已满", "The car park is full"}},
    {Reason::escort_required, Verdict::refer, "escort_required", {"需人员陪同", "An escort is required"}},
    {Reason::clock_unset,
     Verdict::refer,
     "clock_unset",
     {"时钟未校准", "The clock is not set, a timed permit cannot be judged"}},
    {Reason::list_unavailable, Verdict::refer, "list_unavailable", {"名单不可用", "The list cannot be read"}},
    {Reason::slow_storage, Verdict::refer, "slow_storage", {"存储缓慢请稍候", "The storage is too slow to record"}},
}};

constexpr auto reasons = [] {
    std::array<Reason, rows.size()> all{};
    for (std::size_t i = 0; i < rows.size(); ++i) all[i] = rows[i].reason;
    return all;
}();

constexpr Row unknown_row{Reason::default_denied, Verdict::deny, "unknown", {"系统异常", "Unknown reason"}};

const Row& row_of(Reason reason) {
    for (const auto& row : rows) {
        if (row.reason == reason) return row;
    }
    return unknown_row;
}

}  // namespace

Verdict verdict_of(Reason reason) {
    return row_of(reason).verdict;
}
std::string_view to_string(Verdict verdict) {
    return name_in(verdict_names, verdict);
}
std::string_view to_string(Reason reason) {
    return row_of(reason).key;
}
std::string_view to_string(Notice notice) {
    return name_in(notice_names, notice);
}
Bilingual sentence(Reason reason) {
    return row_of(reason).sentence;
}
std::span<const Reason> all_reasons() {
    return reasons;
}

}  // namespace menshen
