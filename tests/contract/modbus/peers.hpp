// The boards of the contract: who plays them and over what.
#pragma once

#include <string>

#include "rig.hpp"

namespace menshen::test {

/// What the boards have in common.
struct AnyBoard {
    Peer peer;
    [[nodiscard]] bool relay(int n) {
        const auto state = peer.state();
        const auto& relay = state.at("relays").as_array().at(static_cast<std::size_t>(n));
        return relay.is_bool() ? relay.as_bool() : relay.as_int64() != 0;
    }
};

struct TwinTcp : AnyBoard {
    TwinTcp() : AnyBoard{Peer{{TWIN_BARRIER, "--lanes", "2"}}} {}
    [[nodiscard]] modbus::BusConfig bus() const { return tcp_bus(peer.modbus()); }
};

struct TwinRtu : AnyBoard {
    TwinRtu() : AnyBoard{Peer{{TWIN_BARRIER, "--lanes", "2", "--rtu", "pty", "--baud", "19200"}}} {}
    [[nodiscard]] modbus::BusConfig bus() const { return rtu_bus(peer.rtu(), 19200); }
    /// Requests to units that are not there.
    [[nodiscard]] std::int64_t foreign() { return peer.state().at("foreign").as_int64(); }
};

/// python3-pymodbus: a board whose protocol others wrote.
struct PymodbusTcp : AnyBoard {
    PymodbusTcp() : AnyBoard{Peer{{"/usr/bin/python3", PYMODBUS_PEER, "tcp"}}} {}
    [[nodiscard]] modbus::BusConfig bus() const { return tcp_bus(peer.modbus()); }
};

struct PymodbusRtu : AnyBoard {
    PymodbusRtu() : AnyBoard{Peer{{"/usr/bin/python3", PYMODBUS_PEER, "rtu", "19200"}}} {}
    [[nodiscard]] modbus::BusConfig bus() const { return rtu_bus(peer.rtu(), 19200); }
};

#define TCP_BOARDS TwinTcp, PymodbusTcp
#define RTU_BOARDS TwinRtu, PymodbusRtu
#define ALL_BOARDS TwinTcp, TwinRtu, PymodbusTcp, PymodbusRtu

}  // namespace menshen::test
