// Events on their way up, and the acknowledgement that lets the gate purge them.
//   {"type":"batch","gate":"north","log":"32 hex digits","from":1,"to":20,"before":"…","chain":"…"}
// `before` and `chain` are the journal's hash chain before the first event and after the last; the gate signs with an
// event key that the courier does not hold. The events follow as lines (event_line.hpp); the chain binds every byte of
// them, so the signature covers them through it.
//   {"type":"ack","gate":"north","log":"…","upto":20,"chain":"…","iat":…}
// is signed by the registry's online key; `chain` is that after event `upto`, as the registry has computed it.
//   {"type":"evidence","gate":"north","log":"…","epoch":2,"upto":18,"iat":…}
// is, too: no picture that events 1..upto name is still to come, so that the gate may give those up first. The newest
// one counts, also where it says less than the one before: a registry restored from a backup has lost pictures. Its
// epoch is the key set's; within one, `iat` never falls and tells which is newer, so that a replay raises nothing
// again. The registry takes it from its newest head, in both.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "bundle/key_set.hpp"

namespace menshen::bundle {

inline constexpr std::int64_t max_batch_events = 10'000;

struct Batch {
    std::string gate;
    std::string log;        // the journal's id: 32 lower-case hex digits
    std::int64_t from = 0;  // sequence of the first event, from 1
    std::int64_t to = 0;    // of the last
    Hash before{};
    Hash chain{};
    friend bool operator==(const Batch&, const Batch&) = default;
};

struct Ack {
    std::string gate;
    std::string log;
    std::int64_t upto = 0;  // everything up to here is kept by the registry; 0: nothing yet, `chain` is the log's first
    Hash chain{};
    UtcTime iat{};
    friend bool operator==(const Ack&, const Ack&) = default;
};

struct EvidenceAck {
    std::string gate;
    std::string log;
    std::int64_t epoch = 0;  // from 1
    std::int64_t upto = 0;   // 0: some picture of the first event is to come
    UtcTime iat{};
    friend bool operator==(const EvidenceAck&, const EvidenceAck&) = default;
};

[[nodiscard]] Result<std::string> write_batch(const Batch& batch);
[[nodiscard]] Result<Batch> parse_batch(std::string_view document);
[[nodiscard]] Result<std::string> write_ack(const Ack& ack);
[[nodiscard]] Result<Ack> parse_ack(std::string_view document);
[[nodiscard]] Result<std::string> write_evidence_ack(const EvidenceAck& ack);
[[nodiscard]] Result<EvidenceAck> parse_evidence_ack(std::string_view document);

/// What the registry holds of a log. The hashes are its own, after those events of the batch's edges that it has.
struct LogSeen {
    std::int64_t upto = 0;       // events 1..upto are stored
    std::optional<Hash> before;  // chain after event from − 1, if stored (from = 1: first_link(log))
    std::optional<Hash> chain;   // chain after event `to`, if stored
};

/// At the registry, before the events are looked at: accept, repeated (all stored already), unknown_key, bad_signature,
/// malformed, wrong_scope (another gate), gap (answer 409), forked (422 and the alarm "cloned gate"). An accepted batch
/// may begin with events that are stored already.
[[nodiscard]] Judged<Batch> judge_batch(const Signed& document, const NamedKey& gate_key, std::string_view gate,
                                        const LogSeen& seen);
/// The same look for (gate, log, from, to) without a signature: which LogSeen to ask the store for.
[[nodiscard]] Result<Batch> peek_batch(const Signed& document);

/// What the gate knows of its own log.
struct OwnLog {
    std::string gate;
    std::string log;
    std::int64_t acknowledged = 0;  // purged up to here, perhaps
    std::int64_t last = 0;          // of the events that exist
    std::optional<Hash> chain;      // its chain after event `upto` of the acknowledgement, if it still has it
};

/// At the gate, before it purges (I10): accept, repeated (upto ≤ acknowledged); unknown_key, bad_signature, malformed,
/// wrong_scope (another gate or log), key_out_of_time, beyond, forked (the registry holds other events than ours, or
/// ours cannot be compared).
[[nodiscard]] Judged<Ack> judge_ack(const Signed& document, const KeySet& keys, const OwnLog& own);

/// What the gate keeps of the newest word on its pictures.
struct EvidenceSeen {
    std::int64_t epoch = 0;  // 0: none yet
    UtcTime iat{};
};
/// The same of pictures: accept, also of the newest again or of one that says less; unknown_key, bad_signature,
/// malformed, wrong_scope, key_out_of_time, beyond, old_epoch, unknown_epoch, rolled_back (an epoch below what was
/// seen), replayed (made before what was seen). `own.acknowledged` and `own.chain` are not asked for.
[[nodiscard]] Judged<EvidenceAck> judge_evidence_ack(const Signed& document, const KeySet& keys, const OwnLog& own,
                                                     const EvidenceSeen& seen);

}  // namespace menshen::bundle
