"""What a cue says: clauses, quotations, objects; the content of a statement."""

from __future__ import annotations

from spacy.tokens import Token

from kg.extract.acts import CUES, SAYING
from kg.extract.clauses import case
from kg.extract.context import Context
from kg.nlp.quotes import Quote
from kg.records import Span

_OBJECT_CUES = {"deny", "reject", "dismiss", "refute", "rebut", "dispute", "condemn", "denounce", "criticize", "criticise",
                "decry", "deplore", "slam", "lament", "blame", "accuse", "praise", "welcome", "thank", "hail", "laud",
                "commend", "confirm", "acknowledge", "demand", "reiterate", "reaffirm", "emphasize", "emphasise", "stress",
                "propose", "describe", "urge", "order", "count", "list", "estimate", "object", "protest", "express", "voice",
                "announce", "declare", "recommend", "offer", "admit", "concede", "deride", "brand", "label", "dub", "ridicule", "mock",
                "rebuke", "assail", "blast", "suspect", "congratulate", "downplay", "attribute", "pledge", "request", "caution", "recount",
                "promise", "claim", "decide", "endorse", "applaud", "disavow", "repudiate", "rule", "predict", "report", "note", "regret"}
_INFINITIVE_CUES = {"vow", "pledge", "promise", "threaten", "refuse", "swear", "urge", "ask", "demand", "order", "offer",
                    "propose", "encourage", "call", "plead", "appeal", "commit", "request", "advise", "implore", "beg", "press", "exhort", "invite",
                    "instruct", "command", "recommend", "undertake"}
#: Nouns that name an act of saying, with the prepositions before what is said; a clause with "that" or "to" serves all.
NOUN_CUES = {"plea": "for", "appeal": "for", "call": "for", "demand": "for", "request": "for", "claim": "of", "allegation": "of about against",
              "accusation": "of against", "charge": "of", "denial": "of", "condemnation": "of", "criticism": "of", "warning": "of about against",
              "threat": "of against", "promise": "of", "pledge": "of", "vow": "of", "assertion": "of", "assurance": "of", "insistence": "on",
              "rejection": "of", "confirmation": "of", "admission": "of", "announcement": "of"}
_GERUND_CUES = {"describe", "recount", "deny", "admit", "acknowledge", "confirm", "recall", "suggest", "propose", "recommend", "report", "regret", "consider"}
#: Verbs that say something only in one shape: "spoke of 14 dead", "turned the offer down", "raised the toll to nine", "held the army responsible",
#: "lodged a protest".
SHAPED = {"speak", "turn", "raise", "hold", "judge", "lodge"}
_OFFERS = {"offer", "proposal", "request", "invitation", "demand", "plan", "call", "appeal", "idea", "overture", "truce", "ceasefire", "deal", "bid", "suggestion",
           "inquiry", "investigation", "it", "this", "that", "which"}
_TOLLS = {"toll", "number", "figure", "count", "dead", "estimate", "tally"}
_QUOTE_ONLY = {"continue", "respond", "reply", "answer", "observe", "comment"}
_CLAUSES = {"ccomp", "xcomp", "advcl", "parataxis", "acl", "csubj"}
_ASKING = {"tell", "caution", "commit", "call", "appeal", "accuse", "warn", "plead", "urge", "ask", "object", "protest", "blame", "apologize", "apologise"}
PAPERS = {"speech", "interview", "address", "message", "post", "briefing", "readout", "bulletin", "tweet", "video", "communique", "note", "statement", "resolution", "document", "draft", "letter", "text", "report", "article", "plan", "call"}
HELD = {"believe", "fear", "hope", "think", "expect", "suspect", "insist", "argue"}
_TOLD = {"tell", "notify", "brief", "inform", "assure", "warn", "remind", "advise"}
SUBJECTS = {"nsubj", "nsubj:pass", "nsubj:outer"}
PLAIN = {"say", "tell", "add", "note", "state", "claim", "write", "declare", "believe", "insist", "mention", "assert", "maintain",
           "explain", "stress", "point"}


def content_of(context: Context, token: Token, lemma: str, speakers: tuple[Token, ...],
             passive: bool) -> tuple[tuple[Span, ...], bool]:
    """(content spans, whether the cue frames its whole sentence)."""
    if lemma in SHAPED:
        ahead = not speakers or speakers[0].i < token.i
        return _shaped(context, token, lemma) if ahead else (), token.dep_ == "ROOT"
    spans: list[Span] = []
    clauses = [c for c in token.children if c.dep_ in _CLAUSES and c.pos_ in {"VERB", "NOUN", "ADJ", "ADV", "AUX", "PROPN", "PRON", "NUM"}
               and not any(s.i in {t.i for t in c.subtree} for s in speakers)]
    for clause in clauses:
        marked = any(g.dep_ == "mark" and (g.lower_ == "that" or g.lower_ == "to" and lemma in _INFINITIVE_CUES)
                     for g in clause.children)
        if clause.dep_ in {"advcl", "acl"} and not marked and not (clause.tag_ == "VBG" and lemma in _GERUND_CUES) or clause.lemma_ in {"cite", "quote"} and clause.tag_ == "VBG":
            continue
        between = context.doc[token.i:clause.left_edge.i].text
        if clause.dep_ == "parataxis" and clause.i > token.i and not any(c in between for c in ":“\""):
            continue
        gerund = clause.tag_ == "VBG" and lemma in _GERUND_CUES
        if clause.dep_ == "xcomp" and lemma not in _INFINITIVE_CUES and lemma not in {"call", "count"} and not gerund:
            continue
        if clause.dep_ == "parataxis" and lemma in CUES and clause.lemma_ in CUES and clause.i > token.i:
            continue
        named = [c for c in token.children if c.dep_ == "obj" and c.i < clause.i] if lemma in {"call", "describe"} else []
        spans.append(context.span([t for c in [*named, clause] for t in c.subtree]) if named else _inner(context, clause))
    if not spans and lemma in _TOLD:  # "notified the council that ...", where the clause hangs on the council
        spans = [_inner(context, g) for c in token.children if c.dep_ in {"obj", "iobj"} for g in c.children if _that(g)]
    if not spans and lemma in PLAIN | _OBJECT_CUES:  # "said in a joint statement that ..."
        spans = [_inner(context, g) for c in token.children if c.dep_ == "obl" and c.i > token.i and c.lemma_.lower() in PAPERS
                 for g in c.children if _that(g)]
    if not spans and passive and speakers and lemma in {"say", "report", "believe", "think", "allege"}:  # "are said by two diplomats to be close"
        spans = [context.span([t for c in token.children if c.dep_ in {"nsubj:pass", "xcomp", "advcl"} for t in c.subtree])] if any(
            c.dep_ in {"xcomp", "advcl"} and case(c) == "to" for c in token.children) else []
    quotes = _quotes(context, token, spans)
    if not spans and token.dep_ == "parataxis" and token.head.i != token.i and not quotes and lemma in SAYING | PLAIN | HELD | {
            "confirm", "announce", "warn", "estimate", "reckon"}:
        own = {t.i for t in token.subtree}
        for rest in ([t for t in token.head.subtree if t.i not in own and t.i < token.i], [
                t for t in token.head.subtree if t.i not in own and t.i > token.i and not t.is_punct]):
            if len(rest) > 2:
                spans.append(context.span(rest))
    if not spans and token.dep_ == "advcl" and any(c.lower_ == "as" and c.dep_ in {"mark", "advmod"} for c in token.children) \
            and not any(c.dep_ in {"obj", "ccomp", "xcomp"} for c in token.children):  # "..., as the panel has documented"
        own = {t.i for t in token.subtree}
        rest = [t for t in token.head.subtree if t.i not in own]
        spans += [context.span(rest)] if len(rest) > 2 else []
    for quote in quotes:
        spans = [s for s in spans if not quote.span.covers(s)]
        if not any(s.covers(quote.span) for s in spans):
            overlap = [s for s in spans if s.start < quote.span.end and quote.span.start < s.end]
            spans = [s for s in spans if s not in overlap]
            spans.append(Span(min([quote.span.start, *(s.start for s in overlap)]),
                              max([quote.span.end, *(s.end for s in overlap)])))
    told = any(g.dep_ == "mark" and g.lower_ == "that" for c in clauses for g in c.children) or any(
        c.dep_ == "parataxis" and ":" in context.doc[token.i:c.left_edge.i].text for c in clauses)
    behind = bool(spans) and max(s.end for s in spans) <= token.idx  # "They build their own, the ministry replied"
    if not quotes and lemma in _QUOTE_ONLY and not told and not behind or lemma == "agree" and not clauses:
        return (), False
    if lemma in {"say", "report"} and quotes and spans == [q.span for q in quotes] and quotes[0].span.start > token.idx + 20 \
            and token.dep_ == "ROOT":  # the clause was not seen as one: all that follows the verb is told
        spans = [context.span([t for t in token.sent if t.i > token.i])]
    if lemma == "put" and (figure := _figure(context, token)):
        spans = [figure]
    if not spans and token.i + 3 < token.sent.end and token.nbor(1).lower_ == "that":  # the clause hangs elsewhere
        return (context.span([t for t in token.sent if t.i > token.i + 1]),), True
    if not spans and lemma in PLAIN | {"report", "confirm", "announce", "warn", "estimate"} | HELD and (before := _postposed(context, token)):
        return (before,), True
    if not spans and passive and lemma in _OBJECT_CUES and speakers:  # "the charge was denied by the ministry"
        spans = [context.span([*c.subtree]) for c in token.children if c.dep_ == "nsubj:pass"]
    if not spans and lemma in _OBJECT_CUES and token.dep_ == "acl:relcl" and token.head.lemma_.lower() in {*NOUN_CUES, "report", "version", "figure"} \
            and not any(c.dep_ in {"obj", "nsubj:pass"} for c in token.children):  # "a claim the government rejected"
        spans = [context.span(context.phrase(token.head))]
    if lemma in {"count", "list"} and not any(t.pos_ == "NUM" for t in token.subtree if t.i > token.i):
        return (), False  # "counts his votes"
    if not spans and (lemma in _OBJECT_CUES or lemma in {"call", "appeal", "ask", "plead", "warn", "express", "tell"}):
        spans = _object(context, token, lemma)
    return tuple(sorted(set(spans))), token.dep_ == "ROOT" or bool(quotes)


def _shaped(context: Context, token: Token, lemma: str) -> tuple[Span, ...]:
    """What a verb says that says something only in one shape; () for another use of it."""
    objects = [c for c in token.children if c.dep_ in {"obj", "nsubj:pass"}]
    if lemma == "speak":
        kept = [c for c in token.children if c.dep_ == "obl" and c.i > token.i and case(c) == "of"]
    elif lemma == "turn":
        down = any(c.lower_ == "down" and c.dep_ in {"compound:prt", "advmod"} for c in token.children)
        kept = [c for c in objects if c.lemma_.lower() in _OFFERS] if down else []
    elif lemma == "lodge":
        kept = [c for c in objects if c.lemma_.lower() in {"protest", "complaint", "objection"}]
    elif lemma == "raise":
        figure = [c for c in token.children if c.dep_ == "obl" and c.i > token.i and any(t.pos_ == "NUM" for t in c.subtree)]
        kept = [*objects, *figure] if figure and any(c.lemma_.lower() in _TOLLS for c in objects) else []
    else:
        verdict = [c for c in token.children if c.dep_ in {"xcomp", "obj", "acl"} and c.pos_ in {"ADJ", "VERB"} and c.i > token.i]
        whom = [c for v in verdict for c in v.children if c.dep_ == "nsubj"] or objects
        fits = lemma == "judge" or any(v.lemma_ in {"responsible", "accountable", "liable"} for v in verdict)
        kept = [*whom, *verdict] if verdict and whom and fits else []
    found = [t for c in kept for t in c.subtree if not (t.dep_ == "case" and t.head.i == c.i)]
    return (context.span(found),) if found else ()


def held_as(context: Context, token: Token) -> tuple[Span, ...]:
    """"sees the truce as a trap", "considers the group a threat": what is held of whom; () for "saw a convoy"."""
    held = next((c for c in token.children if c.dep_ == "obj" and c.i > token.i), None)
    as_what = next((c for c in token.children if c.i > token.i and (
        c.dep_ == "xcomp" and c.pos_ not in {"VERB", "AUX"} and token.lemma_ != "see" or c.dep_ in {"obl", "advcl"} and any(g.lower_ == "as" for g in c.children))), None)
    if held is None:
        inner = next((c for c in as_what.children if c.dep_ == "nsubj"), None) if as_what is not None and as_what.dep_ == "xcomp" else None
        return (context.span([*as_what.subtree]),) if as_what is not None and inner is not None else ()
    as_what = as_what or next((c for c in held.children if c.dep_ == "nmod" and any(g.lower_ == "as" for g in c.children)), None)
    return (context.span([*held.subtree, *as_what.subtree]),) if as_what is not None else ()


def _that(clause: Token) -> bool:
    return clause.dep_ in {"acl", "acl:relcl", "ccomp"} and any(m.lower_ == "that" and m.dep_ in {"mark", "nsubj", "obj"} for m in clause.children)


def _figure(context: Context, token: Token) -> Span | None:
    """"put the death toll at 14"."""
    toll = next((c for c in token.children if c.dep_ == "obj" and c.lemma_.lower() in _TOLLS), None)
    if toll is None:
        return None
    return context.span([t for c in token.children if c.i > token.i and c.dep_ in {"obj", "obl"} for t in c.subtree])


def _postposed(context: Context, token: Token) -> Span | None:
    """The sentence before ", a monitor and two doctors said", however the parser ties the two together."""
    subject = next((c for c in token.children if c.dep_ in SUBJECTS), None) or next(iter(phrases_before(token)), None)
    if subject is None or subject.i > token.i:
        return None
    first = subject.left_edge.i + (subject.left_edge.text == ",")
    if first - 1 <= token.sent.start + 2 or context.doc[first - 1].text != "," or token.i - subject.i > 12:
        return None
    return context.span([t for t in token.sent if t.i < first - 1])


def _inner(context: Context, clause: Token) -> Span:
    tokens = [t for t in clause.subtree if not (t.head.i == clause.i and t.lower_ == "that" and t.i == clause.left_edge.i)]
    return context.span(tokens)


def _object(context: Context, token: Token, lemma: str) -> list[Span]:
    """Content of "denied the report", "called for talks", "accused X of shelling", "condemned the raid"."""
    kept: list[Token] = []
    for child in token.children:
        case = {g.lower_ for g in child.children if g.dep_ == "case" or g.dep_ == "mark"}
        if child.dep_ == "obj" and lemma not in {"call", "ask", "warn", "note", "tell"} and not child.lower_.endswith(("self", "selves")) or child.dep_ in {"obl", "advcl", "xcomp"} and case & {
                "for", "of", "on", "upon", "against", "over", "to", "at"} and lemma in _ASKING:
            kept += list(child.subtree)
    if lemma == "call" and not kept:
        named = [c for c in token.children if c.dep_ in {"obj", "xcomp"}]
        predicative = any(g.dep_ == "nsubj" for c in named for g in c.children)  # "calls this a lie"
        kept = [t for c in named for t in c.subtree] if len(named) > 1 or predicative else []
    return [context.span(kept)] if kept else []


def _quotes(context: Context, token: Token, spans: list[Span]) -> list[Quote]:
    """Quotations that the cue introduces: in its sentence, or just before it and running over sentences."""
    sentence = context.sentence(token)
    top = token.head if token.dep_ in {"parataxis", "ccomp"} and token.head.i < token.i or quoted_as(token) is not None else token
    reach = Span(context.doc[top.left_edge.i].idx, context.doc[top.right_edge.i].idx + len(context.doc[top.right_edge.i]))
    found: list[Quote] = []
    for quote in context.quotes:
        if quote.inner.start <= token.idx < quote.inner.end:
            continue  # the cue stands inside the quotation
        meets = quote.span.start < sentence.end and sentence.start < quote.span.end
        before = 0 <= sentence.start - quote.span.end <= 4 and "\n" not in context.article.text[quote.span.end:sentence.start]
        if before and spans or meets and not before and not (quote.span.start < reach.end and reach.start < quote.span.end):
            continue
        if token.dep_ == "conj" and spans and not any(s.start < quote.span.end and quote.span.start < s.end for s in spans):
            continue
        if meets and spans and not any(s.start < quote.span.end and quote.span.start < s.end or abs(
                quote.span.start - s.end) < 4 or abs(s.start - quote.span.end) < 4 for s in spans):
            long = quote.inner.end - quote.inner.start > 25
            if not long:
                continue
        if meets or before:
            found.append(quote)
    return found


def quoted_as(token: Token) -> Token | None:
    """"was quoted (by a paper) as saying": who is quoted."""
    verb = token.head
    if token.tag_ != "VBG" or verb.lemma_ not in {"quote", "cite", "report", "describe"} or not any(
            c.lower_ == "as" for c in token.children):
        return None
    who = next((c for dep in ("obj", "nsubj:pass", "nsubj") for c in verb.children if c.dep_ == dep and c.i < token.i), None)
    if who is not None and who.lower_ in {"who", "which"} or who is None and verb.dep_ in {"acl", "acl:relcl"}:
        return verb.head
    return who


def phrases_before(token: Token) -> tuple[Token, ...]:
    """The noun phrases between a comma and the verb, where the parser ties them to what is said: "..., the bloc and two aides said"."""
    comma = next((i for i in range(token.i - 1, max(token.sent.start, token.i - 13), -1) if token.doc[i].text == ","), None)
    if comma is None:
        return ()
    group = token.doc[comma + 1:token.i]
    if not len(group) or any(t.pos_ in {"VERB", "AUX", "SCONJ"} or t.is_punct for t in group) or group[0].pos_ in {"ADP", "CCONJ"}:
        return ()
    return tuple(t for t in group if t.pos_ in {"NOUN", "PROPN"} and t.dep_ not in {"flat", "compound", "nmod", "nmod:poss", "nmod:desc"}
                 and not comma < t.head.i < token.i)
