// Runs a task on a loop until it is done.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <optional>

#include "director/wait.hpp"

namespace menshen::director {

template <class T>
Task<void> keep(Task<T> task, std::optional<T>& result) {
    result = co_await std::move(task);
}

template <class T>
T finish(boost::asio::io_context& io, Task<T> task) {
    std::optional<T> result;
    boost::asio::co_spawn(io, keep(std::move(task), result), [&](const std::exception_ptr& error) {
        if (error) std::rethrow_exception(error);
        io.stop();
    });
    io.restart();
    io.run();
    return std::move(*result);
}

}  // namespace menshen::director
