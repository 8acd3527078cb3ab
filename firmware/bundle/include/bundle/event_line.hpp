// Events as lines below a batch (batch.hpp), and their hash chain: the one that journal.db keeps, computed again from
// what travels.
//   {"sequence":7,"utc":…,"clock":"trusted","lane":"in","kind":"alarm","arrival":0,"authorisation":0,"salt":"…","body":{…}}
//   {"sequence":8,…,"authorisation":0,"body_hash":"…"}          the body was erased, or is not such JSON
//
//   body hash = SHA-256(salt ‖ body)
//   content   = SHA-256(sequence ‖ utc ‖ clock ‖ lane ‖ kind ‖ arrival ‖ authorisation ‖ body hash)
//   chain     = SHA-256(chain before ‖ content);  before the first event: SHA-256(log id, its 32 digits as text)
// Numbers are 8 bytes, big-endian; texts have their length before them as such a number; the body's bytes count exactly
// as carried. clock and kind are texts here, so that a registry keeps events of a newer gate.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "bundle/batch.hpp"

namespace menshen::bundle {

inline constexpr std::size_t max_event_body = std::size_t{1} << 20;   // bytes, as in the journal
inline constexpr std::size_t max_event_line = max_event_body + 1024;  // without its end

/// Views into the line that was parsed.
struct EventRecord {
    std::int64_t sequence = 0;  // from 1
    std::int64_t utc = 0;       // milliseconds since 1970
    std::string_view clock;     // a name
    std::string_view lane;      // a name, or empty for the whole box
    std::string_view kind;      // a name
    std::int64_t arrival = 0;
    std::int64_t authorisation = 0;
    std::string_view body;  // a JSON object without white space, at most 32 deep; empty if it is not carried
    Salt salt{};            // where the body is carried
    Hash body_hash{};       // of salt and body; parse_event computes it, write_event needs it only without body
};

/// A line without its end; hashes the body.
[[nodiscard]] Result<EventRecord> parse_event(std::string_view line);
/// Appends the line and its end; what parse_event would refuse is refused and nothing is appended.
[[nodiscard]] Status write_event(std::string& out, const EventRecord& event);

[[nodiscard]] Hash first_link(std::string_view log);
[[nodiscard]] Hash hash_body(ByteView salt, std::string_view body);
[[nodiscard]] Hash next_link(const Hash& before, const EventRecord& event);

/// The events of one batch, in order, against its signed claim.
class ChainCheck {
  public:
    explicit ChainCheck(const Batch& batch) : batch_(batch), next_(batch.from), chain_(batch.before) {}

    /// Errc::invalid: not the event that comes next.
    [[nodiscard]] Status take(const EventRecord& event);
    /// Errc::invalid: events are missing. Errc::corrupt: these are not the events that the gate has signed. Until this
    /// is ok nothing of the batch may be kept.
    [[nodiscard]] Status finish() const;
    /// After the events so far: what the registry stores beside each of them.
    [[nodiscard]] const Hash& chain() const { return chain_; }

  private:
    Batch batch_;
    std::int64_t next_;
    Hash chain_;
};

}  // namespace menshen::bundle
