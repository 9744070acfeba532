"""The passages of an article that tell military actions: trigger words of the lexicon and their roles in the clause."""

from __future__ import annotations

from dataclasses import replace

from spacy.tokens import Token

from kg.extract.clauses import agent_of, blamed, case, children, governor, passive, patient_of, subject
from kg.extract.context import Context
from kg.extract.joining import Mention
from kg.extract.modality import Judgement, is_question, judge
from kg.extract.quantities import quantity
from kg.extract.targets import AIR, EFFECT, FORCES, GUNS, LIGHT, MINES, PEOPLE, SITES, TRUCES, WEAPONS, means, targets_of, words_of
from kg.extract.triggers import (
    DECIDING,
    DOWNS,
    FIGHTERS,
    GENERIC,
    HARMING,
    INTO,
    LANDS,
    PARTICLES,
    SEIZED,
    SENDS,
    STRIKERS,
    TABLES,
    WALKOUTS,
    WITH,
    Trigger,
    lexicon,
    military_matter,
)
from kg.extract.voices import judged_by_voice
from kg.extract.weapons import ROADS, SHIPS, anybody, blamed_on, office, owners, patrolmen, sent_over, taken_up
from kg.records import Report, Span


class Reader:
    """Finds the mentions of one article."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.words = lexicon("actions")
        self.consumed: set[int] = set()
        self.mentions: list[Mention] = []

    def read(self) -> list[Mention]:
        """All mentions in order, with the casualties of their sentences."""
        tokens = [t for t in self.context.doc if self.context.usable(t) and not self.context.headline(t)]
        for token in tokens:  # in the order of the text, so that "the market" can take up "a vegetable market"
            if token.pos_ == "NOUN" and token.lemma_.lower() in SITES and any(c.lower_ in {"a", "an"} for c in token.children):
                self.context.describe(token, "place")
        for pos in ("noun", "verb"):
            for token in tokens:
                trigger = self.words.get((token.lemma_.lower(), pos)) or (
                    self.words.get((token.lower_, pos)) if pos == "noun" else self._misread(token))
                if trigger is None or token.i in self.consumed or is_question(token):
                    continue
                if trigger.kind == "CeasefireViolation":
                    mention = self.violation(token, pos) or (self.airspace(token) if pos == "verb" else None)
                elif token.lemma_ == "enter" and any(o.lemma_ == "airspace" for o in patient_of(token)):
                    mention = self.airspace(token)
                elif token.lemma_ == "fall" and (upon := self.fell_upon(token)) is not None:
                    mention = upon
                elif token.lemma_ == "fall" and (lost := self.lost_town(token)) is not None:
                    mention = lost
                else:
                    mention = self.noun(token, trigger) if pos == "noun" else self.verb(token, trigger)
                if mention is not None:
                    self.mentions.append(mention)
        self.presence(tokens)
        self.mentions = [m for m in self.mentions if not self._outcome(m)]
        self.mentions.sort(key=lambda m: m.offset)
        return self.mentions

    def _outcome(self, mention: Mention) -> bool:
        """True for "killing two" after "fired rockets at": the toll of another action in the sentence, no action of its own."""
        if mention.word not in {"kill", "killing", "destroy", "wound"} or mention.report.targets and mention.noun:
            return False
        token = self.context.doc.char_span(mention.offset, mention.offset + len(mention.word), alignment_mode="expand")
        if token is None:
            return False
        above = list(token[0].ancestors)
        starts = {t.idx for t in above} | {c.idx for t in above for c in t.children if c.dep_ in {"nsubj", "nsubj:pass"}}
        return any(o is not mention and o.offset in starts for o in self.mentions)

    def _misread(self, token: Token) -> Trigger | None:
        """A participle that the tagger takes for an adjective: "is bombing villages"."""
        if token.tag_ == "VBG" and token.dep_ == "amod" and token.head.i > token.i and token.lower_.endswith("ing"):
            return self.words.get((token.lower_[:-3], "verb"))
        return None

    # --------------------------------------------------------------- verbs
    def verb(self, token: Token, trigger: Trigger) -> Mention | None:
        """The action that a verb tells, or None where its clause shows none."""
        context = self.context
        misread = token.dep_ == "amod"
        if (token.pos_ not in {"VERB", "AUX"} and not misread) or (misread and token.tag_ != "VBG"):
            return None
        if misread:
            before = token.head.head if token.head.dep_ == "conj" else token
            heads, agents, head = [token.head], agent_of(context, before), subject(before)
        else:
            heads, agents = patient_of(token), agent_of(context, token)
            head = next(iter(children(token, "obl:agent")), None) if passive(token) else subject(token)
        if anybody(token):
            return None
        flags = trigger.flags
        doer, done = words_of(head), set[str]().union(*(words_of(h) for h in heads))
        owned = False
        if (again := taken_up(head)) is not None:  # "one of them hit a depot", after drones
            doer, agents = doer | words_of(again), agents or owners(context, again)
        elif head is not None and not agents and head.lemma_.lower() in AIR | GUNS:
            agents, owned = owners(context, head), True  # "Rwandan mortars"
        if token.lemma_ in {"withdraw", "evacuate", "redeploy"} and passive(token):
            doer = doer | done  # "the militia had been withdrawn"
        around = [c for c in children(token, "obl") if case(c) in {"at", "on", "against", "with", "to", "by", "towards", "toward", *LANDS}]
        if not military_matter(token, doer, done):
            return None
        if token.lemma_ in {"hit", "strike", "trigger"} and done & MINES and doer & {"convoy", "vehicle", "patrol", "truck", "bus", "car", "column", "tank"}:
            heads, agents, doer = [head] if head is not None else heads, (), {"bomb"}  # "their convoy hit a roadside bomb"
        targets: tuple[str, ...] = ()
        places: tuple[str, ...] = ()
        weapon = next((h.lemma_ for h in heads if h.lemma_.lower() in WEAPONS), None)
        aimed = {"at", "on", "against", "with", "towards", "toward"} | (LANDS if flags == "means" else set())
        for noun in [*heads, *(c for c in around if case(c) in aimed)]:
            if noun.lemma_.lower() in WEAPONS and flags == "weapon" or noun.lemma_.lower() in MINES and flags == "mines":
                continue
            more, where = targets_of(context, noun, machines=token.lemma_ in DOWNS)
            targets, places = targets + more, places + where
        military = bool(doer & (FORCES | AIR | GUNS)) or any(self._armed(a) for a in agents)
        if flags in {"military", "away"} and any(words_of(c) & (TRUCES | TABLES) for c in children(token, "obl") if case(c) in {"from", "out", "of"}):
            return None  # "pulled out of the talks"
        if flags == "away" and any(c.lemma_ in {"operation", "mission", "campaign"} for c in children(token, "obl") if case(c) in {"from", "out", "of"}):
            doer, military = doer | {"force"}, True  # who pulls out of an operation has a force there
        if flags in {"military", "away"}:  # "withdrew from the hills"
            for noun in children(token, "obl"):
                if case(noun) in {"from", "out"}:
                    places += tuple(t for t in targets_of(context, noun)[0] if t.startswith("place/"))
        places = tuple(dict.fromkeys(places + context.locations(token)))
        kind = trigger.kind
        if flags == "weapon":
            given = [c for c in children(token, "obl") if case(c) == "with" and words_of(c) & WEAPONS]  # "supplied the army with shells"
            if token.lemma_ in SENDS and done & FORCES and not done & WEAPONS:
                targets, kind = (), "Deployment"
                places += tuple(p for c in children(token, "obl") if case(c) in {"to", "into"} for p in context.places(c))
            elif not done & WEAPONS and not given:
                return None
            weapon = weapon or next((c.lemma_ for c in given), None)
            if kind == "Shelling" and done & {"drone", "uav", "quadcopter"} and not done & GUNS:
                kind = "AirStrike"  # "launched drones at the city"
            if over := sent_over(token):
                kind = "Sortie" if {case(c) for c in over} <= {"over", "across", "above"} else "AirStrike"
                for c in over:
                    more, where = targets_of(context, c)
                    targets, places = targets + more, tuple(dict.fromkeys(places + where))
        if token.lemma_ == "shoot" and any(c.lower_ == "down" for c in token.children):
            kind = None
        if kind == "Bombing" and not targets:
            for c in children(token, "obl"):
                if case(c) in {"in", "inside", "near", "at", "outside", "beside"}:
                    more, where = targets_of(context, c)
                    targets, places = targets + more, tuple(dict.fromkeys(places + where))
        if flags in {"motion", "entry"}:
            goals = [*(c for c in children(token, "obl") if case(c) in ({"into"} if token.lemma_ in {"go", "walk"} else INTO)), *(heads if flags == "entry" else ())]
            places = tuple(dict.fromkeys(p for g in goals for found in targets_of(context, g) for p in found if p.startswith("place/")))
            if not (military or doer & {"convoy"}) or not places:
                return None
            targets, kind = (), "Convoy" if doer & {"convoy"} else kind
        if flags == "fire":
            burnt = [c for c in token.children if c.lower_ in {"ablaze", "alight", "afire"}]
            opened = token.lemma_ == "open" and doer & (FORCES | GUNS | FIGHTERS) and any(c.lower_ == "up" for c in token.children) and any(case(c) == "on" for c in around)
            if not (done & {"fire", "gunfire"} or burnt or opened) or not (agents or military):
                return None
            for c in children(token, "obl") if not burnt else ():
                if case(c) == "to":
                    more, where = targets_of(context, c)
                    targets, places = targets + more, places + where
            tools = set[str]().union(*(words_of(c) for c in around if case(c) == "with"))
            kind = means(doer - {"bomber"}, means(done | tools, kind))
        if flags in PARTICLES and not {g.lower_ for c in token.children for g in (c, *(c.children if c.dep_ == "obl" else ()))
                                        if g.dep_ in {"compound:prt", "advmod", "case"}} & set(PARTICLES[flags]):
            return None
        if token.lemma_ == "attack":
            kind = means(doer - {"bomber"}, means({c.lemma_ for c in around}, "GroundAssault" if doer & (FORCES | FIGHTERS) else kind))
        if kind == "Killing" and flags == "agent":
            kind = means(doer - {"bomber"}, kind)  # "mortars killed six children"
        if kind == "TerritoryCapture" and flags == "place" and (done & (SHIPS | PEOPLE)) and not (places and not done & SHIPS):
            kind = "Raid"  # "captured the men", "seized the tug"
        if flags == "cut" and not (done & ROADS and military):
            return None
        if flags == "mines" and not (done & MINES and agents):
            return None
        if flags == "up" and token.lemma_ == "give" and not (military and (
                done & {"position", "post"} or any(any(targets_of(context, h)) for h in heads))):
            return None
        if token.lemma_ == "mine" and not targets or done & SEIZED:
            return None
        if flags == "air" and not (done & AIR and agents):
            return None
        if flags == "means":
            if not (military or doer & MINES) or not (targets or places or agents and not owned):
                return None  # "the Kenyan guns fell silent"
            kind = means(doer, means({c.lemma_ for c in around}, kind if military else None))
        elif (flags in {"military", "town", "ship", "place", "agent", "actor", "away"} and not self._allowed(
                flags, military, agents, targets, places, done, doer)) or (flags in {"-", "weapon"} and not (agents or targets or places)):
            return None
        if kind == "Deployment":
            agents, targets = agents or (() if doer & FORCES else targets), ()
        return self._mention(token, kind, agents, targets, places, weapon, generic=token.lemma_ == "attack" and kind is None)

    @staticmethod
    def _allowed(flags: str, military: bool, agents: tuple[str, ...], targets: tuple[str, ...], places: tuple[str, ...],
                 done: set[str], doer: set[str]) -> bool:
        if flags == "away":
            return military and bool(targets or places or agents and doer & FORCES)
        if flags == "military":
            return military and bool(targets or places)
        if flags == "town":
            sites = any(t.startswith("place/") for t in targets)
            return bool(military and (places or sites)) and not done & {"step", "part", "place", "action", "measure", "path", "credit"}
        if flags == "ship":
            return bool(done & {"ship", "freighter", "vessel", "tanker", "boat", "trawler", "cargo"})
        if flags == "place":
            return bool(places or targets) and bool(agents or military)
        if flags == "agent":
            return bool(agents or doer & (AIR | GUNS | MINES)) and bool(targets)
        return flags != "actor" or bool(agents and targets)

    def _armed(self, ref: str) -> bool:
        known = self.context.authority.actors.get(ref[6:]) or self.context.registry.actors.get(ref)
        return bool(known and known.kind in {"ArmedForce", "ArmedGroup", "State", "Coalition"})

    def violation(self, token: Token, pos: str) -> Mention | None:
        """"violated the truce", "violating it" after a ceasefire was named, "violations of the ceasefire", "ceasefire violations"."""
        objects = patient_of(token) if pos == "verb" else children(token, "nmod", "compound")
        if not any(words_of(o) & TRUCES or self._truce_before(o) for o in objects) or token.pos_ not in {"VERB", "NOUN"}:
            return None
        verb, top = governor(token)
        agents = agent_of(self.context, token) if pos == "verb" else tuple(
            r for c in token.children if c.dep_ == "nmod:poss" or case(c) == "by" for r in self.context.actors(c))
        if not agents and pos == "noun" and top.dep_ == "obj" and verb.lemma_ in {"commit", "initiate", "carry", "make"}:
            agents = agent_of(self.context, verb)
        return self._mention(token, "CeasefireViolation", agents, (), self.context.locations(token), None, noun=pos == "noun")

    def airspace(self, token: Token) -> Mention | None:
        """"violated Northland's airspace"."""
        sky = next((o for o in patient_of(token) if o.lemma_ == "airspace"), None)
        if sky is None:
            return None
        owner = tuple(r for c in sky.children if c.dep_ in {"nmod:poss", "amod", "compound", "nmod"} for r in self.context.actor(c))
        return self._mention(token, "Overflight", agent_of(self.context, token), owner, self.context.locations(token), None)

    def lost_town(self, token: Token) -> Mention | None:
        """"The town fell to the rebels"."""
        head = subject(token)
        places = self.context.places(head) if head is not None else ()
        agents = tuple(r for c in children(token, "obl") if case(c) == "to" for r in self.context.actors(c))
        return self._mention(token, "TerritoryCapture", agents, (), places, None) if places and agents else None

    def fell_upon(self, token: Token) -> Mention | None:
        """"Gunmen fell upon the camp"."""
        met = next((c for c in children(token, "obl") if case(c) in {"upon", "on"}), None)
        head = subject(token)
        if met is None or not words_of(head) & (FORCES | FIGHTERS):
            return None
        targets, places = targets_of(self.context, met)
        places = tuple(dict.fromkeys(places + self.context.locations(token)))
        return self._mention(token, "GroundAssault", agent_of(self.context, token), targets, places, None) if targets or places else None

    def _truce_before(self, token: Token) -> bool:
        before = token.doc[max(0, token.i - 60):token.i]
        return token.lower_ in {"it", "them"} and any(t.lemma_.lower() in TRUCES for t in before)

    # --------------------------------------------------------------- nouns
    def noun(self, token: Token, trigger: Trigger) -> Mention | None:
        """The action that an event noun tells, or None where nothing ties it to an actor, a place or an earlier one."""
        context = self.context
        opening = token.pos_ == "PROPN" and token.is_sent_start and not context.is_name(token)  # "Shelling killed ..."
        if token.dep_ in {"compound", "amod", "flat"} or token.pos_ not in {"NOUN", "VERB"} and not opening \
                or (token.pos_ == "VERB" and not (token.dep_ in {"nsubj", "obj", "obl"} or children(token, "amod", "det"))):
            return None
        modifiers = {w for c in children(token, "amod", "compound") for w in (c.lower_, c.lemma_.lower())}
        flags, kind = trigger.flags, trigger.kind
        by = {w for c in children(token, "nmod", "obl", "obl:agent") if c.left_edge.lower_ == "by" for w in words_of(c)}
        if token.lemma_ == "strike" and (by & STRIKERS or modifiers & WALKOUTS):  # a walkout
            return None
        if office(token) or patrolmen(token):
            return None
        if any(c.lower_ == "such" for c in token.children):  # "the third such attack": the others are not told
            return None
        of = {h.lemma_.lower() for c in children(token, "nmod") if case(c) == "of" for h in context.conjuncts(c)}
        if flags in WITH and not modifiers & WITH[flags] and not (kind == "ArmsSupply" and (of | modifiers) & WEAPONS):
            return None
        if flags == "fire" and not of & {"fire", "gunfire"}:
            return None
        if modifiers & {"air", "aerial", "drone"} and kind in {"AirStrike", "Raid", "Intervention", None}:
            kind = "AirStrike"
        elif "bombing" in modifiers:
            kind = "Bombing"
        elif modifiers & GUNS and kind != "ArmsSupply":
            kind = "Shelling"
        elif flags == "military" and "ground" in modifiers:
            kind = "GroundAssault"
        verb, top = governor(token)
        agents: tuple[str, ...] = ()
        targets: tuple[str, ...] = ()
        places: tuple[str, ...] = ()
        for child in token.children:
            inside = child.dep_ in {"amod", "compound", "nmod:poss", "nmod:desc"}
            if inside or (child.dep_ in {"nmod", "obl", "obl:agent"} and case(child) in {"by", "from"}):
                agents += context.actors(child)
            elif child.dep_ in {"nmod", "obl", "obj"} and case(child) in {"of", "on", "against", "at", "for", ""}:
                more, where = targets_of(context, child, machines=token.lemma_ in DOWNS)
                targets, places = targets + more, places + where
                if kind in {"Deployment", None, "Sortie"} and token.lemma_ in {"deployment", "withdrawal"}:
                    agents, targets = agents + targets, ()
        for child in children(token, "acl:relcl"):  # "the bomb that killed four": one action
            if child.lemma_ in EFFECT and any(c.lower_ in {"that", "which"} and c.dep_ == "nsubj" for c in child.children):
                self.consumed.add(child.i)
                for harmed in patient_of(child):
                    more, where = targets_of(context, harmed)
                    targets, places = targets + more, places + where
        if verb.pos_ == "VERB" and not agents and top.dep_ in {"obl", "nmod"} and case(top) in {"of", "for"}:
            accused = blamed(verb)  # "accused X of the attack"
            agents = context.actors(accused) if accused is not None else ()
        if verb.lemma_ in {"blame", "pin"} and top.dep_ in {"obj", "nsubj:pass"}:  # "blamed the shelling of the market on the rebels"
            for c in (*children(verb, "obl"), *(t for t in top.subtree if t.dep_ == "nmod")):
                if case(c) == "on":
                    agents, targets = agents + context.actors(c), tuple(t for t in targets if t not in context.actors(c))
        accused_of, accusers = blamed_on(context, token)
        if not agents and verb.lemma_ == "claim" and top.dep_ == "obj" and (claimant := subject(verb)) is not None \
                and not any(c.lower_ in {"no", "neither"} for c in claimant.children):
            accused_of = accusers = agent_of(context, verb)  # "the rebels claimed the attack"
        agents = agents or accused_of
        if not agents and verb.lemma_ in DECIDING and top.dep_ in {"obj", "nsubj:pass"}:
            agents = agent_of(context, verb)  # "ruled out a strike"
        if not agents and kind == "ArmsSupply":
            agents = tuple(r for c in token.subtree if c.dep_ == "acl:relcl" and c.lemma_ in DECIDING for r in agent_of(context, c))
        if not agents and token.dep_ in {"nmod", "obl"} and case(token) in {"by", "with"} and (
                harm := next((a for a in token.ancestors if a.pos_ == "VERB"), None)) is not None and harm.lemma_ in HARMING and not passive(harm):
            agents = agent_of(context, harm)  # "accused them of wounding a guard by mortar fire"
        if token.dep_ == "nmod" and token.head.lemma_ in {"scene", "site"} and (scene := subject(token.head)) is not None:
            places += context.places(scene) or targets_of(context, scene)[1]  # "was the scene of clashes"
        if not agents and token.dep_ == "nmod" and token.head.lemma_ == "responsibility" and token.head.head.lemma_ == "claim":
            claimant = subject(token.head.head)
            agents = () if claimant is None or any(c.lower_ == "no" for c in claimant.children) else agent_of(context, token.head.head)
        if not agents and token.lemma_ in {"clash", "fighting", "battle", "skirmish", "firefight", "gunbattle", "gunfight", "exchange"}:
            agents = tuple(r for c in (*children(token, "nmod", "obl"), *children(verb, "obl")) if case(c) in {"between", "among"} for r in context.actors(c))
        besieged = subject(token.head if token.dep_ == "obl" else token) if case(token) == "under" else None
        if besieged is not None:  # "has been under siege"
            more, where = targets_of(context, besieged)
            targets, places = targets + more, places + where
        if verb.pos_ in {"VERB", "AUX"}:
            agents, targets, places = self._light(token, top, verb, (agents, targets, places))
        places = tuple(dict.fromkeys(places + context.locations(token)))
        definite = any(c.lower_ in {"the", "that", "this", "these", "those"} for c in token.children)
        if flags in {"definite", "acts"} and not (targets or (flags == "definite" and definite)):
            return None
        tied = agents or targets or places or (definite and token.lemma_ not in {"activity", "mission", "flight"})
        if not tied and token.lemma_ not in {"fighting", "incident"}:
            return None
        generic = token.lemma_ in GENERIC and not modifiers & (AIR | GUNS)
        mention = self._mention(token, kind, tuple(dict.fromkeys(agents)), tuple(dict.fromkeys(targets)), places, None,
                                definite=definite, generic=generic, noun=True)
        if mention is not None and accused_of and mention.report.modality == "Asserted":
            mention.report = replace(mention.report, modality="Alleged", attributed_to=accusers)
        return mention

    def _light(self, token: Token, top: Token, verb: Token, roles: tuple[tuple[str, ...], ...],
               ) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
        """Roles that a light verb ("carried out a strike") or an effect verb ("the strike hit a camp") adds."""
        agents, targets, places = roles
        done_by = (top.dep_ == "obj" and not passive(verb)) or top.dep_ == "nsubj:pass"
        if done_by and verb.lemma_ in LIGHT and not agents:
            agents = agent_of(self.context, verb)
        elif top.dep_ == "nsubj" and verb.lemma_ in EFFECT:
            for head in patient_of(verb):
                more, where = targets_of(self.context, head)
                targets, places = targets + more, places + where + self.context.locations(head)
            self.consumed.add(verb.i)
        if top.dep_ in {"obj", "nsubj:pass"} and verb.lemma_ in LIGHT:
            self.consumed.add(verb.i)
            for child in children(verb, "obl"):
                if case(child) in {"against", "on"}:
                    more, where = targets_of(self.context, child)
                    targets, places = targets + more, places + where
        return agents, targets, places

    # ------------------------------------------------------------ presence
    def presence(self, tokens: list[Token]) -> None:
        """Forces that are said to be somewhere: "there are troops in X", "countries that have forces in X"."""
        for token in tokens:
            if token.lemma_ not in {"be", "have"} or is_question(token):
                continue
            named = children(token, "nsubj") if children(token, "expl") else \
                children(token, "obj") if token.lemma_ == "have" else []
            for head in [*named, *(c for c in children(token, "conj") if named and c.pos_ in {"NOUN", "PROPN"})]:
                if not set().union(*(words_of(h) for h in self.context.conjuncts(head))) & FORCES:
                    continue
                own = agent_of(self.context, token) if token.lemma_ == "have" else ()
                told = self.context.actors(head)
                agents = tuple(a for a in told if a in self.context.named or a[6:] in self.context.authority.actors) or own or told
                places = tuple(dict.fromkeys(p for h in self.context.conjuncts(head) for p in self.context.locations(h)))
                if agents and places:
                    mention = self._mention(token, "Deployment", agents, (), places, None)
                    if mention is not None:
                        self.mentions.append(mention)

    def _mention(self, token: Token, kind: str | None, agents: tuple[str, ...], targets: tuple[str, ...],
                 places: tuple[str, ...], weapon: str | None, *, definite: bool = False, generic: bool = False,
                 noun: bool = False) -> Mention | None:
        judged: Judgement = judged_by_voice(self.context, token, judge(self.context, token))
        counted = quantity(token) if noun else next((q for h in patient_of(token) if h.lemma_.lower() not in PEOPLE
                                                     and (q := quantity(h))), None)
        targets = tuple(t for t in dict.fromkeys(targets) if t not in agents)
        report = Report(
            self._evidence(token), judged.modality, judged.attributed_to, judged.stated_in,
            trigger=Span(token.idx, token.idx + len(token)), cue_span=judged.cue, perpetrators=agents, targets=targets,
            locations=places, weapon=weapon, quantities=(counted,) if counted else (), date=self.context.date(token),
            rule="action-noun" if noun else "action-verb")
        return Mention(token.idx, kind, report, token.lemma_.lower(), definite, generic, noun)

    def _evidence(self, token: Token) -> Span:
        clause, sentence = self.context.clause(token), self.context.sentence(token)
        found = clause if sentence.covers(clause) and clause.start <= token.idx < clause.end else sentence
        if "\n" in self.context.text(found):
            found = Span(token.idx, token.idx + len(token))
        return found
