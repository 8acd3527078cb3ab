"""Training windows of the detector: parts of real scenes at many sizes, and real plates pasted in perspective.

A window is an image with plates (quad, kind) and regions about which nothing is said. Seeded: the same numbers give
the same windows.
"""
import csv
import glob
import os

import cv2
import numpy as np

from plate_textures import SINGLE, Textures

FILL = 114  # what the eye puts beside a picture of another shape


class Picture:
    """A picture on disk, read when it is first used, kept with its halves so that shrinking does not alias."""

    def __init__(self, path, quad=None):
        self.path, self.quad, self.levels = path, quad, []

    def image(self, level=0):
        if not self.levels:
            self.levels.append(cv2.imread(self.path))
        while len(self.levels) <= level:
            last = self.levels[-1]
            half = (max(1, last.shape[1] // 2), max(1, last.shape[0] // 2))
            self.levels.append(cv2.resize(last, half, interpolation=cv2.INTER_AREA))
        return self.levels[level]

    def warped(self, matrix, size, border=None):
        """matrix: 2x3, picture to window. `border` None leaves what is outside to the caller: (image, mask)."""
        scale = np.sqrt(abs(np.linalg.det(matrix[:, :2])))
        level = 0
        while scale < 0.75 and level < 5 and min(self.image(level).shape[:2]) > 16:
            scale *= 2
            level += 1
        image = self.image(level)
        fx = self.image().shape[1] / image.shape[1]
        fy = self.image().shape[0] / image.shape[0]
        m = matrix.copy()
        m[:, 2] += m[:, :2] @ [0.5 * fx - 0.5, 0.5 * fy - 0.5]
        m[:, :2] = m[:, :2] @ np.diag([fx, fy])
        out = cv2.warpAffine(image, m, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
        if border is not None:
            return out
        mask = cv2.warpAffine(np.full(image.shape[:2], 255, np.uint8), m, size, flags=cv2.INTER_LINEAR)
        return out, mask


def moved(quad, matrix):
    return quad @ matrix[:, :2].T + matrix[:, 2]


def mean_width(quad):
    return 0.5 * (np.linalg.norm(quad[1] - quad[0]) + np.linalg.norm(quad[2] - quad[3]))


def mean_height(quad):
    return 0.5 * (np.linalg.norm(quad[3] - quad[0]) + np.linalg.norm(quad[2] - quad[1]))


def box_of(quad, margin=0.0):
    low, high = quad.min(0) - margin, quad.max(0) + margin
    return np.array([low[0], low[1], high[0], high[1]])


def meet(a, b):
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def labelled(folder):
    with open(os.path.join(folder, "labels.csv"), encoding="utf-8") as file:
        for row in list(csv.reader(file))[1:]:
            if len(row) >= 10 and row[2]:
                yield os.path.join(folder, row[0]), np.array(row[2:10], np.float64).reshape(4, 2)


def perspective_quad(rng, width, aspect):
    """A plate seen at an angle, centred on 0, of this mean width in pixels."""
    yaw = np.radians(np.clip(rng.normal(0, 24), -60, 60))
    pitch = np.radians(np.clip(rng.normal(-8, 15), -45, 40))
    roll = np.radians(np.clip(rng.normal(0, 6), -25, 25))
    half = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * [0.5, 0.5 / aspect]
    cy, sy, cp, sp, cr, sr = np.cos(yaw), np.sin(yaw), np.cos(pitch), np.sin(pitch), np.cos(roll), np.sin(roll)
    turn = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]]) @ np.array([[1, 0, 0], [0, cp, -sp], [0, sp, cp]])
    points = np.hstack([half, np.zeros((4, 1))]) @ turn.T
    flat = points[:, :2] / (1 + points[:, 2:] / rng.uniform(3, 12))
    flat = flat @ np.array([[cr, sr], [-sr, cr]])
    flat -= flat.mean(0)
    return flat * (width / max(mean_width(flat), 1e-3))


class Window:
    def __init__(self, image):
        self.image = image
        self.plates = []  # (quad, kind)
        self.unknown = []  # quads

    def taken(self, box):
        return any(meet(box, box_of(q, 2)) for q, _ in self.plates) or any(meet(box, box_of(q, 2)) for q in self.unknown)


class Maker:
    def __init__(self, data, extra_crops, seed):
        self.rng = np.random.default_rng(seed)
        plates = os.path.join(data, "plates")
        self.scenes = [Picture(p, q) for p, q in labelled(os.path.join(plates, "scenes-train"))]
        self.cars = [Picture(p, q) for p, q in labelled(os.path.join(plates, "cars"))]
        traffic = sorted(glob.glob(os.path.join(plates, "traffic-no-chinese-plate", "*.jpg")))
        # Every fifth of the pictures without a Chinese plate is kept for measuring false detections.
        self.traffic = [Picture(p) for i, p in enumerate(traffic) if i % 5]
        self.cars = [p for i, p in enumerate(self.cars) if i % 5]
        crops = [os.path.join(plates, "crops-train")] + ([os.path.join(extra_crops, "plate")] if extra_crops else [])
        self.textures = Textures(self.scenes, crops)
        self.not_plates = sorted(glob.glob(os.path.join(extra_crops, "not", "*.jpg"))) if extra_crops else []

    def pick(self, pictures):
        return pictures[self.rng.integers(len(pictures))]

    def log_uniform(self, low, high):
        return float(np.exp(self.rng.uniform(np.log(low), np.log(high))))

    def make(self, size, widths):
        rng = self.rng
        plain = rng.random() < 0.25  # a street has far more places without a plate than these windows
        if plain:
            window = self.somewhere_in_a_scene(size) if rng.random() < 0.5 else self.background(size)
        else:
            window = self.of_scenes(size, widths) if rng.random() < 0.5 else self.of_background(size, widths)
        for _ in range(rng.integers(0, 3)):
            self.distract(window)
        for _ in range(0 if plain else rng.integers(0, 3)):
            self.add_plate(window, self.log_uniform(*widths))
        window.image = degraded(window.image, rng)
        lost = [quad for quad, _ in window.plates if contrast(window.image, quad) < 5]
        window.unknown += lost
        window.plates = [(quad, kind) for quad, kind in window.plates if not any(quad is q for q in lost)]
        return window

    # Backgrounds

    def background(self, size):
        """Some part of a picture without a Chinese plate; where a foreign one is, nothing is said."""
        rng = self.rng
        picture = self.pick(self.traffic if rng.random() < 0.5 else self.cars)
        window, matrix = self.part_of(picture, size)
        if picture.quad is not None:
            window.unknown.append(grown(moved(picture.quad, matrix), 1.3))
        return window

    def part_of(self, picture, size):
        rng = self.rng
        h, w = picture.image().shape[:2]
        cover = max(size[0] / w, size[1] / h)
        scale = max(cover, self.log_uniform(0.25, 1.5))
        x = rng.uniform(0, max(0.0, w * scale - size[0]))
        y = rng.uniform(0, max(0.0, h * scale - size[1]))
        matrix = np.array([[scale, 0, -x], [0, scale, -y]])
        return Window(picture.warped(matrix, size, border=True)), matrix

    def somewhere_in_a_scene(self, size):
        """Any part of a real scene: ground, bonnets, walls, and its plate where that happens to lie inside."""
        picture = self.pick(self.scenes)
        window, matrix = self.part_of(picture, size)
        self.label(window, moved(picture.quad, matrix), SINGLE)
        return window

    def of_background(self, size, widths):
        """A foreign car; in most of them a plate of ours in place of its own."""
        rng = self.rng
        if rng.random() < 0.45:
            return self.background(size)
        picture = self.pick(self.cars)
        box = box_of(picture.quad)
        width = self.log_uniform(*widths)
        scale = width / (box[2] - box[0])
        matrix = np.array([[scale, 0, 0], [0, scale, 0.0]])
        matrix[:, 2] = self.somewhere(size, moved(picture.quad, matrix))
        image, mask = picture.warped(matrix, size)
        window = Window(image) if rng.random() < 0.3 else self.over(size, image, mask)
        quad = moved(picture.quad, matrix)
        if box_of(quad)[2] - box_of(quad)[0] < 8:
            return window
        texture, kind = self.textures.draw(rng)
        aspect = 440 / 140 if kind == SINGLE else 2.0
        shape = perspective_quad(rng, width * rng.uniform(0.95, 1.25), aspect)
        # A plate there was seen from about in front.
        flat = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * 0.5 * [mean_width(shape), mean_width(shape) / aspect]
        shape = flat + rng.uniform(0.1, 0.8) * (shape - flat)
        window.unknown.append(grown(quad, 1.1))
        self.paste(window, shape + quad.mean(0), texture, kind)
        return window

    def over(self, size, image, mask):
        """A picture that does not cover the window, on another one or on the eye's fill."""
        if mask.min() == 255:
            return Window(image)
        if self.rng.random() < 0.5:
            window = Window(np.full((size[1], size[0], 3), FILL, np.uint8))
        else:
            window = self.background(size)
        hit = mask > 127
        window.image[hit] = image[hit]
        where = box_of(np.argwhere(hit)[:, ::-1].astype(float)) if hit.any() else None
        if where is not None:  # what is covered is no longer there
            window.unknown = [q for q in window.unknown if not covered(q, where)]
        return window

    def somewhere(self, size, quad):
        """A shift that puts the quad into the window."""
        box = box_of(quad, 2)
        shift = []
        for low, high, side in ((box[0], box[2], size[0]), (box[1], box[3], size[1])):
            room = side - (high - low)
            shift.append(self.rng.uniform(0, room) - low if room > 0 else room / 2 - low)
        return np.array(shift)

    # Real scenes

    def of_scenes(self, size, widths):
        rng = self.rng
        window = None
        for _ in range(rng.integers(1, 6)):
            scene, width = self.pick(self.scenes), self.log_uniform(*widths)
            matrix = self.leaning(width / mean_width(scene.quad), rng.random() < 0.25, scene)
            matrix[:, 2] += self.somewhere(size, moved(scene.quad, matrix))
            quad = moved(scene.quad, matrix)
            if matrix[0, 0] < 0:  # seen in a mirror: what was top right is top left
                quad = quad[[1, 0, 3, 2]]
            image, mask = scene.warped(matrix, size)
            if window is None:
                window = self.over(size, image, mask)
            else:
                ys, xs = np.nonzero(mask > 127)
                if not len(xs):
                    continue
                box = np.array([xs.min(), ys.min(), xs.max(), ys.max()])
                if window.taken(box):
                    continue
                hit = mask > 127
                window.image[hit] = image[hit]
            if rng.random() < 0.4:
                texture, kind = self.textures.draw(rng)
                if kind == SINGLE:
                    self.paste(window, quad, texture, kind, soft=True)
                    continue
            self.label(window, quad, SINGLE)
        return window

    def leaning(self, scale, mirror, scene):
        rng = self.rng
        angle = np.radians(np.clip(rng.normal(0, 5), -15, 15))
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        shape = np.array([[1, rng.normal(0, 0.06)], [0, np.exp(rng.normal(0, 0.08))]])
        linear = scale * turn @ shape @ np.diag([-1.0 if mirror else 1.0, 1.0])
        middle = np.array(scene.image().shape[1::-1]) / 2
        return np.hstack([linear, (-(linear @ middle))[:, None]])

    # Plates and what is none

    def add_plate(self, window, width):
        rng = self.rng
        texture, kind = self.textures.draw(rng)
        quad = perspective_quad(rng, width, 440 / 140 if kind == SINGLE else 2.0)
        h, w = window.image.shape[:2]
        for _ in range(4):
            placed = quad + rng.uniform([0, 0], [w, h])
            box = box_of(placed, 3)
            if box[0] > 0 and box[1] > 0 and box[2] < w and box[3] < h and not window.taken(box):
                self.paste(window, placed, texture, kind)
                return

    def paste(self, window, quad, texture, kind, soft=False):
        rng = self.rng
        if not soft and rng.random() < 0.5:  # a frame, a bumper's hollow
            ring = np.round(grown(quad, rng.uniform(1.04, 1.25))).astype(np.int32)
            shade = rng.integers(10, 200)
            cv2.fillConvexPoly(window.image, ring, [int(shade)] * 3, cv2.LINE_AA)
        blend(window.image, quad, texture, rng)
        self.label(window, quad, kind)

    def label(self, window, quad, kind):
        h, w = window.image.shape[:2]
        slack = 0.06 * mean_width(quad)
        box = box_of(quad)
        whole = box[0] > -slack and box[1] > -slack and box[2] < w + slack and box[3] < h + slack
        if whole and mean_width(quad) >= 13 and mean_height(quad) >= 3.5:
            window.plates.append((quad, kind))
        else:
            window.unknown.append(quad)

    def distract(self, window):
        """Something of about a plate's size that is none: a lamp, a grille, a sign with text."""
        rng = self.rng
        h, w = window.image.shape[:2]
        width = self.log_uniform(16, 0.6 * w)
        quad = perspective_quad(rng, width, rng.uniform(1.5, 5)) + rng.uniform([0, 0], [w, h])
        if window.taken(box_of(quad, 2)):
            return
        if self.not_plates and rng.random() < 0.6:
            patch = cv2.imread(self.not_plates[rng.integers(len(self.not_plates))])
        else:
            patch = sign(rng)
        blend(window.image, quad, patch, rng)


def contrast(image, quad):
    """Deviation of the grey values in the middle of the plate."""
    low, high = np.split(np.round(box_of(grown(quad, 0.7))).astype(int), 2)
    part = image[max(0, low[1]):high[1] + 1, max(0, low[0]):high[0] + 1]
    return float(part.mean(2).std()) if part.size else 0.0


def grown(quad, factor):
    middle = quad.mean(0)
    return middle + factor * (quad - middle)


def covered(quad, box):
    inner = box_of(quad)
    return inner[0] >= box[0] and inner[1] >= box[1] and inner[2] <= box[2] and inner[3] <= box[3]


def sign(rng):
    colours = rng.integers(0, 256, (2, 3))
    patch = np.empty((48, int(rng.integers(70, 240)), 3), np.uint8)
    patch[:] = colours[0]
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789-.& abcdefghnorstu"
    text = "".join(letters[i] for i in rng.integers(0, len(letters), rng.integers(2, 12)))
    font = int(rng.choice([cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_COMPLEX]))
    cv2.putText(patch, text, (4, 36), font, float(rng.uniform(0.6, 1.3)), [int(c) for c in colours[1]],
                int(rng.integers(1, 4)), cv2.LINE_AA)
    return patch


def blend(image, quad, texture, rng):
    """Draws the texture into the quad, lit like what was there."""
    h, w = image.shape[:2]
    width = mean_width(quad)
    while texture.shape[1] > 1.6 * width and texture.shape[1] > 24 and texture.shape[0] > 8:
        texture = cv2.resize(texture, (texture.shape[1] // 2, texture.shape[0] // 2), interpolation=cv2.INTER_AREA)
    low = np.floor(quad.min(0)).astype(int) - 2
    high = np.ceil(quad.max(0)).astype(int) + 3
    low, high = np.maximum(low, 0), np.minimum(high, [w, h])
    if (high - low).min() < 3:
        return
    th, tw = texture.shape[:2]
    source = np.float32([[-0.5, -0.5], [tw - 0.5, -0.5], [tw - 0.5, th - 0.5], [-0.5, th - 0.5]])
    matrix = cv2.getPerspectiveTransform(source, np.float32(quad - low))
    size = (int(high[0] - low[0]), int(high[1] - low[1]))
    drawn = cv2.warpPerspective(texture, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    mask = np.zeros((size[1] * 4, size[0] * 4), np.uint8)
    cv2.fillConvexPoly(mask, np.round((quad - low + 0.5) * 4 - 0.5).astype(np.int32), 255)
    mask = cv2.resize(mask, size, interpolation=cv2.INTER_AREA).astype(np.float32)[..., None] / 255
    part = image[low[1]:high[1], low[0]:high[0]]
    light = np.clip((float(part.mean()) + 40) / (float(drawn.mean()) + 40), 0.25, 1.6)
    gain = 1 + rng.uniform(0, 1) * (light - 1)
    lit = np.clip(drawn.astype(np.float32) * gain * rng.uniform(0.8, 1.2), 0, 255)
    part[:] = (part * (1 - mask) + lit * mask).astype(np.uint8)


def degraded(image, rng):
    """What a camera, its compression and the night do."""
    h, w = image.shape[:2]
    if rng.random() < 0.12:  # fewer pixels than it says
        f = rng.uniform(0.45, 0.9)
        image = cv2.resize(cv2.resize(image, None, fx=f, fy=f, interpolation=cv2.INTER_AREA), (w, h))
    chance = rng.random()
    if chance < 0.25:
        image = cv2.GaussianBlur(image, (0, 0), rng.uniform(0.3, 1.3))
    elif chance < 0.37:
        n = int(rng.integers(3, 10))
        kernel = np.zeros((n, n), np.float32)
        a = rng.normal(0, 0.5)
        middle = (n - 1) / 2
        ends = [(middle - s * middle * np.cos(a), middle - s * middle * np.sin(a)) for s in (1, -1)]
        cv2.line(kernel, *[tuple(int(round(v)) for v in end) for end in ends], 1)
        image = cv2.filter2D(image, -1, kernel / kernel.sum())
    if rng.random() < 0.2:
        image = cv2.cvtColor(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
    if rng.random() < 0.15:  # night
        image = cv2.convertScaleAbs(image, alpha=rng.uniform(0.12, 0.5))
        if rng.random() < 0.7:
            image = cv2.add(image, glare(h, w, rng, 1.0))
    elif rng.random() < 0.15:
        image = cv2.add(image, glare(h, w, rng, rng.uniform(0.2, 0.8)))
    image = cv2.LUT(image, curves(rng))
    if rng.random() < 0.35:
        cv2.setRNGSeed(int(rng.integers(1 << 31)))
        noise = np.empty((h, w), np.int16)
        cv2.randn(noise, 0, 255 * rng.uniform(0.01, 0.07))
        image = cv2.add(image, cv2.merge([noise] * 3), dtype=cv2.CV_8U)
    if rng.random() < 0.45:
        quality = int(rng.integers(20, 92))
        image = cv2.imdecode(cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], 1)
    return image


def curves(rng):
    """Exposure, contrast, brightness and white balance, a curve a channel."""
    x = np.linspace(0, 1, 256) ** np.exp(rng.normal(0, 0.25))
    x = (x - 0.5) * np.exp(rng.normal(0, 0.2)) + 0.5 + rng.normal(0, 0.06)
    x = x[:, None] * np.exp(rng.normal(0, 0.06, 3))
    return np.clip(x * 255, 0, 255).astype(np.uint8)[None]


def glare(h, w, rng, strength):
    """Light about a lamp; soft, so that a quarter of the pixels will do."""
    y, x = np.ogrid[:h // 4 + 1, :w // 4 + 1]
    cx, cy, r = rng.uniform(0, w) / 4, rng.uniform(0, h) / 4, rng.uniform(8, 90) / 4
    blob = np.exp(-np.sqrt(((x - cx) / r) ** 2 + ((y - cy) / r) ** 2)) * rng.uniform(0.5, 2) * strength * 255
    blob = blob[..., None] * rng.uniform(0.8, 1, 3)
    return cv2.resize(np.clip(blob, 0, 255).astype(np.uint8), (w, h))
