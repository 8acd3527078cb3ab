// A signed document: exact bytes, who signed them, and the signature over just these bytes.
//
// As text it is one line:  {"t":"head","head":"BASE64","kid":"k3","sig":"BASE64"}
// with "keys", "manifest", "batch", "ack" or "evidence" in place of both "head"s. The envelope is written in one way
// only (fields in this order, no white space, no escapes; base64 with its padding); anything else is refused.
//
// The document is JSON that, too, is written in one way: the fields in the order of the header that describes it, no
// white space, whole numbers without sign or leading zero, hashes in lower-case hex, times in milliseconds since 1970
// UTC, no escapes (no text in it needs one). Its first field, "type", is the envelope's: a signed head can never pass
// for a manifest. A reader takes only bytes that it would have written itself.
#pragma once

#include <string>
#include <string_view>

#include "bundle/keys.hpp"

namespace menshen::bundle {

enum class DocumentType { head, keys, manifest, batch, ack, evidence };
[[nodiscard]] std::string_view to_string(DocumentType type);

struct Signed {
    DocumentType type = DocumentType::head;
    std::string document;  // exactly the bytes signed
    std::string kid;       // which key; not covered by the signature, so a wrong one only fails to verify
    Signature signature{};
    friend bool operator==(const Signed&, const Signed&) = default;
};

inline constexpr std::size_t max_document = 4096;                           // bytes
inline constexpr std::size_t max_signed_line = max_document / 3 * 4 + 256;  // characters of the envelope

[[nodiscard]] Signed sign(DocumentType type, std::string document, const NamedSecret& secret);

/// The line, without an end of line.
[[nodiscard]] std::string write_signed(const Signed& document);
/// Errc::invalid says at which byte. Says nothing yet about signature or document.
[[nodiscard]] Result<Signed> parse_signed(DocumentType type, std::string_view line);

}  // namespace menshen::bundle
