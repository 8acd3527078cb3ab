#!/usr/bin/python3
"""Makes the published plate networks loadable, and quick, in OpenCV 4.6.

  convert.py SOURCE.onnx TARGET.onnx --shape 1,3,48,192 [--check]

What it does, in this order: fixes the input shape; computes everything that depends on shapes alone; turns Clip's inputs into
attributes; folds scales, shifts and batch norms into the convolutions before them; writes hard swish as one operator;
from the first ReduceMean on spreads one-dimensional constants over the whole tensor, because OpenCV 4.6 aligns them with
the wrong axis. --check evaluates both files in numpy and fails if they differ.
"""
import argparse
import sys

import numpy as np

from network import Network, Node, evaluate

OPSET = 11


def fold_shapes(network, values):
    """Nodes whose result depends on the input's shape only become constants."""
    known = set(network.constants)
    kept = []
    for n in network.nodes:
        if n.op == "Shape" or all(i in known for i in n.inputs):
            known.add(n.outputs[0])
            network.constants[n.outputs[0]] = values[n.outputs[0]]
        else:
            kept.append(n)
    network.nodes = kept


def clip_inputs_to_attributes(network):
    for n in network.nodes:
        if n.op == "Clip" and len(n.inputs) > 1:
            n.attributes["min"] = float(network.constants[n.inputs[1]])
            n.attributes["max"] = float(network.constants[n.inputs[2]])
            n.inputs = n.inputs[:1]


def scalar(network, name):
    value = network.constants.get(name)
    return float(value.reshape(-1)[0]) if value is not None and value.size == 1 else None


def only_user(network, name):
    users = network.users(name)
    return users[0] if len(users) == 1 and name != network.output else None


def remove(network, gone, old, new):
    """Drops nodes; whoever read `old` now reads `new`."""
    network.nodes = [n for n in network.nodes if n not in gone]
    for n in network.nodes:
        n.inputs = [new if i == old else i for i in n.inputs]


def hard_swish(network):
    """x * Clip(x + 3, 0, 6) / 6 as one operator."""
    for clip in [n for n in network.nodes if n.op == "Clip" and n.attributes == {"min": 0.0, "max": 6.0}]:
        add = next(n for n in network.nodes if clip.inputs[0] in n.outputs)
        mul = only_user(network, clip.outputs[0])
        if add.op != "Add" or scalar(network, add.inputs[1]) != 3.0 or mul is None or mul.op != "Mul":
            continue
        div = only_user(network, mul.outputs[0])
        if div is None or div.op != "Div" or scalar(network, div.inputs[1]) != 6.0 or add.inputs[0] not in mul.inputs:
            continue
        place = network.nodes.index(div)
        network.nodes[place] = Node("HardSwish", [add.inputs[0]], div.outputs, {})
        network.nodes = [n for n in network.nodes if n not in (add, clip, mul)]


def affine(network, node, source):
    """(scale, shift) per channel, or None if the node is no affine map of `source` by constants."""
    if node.op == "BatchNormalization":
        g, b, m, v = (network.constants[i] for i in node.inputs[1:])
        scale = g / np.sqrt(v + node.attributes.get("epsilon", 1e-5))
        return scale, b - m * scale
    if node.op not in ("Add", "Mul", "Div") or (node.op == "Div" and node.inputs[0] != source):
        return None
    other = node.inputs[1] if node.inputs[0] == source else node.inputs[0]
    value = network.constants.get(other)
    if value is None or (value.size > 1 and value.size != value.shape[1 if value.ndim > 1 else 0]):
        return None
    if value.size > 1 and value.ndim < 3:
        return None
    value = value.reshape(-1)
    one, zero = np.ones_like(value), np.zeros_like(value)
    return {"Add": (one, value), "Mul": (value, zero), "Div": (1 / value, zero)}[node.op]


def fold_after(network, op, channel_axis):
    """Conv followed by affine maps: into its weights."""
    for n in [n for n in network.nodes if n.op == op]:
        while (user := only_user(network, n.outputs[0])) is not None:
            change = affine(network, user, n.outputs[0])
            if change is None:
                break
            scale, shift = change
            weight = network.constants[n.inputs[1]]
            channels = weight.shape[channel_axis]
            scale, shift = np.broadcast_to(scale, channels), np.broadcast_to(shift, channels)
            bias = network.constants[n.inputs[2]].reshape(-1) if len(n.inputs) > 2 else np.zeros(channels)
            shape = [1] * weight.ndim
            shape[channel_axis] = channels
            name = n.outputs[0]
            network.constants[name + ".weight"] = (weight * scale.reshape(shape)).astype(np.float32)
            network.constants[name + ".bias"] = (bias * scale + shift).astype(np.float32)
            n.inputs = [n.inputs[0], name + ".weight", name + ".bias"]
            remove(network, [user], user.outputs[0], n.outputs[0])


def fold_before(network):
    """x * a (+ b) read by convolutions alone: a goes into their weights, b too where nothing is padded."""
    for n in [n for n in network.nodes if n.op in ("Mul", "Add")]:
        constant = next((i for i in n.inputs if scalar(network, i) is not None), None)
        users = network.users(n.outputs[0])
        if constant is None or not users or any(u.op != "Conv" or n.outputs[0] not in u.inputs[:1] for u in users):
            continue
        value = scalar(network, constant)
        if n.op == "Add" and any(any(u.attributes.get("pads", [])) for u in users):
            continue
        for u in users:
            weight = network.constants[u.inputs[1]]
            name = u.outputs[0]
            bias = network.constants[u.inputs[2]].reshape(-1) if len(u.inputs) > 2 else np.zeros(weight.shape[0])
            if n.op == "Mul":
                weight = weight * value
            else:
                bias = bias + weight.sum(axis=(1, 2, 3)) * value
            network.constants[name + ".weight"] = weight.astype(np.float32)
            network.constants[name + ".bias"] = bias.astype(np.float32)
            u.inputs = [u.inputs[0], name + ".weight", name + ".bias"]
        source = next(i for i in n.inputs if i != constant)
        remove(network, [n], n.outputs[0], source)


def move_shift_behind_scale(network):
    """(x + b) * a  →  x * a + a b, so that scales meet and the convolution behind can take them."""
    for add in [n for n in network.nodes if n.op == "Add" and scalar(network, n.inputs[1]) is not None]:
        mul = only_user(network, add.outputs[0])
        if mul is None or mul.op != "Mul":
            continue
        factor = next((i for i in mul.inputs if scalar(network, i) is not None), None)
        if factor is None:
            continue
        shift = np.array([scalar(network, add.inputs[1]) * scalar(network, factor)], np.float32)
        add.op, add.inputs, mul.op = "Mul", [add.inputs[0], factor], "Add"
        network.constants[mul.outputs[0] + ".shift"] = shift
        mul.inputs = [add.outputs[0], mul.outputs[0] + ".shift"]


def spread_constants(network, values):
    """OpenCV 4.6 adds a vector of C to a tensor (1, T, C) along T: give it the whole tensor."""
    first = next((k for k, n in enumerate(network.nodes) if n.op == "ReduceMean"), None)
    for n in network.nodes[first:] if first is not None else []:
        if n.op not in ("Add", "Sub", "Mul", "Div"):
            continue
        shape = values[n.outputs[0]].shape
        for k, i in enumerate(n.inputs):
            value = network.constants.get(i)
            if value is not None and 1 < value.size < int(np.prod(shape)):
                name = f"{n.outputs[0]}.spread{k}"
                network.constants[name] = np.broadcast_to(value, shape).copy()
                n.inputs[k] = name


def convert(network, shape):
    random = np.random.default_rng(1)  # coarse noise: strokes and areas, as pictures have
    coarse = random.normal(size=(*shape[:2], shape[2] // 8, shape[3] // 8)).repeat(8, axis=2).repeat(8, axis=3)
    probe = (coarse + 0.2 * random.normal(size=shape)).astype(np.float32)
    values = evaluate(network, probe)
    output_shape = values[network.output].shape
    expected = [values[network.output], values[network.nodes[-1].inputs[0]]]  # and before the last squashing
    fold_shapes(network, values)
    clip_inputs_to_attributes(network)
    hard_swish(network)
    move_shift_behind_scale(network)
    fold_after(network, "Conv", 0)
    fold_after(network, "ConvTranspose", 1)
    fold_before(network)
    spread_constants(network, values)
    return output_shape, probe, expected


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source")
    parser.add_argument("target")
    parser.add_argument("--shape", required=True, help="of the input: 1,3,height,width")
    parser.add_argument("--check", action="store_true", help="compare with the source in numpy")
    options = parser.parse_args()
    shape = tuple(int(n) for n in options.shape.split(","))
    network = Network.load(options.source)
    output_shape, probe, expected = convert(network, shape)
    network.save(options.target, shape, output_shape, OPSET)
    if options.check:
        converted = Network.load(options.target)
        values = evaluate(converted, probe)
        got = [values[converted.output], values[converted.nodes[-1].inputs[0]]]
        worst = max(float(np.abs(g - e).max() / max(1, np.abs(e).max())) for g, e in zip(got, expected))
        print(f"{options.target}: output {output_shape}, {len(network.nodes)} nodes, differs by at most {worst:.2e}")
        if not worst < 1e-3:
            sys.exit(f"{options.target}: the conversion changed the network's answer")


if __name__ == "__main__":
    main()
