"""From the detector's maps to plates: the same as firmware/eye/{detector,plate_maps,corners}.cpp, for measuring."""
import os

import cv2
import numpy as np

from corner_crops import HEIGHT, WIDTH, convex, cut, mapped, matrix_of

STRIDES, UNIT, FILL = (8, 16, 32), 4, 114
NAMES = ("p8", "p16", "p32")
SAME = 0.4  # overlap from which two finds are one plate
MOST_CELLS = 200
CELL = 4  # of the corners' maps
CENTRES = np.stack(np.meshgrid(np.arange(WIDTH // CELL), np.arange(HEIGHT // CELL)), -1).reshape(-1, 2) * CELL + 1.5


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def letterboxed(image, size):
    """The picture at the top left of the network's input; and the scale."""
    h, w = image.shape[:2]
    scale = min(size[0] / w, size[1] / h, 1.0)
    small = (max(1, round(w * scale)), max(1, round(h * scale)))
    out = np.full((size[1], size[0], 3), FILL, np.uint8)
    if scale < 1:
        image = cv2.resize(image, small, interpolation=cv2.INTER_AREA)
    out[:small[1], :small[0]] = image
    return out, (small[0] / w, small[1] / h)


def overlap(a, b):
    low, high = np.maximum(a.min(0), b.min(0)), np.minimum(a.max(0), b.max(0))
    if (high <= low).any():
        return 0.0
    a, b = np.float32(a), np.float32(b)
    common, _ = cv2.intersectConvexConvex(a, b)
    union = abs(cv2.contourArea(a)) + abs(cv2.contourArea(b)) - common
    return common / union if union > 0 else 0.0


def cells(maps, threshold):
    found = []
    for stride, out in zip(STRIDES, maps):
        score = sigmoid(out[0, 0])
        for y, x in np.argwhere(score > threshold):
            middle = [(x + 0.5) * stride - 0.5, (y + 0.5) * stride - 0.5]
            quad = out[0, 1:9, y, x].reshape(4, 2) * (UNIT * stride) + middle
            found.append((float(score[y, x]), quad.astype(np.float64), float(sigmoid(out[0, 9, y, x]))))
    found.sort(key=lambda f: -f[0])
    return found[:MOST_CELLS]


def decoded(maps, threshold):
    """[(score, quad, probability of two rows)], best first; corners are the mean of the cells that agree."""
    plates = []
    for score, quad, double in cells(maps, threshold):
        for plate in plates:
            if overlap(plate["best"], quad) > SAME:
                weight = score * score if overlap(plate["best"], quad) > 0.6 and score > 0.5 * plate["score"] else 0
                plate["sum"] += weight * quad
                plate["double"] += weight * double
                plate["weight"] += weight
                break
        else:
            weight = score * score
            plates.append({"score": score, "best": quad, "sum": weight * quad, "double": weight * double,
                           "weight": weight})
    return [(p["score"], p["sum"] / p["weight"], p["double"] / p["weight"]) for p in plates]


SIZES = ((320, 192), (640, 384), (480, 480), (384, 640))


def scale_of(image, size):
    return min(size[0] / image.shape[1], size[1] / image.shape[0], 1.0)


class Finder:
    """detector.onnx and, where it lies beside it and `refine` says so, corners.onnx."""

    def __init__(self, folder, refine=True):
        file = os.path.join(folder, "detector.onnx")
        self.nets = {size: cv2.dnn.readNetFromONNX(file) for size in SIZES}
        corners = os.path.join(folder, "corners.onnx")
        self.corners = cv2.dnn.readNetFromONNX(corners) if refine and os.path.exists(corners) else None

    def size_for(self, image):
        best, largest = SIZES[0], 0.0
        for size in SIZES:
            scale = scale_of(image, size)
            if scale > largest * 1.02:
                best, largest = size, scale
        return best

    def find(self, image, threshold=0.3):
        """Plates in pixels of the picture."""
        size = self.size_for(image)
        box, scale = letterboxed(image, size)
        self.nets[size].setInput(cv2.dnn.blobFromImage(box, 1 / 255))
        maps = self.nets[size].forward(NAMES)
        plates = [(s, (q + 0.5) / scale - 0.5, d) for s, q, d in decoded(maps, threshold)]
        return [self.put_right(image, *plate) for plate in plates] if self.corners else plates

    def put_right(self, image, score, quad, double):
        if not convex(quad):
            return score, quad, double
        self.corners.setInput(cv2.dnn.blobFromImage(cut(image, quad), 1 / 255))
        heat, said = self.corners.forward(("heat", "said"))
        likely = np.exp(heat[0].reshape(4, -1) - heat[0].reshape(4, -1).max(1, keepdims=True))
        places = likely @ CENTRES / likely.sum(1, keepdims=True)
        moved = mapped(places, np.linalg.inv(matrix_of(quad)))
        width = 0.5 * (np.linalg.norm(quad[1] - quad[0]) + np.linalg.norm(quad[2] - quad[3]))
        height = 0.5 * (np.linalg.norm(quad[3] - quad[0]) + np.linalg.norm(quad[2] - quad[1]))
        near = np.linalg.norm(moved - quad, axis=1).max() < 0.5 * max(height, width / 4)
        return score * sigmoid(said[0, 0]), moved if near and convex(moved) else quad, sigmoid(said[0, 1])
