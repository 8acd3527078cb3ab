"""Real plates, cut out by their corners, in other colours and in two rows: what detector_windows pastes."""
import glob
import os

import cv2
import numpy as np

SINGLE, DOUBLE = 2, 3  # as in the records of menshen-synth
SIZE = {SINGLE: (320, 102), DOUBLE: (320, 160)}  # 440 x 140 mm and 440 x 220 mm

# Ground and ink, BGR, of the classes of plates; each is varied.
COLOURS = {
    "blue": ((160, 70, 15), (240, 240, 240)),
    "yellow": ((25, 165, 225), (25, 25, 25)),
    "white": ((225, 225, 225), (25, 25, 25)),
    "black": ((30, 28, 28), (235, 235, 235)),
    "green": ((120, 190, 90), (25, 30, 25)),
    "yellow-green": ((110, 190, 90), (25, 30, 25)),
}
SHARES = (0.22, 0.36, 0.12, 0.08, 0.12, 0.1)


def straighten(image, quad, size):
    w, h = size
    target = np.float32([[0, 0], [w - 1, 0], [w - 1, h - 1], [0, h - 1]])
    return cv2.warpPerspective(image, cv2.getPerspectiveTransform(np.float32(quad), target), size)


def ink_of(texture):
    """0 where the ground is, 1 where the characters are; and the light on the plate, about 1."""
    grey = cv2.cvtColor(texture, cv2.COLOR_BGR2GRAY).astype(np.float32)
    low, high = np.percentile(grey, (12, 92))
    ink = np.clip((grey - low) / max(high - low, 8), 0, 1)
    b, g, r = (float(np.median(texture[..., c])) for c in range(3))
    if not (b > g and b > r):  # dark characters, unless the ground is blue
        ink = 1 - ink
    small = cv2.resize(grey, (8, 3), interpolation=cv2.INTER_AREA)
    light = cv2.resize(small, texture.shape[1::-1], interpolation=cv2.INTER_CUBIC)
    return ink, light / max(float(light.mean()), 1)


def two_rows(ink, rng):
    """The first two characters above, the other five below, in about the places of the standard."""
    h, w = ink.shape
    dw, dh = SIZE[DOUBLE]
    out = np.zeros((dh, dw), np.float32)
    top = cv2.resize(ink[:, int(0.02 * w):int(0.29 * w)], (int(0.5 * dw), int(0.30 * dh)))
    bottom = cv2.resize(ink[:, int(0.32 * w):int(0.98 * w)], (int(0.92 * dw), int(0.54 * dh)))
    x, y = int(0.25 * dw), int(0.06 * dh) + int(rng.integers(0, 4))
    out[y:y + top.shape[0], x:x + top.shape[1]] = top
    x, y = int(0.04 * dw), int(0.41 * dh)
    out[y:y + bottom.shape[0], x:x + bottom.shape[1]] = bottom
    return out


def ground_picture(name, shape, rng):
    ground, _ = COLOURS[name]
    h, w = shape
    if name == "green":  # white above, green below
        fade = np.linspace(0, 1, h, dtype=np.float32)[:, None, None]
        picture = (1 - fade) * np.float32([225, 235, 225]) + fade * np.float32(ground)
        return np.broadcast_to(picture, (h, w, 3)).copy()
    picture = np.empty((h, w, 3), np.float32)
    picture[:] = ground
    if name == "yellow-green":
        picture[:, :int(0.27 * w)] = COLOURS["yellow"][0]
    return picture


def drawn_again(texture, rng, double):
    """The same characters on the ground of another class."""
    name = str(rng.choice(list(COLOURS), p=SHARES))
    if double and rng.random() < 0.7:
        name = "yellow"
    ink, light = ink_of(texture)
    if double:
        ink, light = two_rows(ink, rng), cv2.resize(light, SIZE[DOUBLE])
    colour = np.float32(COLOURS[name][1])
    picture = ground_picture(name, ink.shape, rng)
    picture += rng.normal(0, 12, 3).astype(np.float32)
    mark = ink[..., None]
    picture = picture * (1 - mark) + colour * mark
    if name == "white" and rng.random() < 0.5:  # the army's and police's red
        w = picture.shape[1]
        part = slice(0, int(0.28 * w)) if rng.random() < 0.5 else slice(int(0.86 * w), w)
        red = np.float32([40, 30, 190])
        picture[:, part] = picture[:, part] * (1 - mark[:, part]) + red * mark[:, part]
    strength = rng.uniform(0.3, 1.0)
    picture *= 1 + strength * (light[..., None] - 1)
    if rng.random() < 0.5:  # the raised edge
        ink_line = tuple(float(c) for c in colour)
        h, w = picture.shape[:2]
        cv2.rectangle(picture, (4, 4), (w - 5, h - 5), ink_line, int(rng.integers(1, 4)))
    return np.clip(picture, 0, 255).astype(np.uint8)


def padded_crop(crop):
    """A crop that ends at its characters gets the margins of a plate back."""
    ground = np.median(crop[4:-4:2, ::2].reshape(-1, 3), axis=0)
    image = cv2.copyMakeBorder(crop, 4, 4, 4, 4, cv2.BORDER_CONSTANT, value=[float(c) for c in ground])
    return cv2.resize(image, (176, 56))


class Textures:
    """Cut out of the scenes, and the crops of other provinces."""

    def __init__(self, scenes, crop_folders):
        self.scenes = scenes  # Pictures with a quad
        self.crops = [f for folder in crop_folders for f in sorted(glob.glob(os.path.join(folder, "*.jpg")))]
        self.cache = {}

    def base(self, rng):
        if self.crops and rng.random() < 0.35:
            key = self.crops[rng.integers(len(self.crops))]
            if key not in self.cache:
                self.cache[key] = padded_crop(cv2.imread(key))
        else:
            key = int(rng.integers(len(self.scenes)))
            if key not in self.cache:
                scene = self.scenes[key]
                self.cache[key] = straighten(scene.image(), scene.quad, SIZE[SINGLE])
        return self.cache[key]

    def draw(self, rng):
        """(picture of a plate, its kind)"""
        texture = self.base(rng)
        chance = rng.random()
        if chance < 0.4:
            return texture, SINGLE
        double = chance < 0.6
        return drawn_again(texture, rng, double), DOUBLE if double else SINGLE
