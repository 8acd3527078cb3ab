#!/usr/bin/python3
"""Compares an exported recogniser in OpenCV's DNN with the checkpoint in PyTorch, on random and on drawn pictures.

  check_export.py FOLDER/last.pt models/plate/recogniser.onnx [--temperature T] [--records FILE] [--store FILE]

Fails above a difference of 1e-4 of the largest output. `--store` writes one input and what OpenCV answers, for the unit
test: 15,360 bytes of picture, then the answers as little-endian float32 in the order columns, colour, kind.
"""
import argparse
import sys
import time
from pathlib import Path

import cv2
import numpy as np
import torch

import records
from export import OUTPUTS, load


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("onnx", type=Path)
    parser.add_argument("--temperature", type=float, default=1.0)
    parser.add_argument("--records", type=Path)
    parser.add_argument("--store", type=Path)
    args = parser.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    model = load(args.checkpoint, args.temperature)
    network = cv2.dnn.readNetFromONNX(str(args.onnx))
    images = list(np.random.default_rng(1).integers(0, 256, (8, records.HEIGHT, records.WIDTH, 3), np.uint8))
    if args.records:
        images += list(np.fromfile(args.records, records.RECORD, 64)["image"])
    worst, spent = 0.0, []
    for image in images:
        blob = cv2.dnn.blobFromImage(image, 1 / 127.5, (records.WIDTH, records.HEIGHT), (127.5, 127.5, 127.5))
        network.setInput(blob)
        start = time.perf_counter()
        answers = network.forward(OUTPUTS)
        spent.append(time.perf_counter() - start)
        with torch.no_grad():
            for ours, theirs in zip(answers, model(torch.from_numpy(blob))):
                worst = max(worst, float(np.abs(ours - theirs.numpy()).max() / np.abs(theirs.numpy()).max()))
    print(f"OpenCV {cv2.__version__}: largest difference {worst:.2e}, median {1e3 * np.median(spent):.2f} ms a picture")
    if worst > 1e-4:
        sys.exit("the exported network does not answer as the trained one")
    if args.store:
        args.store.write_bytes(image.tobytes() + b"".join(a.astype("<f4").tobytes() for a in answers))


if __name__ == "__main__":
    main()
