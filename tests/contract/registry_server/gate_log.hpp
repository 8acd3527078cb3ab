// A gate's journal, as far as it travels.
#pragma once

#include "bundle/batch.hpp"
#include "bundle/event_line.hpp"
#include "rig.hpp"

namespace menshen::registry::server::test {

struct Log {
    std::string id;
    std::vector<std::string> lines;
    std::vector<bundle::Hash> chain;  // before the first event, after each
    std::int64_t utc = 1'790'000'000'000;

    explicit Log(char digit) : id(32, digit), chain{bundle::first_link(id)} {}

    void add(const std::string& kind, const std::string& body) {
        bundle::EventRecord event;
        event.sequence = static_cast<std::int64_t>(lines.size()) + 1;
        event.utc = utc;
        event.clock = "trusted";
        event.lane = "in";
        event.kind = kind;
        event.body = body;
        event.salt.fill(7);
        event.body_hash = bundle::hash_body(event.salt, body);
        std::string line;
        REQUIRE(bundle::write_event(line, event));
        lines.push_back(line);
        chain.push_back(bundle::next_link(chain.back(), event));
    }
    [[nodiscard]] std::string batch(const EnrolledGate& gate, std::int64_t from, std::int64_t to) const {
        const bundle::Batch claim{gate.key,
                                  id,
                                  from,
                                  to,
                                  chain.at(static_cast<std::size_t>(from - 1)),
                                  chain.at(static_cast<std::size_t>(to))};
        auto text = bundle::write_signed(
                        bundle::sign(bundle::DocumentType::batch, bundle::write_batch(claim).value(), *gate.events)) +
                    "\n";
        for (auto i = from; i <= to; ++i) text += lines.at(static_cast<std::size_t>(i - 1));
        return text;
    }
};

inline Heard send(const EnrolledGate& gate, const std::string& batch) {
    return gate.client->ask("POST", "/v1/gates/" + gate.key + "/events", batch, {"Content-Type: application/x-ndjson"});
}

}  // namespace menshen::registry::server::test
