"""Records of `menshen-synth crops`: one straightened plate each, 15,384 bytes.

The alphabet is that of firmware/eye (Alphabet in beam.hpp): provinces in the standard's order, A to Z, 0 to 9, and the
characters that mark a class. The network's blank comes after the last symbol.
"""
import signal
import subprocess

import numpy as np

PROVINCES = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新"
ALPHABET = PROVINCES + "ABCDEFGHIJKLMNOPQRSTUVWXYZ" + "0123456789" + "警学港澳挂使领民航"
SYMBOLS = len(ALPHABET)
BLANK = SYMBOLS
WIDTH, HEIGHT, COLUMNS = 160, 32, 40
NONE = 255  # a place that holds no symbol, a centre that is not known

NO_PLATE, UNREADABLE, SINGLE_ROW, DOUBLE_ROW = range(4)
COLOURS = ["unknown", "blue", "yellow", "green", "yellow_green", "white", "black"]

RECORD = np.dtype(
    [
        ("image", np.uint8, (HEIGHT, WIDTH, 3)),
        ("length", np.uint8),
        ("symbol", np.uint8, 8),
        ("centre", np.uint8, 8),
        ("colour", np.uint8),
        ("kind", np.uint8),
        ("reserved", np.uint8, 5),
    ]
)


def text_of(record):
    return "".join(ALPHABET[s] for s in record["symbol"][: record["length"]])


class Stream:
    """Batches from a command that writes records to its standard output, for as long as it does."""

    def __init__(self, command):
        self.command = command
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, bufsize=1 << 20)

    def batch(self, count):
        """None at the end of the stream, or when it was told to stop; a stream that fails is an error."""
        data = self.process.stdout.read(count * RECORD.itemsize)
        if len(data) < count * RECORD.itemsize:
            if self.process.wait() not in (0, -signal.SIGTERM, -signal.SIGINT):
                raise SystemExit(f"{' '.join(self.command)} ended with {self.process.returncode}")
            return None
        return np.frombuffer(data, RECORD)

    def close(self):
        self.process.stdout.close()
        self.process.terminate()
        self.process.wait()


class Repeated:
    """Batches in which each record comes `times` times, thousands of others between: drawing costs as much as learning.
    A record that comes again is a little lighter or darker, with more contrast or less."""

    ROOM = 16_384

    def __init__(self, stream, times, seed):
        self.stream, self.times, self.rng = stream, times, np.random.default_rng(seed)
        self.kept, self.count = np.empty(self.ROOM if times > 1 else 0, RECORD), 0

    def batch(self, count):
        fresh = self.stream.batch(count if self.count < len(self.kept) // 4 else max(1, count // self.times))
        if fresh is None or self.times < 2:
            return fresh
        before = self.kept[self.rng.integers(0, min(self.count, self.ROOM), count - len(fresh))] if len(fresh) < count else fresh[:0]
        self.kept[(self.count + np.arange(len(fresh))) % self.ROOM] = fresh
        self.count += len(fresh)
        return np.concatenate([fresh, self.relit(before)])

    def relit(self, batch):
        shape = (len(batch), 1, 1, 1)
        gain = np.exp(self.rng.normal(0, 0.15, shape)).astype(np.float32)
        lift = self.rng.normal(0, 10, shape).astype(np.float32)
        lit = batch.copy()
        lit["image"] = np.clip((batch["image"] - np.float32(128)) * gain + 128 + lift, 0, 255)
        return lit

    def close(self):
        self.stream.close()


def columns_of(batch):
    """What each of the 40 columns shows, where it is known: the symbol in a character's middle, blank halfway to the
    next and beyond the ends; −1 elsewhere. Nothing of an unreadable plate is known, all of a picture without one."""
    target = np.full((len(batch), COLUMNS), -1, np.int64)
    scale = COLUMNS / WIDTH
    for row, record in zip(target, batch):
        if record["kind"] == NO_PLATE:
            row[:] = BLANK
        n = int(record["length"])
        centres = record["centre"][:n].astype(float)
        if record["kind"] < SINGLE_ROW or n == 0 or (record["centre"][:n] == NONE).any():
            continue
        pitch = np.diff(centres).min() if n > 1 else 20
        for halfway in (centres[1:] + centres[:-1]) / 2:
            row[min(int(halfway * scale), COLUMNS - 1)] = BLANK
        row[: max(0, int((centres[0] - pitch) * scale))] = BLANK
        row[min(COLUMNS, int((centres[-1] + pitch) * scale) + 1) :] = BLANK
        for centre, symbol in zip(centres, record["symbol"]):
            row[min(int(centre * scale), COLUMNS - 1)] = symbol
    return target
