#include "gate_log.hpp"

#include <stdexcept>

namespace menshen::registry::server::test {

void GateLog::add(bundle::EventRecord event) {
    event.sequence = static_cast<std::int64_t>(lines.size()) + 1;
    event.clock = "trusted";
    event.salt.fill(7);
    event.body_hash = bundle::hash_body(event.salt, event.body);
    std::string line;
    const auto done = bundle::write_event(line, event);
    if (!done) throw std::runtime_error(done.error().message);
    lines.push_back(line);
    chain.push_back(bundle::next_link(chain.back(), event));
}

void GateLog::add(const std::string& kind, const std::string& body) {
    bundle::EventRecord event;
    event.utc = utc;
    event.lane = "in";
    event.kind = kind;
    event.body = body;
    add(std::move(event));
}

std::string GateLog::batch(const EnrolledGate& gate, std::int64_t from, std::int64_t to) const {
    const bundle::Batch claim{
        gate.key, id, from, to, chain.at(static_cast<std::size_t>(from - 1)), chain.at(static_cast<std::size_t>(to))};
    auto text = bundle::write_signed(
                    bundle::sign(bundle::DocumentType::batch, bundle::write_batch(claim).value(), *gate.events)) +
                "\n";
    for (auto i = from; i <= to; ++i) text += lines.at(static_cast<std::size_t>(i - 1));
    return text;
}

Heard send(const EnrolledGate& gate, const std::string& batch) {
    return gate.client->ask("POST", "/v1/gates/" + gate.key + "/events", batch, {"Content-Type: application/x-ndjson"});
}

}  // namespace menshen::registry::server::test
