#include "office/what_if.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

namespace menshen::office {

namespace {

constexpr auto time_step = std::chrono::minutes(30);
constexpr int time_steps = 8 * 48;  // eight days, so that every hour of every weekday is met

class Trial {
  public:
    explicit Trial(const DecideInput& input) : input_(input), verdict_(decide(input).verdict) {}

    /// Kept if the verdict is another one.
    bool with(std::string key, std::string zh, std::string en, const std::function<void(DecideInput&)>& change) {
        auto changed = input_;
        change(changed);
        auto decision = decide(changed);
        if (decision.verdict == verdict_) return false;
        found_.push_back({std::move(key), std::move(zh), std::move(en), std::move(decision)});
        return true;
    }
    [[nodiscard]] const DecideInput& input() const { return input_; }
    [[nodiscard]] std::vector<WhatIf> take() { return std::move(found_); }

  private:
    const DecideInput& input_;
    Verdict verdict_;
    std::vector<WhatIf> found_;
};

std::string best_plate(const DecideInput& input) {
    return input.claim.candidates.empty() ? std::string() : input.claim.candidates.front().plate;
}

Listing& listing_of(DecideInput& input, const std::string& plate) {
    for (auto& listing : input.listings) {
        if (listing.plate == plate) return listing;
    }
    input.listings.push_back({plate, {}, {}});
    return input.listings.back();
}

void try_list(Trial& trial) {
    const auto plate = best_plate(trial.input());
    for (const auto& listing : trial.input().listings) {
        for (std::size_t i = 0; i < listing.blocks.size(); ++i) {
            const auto kind = to_string(listing.blocks[i].kind);
            trial.with("block_lifted",
                       fmt::format("若解除 {} 的 {}（{}）", listing.plate, kind, listing.blocks[i].reason),
                       fmt::format("if the {} on {} were lifted ({})", kind, listing.plate, listing.blocks[i].reason),
                       [&](DecideInput& input) {
                           auto& blocks = listing_of(input, listing.plate).blocks;
                           blocks.erase(blocks.begin() + static_cast<std::ptrdiff_t>(i));
                       });
        }
    }
    if (plate.empty()) return;
    trial.with(
        "plate_listed", fmt::format("若 {} 有有效通行证", plate), fmt::format("if {} had a valid permit", plate),
        [&](DecideInput& input) {
            Permit permit;
            permit.id = -1;
            listing_of(input, plate).permits.emplace_back(Credential{-1, CredentialKind::plate, plate, -1}, permit);
        });
    trial.with("plate_unlisted", fmt::format("若 {} 没有通行证", plate), fmt::format("if {} had no permit", plate),
               [&](DecideInput& input) { listing_of(input, plate).permits.clear(); });
    trial.with("plate_blocked", fmt::format("若 {} 被列入黑名单", plate), fmt::format("if {} were blocked", plate),
               [&](DecideInput& input) {
                   Block block;
                   block.plate = plate;
                   listing_of(input, plate).blocks.push_back(block);
               });
}

struct PermitChange {
    const char* key;
    const char* zh;
    const char* en;
    void (*change)(Permit&);
};

constexpr PermitChange permit_changes[] = {
    {"permit_active", "若通行证 {} 未被注销或暂停", "if permit {} were active",
     [](Permit& p) { p.state = PermitState::active; }},
    {"permit_unending", "若通行证 {} 没有到期", "if permit {} did not end", [](Permit& p) { p.valid_until.reset(); }},
    {"permit_begun", "若通行证 {} 已经生效", "if permit {} had begun", [](Permit& p) { p.valid_from.reset(); }},
    {"permit_any_hour", "若通行证 {} 不限时段", "if permit {} held at any hour",
     [](Permit& p) { p.schedule_id.reset(); }},
    {"permit_any_zone", "若通行证 {} 不限区域", "if permit {} held in every zone", [](Permit& p) { p.zones.clear(); }},
    {"permit_uses", "若通行证 {} 不限次数", "if permit {} had uses left", [](Permit& p) { p.max_uses.reset(); }},
    {"permit_inside", "若通行证 {} 不限在院车数", "if permit {} had a place left inside",
     [](Permit& p) { p.max_inside.reset(); }},
    {"permit_no_escort", "若通行证 {} 无需陪同", "if permit {} needed no escort", [](Permit& p) { p.escort = false; }},
    {"permit_no_order", "若通行证 {} 无需派车单", "if permit {} needed no order",
     [](Permit& p) { p.order_required = false; }},
    {"permit_understood", "若通行证 {} 没有本版本不认识的要求",
     "if permit {} had no field that this build does not know", [](Permit& p) { p.unknown_critical.clear(); }},
    {"permit_cancelled", "若通行证 {} 被注销", "if permit {} were cancelled",
     [](Permit& p) { p.state = PermitState::cancelled; }},
};

void try_permits(Trial& trial) {
    const auto plate = best_plate(trial.input());
    for (std::size_t l = 0; l < trial.input().listings.size(); ++l) {
        const auto& listing = trial.input().listings[l];
        if (listing.plate != plate) continue;
        for (std::size_t i = 0; i < listing.permits.size(); ++i) {
            const auto id = listing.permits[i].second.id;
            for (const auto& each : permit_changes) {
                trial.with(each.key, fmt::format(fmt::runtime(each.zh), id), fmt::format(fmt::runtime(each.en), id),
                           [&](DecideInput& input) { each.change(input.listings[l].permits[i].second); });
            }
        }
    }
}

/// The nearest moment with another verdict, on one side.
void try_times(Trial& trial, int sign) {
    const auto key = sign > 0 ? "later" : "earlier";
    for (int step = 1; step <= time_steps; ++step) {
        const auto at = trial.input().local + sign * step * time_step;
        const auto text = format_local(at);
        if (trial.with(key, fmt::format("若时间是 {}", text), fmt::format("if the time were {}", text),
                       [&](DecideInput& input) { input.local = at; })) {
            return;
        }
    }
}

void try_reading(Trial& trial) {
    const auto& candidates = trial.input().claim.candidates;
    const auto sure = [](DecideInput& input, std::size_t which) {
        input.claim.candidates = {{input.claim.candidates[which].plate, 1.0}};
    };
    for (std::size_t i = 0; i < std::min<std::size_t>(candidates.size(), 8); ++i) {
        trial.with(
            "read_surely",
            fmt::format("若确定读到 {}（实际可能性 {:.2f}）", candidates[i].plate, candidates[i].likelihood),
            fmt::format("if {} had been read for sure (it was {:.2f})", candidates[i].plate, candidates[i].likelihood),
            [&](DecideInput& input) { sure(input, i); });
    }
    if (candidates.empty()) return;
    const auto below = trial.input().policy.grant_likelihood - 0.01;
    trial.with("read_doubtfully", fmt::format("若识别可能性低于 {:.2f}", trial.input().policy.grant_likelihood),
               fmt::format("if the reading were less likely than {:.2f}", trial.input().policy.grant_likelihood),
               [&](DecideInput& input) {
                   input.claim.candidates = {{input.claim.candidates[0].plate, below}};
               });
}

void try_gate(Trial& trial) {
    const auto normal = [](DecideInput& input) { input.mode = Mode::normal; };
    trial.with("mode_normal", "若门岗处于正常模式", "if the gate were in normal mode", normal);
    trial.with("list_usable", "若名单可用", "if the list were usable",
               [](DecideInput& input) { input.policy.list_usable = true; });
    trial.with("clock_trusted", "若时钟可信", "if the clock were trusted",
               [](DecideInput& input) { input.clock = ClockState::trusted; });
    trial.with("not_inside", "若该车不在院内", "if the car were not inside already", [](DecideInput& input) {
        for (auto& presence : input.presences) presence.inside = false;
    });
    trial.with("none_inside", "若该证没有其他车辆在院内", "if no other car of the permit were inside",
               [](DecideInput& input) {
                   for (auto& presence : input.presences) presence.permit_inside = 0;
               });
    trial.with("unused", "若该证尚未使用", "if the permit had not been used yet", [](DecideInput& input) {
        for (auto& presence : input.presences) presence.permit_uses = 0;
    });
    trial.with("zone_empty", "若区域未满", "if the zone were not full",
               [](DecideInput& input) { input.zone_inside = 0; });
    trial.with("lockdown", "若门岗处于封闭模式", "if the gate were locked down",
               [](DecideInput& input) { input.mode = Mode::lockdown; });
    trial.with("exit_closed", "若出口不自动放行", "if not every car might leave",
               [](DecideInput& input) { input.policy.exit_open = false; });
}

}  // namespace

std::vector<WhatIf> what_if(const DecideInput& input) {
    Trial trial(input);
    try_list(trial);
    try_permits(trial);
    try_times(trial, 1);
    try_times(trial, -1);
    try_reading(trial);
    try_gate(trial);
    return trial.take();
}

}  // namespace menshen::office
