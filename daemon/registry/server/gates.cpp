#include "gates.hpp"

namespace menshen::registry::server {

Result<GateTable> read_gates(Store& store) {
    auto identities = store.fleet().identities();
    if (!identities) return identities.error();
    GateTable table;
    for (const auto& identity : *identities) {
        auto entity = store.directory().find(identity.gate);
        if (!entity) return entity.error();
        const auto* gate = *entity ? std::get_if<Gate>(&(*entity)->value) : nullptr;
        if (gate == nullptr || gate->state != GateState::active) continue;
        bundle::NamedKey key{identity.event_kid, {identity.event_key}};
        const auto peer =
            std::make_shared<const GatePeer>(GatePeer{identity.gate, gate->key, (*entity)->scope, std::move(key)});
        table[identity.tls_key] = peer;
        if (identity.tls_old != Digest{}) table[identity.tls_old] = peer;
    }
    return table;
}

}  // namespace menshen::registry::server
