"""Negotiations: meetings, talks, ceasefires, agreements, resolutions and proposals with their parties and status."""

from __future__ import annotations

from dataclasses import replace

from spacy.tokens import Token

from kg.extract.clauses import agent_of, case, children, governor, named, passive, subject
from kg.extract.context import Context
from kg.extract.deals import negotiation, said_status
from kg.extract.joining import Mention, actors_agree, dates_agree, places_agree
from kg.extract.modality import is_question, judge
from kg.extract.standing import KEEPING, STATUS, ahead, called_home, leaving, phrasal, status_of
from kg.extract.talks import CAPTIVES, DEALS, GUIDANCE, fits, lays_down, told_otherwise, trigger_of
from kg.extract.wording import as_label, role
from kg.records import Negotiation, Report, Span
from kg.resolve.names import PERSON_NOUNS

_HOLD = {"hold", "have", "attend", "begin", "start", "resume", "convene", "sign", "agree", "reach", "strike", "accept", "join",
         "conclude", "open", "continue", "discuss", "announce", "declare", "observe", "violate", "break", "propose", "make",
         "pass", "adopt", "approve", "block", "veto", "reject", "back", "initiate", "want", "broker", "mediate", "host", "offer", "extend", "grant", "respect",
         "honour", "honor", "breach", "ratify", "negotiate", "renew", "abandon", "scrap", "tear", "refuse", "resist"}
_HOST = {"broker", "mediate", "host", "convene", "facilitate", "sponsor", "draw"}
_TOPICS = frozenset({"on", "for", "over", "of", "from", "against"})
_NO_HEARERS = {"demand", "need", "condition", "deadline", "target", "goal", "criterion", "requirement", "resistance", "force", "response", "condemnation",
                "scepticism", "skepticism", "silence", "troops", "soldier", "fighter"}
#: "an official reached by telephone said": a reporter's call.
_ASKED = {"reach", "join", "contact", "interview"}
_SIDE = {"side", "delegation", "delegate", "negotiator", "representative", "team"}
_BESIDE = {"under", "despite", "since", "after", "before", "until"}
_GOING = {"return", "arrive", "travel", "gather", "come", "fly", "go", "due", "convene"}


def _doers(context: Context, verb: Token) -> tuple[str, ...]:
    """Who meets, signs or refuses; for "Chad's delegates" and "the Chinese side" those whose side it is."""
    head = next((c for c in children(verb, "obl:agent")), None) if passive(verb) else subject(verb)
    if head is not None and head.lemma_.lower() in _SIDE:
        whose = [r for c in children(head, "amod", "compound", "nmod:poss", "nmod") if case(c) in {"", "'s", "’s", "'", "’", "of", "from"}
                 for r in context.actors(c) if not context.is_person(r)]
        if whose:
            others = [r for h in context.conjuncts(head) if h.i != head.i for r in context.actor(h)]
            return tuple(dict.fromkeys([*whose, *others]))
    return agent_of(context, verb)


def _own_places(context: Context, token: Token) -> tuple[str, ...]:
    """"withdrew from the dam under the deal signed in Rome": Rome, for the dam is no place of the deal."""
    heads = [token, *children(token, "acl", "acl:relcl")]
    return tuple(dict.fromkeys(p for h in heads for c in children(h, "nmod", "obl") if case(c) in {"in", "at"} for p in context.places(c)))


def _parties(context: Context, token: Token, pos: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Parties and mediators of a negotiation."""
    parties: list[str] = []
    hosts: list[str] = []
    if pos == "verb":
        head = subject(token)
        owners = children(head, "nmod:poss") if head is not None and head.tag_ == "NNS" else []
        owned = [r for c in owners for r in context.actors(c)]  # "the two armies' commanders"
        parties += owned if len(owned) > 1 else _doers(context, token) or (named(context, head) if head is not None else ())
        first = head.left_edge.i if head is not None else 0
        if first > 1 and context.doc[first - 1].lower_ == "and" and context.doc[first - 2].sent == token.sent:
            # "X said A and B met": the parser takes A for the object of "said".
            parties[:0] = context.actors(context.doc[first - 2])
        if token.lemma_ in {"visit", "phone", "telephone", "meet", "oppose", "host", "receive", "summon"}:
            for child in children(token, "obj"):
                parties += context.actors(child)
        hosts += [r for c in children(token, "obl") if c.lemma_ in GUIDANCE for g in children(c, "amod", "compound", "nmod", "nmod:poss")
                  for r in context.actors(g)]
        for child in token.children:
            if child.dep_ == "obl" and case(child) in {"with", "between", "among", "to" if token.lemma_ in {"speak", "talk", "hand"} else "with"}:
                parties += context.actors(child)
    else:
        verb, top = governor(token)
        for child in children(token, "amod"):  # "UN-led talks"
            if child.lemma_ in _HOST | {"lead", "sponsor"}:
                hosts += [r for c in child.children if c.i < child.i and c.pos_ != "PUNCT" for r in context.actors(c)]
        for child in token.children:
            if child.dep_ in {"compound", "amod"} and token.lemma_ in {"process", "platform", "format", "track", "accord", "declaration"}:
                continue  # "the Astana process": where it began, not who takes part
            if token.lemma_ == "visit" and child.dep_ in {"nmod", "obl"} and case(child) in {"to", "in"}:
                parties += context.actors(child)
            if child.dep_ == "nmod:poss" or (child.dep_ in {"nmod", "obl"} and case(child) in {
                    "with", "between", "among", "by", *(() if token.lemma_ == "offer" else ("of",))}) or (child.dep_ in {"amod", "compound"} and child.pos_ != "NUM"):
                parties += context.actors(child)
            elif child.dep_ in {"acl", "acl:relcl"}:
                made = _doers(context, child)
                (hosts if child.lemma_ in _HOST else parties).extend(made)
                for helper in children(child, "obl"):  # "set up by X with the help of Y", "with Y's assistance"
                    if helper.lemma_ in {"help", "assistance", "support", "participation"}:
                        parties += [r for c in children(helper, "nmod:poss", "nmod") for r in context.actors(c)]
        if token.lemma_ == "resolution" and top.dep_ in {"obl", "obj"} and not parties and verb.pos_ == "VERB":
            parties += _doers(context, verb)
        if verb.pos_ in {"VERB", "AUX"} and (verb.lemma_ in _HOLD or phrasal(verb) in STATUS):
            if top.dep_ in {"obj", "obl", "nsubj:pass", "ccomp", "xcomp"}:
                made = _doers(context, verb)
                (hosts if verb.lemma_ in _HOST else parties).extend(made)
            for child in children(verb, "obl"):
                if case(child) in {"with", "between"}:
                    parties += context.actors(child)
        elif top.dep_ == "obl" and case(top) == "under" and token.lemma_ in DEALS:  # "Under the deal A gives way, while B pays"
            parties += [r for v in (verb, *(c for c in children(verb, "advcl") if case(c) == "while")) for r in _doers(context, v)]
        elif (left := leaving(token)) is not None:
            parties += _doers(context, left)
        elif top.dep_ == "obl" and case(top) == "to" and verb.lemma_ in {"invite", "summon", "bring", "call"}:
            for child in children(verb, "obj", "nsubj:pass"):  # "invited both sides to talks"
                parties += context.actors(child)
        elif top.dep_ == "obl" and case(top) == "for" and verb.lemma_ in _GOING:  # "is due in Rome for talks with X"
            goer = subject(verb)
            parties += named(context, goer) if goer is not None else ()
        elif top.dep_ == "obl" and case(top) in {"after", "during", "in", "at", "on"} and verb.pos_ == "VERB" and not parties:
            parties += _doers(context, verb)
        for clause in children(verb, "advcl"):
            parties += _doers(context, clause) if called_home(clause) else ()
    if token.lemma_ in {"mediation", "auspices", "mediate"} or (pos == "noun" and _through(token)):
        hosts, parties = _mediation(context, token, hosts, parties)
    parties = [s for p in parties for s in _states_of(context, token, p)]
    return tuple(dict.fromkeys(parties)), tuple(h for h in dict.fromkeys(hosts) if h not in parties)


def _states_of(context: Context, token: Token, ref: str) -> tuple[str, ...]:
    """"officials of the U.S. and Syria", "Russian and Turkish diplomats": their states, for persons without names."""
    if ref[6:] in context.authority.actors or not context.is_person(ref) or ref in context.named:
        return (ref,)
    for head in token.sent:
        if head.lemma_.lower() in PERSON_NOUNS and head.pos_ == "NOUN" and context.actor(head) == (ref,):
            found = [r for c in children(head, "nmod", "amod", "compound") for r in named(context, c) if not context.is_person(r)]
            return tuple(dict.fromkeys(found)) or (ref,)
    return (ref,)


def _through(token: Token) -> bool:
    """"talks through the mediation of X": the mediator hangs below another word for the same thing."""
    return any(c.lemma_ in {"mediation", "auspices"} for c in token.children)


def _mediation(context: Context, token: Token, hosts: list[str], parties: list[str]) -> tuple[list[str], list[str]]:
    """Who mediates, and between whom: the doer, or "of", "by"; the parties stand after "between" or in the clause."""
    made = list(hosts)
    sides: list[str] = []
    if token.pos_ == "VERB":
        head = subject(token)
        made += _doers(context, token) or (named(context, head) if head is not None else ())
        sides = [r for c in children(token, "obl", "obj") if case(c) in {"between", "among", ""} for r in context.actors(c)]
        return made, sides
    words = [token, *(c for c in token.children if c.lemma_ in {"mediation", "auspices"})]
    for word in words:
        for child in children(word, "nmod", "nmod:poss", "compound", "amod"):
            refs = context.actors(child)
            (sides if case(child) in {"between", "among", "with"} else made).extend(refs)
    top = token.head
    if token.dep_ in {"nmod", "obl"} and case(token) in {"through", "by", "under", "with", "via"} and not sides:
        head = subject(top) if top.pos_ in {"VERB", "AUX"} or children(top, "cop") else None
        sides = [r for r in (named(context, head) if head is not None else ()) if r not in made]
        if head is not None and not sides:
            sides = [r for c in children(head, "nmod") for r in context.actors(c)]
    return made, sides or [p for p in parties if p not in made]


def _subject_text(context: Context, token: Token) -> str | None:
    """What is talked about: "talks on the border"."""
    for child in token.children:
        if (child.dep_ in {"nmod", "obl"} and case(child) in {"on", "about", "over", "for", "regarding"}) or (
                child.dep_ == "obj" and token.lemma_ == "discuss"):
            return context.text(context.span([t for t in child.subtree if t.dep_ != "case" or t.head != child]))[:160]
    return None


def _mention(context: Context, token: Token) -> Mention | None:
    entry = trigger_of(token)
    if entry is None or is_question(token) or not fits(context, token, entry[0]):
        return None
    trigger, pos = entry
    if told_otherwise(context, token, pos):
        return None
    kind, flags = trigger.kind, trigger.flags
    judged = judge(context, token)
    over, top = governor(token)
    if pos == "verb" and token.dep_ == "acl":
        over, top = governor(token.head)
    if over.lemma_ == "signing":  # "was to end with the signing of a truce"
        over, top = governor(over)
    if pos == "noun" and judged.modality in {"Asserted", "Alleged"} and top.dep_ == "obl" and over.pos_ == "VERB" \
            and case(top) in {"at", "during", "in", "on", "with"}:
        judged = judge(context, over)  # "will meet at a conference": neither has happened
    if pos == "verb" and token.dep_ in {"advcl", "xcomp"} and case(token) == "to" and judge(context, token.head).modality == "Planned":
        judged = judge(context, token.head)  # "will travel to Cairo to mediate"
    if flags == "named" and judged.modality not in {"Asserted", "Alleged"}:
        judged = replace(judged, modality="Alleged" if judged.stated_in else "Asserted")  # who wants a process says that it is there
    if kind == "Agreement" and ({t.lower_ for t in token.children} & {"ceasefire", "cease-fire", "truce", "armistice"} or lays_down(token)):
        kind = "Ceasefire"
    parties, hosts = _parties(context, token, pos)
    if flags == "offer" and any(c.lemma_ in {"mediate", "broker", "host"} for c in children(token, "xcomp")):
        parties, hosts = (), tuple(dict.fromkeys((*hosts, *parties)))
    if flags == "captive" and pos == "verb" and token.dep_ == "acl" and over.lemma_ in {"want", "demand", "seek"}:
        parties, judged = _doers(context, over), replace(judged, modality="Demanded")  # "wants its prisoners released"
    places = context.locations(token, _TOPICS) or (context.locations(token.head) if pos == "verb" and token.dep_ == "advcl" else ())
    asked = {t.i for c in children(token, "nsubj") for v in children(c, "acl") if v.lemma_ in _ASKED for t in v.subtree}
    if pos == "noun" and kind in {"Agreement", "Ceasefire"} and top.dep_ == "obl" and case(top) in _BESIDE:
        places = _own_places(context, token)
    clause = {t.lower_ for t in token.subtree if t.i not in asked}
    if pos == "noun":
        for child in children(token, "compound", "amod"):
            places = tuple(dict.fromkeys((*context.places(child), *places))) if child.pos_ == "PROPN" else places
    if pos == "verb":
        if (token.lemma_ == "meet" and not parties) or (flags == "person" and not (parties and children(token, "obj"))):
            return None
        if token.lemma_ in {"meet", "visit"} and {c.lemma_ for c in children(token, "obj", "obl")} & _NO_HEARERS:
            return None
        if flags == "with":
            if clause & {"telephone", "phone"}:
                kind = "PhoneCall"
            elif not any(case(c) == "with" for c in children(token, "obl")) and len(parties) < 2:
                return None
        if flags == "phone" and not clause & {"telephone", "phone", "videolink", "call", "hotline"}:
            return None
        if flags == "home" and not called_home(token):
            return None
        if flags == "captive" and token.lemma_ == "hand" and not (any(c.lower_ in {"over", "back"} for c in token.children) and any(
                c.tag_ == "NNS" for c in children(token, "obj", "nsubj:pass"))):
            return None
        if flags == "captive" and not {t.lemma_ for c in (*children(token, "obj", "nsubj:pass"), *([token.head] if token.dep_ == "acl" else []))
                                    for t in (c, *c.children)} & CAPTIVES:
            return None
        if flags == "guest" and not any(context.is_person(r) for c in children(token, "obj", "nsubj:pass") for r in context.actors(c)):
            return None
        if flags == "offer" and not {c.lemma_ for c in children(token, "xcomp", "ccomp")} & {"talk", "negotiate", "mediate", "meet", "broker", "host"}:
            return None
        if flags == "to" and not (children(token, "xcomp") and parties):
            return None
        if flags == "plan" and not (parties if token.lemma_ == "oppose" else passive(token)):
            return None
        if flags == "plan" and token.lemma_ == "oppose" and not children(token, "xcomp", "ccomp", "advcl"):
            return None
    elif not (parties or places or hosts) and kind not in {"Ceasefire", "Resolution"}:
        verb = governor(token)[0]
        between = any(case(c) in {"between", "with"} for c in children(token, "nmod"))
        if verb.lemma_ not in STATUS and not between and not any(c.lower_ == "the" for c in token.children):
            return None
    date = context.date(token)
    if pos == "noun" and over.lower_ in {"due", "expected"} and judged.modality in {"Asserted", "Alleged"}:
        judged = replace(judged, modality="Planned")  # "is due in Rome for talks"
    if ahead(date, context.article.issued, kind, judged):
        judged = replace(judged, modality="Planned")
    kept = over if pos == "noun" and top.dep_ == "obj" and over.lemma_ in KEEPING and judged.modality == "Planned" else None
    if kept is not None:  # "tried to keep the talks alive": they are under way, whatever comes of it
        judged = replace(judged, modality="Alleged" if judged.stated_in else "Asserted")
        envoys = subject(kept)
        places = places or (context.locations(envoys) if envoys is not None else ())
    status = status_of(token, kind, pos, judged.modality)
    if token.lemma_ == "hand" or pos == "noun" and leaving(token):
        places = tuple(p for p in places if f"actor/{p[6:]}" not in parties)
    if kind == "Talks" and status == "Suspended":
        kind = "Suspension"
    definite = any(c.lower_ in {"the", "that", "this", "both"} for c in token.children)
    clause_span, sentence = context.clause(token), context.sentence(token)
    inside = sentence.covers(clause_span) and clause_span.start <= token.idx < clause_span.end
    evidence = clause_span if inside else sentence
    if "\n" in context.text(evidence):
        evidence = Span(token.idx, token.idx + len(token))
    first = token.nbor(-2) if token.lower_ == "fire" else token  # "cease-fire" is read as three words
    hosts = tuple(dict.fromkeys((*hosts, *_titled(context, judged.stated_in, parties, places, kind))))
    report = Report(evidence, judged.modality, judged.attributed_to, judged.stated_in,
                    trigger=Span(first.idx, token.idx + len(token)), cue_span=judged.cue, locations=places, parties=parties,
                    mediators=hosts, subject=_subject_text(context, token), status=status, date=date,
                    rule=f"negotiation-{pos}")
    return Mention(token.idx, kind, report, token.lemma_.lower(), definite, False, pos == "noun")


def _titled(context: Context, stated_in: str | None, parties: tuple[str, ...], places: tuple[str, ...], kind: str | None) -> tuple[str, ...]:
    """The speaker, where the text calls him mediator and he tells of others' talks."""
    statement = next((s for s in context.statements if s.ref == stated_in), None)
    if statement is None or statement.speaker is None or statement.speaker in parties or not (parties or places or kind == "Talks"):
        return ()
    title = (statement.reports[0].title_in_text or "").lower()
    return (statement.speaker,) if "mediator" in title else ()


#: Talks that are frozen are the same talks.
_AS = {"Suspension": "Talks"}


def _alike(event: Mention, new: Mention) -> bool:
    """True where both words can be of one negotiation by their kinds: "that accord" can take up a truce."""
    return event.kind == new.kind or new.definite and (event.kind, new.kind) == ("Ceasefire", "Agreement") \
        or new.report.date is None and _AS.get(event.kind or "", event.kind) == _AS.get(new.kind or "", new.kind)


def _same(context: Context, event: list[Mention], new: Mention) -> bool:
    """True where ``new`` tells the negotiation of ``event`` once more."""
    mine = new.report
    if not any(_alike(m, new) or ({m.kind, new.kind} <= {"Meeting", "Summit", "Talks"} and m.word != new.word) for m in event):
        return False
    if not all(actors_agree(context, m.report.parties, mine.parties) and dates_agree(m.report.date, mine.date)
               and places_agree(context, m.report.locations, mine.locations) for m in event):
        return False
    if (new.definite or not (mine.parties or mine.locations)) and _alike(event[0], new):
        return True
    shared = {r for m in event for r in (*m.report.parties, *m.report.locations)} & {*mine.parties, *mine.locations}
    return bool(shared) and _alike(event[0], new)


def _sides(token: Token, events: list[list[Mention]]) -> tuple[str, ...]:
    """The parties named last, where "the sides" or "both delegations" meet, sign or swap without being named."""
    verb = token if token.pos_ == "VERB" else governor(token)[0]
    head = subject(verb) if verb.pos_ == "VERB" else None
    if head is None or head.lemma_ not in {"side", "party", "delegation", "negotiator", "camp", "two", "both"} or not {
            "the", "both", "two"} & {head.lower_, *(c.lower_ for c in head.children)}:
        return ()
    return next((m.report.parties for e in reversed(events) for m in reversed(e) if len(m.report.parties) > 1), ())


def extract_negotiations(context: Context) -> list[Negotiation]:
    """The negotiations of an article, each with all passages that tell it, in order of first mention."""
    events: list[list[Mention]] = []
    for token in context.doc:
        if not context.usable(token) or context.headline(token):
            continue
        mention = _mention(context, token)
        if mention is None:
            continue
        if not mention.report.parties and (sides := _sides(token, events)):
            mention.report = replace(mention.report, parties=tuple(s for s in sides if s not in mention.report.mediators))
        known = next((e for e in reversed(events) if _same(context, e, mention)), None)
        if known is not None:
            known.append(mention)
        else:
            events.append([mention])
    return [_record(context, e) for e in events]


def _record(context: Context, event: list[Mention]) -> Negotiation:
    kind = event[0].kind
    reports = tuple(m.report for m in event)
    status = said_status([(r.modality, r.status) for r in reports])
    text = negotiation(kind, event[0].word, status, *(role(context, reports, r) for r in ("parties", "mediators", "locations")))
    label = as_label(text, (r.modality for r in reports))
    return Negotiation(f"event/{context.article.id}/negotiation-{event[0].offset}", kind, label, reports)
