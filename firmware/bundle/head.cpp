#include "bundle/head.hpp"

#include <algorithm>

#include "documents.hpp"
#include "line_scan.hpp"

namespace menshen::bundle {
namespace {

bool load_head(const JsonNode& node, Head& out) {
    const DocumentFields fields(node);
    return fields("scope", out.scope) && fields("epoch", out.at.epoch) && fields("seq", out.at.seq) &&
           fields.hash("root", out.root) && fields("rows", out.rows) && fields.time("iat", out.iat) &&
           fields.time("fresh", out.fresh) && fields.time("exp", out.exp);
}

/// Against what was applied before (I5): rolled_back, replayed, backdated, forked, or accept.
Verified check_place(const Head& head, const ScopeSeen& seen) {
    const std::string places = to_string(head.at) + " after " + to_string(seen.at);
    if (head.at < seen.at) return {Finding::rolled_back, places};
    if (head.at.epoch > seen.at.epoch) return {Finding::accept, {}};  // the root has allowed this epoch
    if (head.at.seq > seen.at.seq) {
        if (head.iat < seen.iat) return {Finding::backdated, places + " but made before it"};
        return {Finding::accept, {}};
    }
    if (head.root != seen.root) return {Finding::forked, "two different lists at " + to_string(head.at)};
    if (head.iat < seen.iat) return {Finding::replayed, "a newer head of " + to_string(head.at) + " was seen"};
    return {Finding::accept, {}};
}

}  // namespace

std::string to_string(const Position& at) {
    return std::to_string(at.epoch) + ":" + std::to_string(at.seq);
}

Result<Position> parse_position(std::string_view text) {
    LineScan scan(text);
    Position at;
    if (scan.number(at.epoch) && scan.literal(":") && scan.number(at.seq) && scan.end()) return at;
    return scan.error();
}

Result<std::string> write_head(const Head& head) {
    return DocumentWriter(DocumentType::head)
        .name("scope", head.scope)
        .number("epoch", head.at.epoch, 1)
        .number("seq", head.at.seq)
        .hash("root", head.root)
        .number("rows", head.rows)
        .time("iat", head.iat)
        .time("fresh", head.fresh)
        .time("exp", head.exp)
        .require(head.iat <= head.fresh && head.fresh <= head.exp, "iat, fresh and exp must follow each other")
        .end();
}

Result<Head> parse_head(std::string_view document) {
    return parse_document<Head>(DocumentType::head, document, load_head, write_head);
}

ScopeSeen seen_of(const Head& head) {
    return {head.scope, head.at, head.root, head.iat};
}

Finding age_of(const Head& head, UtcTime now, UtcTime floor) {
    const UtcTime at_least = std::max(now, floor);
    if (at_least >= head.exp) return Finding::expired;
    return at_least >= head.fresh ? Finding::stale : Finding::accept;
}

Judged<Head> judge_head(const Signed& document, const KeySet& keys, const ScopeSeen& seen, UtcTime now, UtcTime floor) {
    auto judged = open_online<Head>(document, DocumentType::head, keys, parse_head);
    if (!judged.document) return judged;
    const Head& head = *judged.document;
    if (head.scope != seen.scope) {
        return refuse<Head>(Finding::wrong_scope, "of scope " + head.scope + " instead of " + seen.scope);
    }
    if (auto good = check_epoch(head.at.epoch, keys); good.finding != Finding::accept) {
        return refuse<Head>(good.finding, std::move(good.why));
    }
    if (auto good = check_place(head, seen); good.finding != Finding::accept) {
        return refuse<Head>(good.finding, std::move(good.why));
    }
    judged.finding = age_of(head, now, floor);
    if (judged.finding == Finding::stale) judged.why = "not fresh since " + format_utc(head.fresh);
    if (judged.finding == Finding::expired) judged.why = "expired " + format_utc(head.exp);
    return judged;
}

}  // namespace menshen::bundle
