"""Puts the corners of a found plate right, on a crop around them, and says again whether it is a plate.

Input 1x3x48x128, BGR / 255 (corner_crops.py says where the given corners lie). Outputs: `heat` 1x4x12x32, for each
corner how likely (softmax over the map) it lies in a cell of 4 x 4 pixels: its place is the mean of the cells' centres;
`said` 1x2: plate (logit), two rows (logit).
"""
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from corner_crops import HEIGHT, PLACES, UNIT, WIDTH
from detector_net import Convolution

CELL = 4


def cell_centres():
    """x and y of every cell, pixels of the crop."""
    ys, xs = np.mgrid[:HEIGHT // CELL, :WIDTH // CELL]
    return np.stack([xs.reshape(-1), ys.reshape(-1)], 1) * CELL + (CELL - 1) / 2


class Corners(nn.Module):
    def __init__(self, width=32):
        super().__init__()
        self.body = nn.Sequential(Convolution(3, 16, stride=2), Convolution(16, width, stride=2),
                                  *[Convolution(width, width, dilation=d) for d in (1, 2, 3, 2, 1)])
        self.heat = nn.Conv2d(width, 4, 3, padding=1)
        self.whole = nn.Sequential(Convolution(width, 48, stride=2), Convolution(48, 64, stride=2))
        self.said = nn.Linear(64, 2)
        # Where nothing is seen the corners are about where they were said to be.
        away = ((cell_centres()[None] - PLACES[:, None]) ** 2).sum(2) / (2 * 6.0 ** 2)
        self.habit = nn.Parameter(torch.tensor(-away, dtype=torch.float32).reshape(1, 4, HEIGHT // CELL, WIDTH // CELL))
        nn.init.normal_(self.heat.weight, std=0.01)
        nn.init.zeros_(self.heat.bias)

    def forward(self, x):
        seen = self.body(x)
        return self.heat(seen) + self.habit, self.said(torch.flatten(F.adaptive_avg_pool2d(self.whole(seen), 1), 1))


def corner_losses(out, want):
    """Smooth distance of the corners in heights, and how unlikely their cells are; plate; two rows.
    want: see corner_crops.examples."""
    heat, said = out
    asked = want[:, 0]
    count = asked.sum().clamp(min=1)
    centres = torch.tensor(cell_centres(), dtype=torch.float32, device=heat.device)
    places = torch.tensor(PLACES, dtype=torch.float32, device=heat.device)
    likely = F.log_softmax(heat.flatten(2), 2)
    found = likely.exp() @ centres
    true = places + UNIT * want[:, 1:9].reshape(-1, 4, 2)
    error = (found - true) / UNIT
    far = F.smooth_l1_loss(error, torch.zeros_like(error), reduction="none", beta=0.05).mean((1, 2))
    away = ((centres - true[:, :, None]) ** 2).sum(3)
    spot = F.softmax(-away / (2 * 3.0 ** 2), 2)
    unlikely = -(spot * likely).sum(2).mean(1)
    plate = F.binary_cross_entropy_with_logits(said[:, 0], want[:, 9])
    rows = F.binary_cross_entropy_with_logits(said[:, 1], want[:, 10], reduction="none")
    return (far * asked).sum() / count, (unlikely * asked).sum() / count, plate, (rows * asked).sum() / count
