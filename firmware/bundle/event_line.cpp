#include "bundle/event_line.hpp"

#include "bundle/sha256.hpp"
#include "bytes.hpp"
#include "line_scan.hpp"

namespace menshen::bundle {
namespace {

constexpr JsonLimits event_limits{32, false};  // whatever a journal has written must be able to leave it

bool scan_lane(LineScan& scan, std::string_view& lane) {
    return scan.take(R"("")") || (scan.literal("\"") && scan.name(lane) && scan.literal("\""));
}

bool scan_text(LineScan& scan, std::string_view key, std::string_view& out) {
    return scan.literal(key) && scan.name(out) && scan.literal("\"");
}

bool scan_number(LineScan& scan, std::string_view key, std::int64_t& out) {
    return scan.literal(key) && scan.number(out);
}

bool scan_fields(LineScan& scan, EventRecord& event) {
    return scan_number(scan, R"({"sequence":)", event.sequence) && scan_number(scan, R"(,"utc":)", event.utc) &&
           scan_text(scan, R"(,"clock":")", event.clock) && scan.literal(R"(,"lane":)") &&
           scan_lane(scan, event.lane) && scan_text(scan, R"(,"kind":")", event.kind) &&
           scan_number(scan, R"(,"arrival":)", event.arrival) &&
           scan_number(scan, R"(,"authorisation":)", event.authorisation);
}

bool scan_hex(LineScan& scan, std::span<std::uint8_t> out) {
    std::string_view hex;
    return scan.plain(hex) && (from_hex(hex, out) || scan.fail("expected digits of 0-9 and a-f before here"));
}

bool scan_content(LineScan& scan, EventRecord& event) {
    if (scan.take(R"(,"body_hash":")")) return scan_hex(scan, event.body_hash) && scan.literal("\"}");
    return scan.literal(R"(,"salt":")") && scan_hex(scan, event.salt) && scan.literal(R"(","body":)") &&
           scan.object(event.body, event_limits, max_event_body) && scan.literal("}");
}

void append_fields(std::string& out, const EventRecord& event) {
    out.append(R"({"sequence":)").append(std::to_string(event.sequence));
    out.append(R"(,"utc":)").append(std::to_string(event.utc));
    out.append(R"(,"clock":")").append(event.clock);
    out.append(R"(","lane":")").append(event.lane);
    out.append(R"(","kind":")").append(event.kind);
    out.append(R"(","arrival":)").append(std::to_string(event.arrival));
    out.append(R"(,"authorisation":)").append(std::to_string(event.authorisation));
}

}  // namespace

Result<EventRecord> parse_event(std::string_view line) {
    LineScan scan(line);
    EventRecord event;
    if (line.size() > max_event_line) return {Errc::invalid, "an event of too many bytes"};
    if (!scan_fields(scan, event) || !scan_content(scan, event) || !scan.end()) return scan.error();
    if (event.sequence < 1) return {Errc::invalid, "sequences begin with 1"};
    if (!event.body.empty()) event.body_hash = hash_body(event.salt, event.body);
    return event;
}

Status write_event(std::string& out, const EventRecord& event) {
    std::string line;
    append_fields(line, event);
    if (event.body.empty()) {
        line.append(R"(,"body_hash":")").append(to_hex(event.body_hash)).append("\"}");
    } else {
        line.append(R"(,"salt":")").append(to_hex(event.salt));
        line.append(R"(","body":)").append(event.body).append("}");
    }
    if (auto read = parse_event(line); !read) return read.error().in("event " + std::to_string(event.sequence));
    out.append(line).append("\n");
    return {};
}

Hash first_link(std::string_view log) {
    return sha256(log);
}

Hash hash_body(ByteView salt, std::string_view body) {
    return Sha256().bytes(salt).raw(body).end();
}

Hash next_link(const Hash& before, const EventRecord& event) {
    const Hash content = Sha256()
                             .number(event.sequence)
                             .number(event.utc)
                             .text(event.clock)
                             .text(event.lane)
                             .text(event.kind)
                             .number(event.arrival)
                             .number(event.authorisation)
                             .bytes(event.body_hash)
                             .end();
    return Sha256().bytes(before).bytes(content).end();
}

Status ChainCheck::take(const EventRecord& event) {
    if (event.sequence != next_ || event.sequence > batch_.to) {
        return {Errc::invalid, "event " + std::to_string(event.sequence) + " where " +
                                   (next_ > batch_.to ? "the batch ends" : std::to_string(next_) + " comes next")};
    }
    chain_ = next_link(chain_, event);
    ++next_;
    return {};
}

Status ChainCheck::finish() const {
    if (next_ <= batch_.to) return {Errc::invalid, "the batch is cut off before event " + std::to_string(next_)};
    if (chain_ != batch_.chain) return {Errc::corrupt, "the events are not those that the gate has signed"};
    return {};
}

}  // namespace menshen::bundle
