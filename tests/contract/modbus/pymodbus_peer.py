"""A relay board that is not ours: pymodbus speaks Modbus, this file adds what a Waveshare board does beyond it.

The control port takes the part of the twin's commands that the contract needs (drivers/simulated/barrier/control.hpp).
python3 pymodbus_peer.py tcp | rtu BAUD
"""
import asyncio
import ctypes
import json
import os
import signal
import struct
import sys
import termios
import time
import tty

from pymodbus.bit_write_message import WriteSingleCoilRequest
from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext, ModbusSparseDataBlock
from pymodbus.pdu import ModbusExceptions, ModbusResponse
from pymodbus.server.async_io import (ModbusConnectedRequestHandler, ModbusSerialServer, ModbusSingleRequestHandler,
                                      ModbusTcpServer)
from pymodbus.transaction import ModbusRtuFramer, ModbusSocketFramer

BOARD = None
UNIT = 1
PULSE_ON, PULSE_OFF = 0x0200, 0x0400


class Echo(ModbusResponse):
    function_code = 5

    def __init__(self, address, value):
        super().__init__()
        self.address, self.value = address, value

    def encode(self):
        return struct.pack(">HH", self.address, self.value)


class Coil(WriteSingleCoilRequest):
    """FC05 with the pulses of the board, where pymodbus knows only on and off."""

    def decode(self, data):
        self.address, self.raw = struct.unpack(">HH", data)

    def execute(self, context):
        for base in (PULSE_ON, PULSE_OFF):
            if base <= self.address < base + 8 and self.raw <= 0x7FFF:
                BOARD.pulse(self.address - base, self.raw, base == PULSE_ON)
                return Echo(self.address, self.raw)
        if self.address > 7:
            return self.doException(ModbusExceptions.IllegalAddress)
        if self.raw not in (0xFF00, 0x0000):
            return self.doException(ModbusExceptions.IllegalValue)
        BOARD.switch(self.address, self.raw == 0xFF00)
        return Echo(self.address, self.raw)


class Board:
    def __init__(self):
        holding = {0x1000 + n: 0 for n in range(8)} | {0x4000: UNIT, 0x8000: 200}
        self.slave = ModbusSlaveContext(di=ModbusSequentialDataBlock(0, [0, 0, 1, 1, 0, 0, 1, 1]),
                                        co=ModbusSequentialDataBlock(0, [0] * 8),
                                        hr=ModbusSparseDataBlock(holding), zero_mode=True)
        self.context = ModbusServerContext(slaves={UNIT: self.slave}, single=False)
        self.pulses = [0] * 8
        self.pending = [None] * 8
        self.watchers = set()
        self.thawed = asyncio.Event()
        self.heal()

    def heal(self):
        self.spoil, self.spoil_left, self.late, self.late_left = "none", 0, 0, 0
        self.thawed.set()

    def switch(self, relay, on):
        if self.pending[relay]:
            self.pending[relay].cancel()
        self.slave.setValues(5, relay, [on])

    def pulse(self, relay, units, on):
        self.switch(relay, on)
        self.pulses[relay] += 1
        self.pending[relay] = asyncio.get_running_loop().call_later(units / 10, self.switch, relay, not on)
        event = {"event": "pulse", "relay": relay, "ms": units * 100, "on": on, "t": time.clock_gettime_ns(time.CLOCK_BOOTTIME)}
        for watcher in self.watchers:
            watcher.write((json.dumps(event) + "\n").encode())

    def spoiled(self, frame, serial):
        """The bytes to send, after how many seconds."""
        delay = 0
        if self.late_left:
            self.late_left, delay = self.late_left - 1, self.late / 1000
        if not self.spoil_left:
            return frame, delay
        self.spoil_left -= 1
        start = 1 if serial else 7
        out = bytearray(frame)
        if self.spoil == "transaction":
            out[0] ^= 0x55
        elif self.spoil == "function":
            out[start] = 0x41
        elif self.spoil == "bytes":
            out[start + 1] = (out[start + 1] + 7) & 0xFF
        elif self.spoil == "truncated":
            out = out[:-2]
        elif self.spoil == "crc":
            out[-1] ^= 0xFF
        elif self.spoil == "garbage":
            out = bytearray(os.urandom(300))
        elif self.spoil == "flood":
            out += os.urandom(1 << 20)
        elif self.spoil == "twice":
            out += out
        return bytes(out), delay


class Handling:
    """What both kinds of handler add: freezing, lateness and spoiled bytes."""

    serial = False

    async def _recv_(self):
        data = await self.receive_queue.get()
        await BOARD.thawed.wait()
        return data

    def _send_(self, data):
        data, delay = BOARD.spoiled(data, self.serial)
        asyncio.get_running_loop().call_later(delay, self.transport.write, data)


class TcpHandler(Handling, ModbusConnectedRequestHandler):
    pass


class RtuHandler(Handling, ModbusSingleRequestHandler):
    serial = True


class TcpSide:
    def __init__(self):
        self.server, self.port = None, 0

    async def start(self):
        self.server = ModbusTcpServer(BOARD.context, framer=ModbusSocketFramer, handler=TcpHandler,
                                      address=("127.0.0.1", self.port), allow_reuse_address=True, ignore_missing_slaves=True)
        self.server.decoder.register(Coil)
        self.task = asyncio.create_task(self.server.serve_forever())
        await self.server.serving
        self.port = self.server.server.sockets[0].getsockname()[1]

    def hang_up(self):
        for handler in list(self.server.active_connections.values()):
            handler.transport.abort()

    async def dead(self):
        self.hang_up()
        self.server.server.close()
        self.server = None

    async def alive(self):
        if self.server is None:
            await self.start()


class RtuSide:
    """pymodbus on one pseudo terminal, the driver on another, and between them a wire of that baud rate."""

    def __init__(self, baud):
        self.baud, self.quiet = baud, False
        self.masters, self.slaves = [], []
        for _ in range(2):
            master, slave = os.openpty()
            tty.setraw(slave, termios.TCSANOW)
            os.set_blocking(master, False)
            self.masters.append(master)
            self.slaves.append(slave)
        self.device = os.ttyname(self.slaves[0])

    async def start(self):
        loop = asyncio.get_running_loop()
        for side in range(2):
            queue = asyncio.Queue()
            loop.add_reader(self.masters[side], lambda s=side, q=queue: q.put_nowait(os.read(self.masters[s], 4096)))
            asyncio.create_task(self.carry(queue, self.masters[1 - side]))
        server = ModbusSerialServer(BOARD.context, framer=ModbusRtuFramer, handler=RtuHandler, port=os.ttyname(self.slaves[1]),
                                    baudrate=self.baud, ignore_missing_slaves=True)
        server.decoder.register(Coil)
        await server.start()
        self.server = server

    async def carry(self, queue, out):
        while True:
            data = await queue.get()
            await asyncio.sleep(len(data) * 10 / self.baud)
            if not self.quiet:
                os.write(out, data)

    def hang_up(self):
        pass

    async def dead(self):
        self.quiet = True

    async def alive(self):
        self.quiet = False


async def obey(side, command):
    what = command.get("do")
    if what == "state":
        return {"pulses": BOARD.pulses, "relays": BOARD.slave.getValues(1, 0, 8), "inputs": BOARD.slave.getValues(2, 0, 8)}
    if what == "stick":
        BOARD.slave.setValues(2, command["input"], [command.get("value", True)])
    elif what == "freeze":
        BOARD.thawed.clear()
    elif what == "thaw":
        BOARD.thawed.set()
    elif what == "hang_up":
        side.hang_up()
    elif what == "dead":
        await side.dead()
    elif what == "alive":
        BOARD.heal()
        await side.alive()
    elif what == "nonsense":
        BOARD.spoil, BOARD.spoil_left = command["kind"], command.get("count", 0) or 1 << 60
    elif what == "late":
        BOARD.late, BOARD.late_left = command["ms"], command.get("count", 0) or 1 << 60
    else:
        return {"ok": False, "error": "not one of this peer's commands"}
    return {}


async def main():
    global BOARD
    BOARD = Board()
    side = RtuSide(int(sys.argv[2])) if sys.argv[1] == "rtu" else TcpSide()
    await side.start()

    async def serve(reader, writer):
        BOARD.watchers.add(writer)
        while line := await reader.readline():
            writer.write((json.dumps({"ok": True} | await obey(side, json.loads(line))) + "\n").encode())
        BOARD.watchers.discard(writer)

    control = await asyncio.start_server(serve, "127.0.0.1", 0)
    ready = {"ready": True, "control": control.sockets[0].getsockname()[1]}
    ready |= {"rtu": side.device} if sys.argv[1] == "rtu" else {"modbus": side.port}
    print(json.dumps(ready), flush=True)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, lambda: os._exit(0))
    await asyncio.Event().wait()


if __name__ == "__main__":
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # ends with the test that started it
    import logging
    logging.disable(logging.CRITICAL)
    asyncio.run(main())
