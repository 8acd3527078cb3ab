#include "loop/worker.hpp"

#include <boost/asio/post.hpp>
#include <pthread.h>

namespace menshen::loop {

Worker::Worker(std::string name, boost::asio::any_io_executor loop, std::size_t most_queued)
    : loop_(std::move(loop)), most_queued_(most_queued), thread_([this](const std::stop_token& stop) { run(stop); }) {
    name.resize(std::min<std::size_t>(name.size(), 15));  // the kernel's limit
    pthread_setname_np(thread_.native_handle(), name.c_str());
}

Worker::~Worker() {
    thread_.request_stop();
    thread_.join();
}

bool Worker::push(std::function<void()> task) {
    {
        const std::lock_guard lock(mutex_);
        if (queue_.size() >= most_queued_) return false;
        queue_.push_back(std::move(task));
    }
    wake_.notify_one();
    return true;
}

void Worker::answer(std::function<void()> call) {
    boost::asio::post(loop_, std::move(call));
}

void Worker::run(const std::stop_token& stop) {
    for (;;) {
        std::function<void()> task;
        {
            std::unique_lock lock(mutex_);
            wake_.wait(lock, stop, [&] { return !queue_.empty(); });
            if (queue_.empty()) return;  // asked to stop, and nothing is left
            task = std::move(queue_.front());
            queue_.pop_front();
        }
        task();
    }
}

}  // namespace menshen::loop
