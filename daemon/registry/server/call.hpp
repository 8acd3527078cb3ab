// A request and its answer, before and after they are HTTP. Plain values: handlers know nothing of sockets.
#pragma once

#include <boost/json/object.hpp>

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bundle/keys.hpp"
#include "registry/accounts.hpp"
#include "registry/change_set.hpp"
#include "registry/field_error.hpp"
#include "values/permit.hpp"
#include "values/time.hpp"

namespace menshen::registry::server {

enum class Door { admin, gate };

/// What the TLS hand-shake has shown of a gate.
struct PeerCertificate {
    Digest key{};     // SHA-256 of its public key
    UtcTime until{};  // it may have ended
};

/// An enrolled gate that is active.
struct GatePeer {
    Id id = 0;
    std::string key;  // its name within the scope
    std::string scope;
    bundle::NamedKey event_key;
    [[nodiscard]] bool has(std::string_view of) const { return of == scope || of == common_scope; }
};

struct Call {
    Door door = Door::admin;
    std::string path;                           // decoded, without the query
    std::vector<std::string> parts;             // what stands for {…} in the route's path
    std::map<std::string, std::string> query;   // decoded
    std::map<std::string, std::string> fields;  // of the header that handlers ask for, in lower case
    std::string body;
    std::string from;  // the peer's address
    Now now;

    std::optional<Operation> operation;  // the route's
    std::optional<SignedIn> who;         // at the admin door
    std::string token;                   // of his session
    std::shared_ptr<const GatePeer> gate;
    std::optional<PeerCertificate> certificate;

    /// Empty: not there.
    [[nodiscard]] std::string_view asked(const std::string& name) const {
        const auto found = query.find(name);
        return found == query.end() ? std::string_view() : std::string_view(found->second);
    }
    [[nodiscard]] std::string_view field(const std::string& name) const {
        const auto found = fields.find(name);
        return found == fields.end() ? std::string_view() : std::string_view(found->second);
    }
    [[nodiscard]] Actor actor() const {
        return who ? Actor{who->user.id, who->user.name, from} : Actor{0, gate ? gate->key : "", from};
    }
    /// May the user do the route's operation there?
    [[nodiscard]] bool covers(std::string_view scope) const {
        return who && operation && registry::covers(who->user.scopes, scope, *operation);
    }
};

/// Part of a file that never changes.
struct FileSlice {
    std::filesystem::path path;
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
};

struct Reply {
    unsigned status = 200;
    std::string type = "application/json";
    std::string text;
    std::shared_ptr<const std::string> shared;  // in place of `text`: one body for many
    std::string_view built_in;                  // the same: bytes of the program itself
    std::shared_ptr<const std::string> packed;  // the same body by zstd, for who takes it
    std::optional<FileSlice> file;              // in place of both
    std::vector<std::pair<std::string, std::string>> fields;
    bool close = false;

    bool heads_changed = false;  // polls are to be woken
    bool gates_changed = false;  // the table of gates is to be read again

    [[nodiscard]] std::string_view body() const {
        if (!built_in.empty()) return built_in;
        return shared ? std::string_view(*shared) : std::string_view(text);
    }
};

[[nodiscard]] Reply json_reply(const boost::json::value& value, unsigned status = 200);
[[nodiscard]] Reply no_content();

/// RFC 9457. `key` is stable, for programs; the sentence is for people; `detail` says what exactly.
[[nodiscard]] Reply problem(unsigned status, std::string_view key, Bilingual sentence, std::string_view detail = {},
                            const FieldErrors& fields = {});
[[nodiscard]] Reply problem(const Error& error);
[[nodiscard]] Reply problem(const Refused& refused, bool conditional = false);
[[nodiscard]] Reply wrong_fields(const FieldErrors& fields);
[[nodiscard]] Reply not_found();
[[nodiscard]] Reply forbidden();
[[nodiscard]] Reply busy(seconds retry_after);

}  // namespace menshen::registry::server
