#include "bundle/feed.hpp"

#include <utility>

#include "line_scan.hpp"

namespace menshen::bundle {
namespace {

constexpr JsonLimits body_limits{16, true};

/// "s", "k", "id": what put and del begin with.
bool scan_key(LineScan& scan, std::int64_t& seq, std::string_view& kind, std::int64_t& id) {
    return scan.literal(R"(,"s":)") && scan.number(seq) && scan.literal(R"(,"k":")") && scan.name(kind) &&
           scan.literal(R"(","id":)") && scan.number(id) && (id > 0 || scan.fail("ids begin with 1"));
}

Result<Line> parse_put(LineScan& scan) {
    Put put;
    if (scan_key(scan, put.seq, put.kind, put.id) && scan.literal(R"(,"body":)") &&
        scan.object(put.body, body_limits, max_body) && scan.literal("}") && scan.end()) {
        return Line(put);
    }
    return scan.error();
}

Result<Line> parse_del(LineScan& scan) {
    Del del;
    if (scan_key(scan, del.seq, del.kind, del.id) && scan.literal("}") && scan.end()) return Line(del);
    return scan.error();
}

Result<Line> parse_head_line(std::string_view line) {
    auto head = parse_signed(DocumentType::head, line);
    if (!head) return head.error();
    return Line(std::move(head).value());
}

void append_key(std::string& out, std::string_view type, std::int64_t seq, std::string_view kind, std::int64_t id) {
    out.append(R"({"t":")").append(type).append(R"(","s":)").append(std::to_string(seq));
    out.append(R"(,"k":")").append(kind).append(R"(","id":)").append(std::to_string(id));
}

Status check_key(std::int64_t seq, std::string_view kind, std::int64_t id) {
    if (!is_name(kind)) return {Errc::invalid, "a kind is called by 1 to 32 of a-z, 0-9, '_' and '-'"};
    if (seq < 0 || seq > max_number || id < 1 || id > max_number) {
        return {Errc::invalid, std::string(kind) + " " + std::to_string(id) + " at " + std::to_string(seq) +
                                   ": id or sequence number out of range"};
    }
    return {};
}

std::string row_name(std::string_view kind, std::int64_t id) {
    return std::string(kind) + " " + std::to_string(id);
}

}  // namespace

Result<Line> parse_line(std::string_view line) {
    LineScan scan(line);
    if (line.size() > max_line) return {Errc::invalid, "a line of more than " + std::to_string(max_line) + " bytes"};
    if (scan.take(R"({"t":"put")")) return parse_put(scan);
    if (scan.take(R"({"t":"del")")) return parse_del(scan);
    if (scan.take(R"({"t":"head")")) return parse_head_line(line);
    scan.fail(scan.take(R"({"t":")") ? "an unknown type of line" : R"(expected  {"t":")");
    return scan.error();
}

Status write_put(std::string& out, const Put& put) {
    if (auto good = check_key(put.seq, put.kind, put.id); !good) return good;
    LineScan scan(put.body);
    std::string_view body;
    if (!scan.object(body, body_limits, max_body) || !scan.end()) {
        return scan.error().in("body of " + row_name(put.kind, put.id));
    }
    append_key(out, "put", put.seq, put.kind, put.id);
    out.append(R"(,"body":)").append(put.body).append("}\n");
    return {};
}

Status write_del(std::string& out, const Del& del) {
    if (auto good = check_key(del.seq, del.kind, del.id); !good) return good;
    append_key(out, "del", del.seq, del.kind, del.id);
    out.append("}\n");
    return {};
}

void write_head_line(std::string& out, const Signed& head) {
    out.append(write_signed(head)).append("\n");
}

// ---- LineCutter

Status LineCutter::pass(std::string_view line, const Each& each) {
    ++lines_;
    if (line.size() > most_) return too_long();
    auto done = each(line);
    if (!done) return done.error().in("line " + std::to_string(lines_));
    return done;
}

Status LineCutter::too_long() const {
    return {Errc::invalid, "line " + std::to_string(lines_) + ": more than " + std::to_string(most_) + " bytes"};
}

Status LineCutter::feed(std::string_view bytes, const Each& each) {
    while (!bytes.empty()) {
        const auto end = bytes.find('\n');
        const auto piece = bytes.substr(0, end);
        const bool whole = end != std::string_view::npos;
        if (!whole || !rest_.empty()) {
            if (rest_.size() + piece.size() > most_) return ++lines_, too_long();
            rest_.append(piece);
        }
        if (!whole) return {};
        auto done = pass(rest_.empty() ? piece : rest_, each);
        if (!done) return done;
        rest_.clear();
        bytes.remove_prefix(end + 1);
    }
    return {};
}

Status LineCutter::finish() const {
    if (rest_.empty()) return {};
    return {Errc::invalid, "cut off within line " + std::to_string(lines_ + 1)};
}

// ---- ChangeReader

Status ChangeReader::take(std::string_view text) {
    if (ended_) return {Errc::invalid, "a line after the head"};
    auto line = parse_line(text);
    if (!line) return line.error();
    if (auto* head = std::get_if<Signed>(&*line)) {
        head_ = std::move(*head);
        ended_ = true;
        return {};
    }
    if (++rows_ > max_changes) return {Errc::invalid, "more than " + std::to_string(max_changes) + " rows"};
    return row_(*line);
}

Status ChangeReader::feed(std::string_view bytes) {
    return cutter_.feed(bytes, [this](std::string_view line) { return take(line); });
}

Result<Signed> ChangeReader::finish() {
    if (auto whole = cutter_.finish(); !whole) return whole.error();
    if (!ended_) return {Errc::invalid, "cut off after line " + std::to_string(cutter_.lines()) + ": no head ends it"};
    return head_;
}

}  // namespace menshen::bundle
