"""Relations that a passage states or presupposes: offices, membership, backing, support, opposition."""

from __future__ import annotations

from dataclasses import dataclass

from spacy.tokens import Token

from kg.extract.context import Context
from kg.records import Relation, Report, Span

_VERBS = {"support": "supports", "back": "supports", "bolster": "supports", "aid": "supports", "help": "supports",
          "sponsor": "supports", "oppose": "opposes", "control": "controls", "hold": "controls", "lead": "memberOf"}
_BACKED = {"backed", "led", "sponsored", "supported", "allied", "affiliated", "aligned"}


@dataclass(frozen=True)
class _Found:
    subject: str
    predicate: str
    object: str | None
    office: str | None
    evidence: Span
    at: int
    rule: str


def extract_relations(context: Context) -> list[Relation]:
    """Relations of the article, one for each passage and pair; told within a statement they keep its speaker."""
    found = [*_offices(context)]
    for token in context.doc:
        if context.usable(token) and not context.headline(token):
            found += _verb(context, token)
            found += _backed(context, token)
    made: list[Relation] = []
    seen: set[tuple[str, str, str | None, str | None]] = set()
    offsets: set[int] = set()
    for f in sorted(found, key=lambda f: (f.at, f.predicate)):
        key = (f.subject, f.predicate, f.object, f.office)
        if key in seen or f.subject == f.object:
            continue
        seen.add(key)
        offset = f.at
        while offset in offsets:
            offset += 1
        offsets.add(offset)
        statement = context.statement_at(f.at)
        by = (statement.speaker,) if statement and statement.speaker else ()
        stated = statement is not None and f.predicate != "holdsOffice"
        report = Report(f.evidence, "Alleged" if stated else "Asserted", by if stated else (),
                        statement.ref if statement and stated else None, rule=f.rule)
        what = f.office or (context.label(f.object) if f.object else "")
        made.append(Relation(f"relation/{context.article.id}/{offset}", f"{context.label(f.subject)} {_WORDS[f.predicate]} {what}",
                             f.subject, f.predicate, f.object, f.office, (report,)))
    return made


_WORDS = {"holdsOffice": "holds office:", "memberOf": "is a member of", "supports": "supports", "opposes": "opposes",
          "backedBy": "is backed by", "controls": "controls"}


def _offices(context: Context) -> list[_Found]:
    found: list[_Found] = []
    for name in context.names:
        first = context.doc[name.start]
        if not name.person or not name.actor or not context.usable(first) or context.headline(first):
            continue
        title = context.title_of(name)
        if not title:
            continue
        last = context.doc[name.end - 1]
        start = context.article.text.rfind(title, 0, first.idx)
        span = Span(start, last.idx + len(last))
        state = next((n.actor for n in context.names if n.actor and n.demonym and start <= context.doc[n.start].idx < first.idx), None)
        found.append(_Found(name.actor, "holdsOffice", state, title, span, span.start, "title-before-name"))
    return found


def _verb(context: Context, token: Token) -> list[_Found]:
    predicate = _VERBS.get(token.lemma_.lower())
    if predicate is None or token.pos_ != "VERB" or predicate == "memberOf":
        return []
    if any(c.dep_ == "advmod" and c.lower_ in {"not", "never", "n't"} for c in token.children):
        return []
    subject = next((c for c in token.children if c.dep_ == "nsubj"), None)
    if subject is not None and subject.lower_ in {"which", "who", "that"} and token.dep_ == "acl:relcl":
        subject = token.head
    if subject is None and token.dep_ in {"acl", "acl:relcl"} and token.tag_ == "VBG":
        subject = token.head
    target = next((c for c in token.children if c.dep_ == "obj"), None)
    if subject is None or target is None:
        return []
    doers = context.actors(subject)
    others = context.places(target) if predicate == "controls" else context.actors(target)
    return [_Found(d, predicate, o, None, context.clause(token), token.idx, f"verb:{token.lemma_}")
            for d in doers for o in others]


def _backed(context: Context, token: Token) -> list[_Found]:
    """"Turkey-backed X", "X backed by Y"."""
    if token.lower_ not in _BACKED:
        return []
    if token.dep_ in {"acl", "acl:relcl"} and token.lower_ == "backed":
        agent = next((c for c in token.children if c.dep_ in {"obl:agent", "obl"} and any(
            g.lower_ == "by" for g in c.children)), None)
        if agent is None:
            return []
        return [_Found(s, "backedBy", o, None, context.span(context.phrase(token.head) + list(token.subtree)), token.idx,
                       "backed-by") for s in context.actors(token.head)[:1] for o in context.actors(agent)]
    if token.i < 2 or context.doc[token.i - 1].text != "-" or token.lower_ not in {"backed", "sponsored", "supported"}:
        return []
    backer = next((n.actor for n in context.names if n.end in {token.i - 1} and n.actor), None)
    head = token.head
    if backer is None:
        return []
    return [_Found(s, "backedBy", backer, None, context.span(context.phrase(head)), token.idx, "X-backed")
            for s in context.actor(head)[:1] if s != backer]
