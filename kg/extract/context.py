"""What every extractor asks of a parsed article: who a noun phrase names, where, when, in whose words."""

from __future__ import annotations

import re
from typing import Literal

from spacy.tokens import Token

from kg.authority import Authority
from kg.extract.anaphora import DEICTIC, described_before, introduced_before, pair, place_before, pronoun, titled_before
from kg.extract.bodies import home, is_domestic, ministry
from kg.extract.nouns import ASIDE, BODIES, CRAFT, ENVOYS, MEMBERS, MILITARY, SIDES, WHERE
from kg.extract.passages import Passages
from kg.iris import slug
from kg.nlp.parsing import Parsed
from kg.nlp.quotes import Quote
from kg.records import Actor, Date, Place, Span, Statement
from kg.resolve.dates import DateExpression, find_dates
from kg.resolve.names import CALENDAR, DEMONYMS, NOUN_KINDS, PERSON_NOUNS, Gazetteer, Name, Registry, adjective, find_names

_GENITIVE = re.compile(r"['’]s?$")  # "the country's" strikes are the country's


def _singular(token: Token) -> str:
    """Lemma of a common noun, also where a capital letter makes the parser take it for a name ("Fighters")."""
    lemma = token.lemma_.lower()
    return lemma[:-1] if token.pos_ == "PROPN" and lemma.endswith("s") and lemma[:-1] in NOUN_KINDS else lemma


def _aside(token: Token, verb: Token) -> bool:
    """True for "because of the strike": the day of the clause is not the day of what stands in such a phrase."""
    while token.i != verb.i and token.head.i != token.i:
        if token.dep_ in {"obl", "nmod"} and any(c.dep_ == "case" and c.lower_ in ASIDE for c in token.children):
            return True
        token = token.head
    return False


class Context(Passages):
    """One parsed article with its names, quotations, dates and the statements found so far."""

    def __init__(self, parsed: Parsed, gazetteer: Gazetteer) -> None:
        super().__init__(parsed)
        self.quotes: tuple[Quote, ...] = parsed.quotes
        self.authority: Authority = gazetteer.authority
        self._gazetteer = gazetteer
        self.registry = Registry()
        self.statements: list[Statement] = []
        self.names = find_names(self.doc, gazetteer, self.registry, [i for i, x in enumerate(self._skipped) if x])
        self.named = {n.actor for n in self.names}
        self._name_at = {i: n for n in self.names for i in range(n.start, n.end)}
        self.name_starts = [self._starts[n.start] for n in self.names]
        self._named_at: dict[str, list[tuple[Name, Span]]] = {}
        for name in self.names:
            last = self._tokens[name.end - 1]
            for ref in {name.actor, name.place} - {None}:
                self._named_at.setdefault(str(ref), []).append((name, Span(self._starts[name.start], last.idx + len(last))))
        self._dates = find_dates(self.article.text, self.article.issued)
        self._pronouns: dict[int, tuple[str, ...]] = {}
        self._used: dict[str, set[str]] = {}
        self._resolved: dict[str, set[int]] = {}

    # ---------------------------------------------------------------- people
    def actors(self, token: Token) -> tuple[str, ...]:
        """Refs of the actors that the noun phrase headed by ``token`` names, conjuncts included; () for none."""
        found: list[str] = []
        for head in self.conjuncts(token):
            found += [r for r in self.actor(head) if r not in found]
        return tuple(found)

    def actor(self, token: Token) -> tuple[str, ...]:
        """As ``actors``, for one conjunct."""
        found = self._actor(token)
        for ref in found:
            self._resolved.setdefault(ref, set()).add(token.i)
        return found

    def resolved(self, ref: str) -> list[Token]:
        """Heads of the noun phrases that were found to mean the actor or place, in order."""
        return [self.doc[i] for i in sorted(self._resolved.get(ref, ()))]

    def _actor(self, token: Token) -> tuple[str, ...]:
        if token.pos_ == "PRON" or token.lower_ in {"he", "she", "it", "they", "him", "them", "his", "its", "their"}:
            return self._pronoun(token)
        phrase = self.phrase(token)
        if token.lemma_.lower() in PERSON_NOUNS and (titled := self._person_beside(token) or self._person_after(phrase)):
            return self._use(titled)
        named = self._name_at.get(token.i)
        persons = [n for t in phrase if (n := self._name_at.get(t.i)) and n.person
                   and t.dep_ != "nmod:poss" and not self._below(t, token, "nmod:poss")]
        lemma = token.lemma_.lower()
        if persons and (lemma in PERSON_NOUNS or named is None or named.person or named.demonym
                        or any(self._below(self.doc[persons[0].start], token, d) or token.i == persons[0].start
                               for d in ("flat", "nmod:desc", "compound", "appos"))):
            return self._use(persons[0])
        following = self._person_after(phrase)
        if following and lemma in PERSON_NOUNS:
            return self._use(following)
        apposed = next((n for c in token.children if c.dep_ == "appos" and (n := self._name_at.get(c.i)) and n.person), None) \
            or next((n for c in token.subtree if c.i > token.i and c.dep_ == "appos" and (n := self._name_at.get(c.i)) and n.person
                     and not (self._name_at.get(c.head.i) or n).person), None)
        if apposed and (lemma in PERSON_NOUNS or lemma in NOUN_KINDS and token.tag_ == "NN" and NOUN_KINDS[lemma] == "PopulationGroup"):
            return self._use(apposed)
        if named and named.actor and not (named.demonym and named.end <= token.i):
            return self._use(named)
        if named and named.place and named.actor is None:
            return ()
        return self._described(token, phrase)

    def _below(self, token: Token, top: Token, dep: str) -> bool:
        while token.i != top.i and token.dep_ != "ROOT":
            if token.dep_ == dep:
                return True
            token = token.head
        return False

    def _person_beside(self, token: Token) -> Name | None:
        """Who "an aide to President Holm, Kari Dahl," is: the person named between commas, not the one in the description."""
        for inner in (c for c in token.subtree if c.dep_ == "appos" and c.head.i > token.i):
            name, described = self._name_at.get(inner.i), self._name_at.get(inner.head.i)
            commas = [t for t in inner.subtree if t.text == "," and t.i in {inner.left_edge.i, inner.right_edge.i}]
            if name and name.person and described and described.person and commas and inner.head.dep_ in {"nmod", "flat"} \
                    and inner.sent.end > inner.right_edge.i + 1 and self.doc[inner.right_edge.i + 1].text in {",", "."}:
                return name
        return None

    def _person_after(self, phrase: list[Token]) -> Name | None:
        """The name after a title, also after "envoy for Syria"."""
        at = phrase[-1].i + 1
        limit = min(at + 5, len(self.doc))
        while at < limit and self.doc[at].sent == phrase[-1].sent:
            name = self._name_at.get(at)
            if name and name.person:
                return name
            if at == phrase[-1].i + 1 and self.doc[at].lower_ not in {"for", "of", "to"} or self.doc[at].is_punct \
                    or self.doc[at].pos_ in {"VERB", "AUX", "PRON"}:
                return None
            at += 1
        return None

    def is_name(self, token: Token) -> bool:
        """True where the token stands in the name of an actor or place."""
        return token.i in self._name_at

    def _use(self, name: Name) -> tuple[str, ...]:
        if name.actor is None:
            return ()
        self._used.setdefault(name.actor, set()).add(self.doc[name.start:name.end].text)
        return (name.actor,)

    def state_of(self, phrase: list[Token]) -> str | None:
        """Key of the state that an adjective, possessive or compound of the phrase names."""
        for token in phrase:
            name = self._name_at.get(token.i)
            if name and name.actor and self.authority.actors.get(name.actor[6:]) \
                    and self.authority.actors[name.actor[6:]].kind == "State":
                return name.actor[6:]
        return None

    def _described(self, token: Token, phrase: list[Token]) -> tuple[str, ...]:
        """A common noun: "Syrian government", "Russian warplanes", "the ministry", "a military source"."""
        lemma = token.lemma_.lower()
        two = pair(self, token, phrase)
        if two:
            return two
        if any(t.lower_ == "both" for t in phrase):
            return ()  # two whom the article has named, but which two?
        same = self._apposed(token)
        if same:
            return same
        state = self.state_of(phrase) or self._owning_state(phrase) or self._seat(token)
        if state and (body := self._of_state(state, token, phrase)):
            return body
        owner = next((n for t in phrase if (n := self._name_at.get(t.i)) and n.actor and not n.demonym), None)
        if owner and lemma in (MILITARY | CRAFT | {"man", "fighter", "militant", "rebel", "unit"}):
            actor = self.authority.actors.get((owner.actor or "")[6:])
            if actor and actor.kind == "State":
                return self._use(owner)
            return self._new(token, phrase, "ArmedForce") if owner.person else self._use(owner)
        mine = next((t for t in phrase if t.dep_ == "nmod:poss" and t.pos_ == "PRON"), None)
        if mine is not None and lemma in MILITARY | CRAFT | {"fighter", "militant", "unit"} and (whose := self._pronoun(mine)):
            return whose  # "its drones", "their troops"
        of = next((t for t in phrase if t.dep_ == "nmod:poss" and t.pos_ == "NOUN"), None)
        if of is not None and lemma in ENVOYS and (sent := self.actor(of)) and not self.is_person(sent[0]):
            return sent  # "the army's delegates"
        if token.tag_ in {"NNS", "NNPS"} and lemma in PERSON_NOUNS and any(t.lower_ == "the" for t in phrase) \
                and len(several := titled_before(self, token, lemma)) > 1:
            return several  # "the ministers"
        if any(t.lower_ in DEICTIC for t in phrase) or lemma in {"ministry", "spokesman", "spokeswoman"}:
            before = described_before(self, token, lemma)
            if before:
                return (before,)
        bare = [t.lower_ for t in phrase if t.i != token.i and t.dep_ not in {"case", "fixed"}] == ["the"]
        if bare and lemma in BODIES and (before := introduced_before(self, token, lemma)):
            return (before,)
        if is_domestic(token, phrase) and (at_home := home(self)) and (body := self._of_state(at_home, token, phrase)):
            return body
        if lemma in CRAFT | MILITARY and (side := next((t for t in phrase if t.i != token.i and t.lemma_.lower() in SIDES), None)) is not None:
            same_side = described_before(self, side, side.lemma_.lower())  # "coalition planes", "government forces"
            return (same_side,) if same_side else self._new(side, [side], NOUN_KINDS[side.lemma_.lower()]) if lemma in CRAFT else \
                self._new(token, phrase, NOUN_KINDS.get(lemma, "ArmedForce"))
        kind = NOUN_KINDS.get(lemma)
        return self._new(token, phrase, kind) if kind else ()

    def _of_state(self, state: str, token: Token, phrase: list[Token]) -> tuple[str, ...]:
        """The state's government, forces or ministry, or the state itself as the one whose aircraft fly; () for other nouns."""
        lemma, modifiers = token.lemma_.lower(), {t.lemma_.lower() for t in phrase}
        if lemma in {"government", "regime"}:
            return self._body(f"government-of-{state}", f"Government of {self.label('actor/' + state)}", "GovernmentBody")
        if lemma in CRAFT or "air" in modifiers and lemma != "force":
            return (f"actor/{state}",)
        service = "general staff" if lemma == "staff" and "general" in modifiers else \
            "Air Force" if lemma == "force" and "air" in modifiers else None
        if service:
            label = f"{adjective(state) or self.label('actor/' + state)} {service}"
            known = self._gazetteer.lookup(label)[0]
            return (known,) if known else self._body(slug(label), label, "ArmedForce")
        if lemma in MILITARY or lemma == "force":
            own = self._forces_of(self.authority.actors[state].country, lemma)
            label = f"{self.label('actor/' + state)} armed forces"
            return (f"actor/{own}",) if own else self._body(slug(label), label, "ArmedForce")
        if lemma == "ministry" and (office := ministry(self._gazetteer, state, token, phrase)):
            return (office[0],) if office[0] else self._body(slug(office[1]), office[1], "GovernmentBody")
        return ()

    def _seat(self, token: Token) -> str | None:
        """The state whose capital stands behind "the government in"."""
        for child in token.children:
            name = self._name_at.get(child.i)
            if child.dep_ == "nmod" and name and name.weak and name.actor and self.kind(name.actor) == "State" and any(
                    g.lower_ == "in" and g.dep_ == "case" for g in child.children):
                return name.actor[6:]
        return None

    def _owning_state(self, phrase: list[Token]) -> str | None:
        """The state before "'s" where the parser ties the two otherwise: "Israel's military"."""
        first = phrase[0].i
        if first < 2 or self.doc[first - 1].lower_ not in {"'s", "’s"}:
            return None
        name = self._name_at.get(first - 2)
        return name.actor[6:] if name and name.actor and self.kind(name.actor) == "State" else None

    def _forces_of(self, country: str, lemma: str) -> str | None:
        """Key of a country's army or armed forces as the authority has them."""
        found = [(k, a.label.lower()) for k, a in self.authority.actors.items() if a.kind == "ArmedForce" and country and a.country == country]
        words = (["army"] if lemma in {"army", "soldier", "troop", "troops"} else []) + ["armed forces", "defense force", "defence force"]
        return next((k for w in words for k, label in found if w in label), None)

    def _apposed(self, token: Token) -> tuple[str, ...]:
        """The name that a description stands beside: "Hezbollah, a group", "the group Hezbollah"; and whose men they are."""
        lemma = _singular(token)
        if token.dep_ == "appos" and lemma in NOUN_KINDS and lemma not in PERSON_NOUNS:
            head = token.head
            name = self._name_at.get(head.i)
            found = self._use(name) if name and name.actor and not name.person else \
                self._apposed(head) if head.i < token.i and _singular(head) in NOUN_KINDS else ()
            if found:
                return found
        for child in token.children:
            name = self._name_at.get(child.i)
            if not name or not name.actor or name.person or name.demonym:
                continue
            if child.dep_ in {"appos", "flat", "nmod:desc"} and lemma in NOUN_KINDS and lemma not in PERSON_NOUNS:
                return self._use(name)
            if child.dep_ == "nmod" and (lemma in MEMBERS and self.kind(name.actor) != "State" or lemma in CRAFT - {"air"}) \
                    and any(g.lower_ in {"of", "from"} for g in child.children):
                return self._use(name)
        return ()

    def _body(self, key: str, label: str, kind: str) -> tuple[str, ...]:
        if key not in self.authority.actors:
            self.registry.actors.setdefault(f"actor/{key}", Actor(f"actor/{key}", label, kind))
        return (f"actor/{key}",)

    def _new(self, token: Token, phrase: list[Token], kind: str) -> tuple[str, ...]:
        label = self._description(token, phrase)
        ref = f"actor/{self._key(token, label)}"
        if not slug(label):
            return ()
        if ref[6:] not in self.authority.actors:
            self.registry.actors.setdefault(ref, Actor(ref, label, kind))
        return (ref,)

    def _description(self, token: Token, phrase: list[Token]) -> str:
        kept = [t for t in phrase if t.dep_ not in {"det", "nummod", "case", "punct", "fixed"} or t.i > token.i]
        kept = [t for t in kept if (t.dep_ != "nmod:poss" or t.pos_ != "PRON") and t.lower_ not in {"own", *CALENDAR}] or [token]
        if token.lemma_.lower() in PERSON_NOUNS:  # "a spokesman for the German Defence Ministry", "a diplomat in Brussels"
            for child in token.children:
                inside = [t for t in child.subtree if not t.is_space]
                near = token.dep_ in {"nsubj", "nsubj:pass", "obl:agent"} or not any(g.lower_ in {"in", "at"} for g in child.children)
                if child.dep_ == "nmod" and child.i > token.i and near and len(inside) < 9 and any(t.i in self._name_at for t in inside):
                    kept += inside
                    break
        kept.sort(key=lambda t: t.i)
        owner = self._owner(token)
        if owner:  # "the European Union's monitoring mission"
            kept = [t for t in kept if t.i > owner[1]] or [token]
        span = self.span([t for t in kept if kept[0].i <= t.i <= max(token.i, kept[-1].i)])
        return _GENITIVE.sub("", " ".join([*owner[:1], *self.text(span).split()])[:80])

    def _owner(self, token: Token) -> tuple[str, int] | tuple[()]:
        """(name as it stands before a body of a state or organisation, last token of its genitive); () for none."""
        mark = next((g for c in token.children if c.dep_ == "nmod:poss" and c.i < token.i for g in c.children if g.tag_ == "POS"), None)
        name = self._name_at.get(mark.i - 1) if mark is not None else None
        body = NOUN_KINDS.get(token.lemma_.lower()) in {"Organization", "GovernmentBody", "Coalition", "ArmedForce", "ArmedGroup"}
        if mark is None or name is None or name.actor is None or name.person or not body:
            return ()
        return adjective(name.actor[6:]) or self.doc[name.start:name.end].text, mark.i

    def _key(self, token: Token, label: str) -> str:
        """Key of a new actor or place; one without a name is a different one in each article ("the market", "officials")."""
        key = slug(label) or "unnamed"
        return f"{key}-{self.article.id[-8:]}" if token.pos_ == "NOUN" else key

    def describe(self, token: Token, family: Literal["place", "group"]) -> str:
        """A new facility or group of people from the noun phrase headed by ``token``; gives its ref."""
        ref = self._describe(token, family)
        self._resolved.setdefault(ref, set()).add(token.i)
        return ref

    def _describe(self, token: Token, family: Literal["place", "group"]) -> str:
        phrase = self.phrase(token)
        label = self._description(token, phrase)
        key = self._key(token, label)
        if family == "place" and any(c.lower_ in DEICTIC for c in token.children):  # "the market" after "a vegetable market"
            same = [r for r, p in self.registry.places.items() if p.label.lower().split()[-1] == label.lower().split()[-1]
                    and (r == f"place/{key}" or slug(label) == slug(token.text))]
            if same:
                return same[-1]
        if family == "group":
            if key not in self.authority.actors:
                kind = NOUN_KINDS.get(token.lemma_.lower(), "PopulationGroup")
                self.registry.actors.setdefault(f"actor/{key}", Actor(f"actor/{key}", label, kind))
            return f"actor/{key}"
        if key not in self.authority.places:
            self.registry.places.setdefault(f"place/{key}", Place(f"place/{key}", label))
        return f"place/{key}"

    def title_of(self, name: Name) -> str:
        """The words of office before a person's name ("Russian Foreign Minister"), or ""."""
        start = name.start
        sent = self.doc[name.start].sent.start
        while start - 1 >= sent:
            before = self.doc[start - 1]
            n = self._name_at.get(start - 1)
            if before.is_punct or before.is_space or not (
                    before.text[0].isupper() or before.lemma_.lower() in PERSON_NOUNS or before.text in {"of", "for"}
                    or before.pos_ in {"ADJ", "NOUN"}) or (n and n.person):
                break
            start -= 1
        while start < name.start and self.doc[start].text in {"of", "for"}:
            start += 1
        words = self.doc[start:name.start]
        return words.text.strip() if any(t.lemma_.lower() in PERSON_NOUNS for t in words) else ""

    def kind(self, ref: str) -> str:
        """Kind of an actor ("State", "Person"), or ""."""
        known = self.authority.actors.get(ref[6:]) or self.registry.actors.get(ref)
        return known.kind if known else ""

    def is_person(self, ref: str) -> bool:
        """True for a person."""
        return self.kind(ref) == "Person"

    def _pronoun(self, token: Token) -> tuple[str, ...]:
        if token.i not in self._pronouns:
            self._pronouns[token.i] = ()  # a pronoun that leads back to itself means nobody
            self._pronouns[token.i] = pronoun(self, token)
        return self._pronouns[token.i]

    # ----------------------------------------------------------- places, time
    def places(self, token: Token) -> tuple[str, ...]:
        """Refs of the places that the noun phrase headed by ``token`` names, conjuncts included; () for none."""
        found: list[str] = []
        for head in self.conjuncts(token):
            named = [self._name_at[t.i] for t in self.phrase(head) if t.i in self._name_at]
            for child in head.children:  # "the city of Idlib", "the town Kafr Takharim"
                if child.dep_ in {"nmod", "appos", "flat", "nmod:desc"} and child.i in self._name_at:
                    named.append(self._name_at[child.i])
            place = next((n.place for n in named if n.place and not n.person), None)
            if place is None:  # "in Washington": the city, though alone it is the state
                place = next((f"place/{key}" for n in named if not n.person and (
                    key := self._gazetteer.weak_places.get(self.doc[n.start:n.end].text))), None)
            if place is None:
                place = next((f"place/{n.actor[6:]}" for n in named
                              if n.actor and not n.demonym and n.actor[6:] in self.authority.places), None)
            place = place or place_before(self, head)
            if place and place not in found:
                found.append(place)
                self._resolved.setdefault(place, set()).add(head.i)
        return tuple(found)

    def site(self, token: Token) -> str | None:
        """Ref of the place whose name the noun closes ("Menagh air base"), or that it takes up ("this base"); else None."""
        named = self._name_at.get(token.i)
        if named and named.place and not named.person:
            return named.place
        return place_before(self, token)

    def locations(self, token: Token, topics: frozenset[str] = frozenset()) -> tuple[str, ...]:
        """Places named by prepositional phrases of the token or of its clause, nearest first.

        ``topics``: prepositions that, right behind the token, tell what it is about and not where ("talks on Libya").
        """
        found: list[str] = []
        heads = [token, *(t for t in token.children if t.dep_ in {"obj", "nsubj:pass", "obl", "nmod"})]
        predicate = self.predicate(token)
        if predicate.i != token.i:
            heads.append(predicate)
        for head in heads:
            for child in sorted(head.children, key=lambda t: abs(t.i - token.i)):
                about = topics if head.i == token.i else frozenset()
                if child.dep_ in {"obl", "nmod", "obl:unmarked", "advmod", "nmod:poss"} and any(
                        c.dep_ == "case" and c.lower_ in WHERE - about for c in child.children):
                    found += [p for p in self.places(child) if p not in found]
        return tuple(found)

    def date(self, token: Token) -> Date | None:
        """The date expression that depends on the token or its clause; None where there is none or it stays open."""
        sentence = self.sentence(token)
        here = [e for e in self._dates if sentence.start <= e.span.start < sentence.end]
        best: tuple[int, DateExpression] | None = None
        for e in here:
            t = next((t for t in token.sent if t.idx <= e.span.start < t.idx + len(t) or t.idx >= e.span.start), None)
            if t is None:
                continue
            clause, own = self.predicate(t), self.predicate(token)
            if own.i != token.i and _aside(token, own):
                own = token
            inside = token.pos_ != "VERB" and token.i in {a.i for a in t.ancestors}
            if inside or clause.i == own.i or (clause.i == own.head.i and own.dep_ in {"xcomp", "conj"}):
                rank = (0 if inside else 1000) + abs(t.i - token.i)
                if best is None or rank < best[0]:
                    best = (rank, e)
        return best[1].date if best else None

    # ------------------------------------------------------------ statements
    def statements_at(self, offset: int) -> tuple[Statement, ...]:
        """Statements whose content covers the character ``offset``, innermost first."""
        hits: list[tuple[int, int, Statement]] = []
        for number, s in enumerate(self.statements):
            for report in s.reports:
                for span in report.content_spans:
                    if span.start <= offset < span.end:
                        hits.append((span.end - span.start, number, s))
        return tuple(s for _, _, s in sorted(hits, key=lambda h: h[:2]))

    def label(self, ref: str) -> str:
        """Readable name of an actor or place."""
        if ref.startswith("actor/"):
            known = self.authority.actors.get(ref[6:])
            return known.label if known else self.registry.actors[ref].label
        place = self.authority.places.get(ref[6:])
        return place.label if place else self.registry.places[ref].label

    def mentions(self) -> tuple[str, ...]:
        """Refs of all actors and places that the text names outside its headlines and furniture."""
        named = [n for n in self.names if not n.weak and not n.demonym and n.start not in self._headlines]
        return tuple(sorted({ref for n in named for ref in (n.actor or n.place,) if ref}))

    def namings(self, ref: str) -> list[tuple[Name, Span]]:
        """Where the text names an actor or place, in order."""
        return self._named_at.get(ref, [])

    def spellings(self, ref: str) -> tuple[str, ...]:
        """The names under which an actor or place is known beforehand, or that the article brought."""
        entry = (self.authority.actors if ref.startswith("actor/") else self.authority.places).get(ref[6:])
        return (entry.label, *entry.aliases, *entry.weak_aliases) if entry else (self.label(ref),)

    def aliases(self, ref: str) -> tuple[str, ...]:
        """The other names that the article uses for an actor."""
        return tuple(sorted(self._used.get(ref, set()) - {self.label(ref)} - set(DEMONYMS)))
