#include "bundle/batch.hpp"

#include "bundle/event_line.hpp"
#include "documents.hpp"

namespace menshen::bundle {
namespace {

bool load_batch(const JsonNode& node, Batch& out) {
    const DocumentFields fields(node);
    return fields("gate", out.gate) && fields("log", out.log) && fields("from", out.from) && fields("to", out.to) &&
           fields.hash("before", out.before) && fields.hash("chain", out.chain);
}

bool load_ack(const JsonNode& node, Ack& out) {
    const DocumentFields fields(node);
    return fields("gate", out.gate) && fields("log", out.log) && fields("upto", out.upto) &&
           fields.hash("chain", out.chain) && fields.time("iat", out.iat);
}

bool load_evidence_ack(const JsonNode& node, EvidenceAck& out) {
    const DocumentFields fields(node);
    return fields("gate", out.gate) && fields("log", out.log) && fields("epoch", out.epoch) &&
           fields("upto", out.upto) && fields.time("iat", out.iat);
}

/// Is it for this gate's log, and of events that exist? No finding: it is.
template <class Any>
std::optional<Judged<Any>> not_of(const OwnLog& own, const Any& ack) {
    if (ack.gate != own.gate || ack.log != own.log) {
        return refuse<Any>(Finding::wrong_scope, "for gate " + ack.gate + ", log " + ack.log);
    }
    if (ack.upto <= own.last) return std::nullopt;
    return refuse<Any>(Finding::beyond,
                       "upto " + std::to_string(ack.upto) + ", and the last event is " + std::to_string(own.last));
}

std::string range_text(const Batch& batch) {
    return "events " + std::to_string(batch.from) + ".." + std::to_string(batch.to);
}

/// The hash before the first event, as the store has it; of the first event of all it needs no store.
bool joins(const Batch& batch, const LogSeen& seen) {
    if (batch.from == 1) return batch.before == first_link(batch.log);
    return seen.before && *seen.before == batch.before;
}

}  // namespace

Result<std::string> write_batch(const Batch& batch) {
    return DocumentWriter(DocumentType::batch)
        .name("gate", batch.gate)
        .log("log", batch.log)
        .number("from", batch.from, 1)
        .number("to", batch.to, 1)
        .hash("before", batch.before)
        .hash("chain", batch.chain)
        .require(batch.from <= batch.to && batch.to - batch.from < max_batch_events,
                 "from..to must hold 1 to " + std::to_string(max_batch_events) + " events")
        .end();
}

Result<Batch> parse_batch(std::string_view document) {
    return parse_document<Batch>(DocumentType::batch, document, load_batch, write_batch);
}

Result<Batch> peek_batch(const Signed& document) {
    return parse_batch(document.document);
}

Result<std::string> write_ack(const Ack& ack) {
    return DocumentWriter(DocumentType::ack)
        .name("gate", ack.gate)
        .log("log", ack.log)
        .number("upto", ack.upto)
        .hash("chain", ack.chain)
        .time("iat", ack.iat)
        .end();
}

Result<Ack> parse_ack(std::string_view document) {
    return parse_document<Ack>(DocumentType::ack, document, load_ack, write_ack);
}

Result<std::string> write_evidence_ack(const EvidenceAck& ack) {
    return DocumentWriter(DocumentType::evidence)
        .name("gate", ack.gate)
        .log("log", ack.log)
        .number("epoch", ack.epoch, 1)
        .number("upto", ack.upto)
        .time("iat", ack.iat)
        .end();
}

Result<EvidenceAck> parse_evidence_ack(std::string_view document) {
    return parse_document<EvidenceAck>(DocumentType::evidence, document, load_evidence_ack, write_evidence_ack);
}

Judged<Batch> judge_batch(const Signed& document, const NamedKey& gate_key, std::string_view gate,
                          const LogSeen& seen) {
    const auto* key = document.kid == gate_key.kid ? &gate_key.key : nullptr;
    if (auto good = verify(document, DocumentType::batch, key); good.finding != Finding::accept) {
        return refuse<Batch>(good.finding, std::move(good.why));
    }
    auto batch = parse_batch(document.document);
    if (!batch) return refuse<Batch>(Finding::malformed, batch.error().message);
    if (batch->gate != gate) return refuse<Batch>(Finding::wrong_scope, "of gate " + batch->gate);
    if (batch->from > seen.upto + 1) {
        return refuse<Batch>(Finding::gap, range_text(*batch) + ", expected " + std::to_string(seen.upto + 1));
    }
    if (!joins(*batch, seen)) {
        return refuse<Batch>(Finding::forked, range_text(*batch) + " do not follow what is stored");
    }
    if (batch->to > seen.upto) return {Finding::accept, {}, std::move(batch).value()};
    if (!seen.chain || *seen.chain != batch->chain) {
        return refuse<Batch>(Finding::forked, range_text(*batch) + " are stored with another content");
    }
    return {Finding::repeated, range_text(*batch) + " are stored already", std::move(batch).value()};
}

Judged<Ack> judge_ack(const Signed& document, const KeySet& keys, const OwnLog& own) {
    auto judged = open_online<Ack>(document, DocumentType::ack, keys, parse_ack);
    if (!judged.document) return judged;
    const Ack& ack = *judged.document;
    if (auto refused = not_of(own, ack)) return std::move(*refused);
    const std::string upto = "upto " + std::to_string(ack.upto);
    if (ack.upto <= own.acknowledged) {
        judged.finding = Finding::repeated;
        judged.why = upto + " is acknowledged already";
        return judged;
    }
    if (!own.chain || *own.chain != ack.chain) {
        return refuse<Ack>(Finding::forked, upto + ": the registry's hash is not ours");
    }
    return judged;
}

Judged<EvidenceAck> judge_evidence_ack(const Signed& document, const KeySet& keys, const OwnLog& own,
                                       const EvidenceSeen& seen) {
    auto judged = open_online<EvidenceAck>(document, DocumentType::evidence, keys, parse_evidence_ack);
    if (!judged.document) return judged;
    const EvidenceAck& ack = *judged.document;
    if (auto refused = not_of(own, ack)) return std::move(*refused);
    if (auto good = check_epoch(ack.epoch, keys); good.finding != Finding::accept) {
        return refuse<EvidenceAck>(good.finding, std::move(good.why));
    }
    if (ack.epoch < seen.epoch) {
        return refuse<EvidenceAck>(Finding::rolled_back,
                                   "epoch " + std::to_string(ack.epoch) + " after " + std::to_string(seen.epoch));
    }
    if (ack.epoch == seen.epoch && ack.iat < seen.iat) {
        return refuse<EvidenceAck>(
            Finding::replayed, "made " + format_utc(ack.iat) + ", and one of " + format_utc(seen.iat) + " was seen");
    }
    return judged;
}

}  // namespace menshen::bundle
