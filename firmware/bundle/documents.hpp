// What the signed documents share: one way to write each, and a reader that takes nothing else.
#pragma once

#include <boost/json/parse.hpp>

#include <concepts>
#include <string>
#include <string_view>
#include <utility>

#include "bundle/finding.hpp"
#include "bundle/key_set.hpp"
#include "bundle/signed.hpp"
#include "values/json_fields.hpp"
#include "values/time.hpp"

namespace menshen::bundle {

/// Writes one object, field by field; what is out of its range is noted, and end() tells.
class DocumentWriter {
  public:
    explicit DocumentWriter(DocumentType type);
    DocumentWriter& number(std::string_view key, std::int64_t value, std::int64_t least = 0,
                           std::int64_t most = max_number);
    DocumentWriter& time(std::string_view key, UtcTime value) { return number(key, value.time_since_epoch().count()); }
    DocumentWriter& name(std::string_view key, std::string_view value);
    DocumentWriter& hash(std::string_view key, const Hash& value);
    DocumentWriter& log(std::string_view key, std::string_view value);  // 32 hex digits
    DocumentWriter& raw(std::string_view key, std::string_view json);
    DocumentWriter& require(bool holds, std::string_view what);
    [[nodiscard]] Result<std::string> end();

  private:
    void fail(std::string_view what);

    std::string_view type_;
    std::string out_;
    std::string wrong_;  // the first thing
};

class DocumentFields : public JsonFields {
  public:
    using JsonFields::JsonFields;
    bool hash(std::string_view key, Hash& out) const;
    bool time(std::string_view key, UtcTime& out) const;
    bool public_key(std::string_view key, PublicKey& out) const;
};

/// Reads with `read(node, T&)`, then requires that `write(T)` gives the same bytes again: order, spelling, ranges and
/// fields that nobody knows are all settled by that.
template <class T, class Read, class Write>
[[nodiscard]] Result<T> parse_document(DocumentType type, std::string_view document, Read read, Write write) {
    const auto refused = [&](std::string_view what) {
        return Error{Errc::invalid, std::string(to_string(type)) + ": " + std::string(what)};
    };
    if (document.size() > max_document) return refused("more than " + std::to_string(max_document) + " bytes");
    boost::system::error_code failed;
    const auto value = boost::json::parse({document.data(), document.size()}, failed);
    if (failed) return refused("no JSON: " + failed.message());
    auto loaded = read_document<T>(value, read);
    if (!loaded) return refused(loaded.error().message);
    const Result<std::string> again = write(*loaded);
    if (!again) return again.error();
    if (*again != document) return refused("not written as such documents are (type, order, white space, fields)");
    return loaded;
}

template <class T>
[[nodiscard]] Judged<T> refuse(Finding finding, std::string why) {
    return {finding, std::move(why), std::nullopt};
}

/// The key that counts and has signed, or why not: unknown_key, bad_signature.
struct Verified {
    Finding finding = Finding::unknown_key;
    std::string why;
};
[[nodiscard]] Verified verify(const Signed& document, DocumentType type, const PublicKey* key);
[[nodiscard]] const OnlineKey* online_key(const KeySet& keys, std::string_view kid);

/// Signature, content, and the key's time, in this order, of a document of an online key that has an `iat`. Scope and
/// place are the caller's to judge; `accept` until then.
template <class T, class Parse>
[[nodiscard]] Judged<T> open_online(const Signed& document, DocumentType type, const KeySet& keys, Parse parse) {
    const auto* key = online_key(keys, document.kid);
    if (auto good = verify(document, type, key == nullptr ? nullptr : &key->key); good.finding != Finding::accept) {
        return refuse<T>(good.finding, std::move(good.why));
    }
    Result<T> read = parse(document.document);
    if (!read) return refuse<T>(Finding::malformed, read.error().message);
    if (read->iat < key->from || read->iat >= key->until) {
        return refuse<T>(Finding::key_out_of_time,
                         "made " + format_utc(read->iat) + ", when key " + key->kid + " does not count");
    }
    return {Finding::accept, {}, std::move(read).value()};
}

/// old_epoch, unknown_epoch, or accept.
[[nodiscard]] Verified check_epoch(std::int64_t epoch, const KeySet& keys);

}  // namespace menshen::bundle
