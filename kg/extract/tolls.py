"""Which action a figure of dead, wounded or displaced belongs to."""

from __future__ import annotations

from dataclasses import replace

from spacy.tokens import Token

from kg.extract.context import Context
from kg.extract.joining import NO_ATTACKS, Mention
from kg.extract.modality import Judgement, is_question, judge
from kg.extract.quantities import casualties
from kg.extract.voices import counted_by, judged_by_voice
from kg.records import Casualties, Report, Span

_NEAR = 500  # characters back to an action of the same speaker
_DEADLY = {"CeasefireViolation", "AirStrike", "Shelling", "Bombing", "Killing", "GroundAssault", "Raid", "TerritoryCapture", None}


def _nearest(context: Context, here: list[Mention], harm: Token) -> Mention | None:
    """The mention in a sentence that a figure belongs to: one whose clause the harm stands in, else the nearest."""
    pool = [m for m in here if m.kind not in {"Deployment", "Sortie", "ArmsSupply"}] or here
    above = [harm, *harm.ancestors]
    depth: dict[int, int] = {}
    for number, token in enumerate(above):
        for t in (token, *(c for c in token.children if c.dep_ in {"nsubj", "nsubj:pass", "obj", "obl", "advcl"})):
            depth.setdefault(t.idx, number)
    return min(pool, key=lambda m: (depth.get(m.offset, 99), abs(m.offset - harm.idx)), default=None)


def _judged(context: Context, harm: Token) -> Judgement:
    """Whose figure it is: the speaker's, else his who counts."""
    judged = judged_by_voice(context, harm, judge(context, harm))
    if judged.modality == "Asserted" and (counter := counted_by(context, harm)):
        return replace(judged, modality="Alleged", attributed_to=counter)
    return judged


def _last_deadly(context: Context, mentions: list[Mention], harm: Token, whose: tuple[str, ...]) -> Mention | None:
    """The action before the sentence of ``harm`` that its figures can be of; not one that a relative clause tells beside another.

    Of two the one that the speaker of the figure tells; not a killing that has its own toll.
    """
    before = sorted((m for m in mentions if m.report.rule != "casualty" and m.report.modality in {"Asserted", "Alleged"}
                     and harm.idx - 900 < m.offset < harm.sent.start_char and m.kind in _DEADLY and m.word not in NO_ATTACKS), key=lambda m: m.offset)
    own = [m for m in before if set(whose) & set(m.report.attributed_to) and harm.idx - m.offset < _NEAR]
    before = own or before
    open_ = [m for m in before if not (m.kind == "Killing" and m.report.casualties)]
    if open_ and before and before[-1].offset - open_[-1].offset < _NEAR:
        before = open_
    if not before or context.doc.text.count("\n", before[-1].offset, harm.idx) > 8:
        return None
    aside = context.doc.char_span(before[-1].offset, before[-1].offset + 1, alignment_mode="expand")
    if len(before) > 1 and aside is not None and any(t.dep_ == "acl:relcl" for t in (aside[0], *aside[0].ancestors)) \
            and before[-2].offset >= aside[0].sent.start_char:
        return before[-2]
    return before[-1]


def _toll_of_many(harm: Token) -> bool:
    """True for the toll of a war or a month: "so far", "since June", "in all", "between Sunday and Monday"."""
    words = f" {harm.sent.text.lower()} "
    return any(f" {w} " in words for w in ("so far", "in all", "in total", "altogether", "since", "between sunday", "during the war",
                                           "in the past", "over the past", "in the last", "nationwide"))


def _of_a_place(harm: Token) -> bool:
    """True for "the airfield, where a guard died": of what happened there, not of what was told before."""
    return any(t.dep_ == "acl:relcl" and any(c.lower_ == "where" for c in t.children) for t in (harm, *harm.ancestors))


def attach_casualties(context: Context, mentions: list[Mention]) -> None:
    """Gives each casualty figure to an action of its sentence, else to the last one in the sentences before."""
    for sentence in context.doc.sents:
        figures = [(t, c) for t, c in casualties(sentence) if context.usable(t) and not context.headline(t)]
        if not figures or is_question(figures[0][0]):
            continue
        here = [m for m in mentions if sentence.start_char <= m.offset < sentence.end_char and m.report.rule != "casualty"]
        by: dict[int, list[Casualties]] = {}
        for token, figure in figures:
            best = _nearest(context, here, token)
            whose = _judged(context, token).attributed_to
            if best is not None and (not whose or not best.report.attributed_to or set(whose) & set(best.report.attributed_to)):
                best.report = replace(best.report, casualties=(*best.report.casualties, figure))
            else:
                by.setdefault(token.i, []).append(figure)
        for index, loose in by.items():
            token = context.doc[index]
            judged = _judged(context, token)
            last = _nearest(context, here, token) or _last_deadly(context, mentions, token, judged.attributed_to)
            if last is None or not here and _of_a_place(token) or not here and _toll_of_many(token) or judged.modality not in {"Asserted", "Alleged"}:
                continue
            report = Report(context.clause(token), judged.modality, judged.attributed_to, judged.stated_in,
                            trigger=Span(token.idx, token.idx + len(token)), cue_span=judged.cue,
                            casualties=tuple(loose), rule="casualty")
            mentions.append(Mention(last.offset, last.kind, report, "casualty", True, True, True))
