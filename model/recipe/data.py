"""Gold documents to tensors."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from spacy.tokens import Doc
from tokenizers import Tokenizer

from kg.nlp.encoder import shape

LONGEST = 300  # word pieces of one training text


@dataclass
class Item:
    """One text for training; label numbers are -100 where the gold says nothing."""

    pieces: list[int]
    shapes: list[int]
    first: list[int]
    xpos: list[int]
    morph: list[int]
    ner: list[int]
    sent: list[int]
    head: list[int]  # 0 is the root, else 1 + index of the word
    label: list[int]


class Labels:
    """Label sets, in a fixed order."""

    def __init__(self, docs: list[Doc]) -> None:
        self.xpos = sorted({t.tag_ for d in docs for t in d})
        self.morph = sorted({f"{t.pos_}|{t.morph}" for d in docs for t in d})
        self.dep = sorted({t.dep_ for d in docs for t in d})
        kinds = sorted({e.label_ for d in docs for e in d.ents})
        self.ner = ["O"] + [f"{p}-{k}" for k in kinds for p in "BI"]


def encode(tokenizer: Tokenizer, words: list[str], spaced: list[bool]) -> tuple[list[int], list[int], list[int]]:
    pieces, shapes, first = [tokenizer.token_to_id("[CLS]")], [0], []
    for word, space in zip(words, spaced, strict=True):
        ids = tokenizer.encode(word, add_special_tokens=False).ids or [tokenizer.token_to_id("[UNK]")]
        first.append(len(pieces))
        pieces += ids[:12]
        shapes += [shape(word, space)] * len(ids[:12])
    return [*pieces, tokenizer.token_to_id("[SEP]")], [*shapes, 0], first


def items(docs: list[Doc], tokenizer: Tokenizer, labels: Labels) -> Iterator[Item]:
    at = {name: {v: i for i, v in enumerate(getattr(labels, name))} for name in ("xpos", "morph", "dep", "ner")}
    for doc in docs:
        part: list = []
        size = 0
        parts = []
        for sent in doc.sents:
            n = sum(1 + len(t.text) // 4 for t in sent)
            if part and size + n > LONGEST:
                parts.append(part)
                part, size = [], 0
            part += list(sent)
            size += n
        if part:
            parts.append(part)
        for tokens in parts:
            offset = tokens[0].i
            spaced = [t.i > 0 and bool(doc[t.i - 1].whitespace_) for t in tokens]
            pieces, shapes, first = encode(tokenizer, [t.text for t in tokens], spaced)
            if len(pieces) > 510:
                continue
            ner = [-100 if t.ent_iob == 0 else at["ner"][t.ent_iob_ + ("-" + t.ent_type_ if t.ent_type_ else "")] for t in tokens]
            yield Item(pieces, shapes, first, [at["xpos"].get(t.tag_, -100) for t in tokens],
                       [at["morph"].get(f"{t.pos_}|{t.morph}", -100) for t in tokens], ner,
                       [int(bool(t.is_sent_start)) for t in tokens],
                       [0 if t.head.i == t.i else 1 + t.head.i - offset for t in tokens], [at["dep"].get(t.dep_, -100) for t in tokens])


def batches(found: list[Item], size: int, seed: int) -> Iterator[list[Item]]:
    rng = random.Random(seed)
    order = sorted(found, key=lambda i: len(i.pieces) + rng.random() * 20)
    made: list[list[Item]] = [[]]
    for item in order:
        if made[-1] and (len(made[-1]) + 1) * len(item.pieces) > size:
            made.append([])
        made[-1].append(item)
    rng.shuffle(made)
    yield from made


def pad(rows: list[list[int]], value: int) -> torch.Tensor:
    width = max(map(len, rows))
    return torch.tensor([r + [value] * (width - len(r)) for r in rows])
