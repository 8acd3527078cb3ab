// What somebody who receives a signed document finds: may it be used, and if not, exactly why.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace menshen::bundle {

/// Stable keys (to_string): in events, alarms and answers.
enum class Finding {
    // usable
    accept,
    repeated,  // known already, bit for bit: harmless, nothing to do
    stale,     // apply it; the list is older than it should be ("stale list")
    expired,   // apply it; past the end: each permit class says what happens
    // not usable: nothing of the document counts
    malformed,        // signed, and yet not what such a document is: a defect, or a newer release
    unknown_key,      // kid is none of the keys that count
    bad_signature,    //
    key_out_of_time,  // made outside of the time of its key
    wrong_scope,      // another scope's, gate's or log's
    old_epoch,        // from before a root-signed new epoch
    unknown_epoch,    // of an epoch that the key set at hand does not know: fetch the newer key set
    rolled_back,      // below what was accepted before
    replayed,         // same list, older freshness than was seen before: harmless once, a freeze if it goes on
    backdated,        // a newer list that claims to be made earlier than the one before it
    forked,           // same place, other content: two registries, or a cloned gate. An alarm
    gap,              // something before it is missing; the message names the number expected
    beyond,           // acknowledges what was never sent
};

[[nodiscard]] std::string_view to_string(Finding finding);
/// accept, repeated, stale, expired
[[nodiscard]] bool usable(Finding finding);

/// A document is there exactly if the finding is usable: what is not proved cannot be read by mistake.
template <class T>
struct Judged {
    Finding finding = Finding::malformed;
    std::string why;  // for a person, where the finding is not `accept`
    std::optional<T> document;
};

}  // namespace menshen::bundle
