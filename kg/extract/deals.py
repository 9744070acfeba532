"""Labels of negotiations, after the modalities: "talks between Russia and Turkey suspended in Geneva"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from kg.extract.wording import head, listed, located


class Deal(NamedTuple):
    """How a negotiation is told: its noun, the words before one party and before more."""

    noun: str
    one: str = "with"
    more: str = "between"


KINDS = {
    "Talks": Deal("talks"), "Suspension": Deal("talks"), "Meeting": Deal("meeting"), "PhoneCall": Deal("phone call"),
    "Summit": Deal("summit"), "Conference": Deal("conference", more="with"), "Ceasefire": Deal("ceasefire"),
    "Agreement": Deal("agreement"), "Mediation": Deal("mediation"), "Resolution": Deal("resolution", "of", "of"),
    "PeaceProposal": Deal("proposal", "by", "by"), "HostageTalks": Deal("exchange of captives", "by"),
}
#: Words that say more than their kind.
_WORDS = {
    "PeaceProposal oppose": Deal("proposal", "opposed by", "opposed by"), "PeaceProposal offer": Deal("offer", "by", "by"),
    "PeaceProposal roadmap": Deal("roadmap", "by", "by"), "PeaceProposal plan": Deal("peace plan", "by", "by"),
    "PeaceProposal initiative": Deal("peace initiative", "by", "by"),
    "HostageTalks release": Deal("release of captives", "by", "by"), "HostageTalks free": Deal("release of captives", "by", "by"),
}
_CAPTIVES = frozenset("captives hostages prisoners detainees abductees inmates bodies".split())
#: What a status is called where its own name would not do.
_SAID = {"Agreement Agreed": "reached", "Resolution Agreed": "adopted", "PeaceProposal Proposed": "made", "HostageTalks Held": ""}
#: What a negotiation that has not happened, or is denied, can be all the same.
_UNREAL = {"Suspended", "Violated", "Rejected"}


def negotiation(kind: str | None, word: str, status: str, parties: Sequence[str], mediators: Sequence[str],
                places: Sequence[str]) -> str:
    """"talks between Russia and Turkey suspended in Geneva"; an empty ``status`` says nothing of how it stands."""
    how = _WORDS.get(f"{kind} {word}") or KINDS.get(kind or "", KINDS["Talks"])
    parties = list(dict.fromkeys(parties))
    text = how.noun
    held = [p for p in parties if head(p).lower() in _CAPTIVES]
    if held and text.endswith(" captives"):  # they are who is let go, not who agrees to it
        text, parties = text.removesuffix("captives") + listed(held), [p for p in parties if p not in held]
    if kind == "Mediation" and mediators:
        text += f" by {listed(mediators)}"
    if parties:
        text += f" {how.one if len(parties) == 1 else how.more} {listed(parties)}"
    bare = text == how.noun
    understood = how.one == "opposed by" or status == "Held" and not bare or status == "Ongoing" and not (bare and not places)
    said = "" if understood else _SAID.get(f"{kind} {status}", "under way" if status == "Ongoing" else status.lower())
    return text + (f" {said}" if said else "") + located(places)


def said_status(told: Sequence[tuple[str, str | None]]) -> str:
    """The status that a label says, from the (modality, status) of the reports; "" for one that the modalities say already.

    The first of what is told as real, else one that can be of what is not.
    """
    real = next((s for m, s in told if s and m in {"Asserted", "Alleged"}), None)
    unreal = next((s for m, s in told if s in _UNREAL and not (m == "Denied" and s == "Rejected")), None)
    return real or unreal or ""
