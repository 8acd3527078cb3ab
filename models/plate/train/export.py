#!/usr/bin/python3
"""Writes a trained recogniser as ONNX opset 11 for OpenCV 4.6: static 1 × 3 × 32 × 160, batch norms folded.

  export.py FOLDER/last.pt models/plate/recogniser.onnx [--temperature T]

The moving average of the weights is written. `--temperature` divides the columns' logits, by folding it into the last
convolution: what calibration found (see calibrate.py).
"""
import argparse
from pathlib import Path

import onnx
import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from recogniser_net import Recogniser

OUTPUTS = ["columns", "colour", "kind"]


def folded(module):
    """Each convolution that a batch norm follows, as one convolution."""
    for name, child in module.named_children():
        setattr(module, name, folded(child))
    if not isinstance(module, nn.Sequential):
        return module
    parts, before = [], None
    for part in module:
        if isinstance(part, nn.BatchNorm2d) and isinstance(before, nn.Conv2d):
            parts[-1] = before = fuse_conv_bn_eval(before, part)
        elif not isinstance(part, nn.Dropout):
            parts.append(part)
            before = part
    return nn.Sequential(*parts)


def load(path, temperature=1.0):
    saved = torch.load(path, map_location="cpu")
    model = Recogniser(**saved["shape"])
    model.load_state_dict(saved["average"])
    model = folded(model.eval())
    with torch.no_grad():
        model.columns.weight /= temperature
        model.columns.bias /= temperature
    return model


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("onnx", type=Path)
    parser.add_argument("--temperature", type=float, default=1.0)
    args = parser.parse_args()
    model = load(args.checkpoint, args.temperature)
    torch.onnx.export(model, torch.zeros(1, 3, 32, 160), str(args.onnx), opset_version=11, input_names=["picture"],
                      output_names=OUTPUTS, do_constant_folding=True)  # fmt: skip
    written = onnx.load(args.onnx)
    onnx.checker.check_model(written)
    print(f"{args.onnx}: {args.onnx.stat().st_size} bytes, {sorted({n.op_type for n in written.graph.node})}")


if __name__ == "__main__":
    main()
