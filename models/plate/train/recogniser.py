#!/usr/bin/python3
"""Trains the recogniser from `menshen-synth crops`, on one CPU core or one GPU. Stop it at any time: called again with
the same folder, it goes on where it was.

  recogniser.py FOLDER --synth build/release/bin/menshen-synth [--samples N] [--options "--real DIR --real-share 0.1"]

Plain CTC stays on its plateau; per-column cross-entropy at the known middles of the characters breaks it and is faded
out. The rate is constant, then falls to nothing over the last --decay samples (or the last two fifths of --minutes); a moving
average of the weights is what is measured and exported. `--from FILE.onnx` begins with an exported network instead of
with nothing (its shape is the new one's). FOLDER/last.pt is the state, FOLDER/steady.pt the state before
the rate fell (to train for longer, copy it to last.pt), FOLDER/log.txt the record.
"""
import argparse
import copy
import math
import os
import shlex
import signal
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

import records
from recogniser_net import Recogniser, multiplications
from unfold import unfold

CHECKPOINT_SECONDS = 120


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--synth", default="menshen-synth", help="the program that draws")
    parser.add_argument("--options", default="", help="further options of `menshen-synth crops`")
    parser.add_argument("--samples", type=int, default=2_000_000, help="in all, earlier calls counted in")
    parser.add_argument("--decay", type=int, default=400_000, help="the last samples, over which the rate falls")
    parser.add_argument("--minutes", type=float, help="of this call: ends earlier than --samples says")
    parser.add_argument("--fade", type=int, nargs=2, default=(150_000, 400_000), help="when column labels fade out")
    parser.add_argument("--first-seed", type=int, default=0, help="of the pictures: further than an earlier training went")
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--from", dest="file", type=Path, help="an exported network to begin with")
    parser.add_argument("--temperature", type=float, default=1.0, help="what the logits of --from were divided by")
    parser.add_argument("--widths", type=int, nargs=4, default=(24, 48, 96, 160))
    parser.add_argument("--depths", type=int, nargs=3, default=(1, 1, 1))
    parser.add_argument("--held-back", type=Path, nargs="*", default=[], help="files of records to measure on")
    parser.add_argument("--measure-every", type=int, default=50_000)
    parser.add_argument("--bfloat16", action="store_true", help="half as much again a second where the processor has it (avx512_bf16)")
    parser.add_argument("--repeat", type=int, default=1, help="how often each picture is shown, thousands of others between")
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args()


def pictures(batch, device):
    image = torch.from_numpy(np.ascontiguousarray(batch["image"].transpose(0, 3, 1, 2))).to(device)
    image = image.to(memory_format=torch.channels_last)
    return (image.float() - 127.5) / 127.5


def losses(outputs, batch, device):
    """CTC, columns, colour and kind, each a mean over the pictures that know it."""
    columns, colour, kind = outputs
    log_p = F.log_softmax(columns.float(), 2)
    tensor = lambda a: torch.from_numpy(np.array(a, np.int64)).to(device)  # noqa: E731
    spelled = np.flatnonzero((batch["kind"] == records.NO_PLATE) | (batch["length"] > 0) & (batch["kind"] >= 2))
    lengths = batch["length"][spelled] * (batch["kind"][spelled] != records.NO_PLATE)
    symbols = np.concatenate([r["symbol"][:n] for r, n in zip(batch[spelled], lengths)] + [np.zeros(0, np.uint8)])
    size = torch.full((len(spelled),), records.COLUMNS, dtype=torch.long)
    ctc = F.ctc_loss(log_p[spelled].transpose(0, 1), tensor(symbols), size, tensor(lengths), records.BLANK, "sum",
                     zero_infinity=True) / max(1, len(spelled)) / 7  # fmt: skip
    aux = F.cross_entropy(log_p.flatten(0, 1), tensor(records.columns_of(batch)).flatten(), ignore_index=-1)
    shade = tensor(np.where((batch["colour"] > 0) & (batch["kind"] > 0), batch["colour"], -1))
    colours = F.cross_entropy(colour, shade, ignore_index=-1, reduction="sum") / max(1, int((shade >= 0).sum()))
    return ctc, aux, colours, F.cross_entropy(kind, tensor(batch["kind"]), label_smoothing=0.02)


def command(args, count, seed):
    drawn = [*shlex.split(args.synth), "crops", "--count", str(count), "--seed", str(seed)]
    return [*drawn, *shlex.split(args.options), "--out", "-"]


class Training:
    def __init__(self, args):
        self.args = args
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.seen, self.restarts, self.begun = 0, 0, time.monotonic()
        args.folder.mkdir(parents=True, exist_ok=True)
        self.last = args.folder / "last.pt"
        saved = torch.load(self.last, map_location=self.device) if self.last.exists() else None
        shape = saved["shape"] if saved else {"widths": args.widths, "depths": args.depths}
        self.model = Recogniser(**shape)
        if args.file and not saved:
            self.begin_with(args.file)
        self.model = self.model.to(self.device).to(memory_format=torch.channels_last)
        self.average = copy.deepcopy(self.model).eval()
        decayed = [p for p in self.model.parameters() if p.dim() > 1]
        plain = [p for p in self.model.parameters() if p.dim() <= 1]
        groups = [{"params": decayed, "weight_decay": 0.02}, {"params": plain, "weight_decay": 0.0}]
        self.optimiser = torch.optim.AdamW(groups, lr=args.rate)
        if saved:
            self.model.load_state_dict(saved["model"])
            self.average.load_state_dict(saved["average"])
            self.optimiser.load_state_dict(saved["optimiser"])
            self.seen, self.restarts = saved["seen"], saved["restarts"] + 1

    def begin_with(self, file):
        stream = records.Stream(command(self.args, 512, 1))
        unfold(self.model, file, pictures(stream.batch(512), torch.device("cpu")))
        stream.close()
        for part in (self.model.columns.weight, self.model.columns.bias):
            part.data *= self.args.temperature

    def save(self, path):
        state = {"model": self.model.state_dict(), "average": self.average.state_dict(), "seen": self.seen,
                 "optimiser": self.optimiser.state_dict(), "shape": self.model.shape, "restarts": self.restarts}  # fmt: skip
        part = path.with_suffix(".part")
        torch.save(state, part)
        os.replace(part, path)

    def say(self, text):
        line = f"{time.strftime('%H:%M:%S')} {self.seen} {text}"
        print(line, flush=True)
        with (self.args.folder / "log.txt").open("a") as log:
            log.write(line + "\n")

    def left(self):
        """Of the time in which the rate falls: 1 and more before it begins, nothing at the end."""
        left = (self.args.samples - self.seen) / max(1, self.args.decay)
        if self.args.minutes:
            seconds = 60 * self.args.minutes
            left = min(left, (self.begun + seconds - time.monotonic()) / (0.4 * seconds))
        return max(0.0, left)

    def rate(self):
        return self.args.rate * min(1.0, (self.seen + 1) / 20_000) * min(1.0, self.left())

    def column_weight(self):
        begin, end = self.args.fade
        return 1.0 - 0.98 * min(1.0, max(0.0, (self.seen - begin) / (end - begin)))

    def step(self, batch):
        for group in self.optimiser.param_groups:
            group["lr"] = self.rate()
        self.model.train()
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.args.bfloat16):
            outputs = self.model(pictures(batch, self.device))
        ctc, aux, colour, kind = losses([part.float() for part in outputs], batch, self.device)
        loss = ctc + self.column_weight() * aux + 0.1 * colour + 0.2 * kind
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 5.0)
        self.optimiser.step()
        self.seen += len(batch)
        self.follow()
        return np.array([ctc.item(), aux.item(), colour.item(), kind.item()])

    def follow(self):
        """The average moves as far as it has history for."""
        keep = min(0.9985, self.seen / (self.seen + 20 * self.args.batch))
        with torch.no_grad():
            for mean, value in zip(self.average.state_dict().values(), self.model.state_dict().values()):
                if mean.dtype.is_floating_point:
                    mean.lerp_(value, 1 - keep)
                else:
                    mean.copy_(value)

    def measure(self):
        for path in self.args.held_back:
            batch = np.fromfile(path, records.RECORD)
            with torch.no_grad():
                parts = [self.average(pictures(batch[i : i + 256], self.device)) for i in range(0, len(batch), 256)]
            columns, colour, kind = (torch.cat(p).cpu() for p in zip(*parts))
            self.say(f"{path.name}: {judged(columns, colour, kind, batch)}")


def greedy(path):
    """The text of the likeliest class of every column."""
    kept = [s for i, s in enumerate(path) if s != records.BLANK and (i == 0 or path[i - 1] != s)]
    return "".join(records.ALPHABET[s] for s in kept)


def judged(columns, colour, kind, batch):
    best = columns.argmax(2).numpy()
    readable = np.flatnonzero((batch["kind"] >= records.SINGLE_ROW) & (batch["length"] > 0))
    right = [greedy(best[i]) == records.text_of(batch[i]) for i in readable]
    double = [r for r, i in zip(right, readable) if batch["kind"][i] == records.DOUBLE_ROW]
    shaded = np.flatnonzero(batch["colour"] > 0)
    none = np.flatnonzero(batch["kind"] == records.NO_PLATE)
    share = lambda hits: f"{100 * np.mean(hits):.2f} %" if len(hits) else "–"  # noqa: E731
    kinds = kind.argmax(1).numpy()
    return (f"plates {share(right)} of {len(right)}, double {share(double)} of {len(double)}, "
            f"kind {share(kinds == batch['kind'])}, readable called none {share(kinds[readable] < 2)}, "
            f"none called a plate {share(kinds[none] >= 2)} of {len(none)}, "
            f"colour {share(colour.argmax(1).numpy()[shaded] == batch['colour'][shaded])}")  # fmt: skip


def train(training):
    args = training.args
    training.say(f"begins: {multiplications(training.average):.1f} million multiplications, {training.model.shape}, "
                 f"{sum(p.numel() for p in training.model.parameters())} weights, on {training.device}")  # fmt: skip
    seed = 1 + args.first_seed + training.seen  # never the same pictures twice
    stream = records.Repeated(records.Stream(command(args, args.samples, seed)), args.repeat, seed)
    stop = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.append(True))
    mean, since, saved = np.zeros(4), time.monotonic(), time.monotonic()
    steady = True
    while training.left() > 0 and not stop:
        before = training.seen
        batch = stream.batch(args.batch)
        if batch is None:
            break
        if steady and training.left() < 1:
            training.save(args.folder / "steady.pt")
            steady = False
        now = training.step(batch)
        if not math.isfinite(now.sum()):
            raise SystemExit(f"the loss is not a number after {training.seen} samples")
        mean = now if not mean.any() else 0.98 * mean + 0.02 * now
        if training.seen // 6400 != before // 6400:
            speed = 6400 / (time.monotonic() - since)
            since = time.monotonic()
            training.say("ctc %.4f columns %.4f colour %.4f kind %.4f" % tuple(mean) + f" {speed:.0f}/s")
        if training.seen // args.measure_every != before // args.measure_every:
            training.measure()
        if time.monotonic() - saved > CHECKPOINT_SECONDS:
            training.save(training.last)
            saved = time.monotonic()
    training.save(training.last)
    stream.close()
    training.measure()
    training.say("stopped" if stop else "done")


if __name__ == "__main__":
    arguments = options()
    torch.set_num_threads(arguments.threads)
    train(Training(arguments))
