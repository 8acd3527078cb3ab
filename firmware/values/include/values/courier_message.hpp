// The wire between the courier and the gate (/run/menshen/courier.sock, a stream socket served by the gate).
//
// A frame is  u32 big-endian N | N bytes of JSON header | header.bytes bytes.  N ≤ 64 KiB, the whole ≤ 4 MiB; `bytes`
// absent: none follow. The courier asks, the gate answers every frame with one frame, in order; it reads the next one
// when it has answered the last. Several connections are as good as one. Every answer may be lost: to ask again does no
// harm, and the gate alone knows where it is.
//
//   {"verb":"where"}
//       {"ok":true,"gate":"north","enrolled":true,"scopes":[{"scope":"yard","at":"2:1235"},{"scope":"common","at":"0:0"}],
//        "keys":7,"epoch":2,"log":"…","last":123,"acknowledged":100,"faults":["bus_down"],"build":"…"}
//                                                                      at 0:0: there is no list yet
//   {"verb":"keys","document":"the signed line of a key set"}
//       {"ok":true,"finding":"accept"|"repeated","keys":8}
//   {"verb":"changes","scope":"yard","bytes":N} and the lines of the feed, its head last: a change set of at most 2 MiB
//       {"ok":true,"finding":"accept"|"stale"|"expired","at":"2:1236"}
//   {"verb":"begin","scope":"yard","what":"changes"|"whole"}      a larger one, in parts; whole: the changes since
//   ever,
//   {"verb":"begin","scope":"yard","what":"snapshot","manifest":"its signed line"}             which make a new list
//       {"ok":true}     one upload a connection; what was begun before is dropped
//   {"verb":"packed","bytes":N}     the next bytes of the snapshot, as they travel
//   {"verb":"lines","bytes":N}      the next bytes of the changes, after a snapshot those since its place; a head ends
//   them
//       {"ok":true}
//   {"verb":"finish"}               as the answer of "changes"
//   {"verb":"events","after":N,"most":500,"wait_ms":20000}    wait_ms: how long to wait for one; 0..30000
//       {"ok":true,"batch":"the signed line"|null,"from":N+1,"to":M,"bytes":B} and the events' lines
//   {"verb":"ack","document":"the signed line of the registry's acknowledgement"}
//       {"ok":true,"finding":"accept"|"repeated","acknowledged":M}
//   {"verb":"evidence","document":"the signed line of the registry's word that pictures are there"}
//       {"ok":true,"finding":"accept","upto":M}       the newest word counts, also one that says less than before
//   {"verb":"picture","sha256":"…","offset":0}
//       {"ok":true,"size":S,"bytes":B} and at most 1 MiB from there. Refused: it is not here; where the gate ought to
//       have it, an event says soon that it is gone
//   {"verb":"report","faults":{"registry_unreachable":"since when, and why"}}      all that is wrong on his way:
//       {"ok":true}     registry_unreachable, registry_refuses; one that is not named is over
//
// Refused: {"ok":false,"error":"for a person"} with
//   "finding":"…"         the document was judged so (bundle/finding.hpp): nothing of it counts
//   "need":"snapshot"     only a snapshot leads on from here
//   "need":"enrolment"    this gate has no registry, or has forgotten it
#pragma once

#include <boost/json/object.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "values/result.hpp"

namespace menshen::courier_message {

inline constexpr std::size_t max_header = std::size_t{64} * 1024;
inline constexpr std::size_t max_frame = std::size_t{4} * 1024 * 1024;
inline constexpr std::size_t max_piece = std::size_t{2} * 1024 * 1024;  // bytes that one question may carry

struct Frame {
    boost::json::object header;
    std::string bytes;
};

/// Sets header.bytes. Errc::invalid: larger than a frame may be.
[[nodiscard]] Result<std::string> encode(Frame frame);

/// Takes bytes as they come from the socket. After an error the connection must be closed: the stream has no way back.
class Parser {
  public:
    /// `most`: bytes that may follow a header. Memory stays below that, one header and one read.
    explicit Parser(std::size_t most = max_piece) : most_(most) {}
    void feed(std::string_view bytes) { buffer_.append(bytes); }
    /// The next whole frame; nothing: more bytes are needed.
    [[nodiscard]] Result<std::optional<Frame>> next();

  private:
    std::size_t most_;
    std::string buffer_;
    std::optional<boost::json::object> header_;  // of the frame in front, taken off the buffer already
    std::size_t wanted_ = 0;                     // its bytes
};

}  // namespace menshen::courier_message
