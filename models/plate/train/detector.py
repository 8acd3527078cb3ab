#!/usr/bin/python3
"""Trains the plate detector and, on the same windows, what puts the corners right.

  detector.py --data DIR --out DIR [--crops DIR] [--scenes 'menshen-synth scenes --count 1000000 --seed {seed} ... --out -'] [--steps N] [--anneal N]

--data holds plates/scenes-train, plates/cars and plates/traffic-no-chinese-plate; --crops the unpacked unlabelled crops
(plate/ and not/). With --scenes a share of the windows comes from that program's records. Goes on from OUT/detector.pt
where there is one (weights, their running mean, optimiser, step), written every two minutes and at the end; else, with
--from FOLDER, it begins with the networks that were exported there.
--anneal N lets the rate of learning fall to nothing over the next N steps and stops.
Runs on the CPU with one thread, or on the first GPU with --device cuda.
"""
import argparse
import copy
import os
import queue
import signal
import threading
import time

import cv2
import numpy as np
import torch
from torch.nn import functional as F

from corner_crops import examples
from corner_net import Corners, corner_losses
from detector_net import Detector
from detector_targets import targets
from detector_windows import Maker
from unfold import unfold

# Size of a window, widths of plates in it, share of the batches.
SHAPES = (((256, 192), (14, 130), 0.35), ((384, 256), (40, 320), 0.3), ((384, 448), (80, 400), 0.35))

TOLD = 7  # losses


def batch_of(makers, rng, count):
    size, widths, _ = SHAPES[rng.choice(len(SHAPES), p=[share for _, _, share in SHAPES])]
    images, wanted, crops = [], [], []
    for _ in range(count):
        total = sum(share for _, share in makers)
        pick = rng.random() * total
        for maker, share in makers:
            pick -= share
            if pick < 0:
                break
        window = maker.make(size, widths)
        images.append(window.image.transpose(2, 0, 1))
        wanted.append(targets(window, size))
        crops += examples(window, rng)
    crops = crops[:3 * count]
    looks = np.stack([crop.transpose(2, 0, 1) for crop, _ in crops]) if crops else np.empty((0, 3, 48, 128), np.uint8)
    answers = np.float32([answer for _, answer in crops]).reshape(-1, 11)
    return np.stack(images), [np.stack(level) for level in zip(*wanted)], looks, answers


class Producer(threading.Thread):
    """Draws batches beside the training; at most four wait."""

    def __init__(self, makers, seed, count):
        super().__init__(daemon=True)
        self.makers, self.rng, self.count = makers, np.random.default_rng(seed), count
        self.ready = queue.Queue(4)

    def run(self):
        try:
            while True:
                self.ready.put(batch_of(self.makers, self.rng, self.count))
        except BaseException as problem:  # the training shall end with it, not wait for ever
            self.ready.put(problem)

    def next(self):
        batch = self.ready.get()
        if isinstance(batch, BaseException):
            raise batch
        return batch


def losses(maps, wanted):
    """Focal loss of being a plate, smooth distance of the corners in plate heights, kind."""
    plates = corners = kinds = 0
    found = sum(level[:, 1].sum() for level in wanted).clamp(min=1)
    weight = sum((level[:, 1] * level[:, 0]).sum() for level in wanted).clamp(min=1)
    for out, want in zip(maps, wanted):
        asked, truth = want[:, 0], want[:, 1]
        p = torch.sigmoid(out[:, 0])
        plain = F.binary_cross_entropy_with_logits(out[:, 0], truth, reduction="none")
        focus = torch.where(truth > 0, 0.4 * (1 - p) ** 2, 0.6 * p ** 2)
        plates = plates + (asked * focus * plain).sum()
        error = (out[:, 1:9] - want[:, 2:10]) * want[:, 11:12]
        far = F.smooth_l1_loss(error, torch.zeros_like(error), reduction="none", beta=0.1).mean(1)
        corners = corners + (far * truth).sum()
        kind = F.binary_cross_entropy_with_logits(out[:, 9], want[:, 10], reduction="none")
        kinds = kinds + (kind * truth).sum()
    return plates / weight * 4, corners / found, kinds / found


class Learner:
    """A network, the running mean of its weights, which is what is exported, and its optimiser."""

    def __init__(self, net, device, rate):
        self.net = net.to(device, memory_format=torch.channels_last)  # a fifth quicker on a processor
        self.mean = copy.deepcopy(self.net).eval()
        self.optimiser = torch.optim.AdamW(self.net.parameters(), lr=rate, weight_decay=1e-4)

    def parts(self):
        return {"net": self.net, "mean": self.mean, "optimiser": self.optimiser}

    def apply(self, loss, rate, step):
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        self.optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), 5.0)
        self.optimiser.step()
        keep = min(0.999, (1 + step) / (20 + step))
        with torch.no_grad():
            for mine, theirs in zip(self.mean.state_dict().values(), self.net.state_dict().values()):
                if mine.dtype.is_floating_point:
                    mine.mul_(keep).add_(theirs, alpha=1 - keep)
                else:
                    mine.copy_(theirs)


class Training:
    def __init__(self, options):
        self.options = options
        self.file = os.path.join(options.out, "detector.pt")
        self.device = torch.device(options.device)
        self.learners = {"detector": Learner(Detector(), self.device, options.rate),
                         "corners": Learner(Corners(), self.device, options.rate)}
        self.step = 0
        if os.path.exists(self.file):
            state = torch.load(self.file, map_location=self.device)
            self.step = state["step"]
            for name, learner in self.learners.items():
                for key, part in learner.parts().items():
                    if name in state:  # a checkpoint may lack a network that came later
                        part.load_state_dict(state[name][key])

        elif options.folder:
            self.begin_with(options.folder)

    def begin_with(self, folder):
        images, _, looks, _ = batch_of(sources(self.options, 0)[:1], np.random.default_rng(0), 64)
        for name, seen in (("detector", images), ("corners", looks)):
            learner = self.learners[name]
            unfold(learner.net, os.path.join(folder, name + ".onnx"), self.images(seen))
            learner.mean.load_state_dict(learner.net.state_dict())

    def save(self):
        state = {name: {key: part.state_dict() for key, part in learner.parts().items()}
                 for name, learner in self.learners.items()}
        torch.save(state | {"step": self.step}, self.file + ".new")
        os.replace(self.file + ".new", self.file)

    def rate(self, left):
        warm = min(1.0, (self.step + 1) / 200)
        return self.options.rate * warm * (left / self.options.anneal if self.options.anneal else 1.0)

    def tensor(self, array):
        return torch.from_numpy(array).to(self.device)

    def images(self, array):
        return self.tensor(array).float().div(255).contiguous(memory_format=torch.channels_last)

    def short(self):
        return torch.autocast(self.device.type, torch.bfloat16, enabled=self.options.bfloat16)

    def learn(self, batch, rate):
        images, wanted, looks, answers = batch
        detector, corners = self.learners["detector"], self.learners["corners"]
        detector.net.train()
        with self.short():
            maps = detector.net(self.images(images))
        parts = losses([level.float() for level in maps], [self.tensor(level) for level in wanted])
        detector.apply(parts[0] + 1.5 * parts[1] + 0.2 * parts[2], rate, self.step)
        told = [float(part) for part in parts]
        if len(looks) > 1:
            corners.net.train()
            with self.short():
                said = corners.net(self.images(looks))
            parts = corner_losses([part.float() for part in said], self.tensor(answers))
            corners.apply(parts[0] + 0.05 * parts[1] + 0.2 * parts[2] + 0.1 * parts[3], rate, self.step)
            told += [float(part) for part in parts]
        self.step += 1
        return told + [0.0] * (TOLD - len(told))


def sources(options, seed):
    makers = [(Maker(options.data, options.crops, seed), 1.0)]
    if options.scenes:
        from detector_scenes import Drawn
        makers.append((Drawn(options.scenes.replace("{seed}", str(seed)), seed), options.scenes_share))
    return makers


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--from", dest="folder", help="a folder with detector.onnx and corners.onnx to begin with")
    parser.add_argument("--crops", default="")
    parser.add_argument("--scenes", default="")
    parser.add_argument("--scenes-share", type=float, default=1.0)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--rate", type=float, default=1.5e-3)
    parser.add_argument("--steps", type=int, default=10**9)
    parser.add_argument("--anneal", type=int, default=0)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--bfloat16", action="store_true", help="twice as quick where the processor has it (avx512_bf16)")
    options = parser.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    os.makedirs(options.out, exist_ok=True)
    training = Training(options)
    torch.manual_seed(training.step)
    producer = Producer(sources(options, 1 + training.step), 2 + training.step, options.batch)
    producer.start()
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    last = training.step + options.anneal if options.anneal else options.steps
    saved, told, sums, began = time.monotonic(), training.step, np.zeros(TOLD), time.monotonic()
    while training.step < last and not stop.is_set():
        sums += training.learn(producer.next(), training.rate(last - training.step))
        if training.step % 50 == 0:
            done, seconds = training.step - told, time.monotonic() - began
            numbers = " ".join(f"{value / done:.4f}" for value in sums)
            print(f"{time.strftime('%H:%M:%S')} step {training.step}: detector (plate, corners, rows) and "
                  f"corners (far, unlikely, plate, rows) {numbers}, {done * options.batch / seconds:.1f} windows/s", flush=True)
            told, sums, began = training.step, np.zeros(TOLD), time.monotonic()
        if time.monotonic() - saved > 120:
            training.save()
            saved = time.monotonic()
    training.save()


if __name__ == "__main__":
    main()
