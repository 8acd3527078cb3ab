// Bundles: judged, settled, seen, committed, in this order.
#include "courier.hpp"
#include "courier_header.hpp"

namespace menshen::gate {

using bundle::Finding;
using BundleJudged = bundle::Judged<bundle::Head>;

/// Dropped when nobody holds it any more.
struct Courier::Upload {
    Upload(Stores& of, std::string for_scope) : stores(of), scope(std::move(for_scope)) {}
    ~Upload() { stores.upload_drop(number); }
    Upload(const Upload&) = delete;
    Upload& operator=(const Upload&) = delete;

    Stores& stores;
    std::string scope;
    std::uint64_t number = 0;
    Stores::UploadKind kind = Stores::UploadKind::changes;
    bundle::Hash root_before{};
};

/// The newest upload of a scope is the one that counts.
Courier::UploadPtr Courier::new_upload(const std::string& scope, Stores::UploadKind kind) {
    if (const auto older = uploads_[scope].lock()) stores_.upload_drop(older->number);
    auto upload = std::make_shared<Upload>(stores_, scope);
    upload->kind = kind;
    uploads_[scope] = upload;
    return upload;
}

void Courier::changes(courier_message::Frame question, const Answer& answer) {
    const auto scope = text_in(question.header, "scope");
    if (!knows_scope(scope)) return answer(refusal("this gate has no such scope"));
    if (finishing_) {
        const auto kept = std::make_shared<courier_message::Frame>(std::move(question));
        return in_line_.push_back([this, kept, answer] { changes(std::move(*kept), answer); });
    }
    const auto upload = new_upload(scope, Stores::UploadKind::changes);
    upload->number = stores_.upload_begin(
        {scope, upload->kind, {}}, [this, upload, answer, lines = std::move(question.bytes)](const Status& begun) {
            if (!begun) return refuse_upload(upload, begun.error(), answer);
            stores_.upload_lines(upload->number, lines, [this, upload, answer](const Status& taken) {
                if (!taken) return refuse_upload(upload, taken.error(), answer);
                stores_.upload_finish(upload->number, [this, upload, answer](const Result<bundle::Signed>& document) {
                    if (!document) return refuse_upload(upload, document.error(), answer);
                    judge(upload, *document, answer);
                });
            });
        });
}

Result<Stores::UploadBegin> Courier::begin_of(const boost::json::object& header) {
    Stores::UploadBegin begin{text_in(header, "scope"), Stores::UploadKind::changes, {}};
    if (!knows_scope(begin.scope)) return {Errc::invalid, "this gate has no such scope"};
    const auto what = text_in(header, "what");
    if (what == "changes") return begin;
    begin.kind = what == "whole" ? Stores::UploadKind::whole : Stores::UploadKind::snapshot;
    if (what == "whole") return begin;
    if (what != "snapshot") return {Errc::invalid, "what: changes, whole or snapshot"};
    return begin;
}

void Courier::begin(const boost::json::object& header, const Session& session, const Answer& answer) {
    auto begin = begin_of(header);
    if (!begin) return answer(refusal(begin.error().message));
    if (finishing_) {
        return in_line_.push_back([this, header, session, answer] { this->begin(header, session, answer); });
    }
    if (begin->kind == Stores::UploadKind::snapshot) {
        const auto document = bundle::parse_signed(bundle::DocumentType::manifest, text_in(header, "manifest"));
        if (!document) return found(Finding::malformed, begin->scope, document.error().message, answer);
        auto judged = bundle::judge_manifest(*document, trust_->keys, begin->scope);
        if (!judged.document) return found(judged.finding, begin->scope, judged.why, answer);
        begin->manifest = std::move(judged.document);
    }
    const auto upload = new_upload(begin->scope, begin->kind);
    session->upload = upload;
    upload->number = stores_.upload_begin(std::move(begin).value(), [this, upload, answer](const Status& begun) {
        if (!begun) return refuse_upload(upload, begun.error(), answer);
        answer(answer_of({}));
    });
}

void Courier::piece(courier_message::Frame question, const Session& session, const Answer& answer, bool packed) {
    const auto upload = std::static_pointer_cast<Upload>(session->upload);
    if (!upload) return answer(refusal("nothing is under way here; begin first"));
    const auto then = [this, upload, answer](const Status& taken) {
        if (!taken) return refuse_upload(upload, taken.error(), answer);
        answer(answer_of({}));
    };
    if (packed) {
        stores_.upload_packed(upload->number, std::move(question.bytes), then);
    } else {
        stores_.upload_lines(upload->number, std::move(question.bytes), then);
    }
}

void Courier::finish(const Session& session, const Answer& answer) {
    const auto upload = std::static_pointer_cast<Upload>(session->upload);
    if (!upload) return answer(refusal("nothing is under way here; begin first"));
    session->upload.reset();
    stores_.upload_finish(upload->number, [this, upload, answer](const Result<bundle::Signed>& document) {
        if (!document) return refuse_upload(upload, document.error(), answer);
        judge(upload, *document, answer);
    });
}

void Courier::judge(const UploadPtr& upload, const bundle::Signed& document, const Answer& answer) {
    if (finishing_) return in_line_.push_back([this, upload, document, answer] { judge(upload, document, answer); });
    const auto judged = bundle::judge_head(document, trust_->keys, trust_->seen_of(upload->scope), clock_.now().utc,
                                           clock_.trust().floor);
    if (!judged.document) return found(judged.finding, upload->scope, judged.why, answer);
    if (const auto* state = state_of(upload->scope)) upload->root_before = state->head.root;
    finishing_ = true;
    stores_.upload_settle(upload->number, *judged.document, clock_.now().utc,
                          [this, upload, judged, answer](const Status& settled) {
                              if (settled) return keep_seen(upload, judged, answer);
                              end_finishing();
                              refuse_upload(upload, settled.error(), answer);
                          });
}

/// Whoever came meanwhile: the first of them may be the next that finishes.
void Courier::end_finishing() {
    finishing_ = false;
    for (const auto& next : std::exchange(in_line_, {})) next();
}

/// Before the list is in use: whatever happens then, nothing older will be believed. Where the list's commit fails, the
/// same bundle is welcome again.
void Courier::keep_seen(const UploadPtr& upload, const BundleJudged& judged, const Answer& answer) {
    const auto seen = bundle::seen_of(*judged.document);
    stores_.with_journal([seen](journal::Journal& journal) { return journal.keep_seen(seen_scope(seen)); },
                         [this, upload, judged, seen, answer](const Status& kept) {
                             if (!kept) {
                                 end_finishing();
                                 return answer(refusal(kept.error().message));
                             }
                             trust_->seen[seen.scope] = seen;
                             raise_floor(seen.iat);
                             commit(upload, judged, answer);
                         });
}

void Courier::commit(const UploadPtr& upload, const BundleJudged& judged, const Answer& answer) {
    stores_.upload_commit(upload->number, [this, upload, judged, answer](const Status& done) {
        end_finishing();
        if (!done) return refuse_upload(upload, done.error(), answer);
        const auto& head = *judged.document;
        if (head.root != upload->root_before) {
            const bool fresh = upload->kind != Stores::UploadKind::changes;
            hooks_.list_changed(fresh ? "snapshot" : "changes", head.scope, head.rows);
        }
        watch(clock_.now());
        answer(answer_of({{"finding", bundle::to_string(judged.finding)}, {"at", bundle::to_string(head.at)}}));
    });
}

/// Bytes that are not what was signed for them, by whoever: an alarm. Whatever it was, a whole list puts it right.
void Courier::refuse_upload(const UploadPtr& upload, const Error& error, const Answer& answer) {
    const bool altered = whitelist::needs_snapshot(error);
    if (altered) raise("feed_altered", upload->scope, error.message);
    boost::json::object more;
    if (altered) more["need"] = "snapshot";
    answer(refusal(error.message, std::move(more)));
}

}  // namespace menshen::gate
