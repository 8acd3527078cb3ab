#include "live.hpp"

#include <boost/json/serialize.hpp>

namespace menshen::panel {

void Live::remove(const std::shared_ptr<LiveClient>& client) {
    std::erase(clients_, client);
}

void Live::publish(const boost::json::object& update) {
    if (clients_.empty()) return;
    const auto text = std::make_shared<const std::string>(boost::json::serialize(update));
    for (const auto& client : clients_) {
        if (client->needs_snapshot) continue;  // the snapshot will hold it
        if (client->out.size() >= queue_) {
            client->out.clear();
            client->needs_snapshot = true;
        } else {
            client->out.push_back(text);
        }
        client->wake.cancel();
    }
}

void Live::wake_all() {
    for (const auto& client : clients_) client->wake.cancel();
}

}  // namespace menshen::panel
