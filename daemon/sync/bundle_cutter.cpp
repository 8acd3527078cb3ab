#include "sync/bundle_cutter.hpp"

namespace menshen::sync {

Status BundleCutter::feed(std::string_view bytes, const Each& each) {
    return cutter_.feed(bytes, [&](std::string_view line) { return take(line, each); });
}

Status BundleCutter::take(std::string_view line, const Each& each) {
    if (lines_.size() + line.size() + 1 > most_) return {Errc::exhausted, "this bundle is too large for one message"};
    lines_ += line;
    lines_ += '\n';
    if (!line.starts_with(R"({"t":"head")")) return {};
    auto document = bundle::parse_signed(bundle::DocumentType::head, line);
    if (!document) return document.error();
    auto head = bundle::parse_head(document->document);
    if (!head) return head.error();
    each({std::move(head->scope), head->at, std::move(document->kid), std::exchange(lines_, {})});
    return {};
}

Status BundleCutter::finish() const {
    if (auto done = cutter_.finish(); !done) return done;
    return lines_.empty() ? Status() : Status(Errc::invalid, "the stream ends before a head");
}

}  // namespace menshen::sync
