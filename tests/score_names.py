"""F1 of names against re3d documents: score_names.py FOLDER [FOLDER ...], one for each source.

A gold entity counts if its type is Person, Organisation or Location and it has a capital letter; a name counts as found where it overlaps
an entity of its type. Nothing of the project is trained or tuned on these documents.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from spacy.tokens import Token

from kg.authority import load
from kg.extract import Extractor
from kg.extract.context import Context
from kg.records import Article
from kg.settings import Settings

TYPES = {"Person", "Organisation", "Location"}


def rows(path: Path) -> list[dict[str, object]]:
    """One JSON object a line."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def _acts(context: Context, root: Token) -> bool:
    """True where a state stands for its people: as the one who acts, or before its forces ("U.S. troops")."""
    if root.dep_ in {"nsubj", "obl:agent"} and root.head.pos_ == "VERB":
        return True
    return root.dep_ in {"compound", "amod", "nmod:poss", "nmod:desc"} and bool(context.actor(root.head))


def found(extractor: Extractor, text: str) -> list[tuple[int, int, str]]:
    """(start, end, type) of the names of a text; adjectives of nationality are none."""
    context = Context(extractor.parse(Article("re3d", "re3d", text)), extractor._gazetteer)
    names = []
    for n in context.names:
        if n.demonym:
            continue
        span = context.doc[n.start:n.end]
        kind = "Person" if n.person else "Location" if n.place or context.kind(n.actor or "") == "State" else "Organisation"
        if kind == "Location" and n.actor and _acts(context, span.root):
            kind = "Organisation"
        names.append((span.start_char, span.end_char, kind))
    return names


def main() -> None:
    """Prints precision, recall and F1 for each folder."""
    settings = Settings()
    extractor = Extractor(settings, load())
    for folder in map(Path, sys.argv[1:]):
        texts = {d["_id"]: str(d["text"]) for d in rows(folder / "documents.json")}
        gold: dict[object, list[tuple[int, int, str]]] = {i: [] for i in texts}
        for e in rows(folder / "entities.json"):
            if e["type"] in TYPES and any(c.isupper() for c in str(e["value"])):
                gold[e["documentId"]].append((int(str(e["begin"])), int(str(e["end"])), str(e["type"])))
        hit = seen = wanted = right = 0
        for key, text in texts.items():
            mine = found(extractor, text)
            seen += len(mine)
            wanted += len(gold[key])
            right += sum(any(a < d and c < b and t == u for c, d, u in gold[key]) for a, b, t in mine)
            hit += sum(any(a < d and c < b and t == u for c, d, u in mine) for a, b, t in gold[key])
        precision, recall = right / seen, hit / wanted
        print(f"{folder.name:<45} {len(texts):>4} documents, {wanted} names: precision {precision:.3f} recall {recall:.3f} "
              f"F1 {2 * precision * recall / (precision + recall):.3f}")


if __name__ == "__main__":
    main()
