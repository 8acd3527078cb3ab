"""What the maps of the detector should say about a window."""
import numpy as np

from detector_net import STRIDES, UNIT

# Widths in network pixels (a double-row plate counts as 2.2 times its height) that a map answers for, and the wider
# range about which it is not asked.
ANSWERS = {8: (0, 60), 16: (44, 130), 32: (100, 1e9)}
UNASKED = {8: (0, 90), 16: (30, 190), 32: (70, 1e9)}
CORE = 0.3  # share of a plate's width and height, from its middle, whose cells answer
CHANNELS = 12  # asked, plate, 8 offsets, kind, weight per pixel of error


def extent(quad):
    across = 0.5 * (np.linalg.norm(quad[1] - quad[0]) + np.linalg.norm(quad[2] - quad[3]))
    down = 0.5 * (np.linalg.norm(quad[3] - quad[0]) + np.linalg.norm(quad[2] - quad[1]))
    return across, down


def own_coordinates(quad, points):
    """Points as fractions of the plate, 0 at its middle, by its mean edges."""
    along = 0.5 * (quad[1] - quad[0] + quad[2] - quad[3])
    across = 0.5 * (quad[3] - quad[0] + quad[2] - quad[1])
    matrix = np.stack([along, across], 1)
    if abs(np.linalg.det(matrix)) < 1e-6:
        return np.full(points.shape, 9.0)
    return (points - quad.mean(0)) @ np.linalg.inv(matrix).T


def targets(window, size):
    """One array of CHANNELS x h x w a stride."""
    return [of_stride(window, size, stride) for stride in STRIDES]


def of_stride(window, size, stride):
    w, h = size[0] // stride, size[1] // stride
    out = np.zeros((CHANNELS, h, w), np.float32)
    out[0] = 1
    xs, ys = np.meshgrid(np.arange(w), np.arange(h))
    points = np.stack([xs, ys], -1).reshape(-1, 2).astype(np.float64)
    centres = (points + 0.5) * stride - 0.5
    for quad in window.unknown:
        own = np.abs(own_coordinates(quad, centres)).max(1).reshape(h, w)
        out[0][own < 0.6] = 0
    for quad, kind in window.plates:
        across, down = extent(quad)
        reach = max(across, 2.2 * down)
        own = np.abs(own_coordinates(quad, centres))
        middle = np.abs(centres - quad.mean(0)).max(1) <= stride / 2
        far = own.max(1).reshape(h, w)
        within = (own <= 0.5).all(1).reshape(h, w) | middle.reshape(h, w)
        if UNASKED[stride][0] <= reach <= UNASKED[stride][1]:
            out[0][within] = 0
        if not ANSWERS[stride][0] <= reach <= ANSWERS[stride][1]:
            continue
        core = ((far <= CORE) | middle.reshape(h, w)).reshape(-1)
        if not core.any():
            continue
        cells = np.argwhere(core.reshape(h, w))
        for y, x in cells:
            offsets = (quad - [(x + 0.5) * stride - 0.5, (y + 0.5) * stride - 0.5]) / (UNIT * stride)
            out[0, y, x] = out[1, y, x] = 1
            out[2:10, y, x] = offsets.reshape(-1)
            out[10, y, x] = kind == 3
            out[11, y, x] = UNIT * stride / max(down, across / 4)
    return out
