// The lines of the change feed, one JSON object each:
//   {"t":"put","s":1235,"k":"credential","id":87,"body":{…}}
//   {"t":"del","s":1235,"k":"credential","id":87}
//   {"t":"head","head":"BASE64","kid":"k3","sig":"BASE64"}      (signed.hpp)
//
// The envelope is written in one way only: these fields, in this order, without white space. So there are no duplicate
// keys, no second spelling, and no field that one end heeds and the other overlooks; an unknown `t` is refused. k is a
// name (is_name); s lies in 0..max_number, id in 1..max_number.
// The body is a JSON object, also without white space: valid UTF-8, objects of at most 64 keys, each once and without
// escapes, at most 16 deep, numbers of at most 32 characters, max_body bytes. Its exact bytes are what the digest
// covers; they are never written anew.
// `s` is not signed: it says what is new to whom. A gate's cursor is the head's seq, nothing else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <variant>

#include "bundle/signed.hpp"

namespace menshen::bundle {

inline constexpr std::size_t max_body = std::size_t{64} * 1024;
inline constexpr std::size_t max_line = max_body + 256;  // without its end
inline constexpr std::int64_t max_changes = 200'000;     // rows of one change set; beyond, a snapshot

/// Views into the line that was parsed.
struct Put {
    std::int64_t seq = 0;
    std::string_view kind;
    std::int64_t id = 0;
    std::string_view body;
};
struct Del {
    std::int64_t seq = 0;
    std::string_view kind;
    std::int64_t id = 0;
};
using Line = std::variant<Put, Del, Signed>;  // Signed: a head, not verified yet

/// A line without its end. Errc::invalid says at which byte (from 1) and what. About half a microsecond.
[[nodiscard]] Result<Line> parse_line(std::string_view line);

/// Append the line and its end; what parse_line would refuse is refused and nothing is appended.
[[nodiscard]] Status write_put(std::string& out, const Put& put);
[[nodiscard]] Status write_del(std::string& out, const Del& del);
void write_head_line(std::string& out, const Signed& head);

/// Cuts a stream of bytes, in pieces of any size, into lines that end with '\n'. Holds at most one line.
class LineCutter {
  public:
    using Each = std::function<Status(std::string_view line)>;
    explicit LineCutter(std::size_t most = max_line) : most_(most) {}

    /// Calls `each` for every line completed; ends with its first error. Errc::invalid: a line of more than `most`
    /// bytes. Errors say which line. After an error the cutter must not be fed again.
    [[nodiscard]] Status feed(std::string_view bytes, const Each& each);
    /// Errc::invalid: the stream ends within a line.
    [[nodiscard]] Status finish() const;
    [[nodiscard]] std::int64_t lines() const { return lines_; }

  private:
    [[nodiscard]] Status pass(std::string_view line, const Each& each);
    [[nodiscard]] Status too_long() const;

    std::size_t most_;
    std::string rest_;  // of a line whose end has not come
    std::int64_t lines_ = 0;
};

/// One answer of the feed: rows, and the head that ends it. Apply the rows in one transaction, then judge the head
/// (head.hpp), compute the touched buckets, and commit only if root and number of rows are the head's.
class ChangeReader {
  public:
    using Row = std::function<Status(const Line& put_or_del)>;
    explicit ChangeReader(Row row) : row_(std::move(row)) {}

    /// Errc::invalid: a line that is none, more than max_changes rows, anything after the head.
    [[nodiscard]] Status feed(std::string_view bytes);
    /// The head, not verified. Errc::invalid: the stream was cut off before it.
    [[nodiscard]] Result<Signed> finish();
    [[nodiscard]] std::int64_t rows() const { return rows_; }

  private:
    [[nodiscard]] Status take(std::string_view text);

    Row row_;
    LineCutter cutter_;
    std::int64_t rows_ = 0;
    bool ended_ = false;
    Signed head_;
};

}  // namespace menshen::bundle
