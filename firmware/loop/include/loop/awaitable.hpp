// Coroutines on the loop, as every server of ours writes them: errors come back as values.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace menshen::loop {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
template <class T>
using Awaitable = asio::awaitable<T>;
inline constexpr auto as_awaitable = asio::as_tuple(asio::use_awaitable);

}  // namespace menshen::loop
