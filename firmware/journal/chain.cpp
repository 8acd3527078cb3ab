#include "chain.hpp"

#include "clock_names.hpp"

namespace menshen::journal {

Hash next_link(const Hash& before, const Event& event, const Hash& body_hash) {
    const auto number = [](auto value) { return static_cast<std::int64_t>(value); };
    bundle::EventRecord record;
    record.sequence = number(event.sequence);
    record.utc = event.utc.time_since_epoch().count();
    record.clock = name_of(event.clock);
    record.lane = event.lane;
    record.kind = to_string(event.kind);
    record.arrival = number(event.arrival);
    record.authorisation = number(event.authorisation);
    record.body_hash = body_hash;
    return bundle::next_link(before, record);
}

}  // namespace menshen::journal
