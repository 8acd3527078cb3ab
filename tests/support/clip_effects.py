"""What night, motion and a thrifty encoder do to the frames of a clip. Used by make_clips; the same dice give the same pictures."""
import cv2
import numpy as np


class Approach:
    """How the camera sees the car come: for every moment 0..1 of the clip the placing of the picture in the frame.

    By day the car rolls in calmly before a camera that hangs still. With `motion` it is there in half the time, the camera shakes and
    rolls as one in the wind or in a hand does, and the shutter is open for longer, so that blur grows with speed.
    """

    def __init__(self, dice, plate, size, motion):
        self.plate_width = float(np.linalg.norm(plate[1] - plate[0]))
        self.middle = plate.mean(axis=0)
        self.size = size
        self.near = dice.uniform(260, 420)
        self.far = self.near * dice.uniform(0.3, 0.45)
        self.place = np.array([dice.uniform(0.4, 0.6) * size[0], dice.uniform(0.55, 0.7) * size[1]])
        self.stands_from = dice.uniform(0.45, 0.65) if motion else 0.8
        self.sway = dice.uniform(4, 14)
        self.shake = dice.uniform(2, 7) if motion else 0
        self.roll = dice.uniform(0.4, 1.6) if motion else 0
        self.rhythm = [dice.uniform(3, 8) for _ in range(3)]  # hertz
        self.phases = [dice.uniform(0, 6) for _ in range(4)]
        self.shutter = dice.uniform(1 / 60, 1 / 25) if motion else 0  # seconds

    def way(self, moment):
        """0 far … 1 at the barrier: slow in the distance, quick before it brakes."""
        t = min(1.0, moment / self.stands_from)
        return t ** 1.5 if self.shutter == 0 else t * t * (3 - 2 * t)

    def placing(self, second, seconds):
        """2 × 3, picture to frame."""
        way = self.way(second / seconds)
        scale = (self.far + (self.near - self.far) * way) / self.plate_width
        waves = [np.sin(2 * np.pi * rhythm * second + phase) for rhythm, phase in zip(self.rhythm, self.phases)]
        sway = (1 - way) * self.sway * np.array([np.sin(self.phases[3] + 6 * second), np.cos(self.phases[3] + 5 * second)])
        at = self.place + [0, (way - 1) * 0.15 * self.size[1]] + sway + self.shake * np.array([waves[0], waves[1]])
        turn = np.radians(self.roll * waves[2])
        linear = scale * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
        return np.hstack([linear, (at - linear @ self.middle)[:, None]])


def halved(picture, scale):
    """The picture small enough that `scale` of it skips no pixel, and how much smaller it is."""
    if scale >= 0.9:
        return picture, 1.0
    smaller = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return smaller, picture.shape[1] / smaller.shape[1]


def exposed(picture, background, approach, second, seconds):
    """One frame: the mean of what the camera sees while its shutter is open; a sample for every two pixels of movement."""
    open_for = approach.shutter
    first, last = approach.placing(second, seconds), approach.placing(second + open_for, seconds)
    moved = float(np.linalg.norm((last - first) @ np.array([*approach.middle, 1.0])))
    samples = 1 if open_for == 0 else int(np.clip(np.ceil(moved / 2), 1, 12))
    small, by = halved(picture, float(np.hypot(first[0, 0], first[1, 0])))
    total = np.zeros((approach.size[1], approach.size[0], 3), np.float32)
    for i in range(samples):
        matrix = approach.placing(second + open_for * (i + 0.5) / samples, seconds)
        matrix = np.hstack([matrix[:, :2] * by, matrix[:, 2:]])
        seen = cv2.warpAffine(small, matrix, approach.size, background.copy(), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_TRANSPARENT)
        cv2.accumulate(seen, total)
    return total / samples


class Night:
    """Little light, a lamp that the plate throws back, headlamps that dazzle and bloom, and the noise of a sensor at its limit."""

    def __init__(self, dice, size):
        self.size = size
        self.dark = dice.uniform(0.02, 0.10)  # of the day's light
        self.gain = dice.uniform(1.5, 3.5)  # what the camera makes of it
        self.lamp = dice.uniform(1.5, 5)  # the gate's lamp on the plate, against what is around
        self.grey = dice.uniform(0, 0.7)
        self.cast = np.array([dice.uniform(0.65, 1.1), 0.95, dice.uniform(0.95, 1.2)], np.float32)
        self.apart, self.rise = dice.uniform(1.2, 2.0), dice.uniform(0.0, 0.7)  # widths of the plate
        self.core = dice.uniform(0.10, 0.22)
        self.power = dice.choice([0, 0.3, 1.5, 4, 8]) * dice.uniform(0.5, 1.5)  # low beam … full beam into the lens
        self.shot, self.floor = dice.uniform(0.0005, 0.003), dice.uniform(0.003, 0.012)
        self.noise = np.random.default_rng(dice.randrange(2 ** 32))
        field = self.noise.standard_normal((size[1] + 128, size[0] + 128, 3), np.float32)
        self.field = cv2.GaussianBlur(field, (0, 0), 0.6) * 1.7  # neighbours share some of it, as after demosaicking

    def __call__(self, frame, middle, plate_width):
        light = (frame / 255) ** 2.2 * self.cast
        grey = light.mean(axis=2, keepdims=True)
        light = (light + self.grey * (grey - light)) * self.dark * self.gain * self.spot(middle, plate_width)[..., None]
        light += self.headlamps(middle, plate_width)[..., None]
        y, x = self.noise.integers(0, 128, 2)
        deviation = np.sqrt(self.floor ** 2 + self.shot * light)
        light = light + deviation * self.field[y:y + self.size[1], x:x + self.size[0]]
        return 255 * np.clip(light, 0, 1) ** (1 / 2.2)

    def quarter(self):
        """Coordinates of the frame at a quarter of its size: what spreads is soft."""
        return np.meshgrid(np.arange(0, self.size[0], 4, dtype=np.float32), np.arange(0, self.size[1], 4, dtype=np.float32))

    def spot(self, middle, plate_width):
        x, y = self.quarter()
        near = np.exp(-((x - middle[0]) ** 2 + 2 * (y - middle[1]) ** 2) / (2 * (1.3 * plate_width) ** 2))
        return cv2.resize(1 + (self.lamp - 1) * near, self.size, interpolation=cv2.INTER_LINEAR)

    def headlamps(self, middle, plate_width):
        """Their light in the lens: a core, a halo, a veil over everything, and the streak of pixels that run over."""
        x, y = self.quarter()
        light = np.zeros_like(x)
        core = self.core * plate_width
        for side in (-1, 1):
            dx, dy = x - (middle[0] + side * self.apart * plate_width), y - (middle[1] - self.rise * plate_width)
            away = dx ** 2 + dy ** 2
            light += self.power * (np.exp(-away / core ** 2) + 0.05 / (1 + away / (1.5 * core) ** 2))
            light += 0.06 * self.power * np.exp(-(dx / (0.25 * core)) ** 2 - (np.abs(dy) / (6 * core)))
        return cv2.resize(light, self.size, interpolation=cv2.INTER_LINEAR)


def encoder(dice, thrifty, fps):
    """Options of x264: an ordinary camera, or one on a thin line whose blocks can be seen. One thread: the same file everywhere."""
    common = ["-c:v", "libx264", "-preset", "veryfast", "-threads", "1", "-pix_fmt", "yuv420p"]
    if not thrifty:
        return [*common, "-crf", "24", "-g", str(fps)]
    if dice.random() < 0.5:
        return [*common, "-crf", str(dice.randint(32, 40)), "-g", str(2 * fps)]
    rate = dice.randint(120, 400)
    return [*common, "-b:v", f"{rate}k", "-maxrate", f"{rate}k", "-bufsize", f"{rate}k", "-g", str(4 * fps)]
