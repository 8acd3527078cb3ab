"""A network to train further out of the ONNX file that was exported: its weights, with norms that change nothing.

The export folds each norm into its convolution; a norm that starts as if nothing had been learnt would undo that the
moment it sees a batch. So each gets the mean and deviation that its input has on `pictures`, and a scale and a shift
that take them back: what the network says is the same before and after, in training and out of it. Where maps share a head,
as the detector's do, they share its norms too, and it begins a little worse than it was (loss 0.9 for 0.2).
"""
import onnx
import torch
from onnx import numpy_helper
from torch import nn


def stored(path):
    return {t.name: torch.from_numpy(numpy_helper.to_array(t).copy()) for t in onnx.load(str(path)).graph.initializer}


def names(module_name):
    """What the export may call a convolution: its own name, or that of the unit which it was folded into."""
    owner, _, last = module_name.rpartition(".")
    return (f"{module_name}.", *((f"{owner}.0.", f"{owner}.") if last == "convolution" else ()))


def unfold(net, path, pictures):
    """Puts the weights of the file at `path` into `net`; its shape must be the file's. ValueError where it is not."""
    weights = stored(path)
    norms, before = [], None
    for name, module in net.named_modules():
        if isinstance(module, nn.BatchNorm2d):
            norms.append((module, before))
        elif isinstance(module, (nn.Conv2d, nn.Linear)):
            stem = next((n for n in names(name) if n + "weight" in weights), None)
            if stem is None or weights[stem + "weight"].shape != module.weight.shape:
                raise ValueError(f"{path}: no weights of the shape of {name}")
            module.weight.data.copy_(weights[stem + "weight"])
            before = weights[stem + "bias"]
            if module.bias is not None:
                module.bias.data.copy_(before)
    for norm, bias in norms:
        norm.running_mean.zero_()
        norm.running_var.fill_(1 - norm.eps)
        norm.weight.data.fill_(1)
        norm.bias.data.copy_(bias)
    settled = set()
    hooks = [norm.register_forward_pre_hook(lambda module, inputs: settle(module, inputs[0], settled)) for norm, _ in norms]
    net.eval()
    with torch.no_grad():
        net(pictures)
    for hook in hooks:
        hook.remove()


def settle(norm, x, settled):
    if norm in settled:  # a head that several maps share: the first, which has most of the cells, says
        return
    settled.add(norm)
    mean, variance = x.mean((0, 2, 3)), x.var((0, 2, 3), unbiased=False)
    norm.bias.data += mean
    norm.weight.data = torch.sqrt(variance + norm.eps)
    norm.running_mean.copy_(mean)
    norm.running_var.copy_(variance)
