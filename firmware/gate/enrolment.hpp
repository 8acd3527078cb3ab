// How a gate comes to believe its registry, and what it believes it by.
//
// The site file names scope and gate ([registry]); the folder data/registry holds, readable by the gate alone:
//   root.pub    the registry's root key, public (bundle/key_file.hpp); root-next.pub beside it while it is replaced
//   event.key   the key that this gate signs its events with, secret, made on the gate
//   enrolment   only until the next start: the signed line of the registry's key set, put there by whoever enrols the
//               gate. At that start all that was believed before is forgotten, and the file is removed.
// From then on what was seen lives in journal.db, where it never falls; whitelist.db has enough to make it anew. A gate
// that has lost both believes nobody until it is enrolled again. Whoever may write in this folder is trusted; the
// courier may not.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bundle/head.hpp"
#include "bundle/keys.hpp"
#include "journal/journal.hpp"
#include "site/site.hpp"
#include "whitelist/scope_lists.hpp"

namespace menshen::gate {

/// On the loop; what changes here is in the journal first.
struct Trust {
    std::string gate;
    std::vector<std::string> scopes;  // the site's, and `common` where there is one
    std::vector<bundle::NamedKey> roots;
    std::shared_ptr<const bundle::NamedSecret> event_key;
    bundle::KeySet keys;
    bundle::KeysSeen keys_seen;
    std::map<std::string, bundle::ScopeSeen> seen;

    [[nodiscard]] bundle::ScopeSeen seen_of(const std::string& scope) const;
    /// Times of the heads seen: trusted time is not below.
    [[nodiscard]] UtcTime floor() const;
};

struct Enrolment {
    std::optional<Trust> trust;
    std::string why;                     // there is none, for a person
    bool fresh = false;                  // a person has enrolled the gate since the last start
    std::vector<std::string> damaged{};  // scopes whose lists could not be used
};

/// At start. Errc::corrupt, Errc::io: of the databases. All else is an Enrolment without trust.
[[nodiscard]] Result<Enrolment> open_enrolment(const site::Site& site, journal::Journal& journal,
                                               whitelist::ScopeLists& lists, const Now& now);

[[nodiscard]] journal::SeenScope seen_scope(const bundle::ScopeSeen& seen);

}  // namespace menshen::gate
