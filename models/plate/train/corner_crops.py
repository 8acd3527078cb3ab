"""Crops on which the corners of a plate are put right: around corners that are a little off, as the detector's are."""
import cv2
import numpy as np

WIDTH, HEIGHT = 128, 48
# Where the corners that were given come to lie, clockwise from top left, pixels.
PLACES = np.array([[15, 9], [112, 9], [112, 38], [15, 38]], np.float64)
UNIT = 29.0  # pixels per unit of an answer: the height between the places


def matrix_of(quad):
    """From the picture to the crop."""
    return cv2.getPerspectiveTransform(np.float32(quad), np.float32(PLACES))


def cut(image, quad):
    """The crop; a large plate is first made small by areas, so that nothing flickers."""
    low = np.floor(quad.min(0) - 0.4 * np.ptp(quad, 0) - 4).astype(int)
    high = np.ceil(quad.max(0) + 0.4 * np.ptp(quad, 0) + 4).astype(int)
    low = np.maximum(low, 0)
    high = np.minimum(high, [image.shape[1], image.shape[0]])
    if (high - low).min() < 2:
        return np.full((HEIGHT, WIDTH, 3), 114, np.uint8)
    part, inner = image[low[1]:high[1], low[0]:high[0]], quad - low
    width = 0.5 * (np.linalg.norm(quad[1] - quad[0]) + np.linalg.norm(quad[2] - quad[3]))
    if width > 160:
        size = [max(2, round(side * 130 / width)) for side in part.shape[1::-1]]
        factor = np.array(size) / part.shape[1::-1]
        part = cv2.resize(part, size, interpolation=cv2.INTER_AREA)
        inner = (inner + 0.5) * factor - 0.5
    return cv2.warpPerspective(part, matrix_of(inner), (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR,
                               borderMode=cv2.BORDER_REPLICATE)


def mapped(quad, matrix):
    return cv2.perspectiveTransform(np.float32(quad)[None], matrix)[0].astype(np.float64)


def convex(quad):
    following = np.roll(quad, -1, 0) - quad
    after = np.roll(following, -1, 0)
    return bool((following[:, 0] * after[:, 1] - following[:, 1] * after[:, 0] > 0).all())


def shaken(quad, rng):
    """Corners off by what a detector errs: moved, grown, and each by itself."""
    height = 0.5 * (np.linalg.norm(quad[3] - quad[0]) + np.linalg.norm(quad[2] - quad[1]))
    strength = height * float(np.exp(rng.normal(-2.4, 0.6)))
    middle = quad.mean(0)
    out = middle + (quad - middle) * np.exp(rng.normal(0, 0.06, 2))
    return out + rng.normal(0, strength, 2) + rng.normal(0, strength, (4, 2))


def examples(window, rng, negatives=0.4):
    """[(crop, 11 numbers: asked, 8 offsets in UNITs, plate, two rows)] of a window."""
    found = []
    for quad, kind in window.plates:
        given = shaken(quad, rng)
        if not convex(given):
            continue
        offsets = (mapped(quad, matrix_of(given)) - PLACES) / UNIT
        if np.abs(offsets).max() > 1.5:
            continue
        found.append((cut(window.image, given), np.hstack([1, offsets.reshape(-1), 1, kind == 3])))
    if rng.random() < negatives:
        h, w = window.image.shape[:2]
        width = float(np.exp(rng.uniform(np.log(16), np.log(w / 2))))
        box = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * [width / 2, width / 6]
        given = shaken(box, rng) + rng.uniform([0, 0], [w, h])
        if convex(given) and not window.taken(np.hstack([given.min(0), given.max(0)])):
            found.append((cut(window.image, given), np.zeros(11)))
    return found
