"""Relations that a passage states or presupposes: offices, membership, backing, support, opposition, control, labels."""

from __future__ import annotations

from dataclasses import dataclass

from spacy.tokens import Token

from kg.extract.clauses import case, children, named, patient_of, subject
from kg.extract.context import Context
from kg.extract.modality import judge
from kg.extract.targets import SITES
from kg.extract.wording import as_label, called, many
from kg.records import Relation, Report, Span
from kg.resolve.names import PERSON_NOUNS

_VERBS = {w: p for p, words in {
    "supports": "support back bolster aid help sponsor fund finance assist champion subsidize subsidise",
    "opposes": "oppose sanction resist",
    "controls": "control hold rule administer govern occupy run"}.items() for w in words.split()}
_AREAS = SITES | set("third half quarter part most much all swath swathe stretch share percent territory area city town village province "
                    "region district north south east west capital island enclave valley border centre center side bank rest".split())
_BACKED = {"backed", "sponsored", "supported", "funded", "financed", "armed"}
_ALLIED = {"allied", "aligned"}
_LABELS = {"consider", "regard", "designate", "label", "brand", "call", "list", "declare", "classify", "deem", "treat", "blacklist"}
_TERROR = {"terrorist", "terrorism", "terror"}
_ENDS = {"step", "resign", "quit", "leave", "go", "abdicate"}
_TOPPLE = {"topple", "overthrow", "oust", "unseat", "depose"}
#: The words between the two actors, for one and for more than one.
_WORDS = {"memberOf": ("is a member of", "are members of"), "supports": ("supports", "support"), "opposes": ("opposes", "oppose"),
          "backedBy": ("is backed by", "are backed by"), "controls": ("controls", "control"),
          "alliedWith": ("is allied with", "are allied with"), "locatedIn": ("is based in", "are based in"),
          "designatedTerroristBy": ("is called terrorist by", "are called terrorist by")}
_LOWER = {"The", "A", "An", "Our"}  # at the start of a sentence


@dataclass(frozen=True)
class _Found:
    subject: str
    predicate: str
    object: str | None
    office: str | None
    evidence: Span
    at: Token
    rule: str


def extract_relations(context: Context) -> list[Relation]:
    """Relations of the article, one for each passage and pair; told within a statement they keep its speaker."""
    found = [*_offices(context)]
    for token in context.doc:
        if context.usable(token) and not context.headline(token):
            for read in (_verb, _backed, _allied, _label, _removal, _based, _apposed_office):
                found += read(context, token)
    made: list[Relation] = []
    seen: set[tuple[str, str, str | None, str | None]] = set()
    offsets: set[int] = set()
    for f in sorted(found, key=lambda f: (f.at.idx, f.predicate)):
        key = (f.subject, f.predicate, f.object, f.office)
        if key in seen or f.subject == f.object:
            continue
        seen.add(key)
        offset = f.at.idx
        while offset in offsets:
            offset += 1
        offsets.add(offset)
        made.append(_record(context, f, offset))
    return made


def _record(context: Context, f: _Found, offset: int) -> Relation:
    if f.predicate == "holdsOffice":  # a title is the article's own word, also inside reported speech
        report = Report(f.evidence, rule=f.rule, title_in_text=f.office)
    else:
        judged = judge(context, f.at)
        report = Report(f.evidence, judged.modality, judged.attributed_to, judged.stated_in, cue_span=judged.cue, rule=f.rule)
    label = as_label(_told(context, f), (report.modality,))
    return Relation(f"relation/{context.article.id}/{offset}", label, f.subject, f.predicate, f.object, f.office, (report,))


def _told(context: Context, f: _Found) -> str:
    """"John Kerry, Secretary of State", "Syrian rebels are backed by Turkey"."""
    who = called(context, f.subject)
    if f.predicate == "holdsOffice":
        first, *rest = (f.office or "").split(" ")
        return f"{who}, {' '.join((first.lower() if first in _LOWER else first, *rest))}"
    plural = many(context.label(f.subject), context.kind(f.subject))
    assert f.object is not None, "all but offices relate two actors"
    return f"{who} {_WORDS[f.predicate][plural]} {called(context, f.object)}"


def _offices(context: Context) -> list[_Found]:
    """A title before a name: "Russian Foreign Minister Sergey Lavrov"."""
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
        at = context.token_at(start)
        assert at is not None, "a title stands in the text"
        found.append(_Found(name.actor, "holdsOffice", state, title, span, at, "title-before-name"))
    return found


def _apposed_office(context: Context, token: Token) -> list[_Found]:
    """An office beside a name: "John Kirby, the spokesman of the State Department"."""
    if token.dep_ != "appos" or token.lemma_.lower() not in PERSON_NOUNS or token.head.i > token.i:
        return []
    holders = context.actor(token.head)
    if len(holders) != 1 or not context.is_person(holders[0]):
        return []
    words = [t for t in token.subtree if not any(a.dep_ in {"acl:relcl", "acl"} for a in (t, *t.ancestors) if a.i > token.i
                                                 and a.i != token.i and token.i in {x.i for x in a.ancestors})]
    office = context.text(context.span([t for t in words if t.lower_ not in {"the", "a", "an"} or t.head.i != token.i]))
    body = next((r for c in children(token, "nmod", "compound", "amod", "nmod:poss") for r in context.actors(c)), None)
    return [_Found(holders[0], "holdsOffice", body, " ".join(office.split())[:160],
                   context.span([*token.head.subtree]), token, "office-beside-name")]


def _verb(context: Context, token: Token) -> list[_Found]:
    predicate = _VERBS.get(token.lemma_.lower())
    if predicate is None or token.pos_ != "VERB" or token.dep_ == "amod":
        return []
    if any(c.dep_ == "advmod" and c.lower_ in {"not", "never", "n't"} for c in token.children):
        return []
    head = subject(token)
    if head is None or any(c.dep_ in {"aux:pass", "nsubj:pass"} for c in token.children) or token.tag_ == "VBN" and token.dep_ == "acl":
        return []
    doers = named(context, head)
    others: tuple[str, ...] = ()
    about = [c for c in children(token, "obl") if case(c) in {"about", "around", "over"} or (not case(c) and c.lemma_ in _AREAS)] if predicate == "controls" else []
    for target in patient_of(token) or about:  # "control about a third of the country"
        others += _held(context, target) if predicate == "controls" else context.actors(target)
    return [_Found(d, predicate, o, None, context.clause(token), token, f"verb:{token.lemma_}") for d in doers for o in others]


def _held(context: Context, target: Token) -> tuple[str, ...]:
    """Places that are held: "the city", "a third of Syria", "most of the north of Mali"."""
    site = context.site(target)
    found = (site,) if site else context.places(target) if target.lemma_.lower() in _AREAS else ()
    for child in children(target, "nmod"):
        if not found and case(child) == "of" and (target.lemma_.lower() in _AREAS or target.pos_ in {"NUM", "PRON", "DET", "ADJ"}):
            found = _held(context, child)
    return found


def _backed(context: Context, token: Token) -> list[_Found]:
    """"Turkey-backed X", "X backed by Y", "X, which is supported by Y"."""
    if token.lower_ not in _BACKED:
        return []
    agent = next((c for c in token.children if c.dep_ in {"obl:agent", "obl"} and case(c) == "by"), None)
    if agent is not None:
        head = subject(token) if token.dep_ not in {"acl", "acl:relcl", "amod"} else token.head
        return [] if head is None else [
            _Found(s, "backedBy", o, None, context.span(context.phrase(head) + list(token.subtree)), token, "backed-by")
            for s in context.actors(head)[:2] for o in context.actors(agent)]
    if token.i < 2 or context.doc[token.i - 1].text not in "-‑–":
        return []
    backer = next((n.actor for n in context.names if n.end == token.i - 1 and n.actor), None)
    head = token.head
    if backer is None or head.i <= token.i:
        return []
    return [_Found(s, "backedBy", backer, None, context.span(context.phrase(head)), token, "X-backed")
            for s in context.actor(head)[:1] if s != backer]


def _allied(context: Context, token: Token) -> list[_Found]:
    """"Russia's ally Armenia", "an ally of Iran", "groups allied with X"."""
    if token.lemma_ == "ally" and token.pos_ == "NOUN":
        other = next((c for c in children(token, "nmod:poss", "nmod", "amod") if context.actors(c)), None)
        if other is None:
            return []
        mine = [c for c in children(token, "appos", "flat", "nmod:desc") if context.actors(c)] or (
            [token.head] if token.dep_ in {"appos", "nmod:desc", "flat", "compound"} else [])
        return [_Found(s, "alliedWith", o, None, context.span(list(token.subtree) + context.phrase(m)), token, "ally-of")
                for m in mine for s in context.actor(m) for o in context.actors(other)]
    if token.lower_ in _ALLIED and token.dep_ in {"acl", "acl:relcl", "amod"}:
        other = next((c for c in children(token, "obl") if case(c) in {"with", "to"}), None)
        if other is not None:
            return [_Found(s, "alliedWith", o, None, context.span(context.phrase(token.head) + list(token.subtree)), token, "allied-with")
                    for s in context.actors(token.head) for o in context.actors(other)]
    return []


def _label(context: Context, token: Token) -> list[_Found]:
    """"Moscow considers X a terrorist organization", "X, designated as terrorist by Y"."""
    lemma = token.lemma_.lower()
    if token.pos_ != "VERB" or lemma not in _LABELS or not {t.lemma_.lower() for t in token.subtree} & _TERROR:
        return []
    if any(c.dep_ == "aux:pass" for c in token.children) or token.dep_ == "acl":
        agent = next((c for c in token.children if c.dep_ in {"obl:agent", "obl"} and case(c) == "by"), None)
        head = token.head if token.dep_ == "acl" else subject(token)
        callers = context.actors(agent) if agent is not None else ()
        heads = [head] if head is not None else []
    else:
        head = subject(token)
        callers = named(context, head) if head is not None else ()
        heads = [c for c in children(token, "obj", "ccomp", "xcomp") if c.lemma_.lower() not in _TERROR][:1]
        heads = [next(iter(children(h, "nsubj")), h) for h in heads]
    return [_Found(s, "designatedTerroristBy", o, None, context.clause(token), token, f"label:{lemma}")
            for h in heads for s in context.actors(h) for o in callers if not {t.lemma_.lower() for t in context.phrase(h)} & _TERROR]


def _removal(context: Context, token: Token) -> list[_Found]:
    """"demand that Assad step down", "attempts to topple Assad": who wants it opposes him."""
    lemma = token.lemma_.lower()
    if token.pos_ != "VERB":
        return []
    down = any(c.lower_ == "down" for c in token.children)
    if lemma in _ENDS and token.head.lemma_ in {"demand", "want", "urge", "call", "insist", "ask"} and (lemma != "step" or down):
        victims = [c for c in token.children if c.dep_ == "nsubj"] or children(token.head, "obj", "obl")[:1]
        wanting: Token | None = token.head
    elif lemma in _TOPPLE or lemma == "bring" and down:
        victims, wanting = patient_of(token), token
    else:
        return []
    head = subject(wanting) if wanting is not None else None
    if wanting is token and token.dep_ == "acl":  # "backed attempts to bring down X"
        verb = token.head.head
        head = subject(verb) if verb.pos_ == "VERB" else None
    if head is None:
        return []
    return [_Found(d, "opposes", v, None, context.clause(wanting or token), token, f"removal:{lemma}")
            for d in named(context, head) for h in victims for v in context.actors(h)]


def _based(context: Context, token: Token) -> list[_Found]:
    """"a monitor based in the United Kingdom", "London-based"."""
    if token.lower_ != "based" or token.dep_ not in {"acl", "amod"}:
        return []
    where = [p for c in children(token, "obl") if case(c) == "in" for p in context.places(c)]
    if not where and token.i >= 2 and context.doc[token.i - 1].text in "-‑":
        where = [n.place for n in context.names if n.end == token.i - 1 and n.place]
    return [_Found(s, "locatedIn", p, None, context.span(context.phrase(token.head) + list(token.subtree)), token, "based-in")
            for s in context.actors(token.head)[:1] for p in where[:1]]
