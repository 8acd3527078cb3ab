"""An ONNX network as plain data, and a slow evaluator in numpy.

The evaluator knows the operators of the networks in this folder and nothing else. It is the reference that the
conversion is checked against: it runs the file exactly as it was published.
"""
import numpy as np
import onnx
from onnx import helper, numpy_helper


class Node:
    def __init__(self, op, inputs, outputs, attributes):
        self.op = op
        self.inputs = list(inputs)
        self.outputs = list(outputs)
        self.attributes = dict(attributes)

    def __repr__(self):
        return f"{self.op}({', '.join(self.inputs)}) -> {', '.join(self.outputs)}"


class Network:
    """Nodes in execution order; constants by name; one input, one output."""

    def __init__(self, model):
        graph = model.graph
        self.constants = {i.name: numpy_helper.to_array(i) for i in graph.initializer}
        self.nodes = []
        for n in graph.node:
            attributes = {a.name: helper.get_attribute_value(a) for a in n.attribute}
            if n.op_type == "Constant":
                self.constants[n.output[0]] = numpy_helper.to_array(attributes["value"])
            else:
                self.nodes.append(Node(n.op_type, n.input, n.output, attributes))
        self.input = graph.input[0].name
        self.output = graph.output[0].name

    @staticmethod
    def load(path):
        return Network(onnx.load(path))

    def users(self, name):
        return [n for n in self.nodes if name in n.inputs]

    def save(self, path, input_shape, output_shape, opset):
        used = {i for n in self.nodes for i in n.inputs}
        graph = helper.make_graph(
            [helper.make_node(n.op, n.inputs, n.outputs, **n.attributes) for n in self.nodes],
            "menshen",
            [helper.make_tensor_value_info(self.input, onnx.TensorProto.FLOAT, input_shape)],
            [helper.make_tensor_value_info(self.output, onnx.TensorProto.FLOAT, output_shape)],
            [numpy_helper.from_array(np.ascontiguousarray(v), k) for k, v in self.constants.items() if k in used],
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])
        model.ir_version = 6
        onnx.save(model, path)


def conv(x, w, b, a):
    top, left, bottom, right = a.get("pads", [0, 0, 0, 0])
    sy, sx = a.get("strides", [1, 1])
    group = a.get("group", 1)
    x = np.pad(x, ((0, 0), (0, 0), (top, bottom), (left, right)))
    kh, kw = w.shape[2:]
    windows = np.lib.stride_tricks.sliding_window_view(x, (kh, kw), axis=(2, 3))[:, :, ::sy, ::sx]
    n, _, oh, ow = windows.shape[:4]
    out = []
    for g in range(group):
        per, wper = x.shape[1] // group, w.shape[0] // group
        part = windows[:, g * per:(g + 1) * per].transpose(0, 2, 3, 1, 4, 5).reshape(n * oh * ow, -1)
        out.append((part @ w[g * wper:(g + 1) * wper].reshape(wper, -1).T).reshape(n, oh, ow, wper))
    y = np.concatenate(out, axis=3).transpose(0, 3, 1, 2)
    return y if b is None else y + b.reshape(1, -1, 1, 1)


def conv_transpose(x, w, a):
    assert list(a["strides"]) == list(a["kernel_shape"]) and not any(a.get("pads", []))
    s = a["strides"][0]
    n, _, h, wd = x.shape
    y = np.einsum("nchw,cokl->nohkwl", x, w, optimize=True)
    return y.reshape(n, w.shape[1], h * s, wd * s)


def average_pool(x, a):
    kh, kw = a["kernel_shape"]
    sy, sx = a["strides"]
    assert not any(a.get("pads", []))
    return np.lib.stride_tricks.sliding_window_view(x, (kh, kw), axis=(2, 3))[:, :, ::sy, ::sx].mean(axis=(4, 5))


def softmax(x, axis):
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def clip(values, a):
    low = values[1] if len(values) > 1 else a.get("min", -np.inf)
    high = values[2] if len(values) > 2 else a.get("max", np.inf)
    return np.clip(values[0], low, high)


def resize(values, a):
    assert a["mode"] == b"nearest"
    sy, sx = (int(s) for s in values[2][2:])
    return values[0].repeat(sy, axis=2).repeat(sx, axis=3)


def cut(x, a):
    for axis, start, end in zip(a["axes"], a["starts"], a["ends"]):
        x = np.take(x, np.arange(*slice(start, end).indices(x.shape[axis])), axis=axis)
    return x


def batch_norm(v, a):
    scale = v[1] / np.sqrt(v[4] + a.get("epsilon", 1e-5))
    shape = (1, -1) + (1,) * (v[0].ndim - 2)
    return v[0] * scale.reshape(shape) + (v[2] - v[3] * scale).reshape(shape)


def reshape(x, shape):
    return x.reshape([x.shape[i] if s == 0 else int(s) for i, s in enumerate(shape)])


OPERATORS = {
    "Add": lambda v, a: v[0] + v[1],
    "Sub": lambda v, a: v[0] - v[1],
    "Mul": lambda v, a: v[0] * v[1],
    "Div": lambda v, a: v[0] / v[1],
    "Pow": lambda v, a: v[0] ** v[1],
    "Sqrt": lambda v, a: np.sqrt(v[0]),
    "Relu": lambda v, a: np.maximum(v[0], 0),
    "Sigmoid": lambda v, a: 1 / (1 + np.exp(-v[0])),
    "HardSigmoid": lambda v, a: np.clip(v[0] * a.get("alpha", 0.2) + a.get("beta", 0.5), 0, 1),
    "HardSwish": lambda v, a: v[0] * np.clip(v[0] / 6 + 0.5, 0, 1),
    "Clip": clip,
    "Conv": lambda v, a: conv(v[0], v[1], v[2] if len(v) > 2 else None, a),
    "ConvTranspose": lambda v, a: conv_transpose(v[0], v[1], a) + (v[2].reshape(1, -1, 1, 1) if len(v) > 2 else 0),
    "BatchNormalization": batch_norm,
    "GlobalAveragePool": lambda v, a: v[0].mean(axis=(2, 3), keepdims=True),
    "AveragePool": lambda v, a: average_pool(v[0], a),
    "ReduceMean": lambda v, a: v[0].mean(axis=tuple(a["axes"]), keepdims=bool(a.get("keepdims", 1))),
    "MatMul": lambda v, a: v[0] @ v[1],
    "Softmax": lambda v, a: softmax(v[0], a["axis"]),
    "Transpose": lambda v, a: v[0].transpose(a["perm"]),
    "Reshape": lambda v, a: reshape(v[0], v[1]),
    "Squeeze": lambda v, a: v[0].squeeze(tuple(a["axes"])),
    "Concat": lambda v, a: np.concatenate(v, axis=a["axis"]),
    "Slice": lambda v, a: cut(v[0], a),
    "Resize": resize,
    "Shape": lambda v, a: np.array(v[0].shape, dtype=np.int64),
    "Cast": lambda v, a: v[0].astype(helper.mapping.TENSOR_TYPE_TO_NP_TYPE[a["to"]]),
}


def evaluate(network, x):
    """Every intermediate value by name, the output among them."""
    values = dict(network.constants)
    values[network.input] = x
    with np.errstate(over="ignore"):
        for n in network.nodes:
            y = OPERATORS[n.op]([values[i] for i in n.inputs], n.attributes)
            values[n.outputs[0]] = y.astype(np.float32) if y.dtype == np.float64 else y
    return values
