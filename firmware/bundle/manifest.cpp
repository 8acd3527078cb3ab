#include "bundle/manifest.hpp"

#include "documents.hpp"

namespace menshen::bundle {
namespace {

bool load_manifest(const JsonNode& node, Manifest& out) {
    const DocumentFields fields(node);
    return fields("scope", out.scope) && fields("epoch", out.at.epoch) && fields("seq", out.at.seq) &&
           fields.hash("root", out.root) && fields("rows", out.rows) && fields("text", out.text) &&
           fields("size", out.size) && fields.hash("sha256", out.sha256) && fields.time("iat", out.iat);
}

}  // namespace

Result<std::string> write_manifest(const Manifest& manifest) {
    return DocumentWriter(DocumentType::manifest)
        .name("scope", manifest.scope)
        .number("epoch", manifest.at.epoch, 1)
        .number("seq", manifest.at.seq)
        .hash("root", manifest.root)
        .number("rows", manifest.rows, 0, max_snapshot_rows)
        .number("text", manifest.text, 0, max_snapshot_text)
        .number("size", manifest.size, 1, max_snapshot_text)
        .hash("sha256", manifest.sha256)
        .time("iat", manifest.iat)
        .end();
}

Result<Manifest> parse_manifest(std::string_view document) {
    return parse_document<Manifest>(DocumentType::manifest, document, load_manifest, write_manifest);
}

Judged<Manifest> judge_manifest(const Signed& document, const KeySet& keys, std::string_view scope) {
    auto judged = open_online<Manifest>(document, DocumentType::manifest, keys, parse_manifest);
    if (!judged.document) return judged;
    if (judged.document->scope != scope) {
        return refuse<Manifest>(Finding::wrong_scope,
                                "of scope " + judged.document->scope + " instead of " + std::string(scope));
    }
    if (auto good = check_epoch(judged.document->at.epoch, keys); good.finding != Finding::accept) {
        return refuse<Manifest>(good.finding, std::move(good.why));
    }
    return judged;
}

}  // namespace menshen::bundle
