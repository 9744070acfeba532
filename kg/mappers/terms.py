"""The contract's closed lists of terms, as the mappers check them."""

STATEMENT_KINDS = frozenset(
    "Claim Accusation Denial Demand Appeal Pledge Threat Praise Criticism Confirmation Announcement Opinion Proposal".split())
ACTION_KINDS = frozenset(
    "AirStrike Shelling GroundAssault TerritoryCapture Raid Deployment Sortie Overflight Convoy ArmsSupply Advisory "
    "CeasefireViolation Bombing Killing Intervention".split())
NEGOTIATION_KINDS = frozenset(
    "Talks Meeting PhoneCall Conference Ceasefire Agreement Mediation Resolution Summit Suspension PeaceProposal "
    "HostageTalks".split())
ACTOR_KINDS = frozenset(
    "Person State GovernmentBody ArmedForce ArmedGroup Organization Coalition MediaOrganization PopulationGroup".split())
MODALITIES = frozenset("Asserted Alleged Denied Planned Demanded Hypothetical".split())
STATUSES = frozenset("Held Planned Ongoing Suspended Agreed Violated Rejected Proposed".split())
PREDICATES = frozenset(
    "holdsOffice memberOf partOf supports opposes backedBy alliedWith designatedTerroristBy locatedIn controls".split())
