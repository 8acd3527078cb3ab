// TLS of the two doors.
#pragma once

#include <memory>
#include <optional>

#include "call.hpp"
#include "desk.hpp"
#include "loop/awaitable.hpp"

struct ssl_st;

namespace menshen::registry::server {

/// The gates' door asks for a certificate of our authority; one that has ended is let through, as it may be renewed.
[[nodiscard]] Result<std::unique_ptr<boost::asio::ssl::context>> make_tls(const Services& services,
                                                                          const Listen& listen, Door door);
/// What the peer has shown and proved to have the key of.
[[nodiscard]] std::optional<PeerCertificate> certificate_of(ssl_st* tls);

}  // namespace menshen::registry::server
