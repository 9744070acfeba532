"""Text to parsed document: tokens, dependencies, names (spaCy, Universal Dependencies labels) and quotations.

Another pipeline can be named in ``Settings.pipeline``; it must give UD labels and sentence bounds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import spacy
from spacy.language import Language
from spacy.tokens import Doc

import kg.nlp.encoder  # noqa: F401 - spacy.load needs the component that it registers
from kg.errors import KGError
from kg.nlp.quotes import Quote, find_quotes
from kg.records import Article


@dataclass(frozen=True)
class Parsed:
    """``doc``: token.idx is the offset in ``article.text``; a line break always ends a sentence."""

    article: Article
    doc: Doc
    quotes: tuple[Quote, ...]


class Parser:
    """The pipeline of ``name`` (a folder or an installed package).

    :raises KGError: where spaCy cannot load it
    """

    def __init__(self, name: str) -> None:
        self._name = name
        try:
            self.nlp: Language = spacy.load(name)
        except (OSError, ValueError) as error:
            raise KGError(f"no spaCy pipeline at {name!r} ({error}); correct KG_PIPELINE or leave it unset") from error

    def parse(self, article: Article) -> Parsed:
        """Parses line by line, so that offsets and line breaks stay what they are in the text; a dateline stands alone."""
        parts = _parts(article)
        lines = [p for p in parts if p.strip("\r\n")]
        parsed = self.nlp.pipe(lines)
        docs = [next(parsed) if p.strip("\r\n") else self._blank(p) for p in parts]
        for d in docs:
            d.tensor = np.zeros((0,), dtype="f")  # the pipeline's vectors are not needed, and blanks have none
        doc = Doc.from_docs(docs, ensure_whitespace=False) if docs else self.nlp.make_doc("")
        if doc is None or doc.text != article.text:
            raise KGError(f"{article.identifier}: the tokenizer of {self._name} changes the text; use another pipeline")
        return Parsed(article, doc, find_quotes(article.text, article.skipped))

    def _blank(self, text: str) -> Doc:
        return Doc(self.nlp.vocab, words=[text], spaces=[False], pos=["SPACE"], tags=["_SP"], heads=[0], deps=["ROOT"],
                   sent_starts=[True], lemmas=[text], ents=["O"])


def _parts(article: Article) -> list[str]:
    """Lines and line breaks; a dateline is a part of its own, since its place would pass for the subject of the sentence."""
    text, cut = article.text, article.dateline.end if article.dateline else 0
    return [p for half in (text[:cut], text[cut:]) for p in re.split(r"((?:\r?\n)+)", half) if p]
