"""The plate detector: one stage, no anchors, plain convolutions, three maps with one head.

Input 1x3xHxW, BGR / 255, H and W multiples of 32. Outputs `p8`, `p16`, `p32`, each 1x10x(H/s)x(W/s) at stride s:
  0     plate, a logit
  1..8  x and y of the corners, clockwise from top left, from the cell's centre ((i + 0.5) s - 0.5), in units of 4 s
  9     two rows, a logit
"""
import torch
from torch import nn
from torch.nn import functional as F

STRIDES = (8, 16, 32)
UNIT = 4  # strides per unit of a corner's offset


class Convolution(nn.Module):
    """Convolution, batch norm and, unless told otherwise, ReLU; folds into one convolution for the export."""

    def __init__(self, inputs, outputs, size=3, stride=1, relu=True, dilation=1):
        super().__init__()
        self.convolution = nn.Conv2d(inputs, outputs, size, stride, dilation * (size // 2), dilation, bias=False)
        self.norm = nn.BatchNorm2d(outputs)
        self.relu = relu

    def forward(self, x):
        x = self.norm(self.convolution(x))
        return F.relu(x) if self.relu else x

    def folded(self):
        scale = self.norm.weight / torch.sqrt(self.norm.running_var + self.norm.eps)
        c = self.convolution
        plain = nn.Conv2d(c.in_channels, c.out_channels, c.kernel_size, c.stride, c.padding, c.dilation)
        plain.weight.data = c.weight.data * scale.data[:, None, None, None]
        plain.bias.data = self.norm.bias.data - self.norm.running_mean * scale.data
        return nn.Sequential(plain, nn.ReLU()) if self.relu else plain


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.first = Convolution(width, width)
        self.second = Convolution(width, width, relu=False)

    def forward(self, x):
        return F.relu(x + self.second(self.first(x)))


class Detector(nn.Module):
    def __init__(self, stem=16, fine=24, widths=(40, 64, 96)):
        super().__init__()
        w8, w16, w32 = widths
        self.stem = nn.Sequential(Convolution(3, stem, stride=2), Convolution(stem, fine, stride=2))
        self.c8 = nn.Sequential(Convolution(fine, w8, stride=2), Block(w8))
        self.c16 = nn.Sequential(Convolution(w8, w16, stride=2), Block(w16), Block(w16))
        self.c32 = nn.Sequential(Convolution(w16, w32, stride=2), Block(w32), Block(w32))
        self.from32 = Convolution(w32, w8, 1, relu=False)
        self.from16 = Convolution(w16, w8, 1, relu=False)
        self.from8 = Convolution(w8, w8, 1, relu=False)
        self.head = nn.Sequential(Convolution(w8, w8), Convolution(w8, w8))
        self.out = nn.Conv2d(w8, 10, 1)
        nn.init.normal_(self.out.weight, std=0.01)
        # Where nothing is known: hardly a plate, and a rectangle of the usual form.
        start = [-4.5, -0.6, -0.2, 0.6, -0.2, 0.6, 0.2, -0.6, 0.2, -1]
        self.out.bias.data = torch.tensor(start)

    def forward(self, x):
        c8 = self.c8(self.stem(x))
        c16 = self.c16(c8)
        c32 = self.c32(c16)
        f32 = self.from32(c32)
        f16 = self.from16(c16) + F.interpolate(f32, scale_factor=2.0, mode="nearest")
        f8 = self.from8(c8) + F.interpolate(f16, scale_factor=2.0, mode="nearest")
        return tuple(self.out(self.head(F.relu(f))) for f in (f8, f16, f32))


def fold(module):
    """Batch norms into the convolutions before them, in place."""
    for name, child in module.named_children():
        if isinstance(child, Convolution):
            setattr(module, name, child.folded())
        else:
            fold(child)
    return module
