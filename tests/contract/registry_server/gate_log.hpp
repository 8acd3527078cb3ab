// A gate's events, signed and sent as its courier would.
#pragma once

#include "bundle/batch.hpp"
#include "bundle/event_line.hpp"
#include "rig.hpp"

namespace menshen::registry::server::test {

struct GateLog {
    std::string id;
    std::vector<std::string> lines;
    std::vector<bundle::Hash> chain;       // before the first event, after each
    std::int64_t utc = 1'790'000'000'000;  // of what is added by kind and body alone

    explicit GateLog(char digit) : id(32, digit), chain{bundle::first_link(id)} {}

    /// Sequence, clock, hashes and salt of `event` are given here.
    void add(bundle::EventRecord event);
    void add(const std::string& kind, const std::string& body);
    /// Events `from` to `to`, after the line that the gate has signed.
    [[nodiscard]] std::string batch(const EnrolledGate& gate, std::int64_t from, std::int64_t to) const;
};

[[nodiscard]] Heard send(const EnrolledGate& gate, const std::string& batch);

}  // namespace menshen::registry::server::test
