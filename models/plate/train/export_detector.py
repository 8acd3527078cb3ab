#!/usr/bin/python3
"""Writes detector.onnx and corners.onnx (opset 11, norms folded) and checks that OpenCV reads them alike.

  export_detector.py CHECKPOINT.pt FOLDER [--answers FILE] [--untrained]

The detector's shape is 1x3x384x640; OpenCV takes it at other sizes too (multiples of 32), which is checked at 384x640
and 192x320. --answers writes what PyTorch says to a pattern that can be computed anywhere (p32 at 320x192, then
heat and said, float32), for a test without PyTorch. Fails where OpenCV's answer is further than 1e-3 from PyTorch's. Prints multiplications and time on one thread.
"""
import argparse
import copy
import hashlib
import os
import sys
import time

import cv2
import numpy as np
import torch
from torch import nn

from corner_net import Corners
from detector_net import Detector, fold

# name, network, outputs, sizes (the first is that of the file)
NETWORKS = (("detector", Detector, ("p8", "p16", "p32"), ((640, 384), (384, 640), (320, 192))),
            ("corners", Corners, ("heat", "said"), ((128, 48),)))


def scattered(net):
    """Norms as if something had been learnt: equal constants would be written as one, which OpenCV 4.6 cannot read."""
    for module in net.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.normal_(module.bias, std=0.1)
    return net


def multiplications(net, x):
    total = 0

    def count(module, _, out):
        nonlocal total
        outputs = out.shape[1:].numel() if isinstance(module, nn.Conv2d) else out.shape[1]
        total += outputs * module.weight.shape[1:].numel()

    hooks = [m.register_forward_hook(count) for m in net.modules() if isinstance(m, (nn.Conv2d, nn.Linear))]
    with torch.no_grad():
        net(x)
    for hook in hooks:
        hook.remove()
    return total


def picture(size):
    """Noise at every scale, so that no map is silent."""
    rng = np.random.default_rng(1)
    image = cv2.resize(rng.integers(0, 256, (12, 20, 3), np.uint8), size, interpolation=cv2.INTER_CUBIC)
    image = np.clip(image.astype(np.int16) + rng.integers(-60, 60, image.shape), 0, 255).astype(np.uint8)
    return cv2.dnn.blobFromImage(image, 1 / 255)


def pattern(size):
    """The picture of tests/unit/eye/detector_test.cpp."""
    x, y, c = np.meshgrid(np.arange(size[0]), np.arange(size[1]), np.arange(3), indexing="xy")
    return cv2.dnn.blobFromImage(((x * x // 64 + y * y // 16 + x * y // 32 + 40 * c) % 256).astype(np.uint8), 1 / 255)


def compared(net, file, names, size):
    """The greatest difference, and the quickest of some passes in milliseconds."""
    blob = picture(size)
    with torch.no_grad():
        expected = net(torch.from_numpy(blob))
    expected = [m.numpy() for m in expected]
    reader = cv2.dnn.readNetFromONNX(file)
    times = []
    for _ in range(7):
        reader.setInput(blob)
        start = time.perf_counter()
        answers = reader.forward(names)
        times.append(time.perf_counter() - start)
    return max(float(np.abs(a - e).max()) for a, e in zip(answers, expected)), 1000 * min(times)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint")
    parser.add_argument("folder")
    parser.add_argument("--answers", default="")
    parser.add_argument("--untrained", action="store_true", help="no checkpoint is read: for measuring the time")
    options = parser.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    state = None if options.untrained else torch.load(options.checkpoint, map_location="cpu")
    if state:
        print(f"step {state['step']}")
    worst, stored = 0.0, []
    for name, kind, outputs, sizes in NETWORKS:
        net = kind()
        if state:
            net.load_state_dict(state[name]["mean"])
        else:
            scattered(net)
        net = net.eval()
        file = os.path.join(options.folder, name + ".onnx")
        x = torch.from_numpy(picture(sizes[0]))
        torch.onnx.export(fold(copy.deepcopy(net)).eval(), x, file, opset_version=11, input_names=["image"],
                          output_names=list(outputs))
        with open(file, "rb") as written:
            content = written.read()
        print(f"{name}: {len(content)} bytes, sha256 {hashlib.sha256(content).hexdigest()}")
        with torch.no_grad():
            answer = net(torch.from_numpy(pattern(sizes[-1])))
        stored += [part.numpy().reshape(-1) for part in (answer if name == "corners" else answer[-1:])]
        for size in sizes:
            difference, ms = compared(net, file, outputs, size)
            worst = max(worst, difference)
            cost = multiplications(net, torch.from_numpy(picture(size))) / 1e6
            print(f"  {size[0]}x{size[1]}: {cost:.0f} MMAC, {ms:.1f} ms, OpenCV differs by {difference:.1e}")
    if options.answers:
        np.hstack(stored).astype("<f4").tofile(options.answers)
    return 0 if worst < 1e-3 else 1


if __name__ == "__main__":
    sys.exit(main())
