"""Training windows out of the records of `menshen-synth scenes --size 640x384`, read from a pipe."""
import shlex
import subprocess

import cv2
import numpy as np

from detector_windows import FILL, Window, box_of, mean_height, mean_width, moved

WIDTH, HEIGHT, MOST = 640, 384, 8
PLATE = np.dtype([("corners", "<f4", (4, 2)), ("kind", "u1"), ("colour", "u1"), ("readable", "u1"), ("pad", "u1")])
RECORD = WIDTH * HEIGHT * 3 + 4 + MOST * PLATE.itemsize


class Drawn:
    def __init__(self, command, seed):
        self.rng = np.random.default_rng(seed)
        self.program = subprocess.Popen(shlex.split(command), stdout=subprocess.PIPE)
        self.left = 0
        self.scene = self.plates = None

    def next_scene(self):
        record = self.program.stdout.read(RECORD)
        if len(record) != RECORD:
            raise RuntimeError(f"menshen-synth ended with status {self.program.poll()} inside a record")
        pixels = WIDTH * HEIGHT * 3
        self.scene = np.frombuffer(record, np.uint8, pixels).reshape(HEIGHT, WIDTH, 3)
        plates = np.frombuffer(record, PLATE, MOST, pixels + 4)[:record[pixels]]
        self.plates = [(p["corners"].astype(np.float64), int(p["kind"])) for p in plates]
        self.left = 3 if self.plates else 1

    def make(self, size, widths):
        """Up to three windows of a scene, around its plates, at sizes within the asked range where that is near."""
        rng = self.rng
        if not self.left:
            self.next_scene()
        self.left -= 1
        scale = float(np.exp(rng.uniform(np.log(0.5), np.log(1.25))))
        if self.plates and rng.random() < 0.9:
            quad, _ = self.plates[rng.integers(len(self.plates))]
            reach = max(mean_width(quad), 2.2 * mean_height(quad), 1e-3)
            scale = float(np.clip(scale, widths[0] / reach, widths[1] / reach))
            scale = float(np.clip(scale, 0.25, 1.6))
            low, high = np.split(box_of(quad * scale, 2), 2)
            start = rng.uniform(np.minimum(high - size, low), np.maximum(high - size, low))
        else:
            start = rng.uniform([0, 0], np.maximum([WIDTH * scale - size[0], HEIGHT * scale - size[1]], 1))
        matrix = np.array([[scale, 0, -start[0]], [0, scale, -start[1]]])
        image, fold = self.scene, matrix
        if scale < 0.7:
            small = max(scale, 0.5)
            image = cv2.resize(image, (round(WIDTH * small), round(HEIGHT * small)), interpolation=cv2.INTER_AREA)
            fx, fy = WIDTH / image.shape[1], HEIGHT / image.shape[0]
            fold = matrix.copy()
            fold[:, 2] += fold[:, :2] @ [0.5 * fx - 0.5, 0.5 * fy - 0.5]
            fold[:, :2] = fold[:, :2] @ np.diag([fx, fy])
        image = cv2.warpAffine(image, fold, size, flags=cv2.INTER_LINEAR, borderValue=(FILL, FILL, FILL))
        window = Window(image)
        for quad, kind in self.plates:
            label(window, moved(quad, matrix), kind)
        return window


def label(window, quad, kind):
    h, w = window.image.shape[:2]
    box = box_of(quad)
    if box[2] < 0 or box[3] < 0 or box[0] > w or box[1] > h:
        return
    slack = 0.06 * mean_width(quad)
    whole = box[0] > -slack and box[1] > -slack and box[2] < w + slack and box[3] < h + slack
    if whole and mean_width(quad) >= 13 and mean_height(quad) >= 3.5:
        window.plates.append((quad, kind))
    else:
        window.unknown.append(quad)
