// How every server of ours lives: it says that it is ready, turns its loop, and ends in order when it is asked to.
#pragma once

#include <boost/asio/io_context.hpp>

#include <functional>
#include <string_view>

namespace menshen::loop {

/// Call once, before threads and connections. A peer that has gone is an error code then, no signal; and the allocator
/// keeps at most `arenas` arenas: a handful of threads gains nothing by more, which only cost memory.
void prepare_process(int arenas);

/// Tells systemd and whoever reads our standard output (`line`, one line of JSON) that we are there, and turns the loop
/// until it has nothing left to do. The first SIGTERM or SIGINT calls `stop`, on the loop; later ones do nothing
/// (Ctrl-C reaches a whole group of processes, and whoever started us may ask once more).
void serve(boost::asio::io_context& loop, std::string_view line, std::function<void()> stop);

}  // namespace menshen::loop
