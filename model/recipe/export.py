"""Weights to ONNX with 8-bit weights: export.py TRAINED OUT."""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnx.numpy_helper
import torch
from net import Net
from train import BASE
from transformers import BertConfig, BertModel


def eight_bits(model: onnx.ModelProto) -> onnx.ModelProto:
    """Weights as 8-bit integers with one scale a column (a row for embeddings); the arithmetic stays in floats.

    Arithmetic in 8 bits would be faster, but its scales depend on the texts that are read together.
    """
    graph, nodes = model.graph, []
    for weight in list(graph.initializer):
        values = onnx.numpy_helper.to_array(weight)
        if values.dtype != np.float32 or values.ndim != 2 or values.size < 20_000:
            continue
        axis = 0 if values.shape[0] > 20_000 else 1
        scale = np.abs(values).max(axis=1 - axis, keepdims=True) / 127 + 1e-12
        parts = {"_q": np.round(values / scale).astype(np.int8), "_s": scale.reshape(-1).astype(np.float32), "_z": np.zeros(scale.size, np.int8)}
        graph.initializer.extend(onnx.numpy_helper.from_array(a, weight.name + n) for n, a in parts.items())
        nodes.append(onnx.helper.make_node("DequantizeLinear", [weight.name + n for n in parts], [weight.name], axis=axis))
        graph.initializer.remove(weight)
    for node in reversed(nodes):
        graph.node.insert(0, node)
    return model


def main() -> None:
    args = argparse.ArgumentParser()
    args.add_argument("trained", type=Path)
    args.add_argument("out", type=Path)
    args = args.parse_args()
    labels = json.loads((args.trained / "labels.json").read_text())
    config = BertConfig.from_pretrained(BASE)
    config._attn_implementation = "eager"
    net = Net(BertModel(config, add_pooling_layer=False), len(labels["xpos"]), len(labels["morph"]), len(labels["ner"]), len(labels["dep"]))
    net.load_state_dict(torch.load(args.trained / "weights.pt"))
    net.eval()
    args.out.mkdir(parents=True, exist_ok=True)
    example = (torch.randint(5, 1000, (2, 9)), torch.ones(2, 9, dtype=torch.long), torch.ones(2, 9, dtype=torch.long),
               torch.tensor([[1, 2, 4], [1, 3, 5]]))
    names = ["pieces", "shapes", "mask", "first"]
    outs = ["xpos", "morph", "ner", "sent", "arcs", "dep", "head"]
    axes = {n: {0: "texts", 1: "words" if n == "first" else "pieces_"} for n in names} | {n: {0: "texts", 1: "words"} for n in outs}
    axes["arcs"] = {0: "texts", 1: "words", 2: "heads"}
    axes["head"] = {0: "texts", 1: "heads"}
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.onnx"
        torch.onnx.export(net, example, plain, input_names=names, output_names=outs, dynamic_axes=axes, opset_version=17, dynamo=False)
        onnx.save(eight_bits(onnx.load(plain)), args.out / "encoder.onnx")
    np.savez_compressed(args.out / "labels.npz", label=net.label.detach().numpy().astype(np.float16))
    (args.out / "labels.json").write_text(json.dumps(labels))
    (args.out / "tokenizer.json").write_bytes((BASE / "tokenizer.json").read_bytes())


if __name__ == "__main__":
    main()
