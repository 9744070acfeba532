"""The parser as a spaCy component: one small encoder (ONNX) gives tags, features, sentence bounds, dependencies and names.

Trained by ``model/recipe``; see there for the network, its data and its scores.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from spacy.language import Language
from spacy.tokens import Doc
from spacy.tokens import Span as DocSpan
from tokenizers import Tokenizer

from kg.nlp.trees import arborescence

Floats = NDArray[np.float32]
LONGEST = 320  # word pieces of one text; the encoder reads 512 at most
_PIECES = 12  # of one word; a longer word is an address or noise
_BATCH = 256  # padded word pieces in one run of the network: what stays in the cache
_QUOTES = {'"', "“", "‘", "«", "'"}
_ENDS = re.compile(r"[.!?;:…]+[\"”’']?$")


def shape(word: str, spaced: bool) -> int:
    """Class of a word's letters (the encoder itself reads lower case only); 8 more where a space stands before it.

    >>> shape("Kyiv", True), shape("UN", False), shape("2014", False)
    (10, 3, 5)
    """
    if word.isalpha():
        kind = 1 if word.islower() else 3 if word.isupper() and len(word) > 1 else 2 if word[0].isupper() and word[1:].islower() \
            or len(word) == 1 else 4
    elif any(c.isdigit() for c in word):
        kind = 5
    elif any(c.isalpha() for c in word):
        kind = 4 if any(c.isupper() for c in word) else 1
    else:
        kind = 6
    return kind + (8 if spaced else 0)


class _Text:
    """A run of words that goes through the network at once."""

    def __init__(self, doc: Doc, start: int, end: int, parser: EncoderParser) -> None:
        self.doc, self.start, self.end = doc, start, end
        self.pieces, self.shapes, self.first = [parser.begin], [0], []
        for i in range(start, end):
            ids = parser.ids(doc[i].text)
            self.first.append(len(self.pieces))
            self.pieces += ids
            self.shapes += [shape(doc[i].text, i > 0 and bool(doc[i - 1].whitespace_))] * len(ids)
        self.pieces.append(parser.finish)
        self.shapes.append(0)


@Language.factory("conflict_kg_encoder")
def make_encoder_parser(nlp: Language, name: str) -> EncoderParser:
    """The component; its data come by ``from_disk``."""
    return EncoderParser()


class EncoderParser:
    """Sets tag_, pos_, morph, heads, dep_, sentence starts and ents of each document."""

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._known: dict[str, list[int]] = {}

    def from_disk(self, path: str | Path, exclude: Iterable[str] = ()) -> EncoderParser:
        """Loads ``encoder.onnx``, ``labels.json``, ``labels.npz`` and ``tokenizer.json``."""
        self._folder = folder = Path(path)
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1  # documents are spread over processes, not over threads
        options.inter_op_num_threads = 1
        self._session = ort.InferenceSession(folder / "encoder.onnx", options, providers=["CPUExecutionProvider"])
        labels = json.loads((folder / "labels.json").read_text("utf-8"))
        self.xpos, self.morph, self.dep, self.ner = (labels[k] for k in ("xpos", "morph", "dep", "ner"))
        self._label: Floats = np.load(folder / "labels.npz")["label"].astype(np.float32)
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        vocabulary = self._tokenizer.get_vocab()
        self.begin, self.finish, self._unknown = (vocabulary[t] for t in ("[CLS]", "[SEP]", "[UNK]"))
        return self

    def to_disk(self, path: str | Path, exclude: Iterable[str] = ()) -> None:
        """Copies the files to ``path``."""
        assert self._folder is not None, "nothing was loaded"
        Path(path).mkdir(parents=True, exist_ok=True)
        for file in self._folder.iterdir():
            (Path(path) / file.name).write_bytes(file.read_bytes())

    def ids(self, word: str) -> list[int]:
        """Word pieces of one word, at least one."""
        found = self._known.get(word)
        if found is None:
            found = self._tokenizer.encode(word, add_special_tokens=False).ids[:_PIECES] or [self._unknown]
            if len(self._known) < 50_000:
                self._known[word] = found
        return found

    def __call__(self, doc: Doc) -> Doc:
        return next(self.pipe([doc]))

    def pipe(self, docs: Iterable[Doc], batch_size: int = 256) -> Iterator[Doc]:
        """Annotates documents in their order."""
        waiting: list[Doc] = []
        for doc in docs:
            waiting.append(doc)
            if len(waiting) == batch_size:
                yield from self._annotate(waiting)
                waiting = []
        yield from self._annotate(waiting)

    def _annotate(self, docs: list[Doc]) -> list[Doc]:
        texts = [t for d in docs for t in self._texts(d)]
        found: dict[int, list[tuple[_Text, list[NDArray[Any]]]]] = {}
        for batch in _batches(texts):
            for text, scores in zip(batch, self._run(batch), strict=True):
                found.setdefault(id(text.doc), []).append((text, scores))
        for doc in docs:
            self._set(doc, sorted(found.get(id(doc), []), key=lambda x: x[0].start))
        return docs

    def _texts(self, doc: Doc) -> Iterator[_Text]:
        """The document in parts that the encoder can hold, cut after a sentence's end where there is one."""
        start = 0
        while start < len(doc):
            size, end, good = 2, start, start
            while end < len(doc):
                size += len(self.ids(doc[end].text))
                if size > LONGEST and end > start:
                    break
                end += 1
                if _ENDS.search(doc[end - 1].text):
                    good = end
            if end < len(doc) and good > start:
                end = good
            yield _Text(doc, start, end, self)
            start = end

    def _run(self, batch: list[_Text]) -> list[list[NDArray[Any]]]:
        width, words = max(len(t.pieces) for t in batch), max(len(t.first) for t in batch)
        pieces, shapes, mask = (np.zeros((len(batch), width), np.int64) for _ in range(3))
        first = np.zeros((len(batch), words), np.int64)
        for row, text in enumerate(batch):
            n = len(text.pieces)
            pieces[row, :n], shapes[row, :n], mask[row, :n] = text.pieces, text.shapes, 1
            first[row, :len(text.first)] = text.first
        out = self._session.run(None, {"pieces": pieces, "shapes": shapes, "mask": mask, "first": first})
        return [[o[row] for o in out] for row in range(len(batch))]

    def _set(self, doc: Doc, parts: list[tuple[_Text, list[NDArray[Any]]]]) -> None:
        if not len(doc):
            return
        heads: list[int] = []
        deps: list[str] = []
        tags: list[str] = []
        morphs: list[str] = []
        starts: list[bool | int | None] = []
        ents: list[str] = []
        for text, (xpos, morph, ner, sent, arcs, dep, head) in parts:
            n = text.end - text.start
            tags += [self.xpos[k] for k in xpos[:n].argmax(-1)]
            morphs += [self.morph[k] for k in morph[:n].argmax(-1)]
            ents += [self.ner[k] for k in ner[:n].argmax(-1)]
            bounds = [0, *_bounds(doc[text.start:text.end], [int(k) for k in np.flatnonzero(sent[:n] > 0) if k]), n]
            for a, b in pairwise(bounds):
                starts += [True] + [False] * (b - a - 1)
                found = arborescence(np.concatenate([arcs[a:b, :1], arcs[a:b, a + 1:b + 1]], axis=1))
                above = np.where(found == 0, 0, found + a)
                names = self._labels(dep[a:b], head[above])
                heads += [text.start + (a + k if h == 0 else a + h - 1) for k, h in enumerate(found)]
                deps += ["ROOT" if h == 0 else name for h, name in zip(found, names, strict=True)]
        made = Doc(doc.vocab, words=[t.text for t in doc], spaces=[bool(t.whitespace_) for t in doc], heads=heads, deps=deps,
                   sent_starts=starts, tags=tags, pos=[m.partition("|")[0] for m in morphs], morphs=[m.partition("|")[2] for m in morphs])
        made.set_ents(list(_entities(made, ents)))
        doc.from_array(_SET, made.to_array(_SET))  # type: ignore[arg-type]

    def _labels(self, dep: Floats, head: Floats) -> list[str]:
        one = np.ones((len(dep), 1), np.float32)
        scores = np.einsum("ni,lij,nj->nl", np.concatenate([dep, one], 1), self._label, np.concatenate([head, one], 1), optimize=True)
        return [self.dep[k] for k in scores.argmax(-1)]


_SET: list[int | str] = ["TAG", "POS", "MORPH", "SENT_START", "HEAD", "DEP", "ENT_IOB", "ENT_TYPE"]


def _bounds(words: DocSpan, starts: list[int]) -> list[int]:
    """Sentence starts; a quotation mark that opens belongs to the sentence after it."""
    return sorted({k - 1 if k > 1 and words[k - 1].text in _QUOTES and not words[k - 1].whitespace_ and words[k - 2].whitespace_ else k
                   for k in starts})


def _batches(texts: list[_Text]) -> Iterator[list[_Text]]:
    """Texts of like length together, so that little is padded."""
    batch: list[_Text] = []
    for text in sorted(texts, key=lambda t: len(t.pieces)):
        if batch and (len(batch) + 1) * len(text.pieces) > _BATCH:
            yield batch
            batch = []
        batch.append(text)
    if batch:
        yield batch


def _entities(doc: Doc, marks: list[str]) -> Iterator[DocSpan]:
    """Spans of the B-, I- marks; an I- without a beginning begins a name."""
    start, kind = 0, ""
    for i, mark in enumerate([*marks, "O"]):
        where, _, label = mark.partition("-")
        if kind and (where != "I" or label != kind):
            yield DocSpan(doc, start, i, label=kind)
            kind = ""
        if label and not kind:
            start, kind = i, label
