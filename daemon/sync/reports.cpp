#include "reports.hpp"

namespace menshen::sync {

Awaitable<void> Reports::run() {
    constexpr auto again = std::chrono::minutes(1);
    auto backoff = common_.backoff();
    bool told_of_some = true;  // by a courier before this one, perhaps
    while (!common_.stopping) {
        const auto faults = common_.health.faults();
        if (told_of_some || !faults.empty()) {
            courier_message::Frame question{{{"verb", "report"}, {"faults", faults}}, {}};
            const auto said = co_await gate_.ask(std::move(question));
            gate_.rest();
            if (!said || !is_ok(*said)) {
                co_await common_.pause(backoff.next(common_.chance()));
                continue;
            }
            backoff.good();
            told_of_some = !faults.empty();
        }
        if (!common_.stopping) co_await common_.health_changed.wait(again);
    }
}

}  // namespace menshen::sync
