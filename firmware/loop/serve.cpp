#include "loop/serve.hpp"

#include <boost/asio/signal_set.hpp>
#include <malloc.h>

#include <csignal>
#include <iostream>

#include "loop/watchdog.hpp"

namespace menshen::loop {

void prepare_process(int arenas) {
    std::signal(SIGPIPE, SIG_IGN);  // NOLINT: the loop is not there yet
    mallopt(M_ARENA_MAX, arenas);
}

void serve(boost::asio::io_context& loop, std::string_view line, std::function<void()> stop) {
    Watchdog watchdog(loop.get_executor());
    boost::asio::signal_set signals(loop, SIGTERM, SIGINT);
    signals.async_wait([&](boost::system::error_code error, int) {
        if (error) return;
        watchdog.stopping();
        stop();
    });
    watchdog.ready();
    std::cout << line << std::endl;
    loop.run();
}

}  // namespace menshen::loop
