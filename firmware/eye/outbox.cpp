#include "eye/outbox.hpp"

#include <utility>

namespace menshen::eye {

void Outbox::push(const eye_message::Message& message) {
    auto bytes = eye_message::encode(message);
    if (!bytes) {  // larger than the protocol allows
        ++dropped_;
        return;
    }
    if (std::holds_alternative<eye_message::View>(message)) {
        view_ = std::move(*bytes);
        return;
    }
    if (!std::holds_alternative<eye_message::Picture>(message)) {
        messages_.push_back(std::move(*bytes));
        if (messages_.size() > most_messages) {
            messages_.pop_front();
            ++dropped_;
        }
        return;
    }
    picture_bytes_ += bytes->size();
    pictures_.push_back(std::move(*bytes));
    while (picture_bytes_ > most_picture_bytes && pictures_.size() > 1) {
        picture_bytes_ -= pictures_.front().size();
        pictures_.pop_front();
        ++dropped_;
    }
}

std::optional<Outbox::Bytes> Outbox::pop() {
    auto& queue = messages_.empty() ? pictures_ : messages_;
    if (queue.empty()) return std::exchange(view_, std::nullopt);
    Bytes bytes = std::move(queue.front());
    queue.pop_front();
    if (&queue == &pictures_) picture_bytes_ -= bytes.size();
    return bytes;
}

}  // namespace menshen::eye
