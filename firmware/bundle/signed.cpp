#include "bundle/signed.hpp"

#include <utility>

#include "bytes.hpp"
#include "documents.hpp"
#include "line_scan.hpp"
#include "values/names.hpp"

namespace menshen::bundle {
namespace {

constexpr Names<DocumentType, 6> document_types{{{DocumentType::head, "head"},
                                                 {DocumentType::keys, "keys"},
                                                 {DocumentType::manifest, "manifest"},
                                                 {DocumentType::batch, "batch"},
                                                 {DocumentType::ack, "ack"},
                                                 {DocumentType::evidence, "evidence"}}};

bool is_log(std::string_view text) {
    std::array<std::uint8_t, 16> bytes{};
    return from_hex(text, bytes);
}

}  // namespace

std::string_view to_string(DocumentType type) {
    return name_in(document_types, type);
}

Signed sign(DocumentType type, std::string document, const NamedSecret& secret) {
    const Signature signature = secret.key.sign(document);
    return {type, std::move(document), secret.kid, signature};
}

std::string write_signed(const Signed& document) {
    const std::string type(to_string(document.type));
    return R"({"t":")" + type + R"(",")" + type + R"(":")" + to_base64(bytes_of(document.document)) + R"(","kid":")" +
           document.kid + R"(","sig":")" + to_base64(document.signature) + R"("})";
}

Result<Signed> parse_signed(DocumentType type, std::string_view line) {
    if (line.size() > max_signed_line) {
        return {Errc::invalid, "a signed document is longer than " + std::to_string(max_signed_line) + " characters"};
    }
    LineScan scan(line);
    const std::string key(to_string(type));
    std::string_view document, kid, signature;
    const bool shaped = scan.literal(R"({"t":")" + key + R"(",")" + key + R"(":")") && scan.plain(document) &&
                        scan.literal(R"(","kid":")") && scan.name(kid) && scan.literal(R"(","sig":")") &&
                        scan.plain(signature) && scan.literal("\"}") && scan.end();
    if (!shaped) return scan.error();
    auto bytes = from_base64(document, max_document);
    if (!bytes) return bytes.error().in(key);
    Signed out{type, std::move(bytes).value(), std::string(kid), {}};
    if (!from_base64(signature, std::span(out.signature))) return {Errc::invalid, "sig: no base64 of 64 bytes"};
    return out;
}

// ---- documents.hpp

DocumentWriter::DocumentWriter(DocumentType type) : type_(to_string(type)) {
    out_.append(R"({"type":")").append(type_).append("\"");
}

void DocumentWriter::fail(std::string_view what) {
    if (wrong_.empty()) wrong_ = std::string(type_) + ": " + std::string(what);
}

DocumentWriter& DocumentWriter::require(bool holds, std::string_view what) {
    if (!holds) fail(what);
    return *this;
}

DocumentWriter& DocumentWriter::raw(std::string_view key, std::string_view json) {
    out_.append(",\"").append(key).append("\":").append(json);
    return *this;
}

DocumentWriter& DocumentWriter::number(std::string_view key, std::int64_t value, std::int64_t least,
                                       std::int64_t most) {
    if (value < least || value > most) {
        fail(std::string(key) + " must lie in " + std::to_string(least) + ".." + std::to_string(most));
    }
    return raw(key, std::to_string(value));
}

DocumentWriter& DocumentWriter::name(std::string_view key, std::string_view value) {
    if (!is_name(value)) fail(std::string(key) + " must be 1 to 32 of a-z, 0-9, '_' and '-'");
    return raw(key, "\"" + std::string(value) + "\"");
}

DocumentWriter& DocumentWriter::hash(std::string_view key, const Hash& value) {
    return raw(key, "\"" + to_hex(value) + "\"");
}

DocumentWriter& DocumentWriter::log(std::string_view key, std::string_view value) {
    if (!is_log(value)) fail(std::string(key) + " must be 32 digits of 0-9 and a-f");
    return raw(key, "\"" + std::string(value) + "\"");
}

Result<std::string> DocumentWriter::end() {
    if (!wrong_.empty()) return {Errc::invalid, wrong_};
    out_ += '}';
    if (out_.size() > max_document) return {Errc::invalid, std::string(type_) + ": the document is too long"};
    return std::move(out_);
}

bool DocumentFields::hash(std::string_view key, Hash& out) const {
    return with(key, [&](const JsonNode& node) {
        const auto* text = node.value.if_string();
        return (text != nullptr && from_hex(std::string_view(*text), out)) ||
               node.fail("must be 64 digits of 0-9 and a-f");
    });
}

bool DocumentFields::time(std::string_view key, UtcTime& out) const {
    std::int64_t count = 0;
    if (!(*this)(key, count)) return false;
    out = UtcTime(milliseconds(count));
    return true;
}

bool DocumentFields::public_key(std::string_view key, PublicKey& out) const {
    return with(key, [&](const JsonNode& node) {
        const auto* text = node.value.if_string();
        if (text == nullptr) return node.fail("must be a string");
        return from_base64(std::string_view(*text), std::span(out.bytes)) || node.fail("must be base64 of 32 bytes");
    });
}

Verified verify(const Signed& document, DocumentType type, const PublicKey* key) {
    if (document.type != type) return {Finding::malformed, "a " + std::string(to_string(document.type)) + " instead"};
    if (key == nullptr)
        return {Finding::unknown_key, "signed with key " + document.kid + ", which does not count here"};
    if (!key->verifies(document.document, document.signature)) {
        return {Finding::bad_signature, "key " + document.kid + " has not signed this"};
    }
    return {Finding::accept, {}};
}

}  // namespace menshen::bundle
