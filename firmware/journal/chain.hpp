// The hashes of one event are those that travel (bundle/event_line.hpp): here, of an event that stays.
#pragma once

#include "bundle/event_line.hpp"
#include "values/event.hpp"

namespace menshen::journal {

using bundle::ByteView;
using bundle::first_link;
using bundle::Hash;
using bundle::hash_body;
using bundle::new_salt;
using bundle::Salt;
using bundle::sha256;
using bundle::to_hex;

/// The next link: over the link before, the event's fields (without its body) and the hash of its body.
[[nodiscard]] Hash next_link(const Hash& before, const Event& event, const Hash& body_hash);
/// 64 lower-case hex digits: such a name is safe in a path.
[[nodiscard]] inline bool is_sha256_name(std::string_view name) {
    return bundle::hash_from_hex(name).ok();
}

}  // namespace menshen::journal
