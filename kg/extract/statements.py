"""Statements: direct, mixed and indirect speech with speaker, addressee, content and act.

A cue (a verb of the lexicon, or "according to") needs a speaker position and a content: a clause, a quotation, or for
verbs such as "deny" and "condemn" an object. A quotation without a cue in its paragraph has no speaker.
"""

from __future__ import annotations

from dataclasses import dataclass

from spacy.tokens import Token

from kg.extract.acts import CUES, SAYING, act_of
from kg.extract.anaphora import described_before, person_beside
from kg.extract.contents import HELD, NOUN_CUES, PAPERS, PLAIN, SUBJECTS, content_of, held_as, phrases_before, quoted_as
from kg.extract.context import Context
from kg.extract.nouns import CRAFT
from kg.extract.quotations import about, answers, nested, orphans
from kg.extract.saying import Telling, told
from kg.extract.targets import MACHINES, SITES
from kg.nlp.quotes import Quote
from kg.records import Report, Span, Statement
from kg.resolve.names import PERSON_NOUNS

_NEAR = 200  # characters between a statement and "both" of its speakers
#: Cues whose subject may be a document, a picture or a rule.
_OF_PAPERS = {"show", "indicate", "suggest", "see", "list", "describe", "require", "expect", "call", "rule", "document", "reveal", "quote", "cite", "brief",
              "feel", "put", "count", "find", "turn", "fear", "conclude", "specify", "clarify", "attribute", "order", "agree"}
#: Subjects of a verb of speech that are no speakers of their own.
_NOT_SPEAKERS = {"report", "source", "statement", "document", "account", "text", "letter", "law", "image", "picture", "footage", "video", "map", "sign", "figure",
                 "datum", "evidence", "day", "week", "month", "year", "rumor", "rumour", "story", "history", "decree", "treaty", "agreement", "rule", "clock"}
_NEVER_ALONE = {"quote", "cite"}  # no speech act of their subject, unless with "as saying"
_AS = {"see", "consider", "regard", "view"}  # "sees the truce as a trap"
_ASIDE = {"show", "indicate", "expect"}  # speech acts only with a clause and an actor for a subject
_ISSUE = {"issue", "release", "publish", "make", "sign", "post", "put", "send", "deliver", "read", "circulate"}


@dataclass(frozen=True)
class _Cue:
    token: Token
    lemma: str
    speakers: tuple[Token, ...]
    content: tuple[Span, ...]
    span: Span
    evidence: Span
    rule: str


def extract_statements(context: Context) -> list[Statement]:
    """All statements of the article in text order; also sets ``context.statements``."""
    found = answers(context)
    cues = [c for t in context.doc if context.usable(t) and not context.headline(t) for c in _cues(context, t)]
    for cue in cues:
        context.statements = found
        found += _make(context, cue, found)
    context.statements = found
    found = sorted(found + orphans(context, found), key=lambda s: s.reports[0].evidence.start)
    context.statements = [nested(s, found) for s in found]
    return context.statements


def _cues(context: Context, token: Token) -> list[_Cue]:
    if token.lower_ == "according" and token.i + 1 < len(context.doc) and context.doc[token.i + 1].lower_ == "to":
        return _according(context, token, token.i, token.i + 2)
    if token.lower_ == "words" and token.i > 1 and token.i + 1 < len(context.doc) and context.doc[token.i - 2:token.i + 2].text.lower() == "in the words of":
        return _according(context, token, token.i - 2, token.i + 2)
    lemma = token.lemma_.lower()
    if token.pos_ == "NOUN" and lemma in NOUN_CUES and not any(c.dep_ == "nsubj" for c in token.children):
        return _noun_cue(context, token, lemma)
    misread = token.pos_ == "NOUN" and token.dep_ in {"ROOT", "parataxis"} and any(c.dep_ == "nsubj" for c in token.children)
    if lemma not in CUES or token.pos_ != "VERB" and not misread or lemma in _NEVER_ALONE or _unreal(token):
        return []
    if (aside := _parenthesis(token)) is not None and lemma in SAYING | PLAIN | HELD | {"warn", "estimate", "reckon"}:
        content = tuple(context.span(part) for part in ([t for t in token.sent if t.i < aside.left_edge.i - 1],
                                                         [t for t in token.sent if t.i > _comma_after(token)]) if len(part) > 1)
        span = Span(token.idx, token.idx + len(token))
        return [_Cue(token, lemma, (aside,), content, span, context.sentence(token), f"cue-verb:{lemma}")]
    quoted = quoted_as(token)
    speakers, passive = ((quoted,), False) if quoted is not None else _speakers(token)
    if speakers is None or lemma == "go" and not any(c.lower_ == "on" for c in token.children) \
            or lemma == "call" and any(c.lower_ in {"home", "back"} for c in token.children):  # "called its ambassador home"
        return []
    content, framed = content_of(context, token, lemma, speakers, passive)
    if not content and lemma in _AS:
        content = held_as(context, token)
    if not content or lemma in {*_AS, *_ASIDE} and not (speakers and context.actors(speakers[0])):
        return []
    evidence = _evidence(context, token, content, framed)
    return [_Cue(token, lemma, speakers, content, Span(token.idx, token.idx + len(token)), evidence, f"cue-verb:{lemma}")]


def _noun_cue(context: Context, token: Token, lemma: str) -> list[_Cue]:
    """"her plea for flour", "a claim by the army that ...": whose saying it is, and what for."""
    by = tuple(c for c in token.children if c.dep_ == "nmod:poss" or c.dep_ in {"nmod", "obl:agent"} and c.i > token.i and any(
        g.dep_ == "case" and g.lower_ in {"by", "from"} for g in c.children))
    said = [c for c in token.children if c.i > token.i and c not in by and (
        c.dep_ in {"acl", "ccomp"} and any(g.dep_ == "mark" and g.lower_ in {"that", "to"} for g in c.children)
        or c.dep_ == "nmod" and any(g.dep_ == "case" and g.lower_ in NOUN_CUES[lemma].split() for g in c.children))]
    if not by or not said or not context.actors(by[0]):
        return []
    content = tuple(context.span([t for t in c.subtree if not (t.dep_ in {"case", "mark"} and t.head.i == c.i)]) for c in said)
    evidence = context.clause(token)
    if not evidence.covers(Span(token.idx, token.idx + 1)) or "\n" in context.text(evidence):
        evidence = context.span([*token.subtree])
    return [_Cue(token, lemma, by[:1], content, Span(token.idx, token.idx + len(token)), evidence, f"cue-noun:{lemma}")]


def _unreal(token: Token) -> bool:
    """A cue that is negated, only possible, or in a condition tells of no statement."""
    for child in token.children:
        if child.dep_ == "advmod" and child.lower_ in {"not", "n't", "never"} and token.lemma_ != "deny":
            return True
        if child.dep_ == "aux" and child.lower_ in {"could", "might", "may", "should", "must", "can"}:
            return True
        if child.dep_ == "mark" and child.lower_ in {"if", "unless"} or child.dep_ == "cc" and child.lower_ == "nor":
            return True
        if child.dep_ in SUBJECTS and (child.lower_ in {"none", "nobody", "neither"} or any(
                g.lower_ in {"no", "neither"} and g.dep_ == "det" for g in child.children)):
            return True
    if token.lemma_ == "ask" and any(c.lemma_ in {"name", "identify", "quote", "print"} for c in token.children):
        return True  # "asked not to be named"
    asked = token.lemma_ == "ask" and token.dep_ == "advcl" and not any(c.dep_ in SUBJECTS for c in token.children)
    active = token.dep_ == "ROOT" and any(c.dep_ == "nsubj" for c in token.children)  # a past tense that was taken for a participle
    bare = asked or token.tag_ == "VBN" and token.dep_ != "conj" and not active and not any(c.dep_ in {"aux", "aux:pass"} for c in token.children)
    return bare or _asked_before(token) is not None or _aside_of_speaker(token) or token.dep_ == "amod" or token.dep_ == "compound"


def _aside_of_speaker(token: Token) -> bool:
    """True for "briefed" in "..., said a diplomat briefed on the talks" read as a clause of its own."""
    verb = token.head
    first = next((c for c in token.children if c.dep_ == "nsubj"), None)
    return token.dep_ == "ccomp" and first is not None and verb.i < first.left_edge.i == verb.i + 1 and verb.lemma_ in SAYING \
        and token.tag_ in {"VBD", "VBN"} and not any(c.dep_ in SUBJECTS for c in verb.children) and any(c.dep_ in {"ccomp", "conj"} and c.i < verb.i for c in verb.children)


def _asked_before(token: Token) -> Token | None:
    """The verb of saying of somebody who was asked: "The envoy, asked whether the talks had failed, said ..." read as if the envoy asked."""
    verb = token.head
    before = token.i > token.sent.start and token.nbor(-1).text == ","
    return verb if token.lemma_ == "ask" and token.dep_ == "ccomp" and before and verb.i > token.i and not any(
        c.dep_ in SUBJECTS for c in verb.children) else None


def _speakers(token: Token) -> tuple[tuple[Token, ...] | None, bool]:
    """(tokens that head the speaker, passive); None where the verb has no place for a speaker."""
    subjects = tuple(c for c in token.children if c.dep_ in SUBJECTS)
    passive = any(c.dep_ == "aux:pass" for c in token.children) or token.dep_ == "conj" and token.tag_ == "VBN" and not subjects and any(
        c.dep_ == "aux:pass" for c in token.head.children)
    if passive:
        agents = tuple(c for c in token.children if c.dep_ == "obl:agent")
        if agents:
            return agents, True
        return ((), True) if any(c.lower_ == "it" for c in subjects) else (None, True)
    subjects = tuple(s for s in subjects if s.lower_ not in {"who", "which", "that"})
    if not subjects:
        asked = next((c for c in token.children if c.i < token.i and _asked_before(c) is not None), token)
        subjects = tuple(c for c in asked.children if c.dep_ in SUBJECTS) if asked is not token else ()
    if len(subjects) > 1 and token.nbor(-1).text == "," == token.doc[subjects[-1].left_edge.i - 1].text:  # "Mali and Niger, partners in the alliance, condemned"
        return subjects[:1], False
    if subjects:
        return subjects[-1:], False
    noun = next((c for c in token.children if c.dep_ == "compound" and c.pos_ == "PROPN" and c.i < token.i), None)
    if noun is not None and token.nbor(1).lower_ == "that":  # "the UN reports that ..." read as a noun
        return (noun,), False
    if token.dep_ == "ROOT" and (before := phrases_before(token)):
        return before, False
    after = [c for c in token.children if c.dep_ in {"obj", "obl"} and c.i > token.i and c.pos_ in {"PROPN", "NOUN"}]
    after += [c for b in token.children if b.dep_ == "ccomp" and b.i > token.i and b.tag_ == "VBN" and not any(c.dep_ == "aux" for c in b.children)
              for c in b.children if c.dep_ == "nsubj" and c.left_edge.i == token.i + 1]  # "..., said an aide briefed on the matter"
    if token.dep_ == "ROOT" and after and any(c.dep_ == "ccomp" and c.i < token.i for c in token.children):
        return (after[0],), False  # "..., recalled the driver"
    if token.dep_ in {"acl:relcl", "acl"} and token.head.pos_ in {"NOUN", "PROPN", "PRON"}:
        paper, issue = token.head, token.head.head
        if paper.lemma_.lower() not in PAPERS:
            return (paper,), False
        return _speakers(issue) if paper.dep_ == "obj" and issue.lemma_ in _ISSUE else (None, False)
    if token.dep_ in {"conj", "xcomp", "advcl"} and token.head.pos_ in {"VERB", "AUX", "NOUN", "ADJ"}:
        swift = token.head.lemma_.lower() in {"quick", "swift", "prompt", "fast"}  # "was quick to dismiss"
        return _speakers(token.head) if token.head.pos_ in {"VERB", "AUX"} or swift else (None, False)
    if token.dep_ == "parataxis" and token.head.pos_ == "VERB":
        after = [t for t in token.rights if t.pos_ in {"PROPN", "NOUN"} and t.dep_ in {"obj", "obl", "dep"}]
        return (tuple(after[:1]), False) if after else (None, False)
    return None, False


def _parenthesis(token: Token) -> Token | None:
    """Who says it in "The convoy, officials fear, will not arrive", however the parser ties the words between the commas."""
    after = next((i for i in range(token.i + 1, min(token.i + 6, token.sent.end)) if token.doc[i].text == ","), token.i)
    inside = token.doc[token.i + 1:after]
    if after in {token.i, token.sent.end - 1} or token.i < token.sent.start + 3 or any(t.text in "\"“”" or t.pos_ in {"VERB", "AUX", "SCONJ"} for t in inside):
        return None
    noun = token.doc[token.i - 1]
    if noun.lower_ in {"he", "she"} and token.doc[noun.i - 1].text == "," and token.doc[noun.i - 2].text not in "\"“”":
        return noun
    if len(inside):
        return None
    while noun.dep_ in {"flat", "compound", "nmod"} and noun.sent.start < noun.head.i < token.i:
        noun = noun.head
    first = noun.left_edge.i
    return noun if noun.pos_ in {"NOUN", "PROPN"} and noun.i < token.i and first > token.sent.start + 1 and token.i - first < 7 \
        and token.doc[first - 1].text == "," and not any(t.text in ",\"“”" for t in token.doc[first:token.i]) else None


def _comma_after(token: Token) -> int:
    return next((t.i for t in token.doc[token.i:token.sent.end] if t.text == ","), token.i)


def _evidence(context: Context, token: Token, content: tuple[Span, ...], framed: bool) -> Span:
    """The sentence that the cue frames, drawn out to the whole quotation; else the cue's own clause."""
    own = context.sentence(token)
    if not framed and token.dep_ in {"conj", "ccomp", "advcl", "acl", "acl:relcl", "xcomp"}:
        own = context.span([t for t in token.subtree if t.dep_ not in {"cc"} or t.head.i != token.i])
    start = min([own.start, *(s.start for s in content)])
    end = max([own.end, *(s.end for s in content)])
    line = context.article.text.rfind("\n", 0, token.idx) + 1
    stop = context.article.text.find("\n", token.idx)
    return Span(max(start, line), end if stop < 0 else min(end, stop))


def _according(context: Context, token: Token, first: int, end: int) -> list[_Cue]:
    """"according to X", "in the words of X": the cue stands at the tokens ``first`` to ``end``, the rest of the sentence is what X says."""
    source = token.head
    if token.lower_ == "words" or source.dep_ == "fixed" or source.pos_ not in {"NOUN", "PROPN", "PRON", "NUM"}:
        source = next((t for t in context.doc[end:end + 8] if t.pos_ in {"NOUN", "PROPN"}
                       and t.dep_ not in {"compound", "nmod:desc", "amod"}), token)
    if source is token:
        return []
    sentence = context.sentence(token)
    phrase = {t.i for t in source.subtree} | set(range(first, source.i + 1))
    phrase = {i for i in phrase if i >= first} if context.doc[first].idx > sentence.start + 3 else phrase
    rest = [t for t in token.sent if t.i not in phrase and not t.is_space]
    before = [t for t in rest if t.i < first]
    kept = before if len(before) > 2 and first == token.i else rest
    if len(kept) < 3:
        return []
    last = context.doc[end - 1]
    cue = Span(context.doc[first].idx, last.idx + len(last))
    return [_Cue(token, "according", (source,), (context.span(kept),), cue, sentence, "according-to")]


def _make(context: Context, cue: _Cue, found: list[Statement]) -> list[Statement]:
    speakers: list[tuple[str | None, Token | None]] = []
    for head in cue.speakers:
        for one in context.conjuncts(head):
            refs = _speaker(context, one, found) or _described(context, one, cue, found)
            speakers += [(r, one) for r in refs]
            if not refs and one.lower_ in {"they", "it", "we", "i", "you"} and cue.lemma != "according":
                continue
    if not speakers:
        if cue.speakers and not _may_speak(cue.speakers[0]):
            return []
        speakers = [(None, next(iter(cue.speakers), None))]
    content = " ".join(" ".join(context.text(s).split()) for s in cue.content)
    quoted = tuple(" ".join(context.text(q.inner).split()) for q in context.quotes
                   if any(s.start <= q.span.start and q.span.end <= s.end for s in cue.content) and not _scare(context, q))
    addressees, medium = _hearers(context, cue)
    negated = any(c.lower_ in {"not", "n't", "n’t", "never"} for c in cue.token.children)
    how = Telling(cue.lemma, cue.rule.startswith("cue-noun"), negated, cue.span, cue.content)
    made: list[Statement] = []
    taken = {s.ref for s in found}
    for ref, said_by in dict.fromkeys(speakers):
        offset = cue.span.start
        while f"event/{context.article.id}/statement-{offset}" in taken:
            offset += 1
        iri = f"event/{context.article.id}/statement-{offset}"
        taken.add(iri)
        act = act_of(context, cue.token, cue.lemma, cue.content, ref)
        title = None
        name = next((n for n in context.names if said_by is not None and n.actor == ref and n.person
                     and context.doc[n.start].sent == said_by.sent), None)
        if name:
            title = context.title_of(name) or None
        report = Report(evidence=cue.evidence, cue_span=cue.span, content_spans=cue.content, rule=cue.rule,
                        source_span=context.span(context.phrase(said_by)) if said_by is not None else None,
                        trigger=cue.span, title_in_text=title)
        topics = about(context, cue.content, ref)
        made.append(Statement(ref=iri, kind=act, label=told(context, ref, content, how), speaker=ref, reports=(report,),
                              addressees=tuple(a for a in addressees if a != ref), about=topics, content=content,
                              quotations=quoted, medium=medium, date=context.date(cue.token)))
    return made


def _speaker(context: Context, head: Token, found: list[Statement]) -> tuple[str, ...]:
    said = next((s for s in reversed(found) if s.speaker and context.is_person(s.speaker) and (
        s.speaker in context.named or not context.label(s.speaker).endswith("s"))), None)
    last = said.speaker if said else None
    if head.lower_ in {"he", "she"}:
        near = said is not None and "\n" not in context.article.text[said.reports[0].evidence.end:head.idx]
        if (beside := person_beside(context, head, near)):
            return beside
        if last:
            return (last,)
    if head.pos_ == "PRON" and head.lower_ in {"who", "which", "that", "this", "what", "one", "some", "many"}:
        return ()
    definite = any(c.lower_ == "the" for c in head.children)
    if definite and head.lemma_.lower() in PERSON_NOUNS and head.lower_ == head.lemma_.lower() \
            and not any(n.person for n in context.names if head.i - 4 <= n.start <= head.i + 2):
        before = described_before(context, head, head.lemma_.lower())
        if before or last and head.pos_ != "PROPN" and not any(context.is_name(c) for c in head.children):
            return (before or last or "",)
    refs = context.actor(head)
    if refs:
        return refs
    for child in head.children:  # "reports from the armed forces", "a spokesman for the ministry", "the ministry's statement"
        if child.dep_ == "nmod:poss" and head.lemma_.lower() in PAPERS and (refs := context.actor(child)):
            return refs
        if child.dep_ == "nmod" and any(g.lower_ in {"from", "of", "by", "for"} for g in child.children):
            refs = context.actor(child)
            if refs:
                return refs
    return ()


def _described(context: Context, head: Token, cue: _Cue, found: list[Statement]) -> tuple[str, ...]:
    """Speakers who have neither a name nor one of the nouns for persons: "the Saudi hosts", "a person familiar with the matter"; "both"."""
    if head.lower_ == "both" and not [*head.children]:
        return tuple(dict.fromkeys(s.speaker for s in reversed(found) if s.speaker and cue.span.start - s.reports[0].evidence.end < _NEAR))[:2][::-1]
    lemma = head.lemma_.lower()
    if lemma in {"side", "host", "party", "country", "capital"}:  # "the Saudi hosts" are Saudi Arabia; "the other side" is somebody named before
        state = context.state_of(context.phrase(head))
        return (f"actor/{state}",) if state else ()
    named = cue.lemma not in _OF_PAPERS and head.pos_ == "NOUN" and lemma not in _NOT_SPEAKERS | PAPERS | SITES | MACHINES | CRAFT and lemma.isalpha()
    return (context.describe(head, "group"),) if named else ()


def _may_speak(head: Token) -> bool:
    """Sources without a name that can still speak; a bridge or a support cannot."""
    return head.lemma_.lower() in {"report", "source", "statement", "document", "many", "critic", "observer", "reporter",
                                   "account", "other", "some", "text", "letter", "group"} or head.pos_ == "PRON" and \
        head.lower_ in {"some", "others", "many", "it"}


def _scare(context: Context, quote: Quote) -> bool:
    return len(context.text(quote.inner).split()) < 2


def _hearers(context: Context, cue: _Cue) -> tuple[tuple[str, ...], str | None]:
    refs: list[str] = []
    for child in cue.token.children:
        case = {g.lower_ for g in child.children if g.dep_ == "case"}
        if child.dep_ in {"iobj", "obj"} and cue.lemma in {"tell", "urge", "ask", "accuse", "warn", "assure", "notify", "brief", "order", "thank",
                                                          "blame", "praise"} or child.dep_ == "obl" and case & {"to", "on"}:
            refs += context.actors(child)
    kinds = {r: (context.authority.actors[r[6:]].kind if r[6:] in context.authority.actors
                 else context.registry.actors[r].kind) for r in refs}
    medium = next((r for r in refs if kinds[r] == "MediaOrganization"), None)
    return tuple(dict.fromkeys(refs)), medium
