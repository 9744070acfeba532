"""Reading of the dependency parse: who does what to whom in a clause."""

from __future__ import annotations

from spacy.tokens import Token

from kg.extract.context import Context

SUBJECTS = {"nsubj", "nsubj:pass", "nsubj:outer"}
_AMOUNTS = {"total", "wave", "series", "number", "round", "campaign", "one", "list", "expansion", "range", "hundred", "dozen"}
_ASKED = {"for", "on", "upon", "to"}  # "called on X to", "waited for X to", "appealed to X to"
_ASKING = {"call", "appeal", "urge", "press", "plead", "push", "wait", "prevail"}
_BLAMING = {"accuse", "blame", "suspect", "condemn", "criticize", "criticise", "denounce", "prevent", "keep", "stop", "convict",
            "charge", "praise", "thank"}
_RELATIVE = {"who", "which", "that", "whom"}


def case(token: Token) -> str:
    """The preposition of a phrase ("in", "by"), or ""."""
    return next((c.lower_ for c in token.children if c.dep_ in {"case", "mark"}), "")


def children(token: Token, *deps: str) -> list[Token]:
    """Dependents of ``token`` with one of the labels ``deps``."""
    return [c for c in token.children if c.dep_ in deps]


def passive(verb: Token) -> bool:
    """True for a passive clause and for a bare past participle behind its noun."""
    if children(verb, "obj") and not children(verb, "aux:pass", "obl:agent") and children(verb, "nsubj", "nsubj:pass"):
        return False  # "where, they say, a missile killed ten": read as a participle, but it has an object
    if any(c.dep_ in {"aux:pass", "obl:agent"} or (c.dep_ == "nsubj:pass" and c.lower_ not in _RELATIVE)
           for c in verb.children):
        return True
    if verb.dep_ in {"acl", "advcl"} and verb.tag_ == "VBN":
        return not any(c.dep_ in {"aux", "nsubj"} for c in verb.children)
    return verb.dep_ == "conj" and verb.tag_ == "VBN" and not children(verb, "aux", "nsubj") and passive(verb.head)


def blamed(verb: Token) -> Token | None:
    """Who "accused X of shelling", "blamed X for", "X is suspected of", "kept X from" says did it."""
    if verb.lemma_ not in _BLAMING:
        return None
    if not passive(verb):
        return next(iter(children(verb, "obj")), None)
    return next(iter(children(verb, "nsubj:pass")), verb.head if verb.dep_ == "acl" else None)


def subject(verb: Token, depth: int = 0) -> Token | None:
    """The head of the grammatical subject: of the clause itself, its noun, or the clause that it depends on."""
    own = next((c for c in verb.children if c.dep_ in SUBJECTS), None)
    if own is not None:
        return verb.head if own.lower_ in _RELATIVE and verb.dep_ == "acl:relcl" else own
    if verb.dep_ == "acl" and verb.tag_ == "VBG" and case(verb) == "of" and case(verb.head) == "by" \
            and (accused := blamed(verb.head.head)) is not None:
        return accused  # "X was accused by Y of training gunmen"
    if verb.dep_ == "acl" or (verb.dep_ == "acl:relcl" and not children(verb, "expl")):
        return verb.head
    if verb.dep_ in {"conj", "xcomp", "advcl"} and depth < 4 and verb.head.i != verb.i:
        if verb.dep_ == "advcl" and case(verb) in {"that", "because", "if", "when", "since"}:
            return None
        objects = children(verb.head, "obj", "iobj") or [
            c for c in children(verb.head, "obl") if case(c) in _ASKED and verb.head.lemma_ in _ASKING]
        if objects and verb.tag_ == "VB" and (verb.dep_ == "xcomp" or (verb.dep_ == "advcl" and verb.head.lemma_ in _ASKING)):
            return objects[0]
        if verb.tag_ == "VBG" and case(verb) in {"of", "for", "from"} and (accused := blamed(verb.head)) is not None:
            return accused
        return subject(verb.head, depth + 1)
    return None


def named(context: Context, head: Token) -> tuple[str, ...]:
    """Actors of a noun phrase, those of joined adjectives ("Russian and Turkish officials") included."""
    found = context.actors(head)
    for adjective in children(head, "amod"):
        for other in children(adjective, "conj"):
            found += context.actors(adjective) + context.actors(other)
    return tuple(dict.fromkeys(found))


def agent_of(context: Context, verb: Token) -> tuple[str, ...]:
    """Actors that do what the verb says; () where the clause does not name them."""
    if passive(verb):
        for child in verb.children:
            if child.dep_ == "obl:agent" or (child.dep_ == "obl" and case(child) == "by"):
                return named(context, child)
        return ()
    head = subject(verb)
    found = named(context, head) if head is not None else ()
    relative = any(c.dep_ in SUBJECTS and c.lower_ in _RELATIVE for c in verb.children)
    if relative or (not found and (head is None or head.pos_ in {"VERB", "ADV"})):
        # Names that the tagger takes for a form of "be" stand right before the verb group.
        for before in reversed(list(verb.doc[max(verb.sent.start, verb.i - 4):verb.i])):
            if before.text.isupper() and len(before) > 1 and (name := context.actors(before)):
                return name
            if before.pos_ not in {"AUX", "ADV", "PART"}:
                break
    return found


def patient_of(verb: Token) -> list[Token]:
    """Heads of what the verb is done to."""
    if passive(verb):
        head = subject(verb)
        return [head] if head is not None else []
    found = children(verb, "obj") or [c for c in children(verb, "obl:unmarked") if c.i == verb.i + 1 or c.i > verb.i and all(
        t.head.i == c.i for t in verb.doc[verb.i + 1:c.i])]
    if not found:  # "killed up to 20 guards": the hedge is read as a particle
        found = [c for c in children(verb, "obl") if c.i > verb.i and any(
            n.i > 1 and n.nbor(-2).lower_ == "up" and n.nbor(-1).lower_ == "to" for n in children(c, "nummod"))]
    of = verb.head if not found and verb.dep_ == "xcomp" else verb  # "the town that they tried to retake"
    found = found or [c for c in children(of, "obj") if of.i != verb.i and c.lower_ in _RELATIVE]
    if found and found[0].lower_ in _RELATIVE and found[0].i < verb.i:
        top = of
        while top.dep_ in {"xcomp", "conj"} and top.head.i != top.i:
            top = top.head
        if top.dep_ == "acl:relcl":
            return [top.head]
    return found


def governor(noun: Token) -> tuple[Token, Token]:
    """The verb over an event noun and the noun that stands in its clause ("a total of 900 flights" gives "total")."""
    top = noun
    while top.dep_ in {"nmod", "conj"} and top.head.pos_ in {"NOUN", "NUM"} and (
            top.dep_ == "conj" or top.head.lemma_ in _AMOUNTS):
        top = top.head
    return top.head, top
