#!/usr/bin/python3
"""How well the exported detector finds plates, through OpenCV, one thread.

  measure_detector.py FOLDER --data DIR [--set scenes-dev] [--threshold 0.3] [--count N] [--plain]

FOLDER holds detector.onnx and, unless --plain, corners.onnx.

Recall (overlap of the quadrilaterals >= 0.5) and the mean error of a corner in % of the plate's height, as the
pictures are and with their plates 60 to 600 pixels wide in frames of 1920 x 1080; finds on pictures without a Chinese
plate that the training did not see; milliseconds a frame.
"""
import argparse
import csv
import glob
import os
import time

import cv2
import numpy as np

from detector_decode import Finder, overlap


def extent(quad):
    across = 0.5 * (np.linalg.norm(quad[1] - quad[0]) + np.linalg.norm(quad[2] - quad[3]))
    down = 0.5 * (np.linalg.norm(quad[3] - quad[0]) + np.linalg.norm(quad[2] - quad[1]))
    return across, down


def labelled(folder):
    with open(os.path.join(folder, "labels.csv"), encoding="utf-8") as file:
        for row in list(csv.reader(file))[1:]:
            if len(row) >= 10 and row[2]:
                yield os.path.join(folder, row[0]), np.array(row[2:10], np.float64).reshape(4, 2)


def in_frame(image, quad, width, rng, background):
    """The picture scaled so that its plate is so wide, somewhere in a frame of 1920 x 1080."""
    scale = width / extent(quad)[0]
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=method)
    quad = (quad + 0.5) * scale - 0.5
    frame = cv2.resize(background, (1920, 1080))
    shift = []
    for axis, (side, room) in enumerate(((small.shape[1], 1920), (small.shape[0], 1080))):
        low, high = quad[:, axis].min() - 10, quad[:, axis].max() + 10
        choices = (0, room - side) if side <= room else (max(room - side, -low), min(0, room - high))
        shift.append(int(rng.uniform(*choices)))
    x, y = shift
    source = small[max(0, -y):1080 - y, max(0, -x):1920 - x]
    frame[max(0, y):max(0, y) + source.shape[0], max(0, x):max(0, x) + source.shape[1]] = source
    return frame, quad + shift


class Score:
    def __init__(self):
        self.found = self.right_first = self.all = self.false = self.double = 0
        self.errors, self.ms = [], []

    def add(self, finder, image, quad, threshold):
        start = time.perf_counter()
        plates = finder.find(image, threshold)
        self.ms.append(1000 * (time.perf_counter() - start))
        self.all += 1
        hits = [(overlap(q, quad), q, d) for _, q, d in plates]
        self.false += sum(o < 0.5 for o, _, _ in hits)
        if any(o >= 0.5 for o, _, _ in hits):
            best = max(hits, key=lambda hit: hit[0])
            self.found += 1
            self.double += best[2] > 0.5
            self.right_first += hits[0][0] >= 0.5
            self.errors.append(np.linalg.norm(best[1] - quad, axis=1).mean() / extent(quad)[1])

    def line(self, name):
        errors = 100 * np.array(self.errors if self.errors else [0])
        return (f"{name}: recall {self.found}/{self.all} ({100 * self.found / max(1, self.all):.1f} %), first "
                f"{self.right_first}, corners {errors.mean():.1f} % of height (p95 {np.percentile(errors, 95):.1f}), "
                f"besides {self.false}, two rows {self.double}, {np.median(self.ms):.1f} ms")


def foreign(finder, data, threshold):
    plates = os.path.join(data, "plates")
    traffic = sorted(glob.glob(os.path.join(plates, "traffic-no-chinese-plate", "*.jpg")))[::5]
    finds = sum(len(finder.find(cv2.imread(f), threshold)) for f in traffic)
    print(f"traffic, not trained on: {finds} finds in {len(traffic)} pictures")
    on = off = 0
    cars = list(labelled(os.path.join(plates, "cars")))[::5]
    for file, quad in cars:
        for _, q, _ in finder.find(cv2.imread(file), threshold):
            if overlap(q, quad) > 0.2:
                on += 1
            else:
                off += 1
    print(f"cars, not trained on: {on} finds on the foreign plate, {off} elsewhere, in {len(cars)} pictures")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--plain", action="store_true", help="corners as the detector finds them")
    parser.add_argument("--data", required=True)
    parser.add_argument("--set", default="scenes-dev")
    parser.add_argument("--threshold", type=float, default=0.3)
    parser.add_argument("--count", type=int, default=0, help="at most so many pictures")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    finder = Finder(options.folder, not options.plain)
    pictures = list(labelled(os.path.join(options.data, "plates", options.set)))
    if options.count:
        pictures = pictures[::max(1, len(pictures) // options.count)]
    traffic = sorted(glob.glob(os.path.join(options.data, "plates", "traffic-no-chinese-plate", "*.jpg")))[::5]
    rng = np.random.default_rng(7)
    scores = {"as they are": Score()} | {width: Score() for width in (60, 90, 150, 300, 600)}
    for i, (file, quad) in enumerate(pictures):
        image = cv2.imread(file)
        scores["as they are"].add(finder, image, quad, options.threshold)
        background = cv2.imread(traffic[i % len(traffic)])
        for width in (60, 90, 150, 300, 600):
            frame, moved = in_frame(image, quad, width, rng, background)
            scores[width].add(finder, frame, moved, options.threshold)
    for name, score in scores.items():
        print(score.line(name if isinstance(name, str) else f"{name} px in 1920x1080"))
    foreign(finder, options.data, options.threshold)


if __name__ == "__main__":
    main()
