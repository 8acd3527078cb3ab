"""The recogniser: plain convolutions from a 3 × 32 × 160 picture to 40 columns, a colour and a kind."""
import torch
from torch import nn

from records import SYMBOLS


def unit(inputs, outputs, kernel, stride=1, relu=True):
    padding = tuple(k // 2 for k in kernel) if isinstance(kernel, tuple) else kernel // 2
    parts = [nn.Conv2d(inputs, outputs, kernel, stride, padding, bias=False), nn.BatchNorm2d(outputs)]
    return nn.Sequential(*parts, *([nn.ReLU(inplace=True)] if relu else []))


class Residual(nn.Module):
    def __init__(self, channels, kernel=3):
        super().__init__()
        self.body = nn.Sequential(unit(channels, channels, kernel), unit(channels, channels, kernel, relu=False))
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x):
        return self.relu(x + self.body(x))


class Recogniser(nn.Module):
    """`widths`: channels at 16 × 80, 8 × 40, 4 × 40 and 1 × 40; `depths`: residual blocks at the last three."""

    def __init__(self, widths=(24, 48, 96, 160), depths=(1, 1, 1)):
        super().__init__()
        a, b, c, d = widths
        self.shape = {"widths": tuple(widths), "depths": tuple(depths)}
        self.body = nn.Sequential(
            unit(3, a, 3, 2),
            unit(a, b, 3, 2),
            *[Residual(b) for _ in range(depths[0])],
            unit(b, c, 3, (2, 1)),
            *[Residual(c) for _ in range(depths[1])],
        )
        self.collapse = nn.Sequential(nn.Conv2d(c, d, (4, 1), bias=False), nn.BatchNorm2d(d), nn.ReLU(inplace=True))
        self.along = nn.Sequential(*[Residual(d, (1, 3)) for _ in range(depths[2])], nn.Dropout(0.1))
        self.columns = nn.Conv2d(d, SYMBOLS + 1, 1)
        self.whole = nn.Sequential(unit(d, 64, (1, 3)), nn.AdaptiveAvgPool2d(1))
        self.colour = nn.Conv2d(64, 8, 1)
        self.kind = nn.Conv2d(64, 4, 1)

    def forward(self, x):
        x = self.collapse(self.body(x))
        whole = self.whole(x)
        columns = self.columns(self.along(x)).squeeze(2).transpose(1, 2)
        return columns, self.colour(whole).flatten(1), self.kind(whole).flatten(1)


def multiplications(model):
    """Multiply-accumulates of one picture, in millions."""
    total = 0

    def count(module, _, output):
        nonlocal total
        total += output.shape[2] * output.shape[3] * module.weight.numel()

    hooks = [m.register_forward_hook(count) for m in model.modules() if isinstance(m, nn.Conv2d)]
    was = model.training
    model.eval()
    with torch.no_grad():
        model(torch.zeros(1, 3, 32, 160))
    model.train(was)
    for hook in hooks:
        hook.remove()
    return total / 1e6
