"""Disputes, a factory per state. States are reached through the product's services.

``open_dispute()`` stands at tier 1 of four; its parties lead no area and sit in no
forum. ``at_tier(2)`` has climbed; ``ruled()``, ``settled()`` have ended.
"""

from __future__ import annotations

import datetime

from forums.models import Forum
from kpis.services import kpis
from labs.models import ResultArea
from people.models import Organisation, User
from reviews.models import Dispute, Party, RulingProposal
from reviews.services import disputes, ladder, positions, rulings, settlements, voting
from tests.factories import forums as forum_factory
from tests.factories.forums import AT, SYSTEM, person_in
from tests.factories.labs import AreaFactory
from tests.factories.people import OrganisationFactory, actor, ministry_officer, post_of

DAY = datetime.timedelta(days=1)


def make_area(tiers: int = 4, **forum: object) -> ResultArea:
    """A result area whose home forum is the lowest of a ladder."""
    return AreaFactory(home_forum=forum_factory.ladder(tiers, **forum)[0])


def make_kpi(area: ResultArea, **fields: object):
    """A KPI of the area."""
    given = {"code": f"kpi-of-{area.pk}", "name": "Street crime", "unit": "cases"}
    return kpis.create(area=area, by=SYSTEM, at=AT, **{**given, **fields})


def open_dispute(
    area: ResultArea | None = None,
    parties: list[Organisation] | None = None,
    at: datetime.datetime = AT,
    **fields: object,
) -> Dispute:
    """An open dispute about a KPI, between two organisations with an officer each."""
    area = area or make_area()
    kpi = fields.pop("kpi", None) or make_kpi(area)
    if parties is None:
        parties = [OrganisationFactory(), OrganisationFactory()]
        for organisation in parties:
            ministry_officer(organisation)
    given = {
        "title": "Who counts street crime",
        "about": "value",
        "question": "Whose count is right?",
        "by": SYSTEM,
    }
    return disputes.open(parties=parties, kpi=kpi, at=at, **{**given, **fields})


def at_tier(number: int, **fields: object) -> Dispute:
    """An open dispute that has climbed to a tier, by deadlock each time."""
    dispute = open_dispute(**fields)
    while dispute.tier < number:
        ladder.climb(dispute=dispute, trigger="deadlock", reason="Stuck", by=SYSTEM, at=AT)
    return dispute


def party(dispute: Dispute, number: int = 0) -> Party:
    """The first or second party."""
    return dispute.parties.order_by("pk")[number]


def officer_of(party: Party) -> User:
    """Who speaks for a party."""
    return person_in(party.organisation.posts.order_by("pk")[0])


def by(party: Party):
    """The actor of a party's officer."""
    user = officer_of(party)
    return actor(user, post_of(user))


def state_positions(dispute: Dispute, at: datetime.datetime = AT) -> None:
    """Every party states its position at this tier."""
    for each in dispute.parties.order_by("pk"):
        positions.state(dispute=dispute, party=each, text="Ours.", by=by(each), at=at)


def propose(dispute: Dispute, number: int = 0, at: datetime.datetime = AT, **fields: object):
    """Terms of one party."""
    mine = party(dispute, number)
    given = {"terms": "We count together.", "reason": "It is fair."}
    return settlements.propose(
        dispute=dispute, party=mine, by=by(mine), at=at, **{**given, **fields}
    )


def answer(proposal, number: int = 1, assents: bool = True, at: datetime.datetime = AT):
    """One party's answer."""
    mine = party(proposal.dispute, number)
    return settlements.answer(
        proposal=proposal, party=mine, assents=assents, reason="So be it.", by=by(mine), at=at
    )


def settled(**fields: object) -> Dispute:
    """A dispute its parties settled."""
    dispute = open_dispute(**fields)
    answer(propose(dispute))
    dispute.refresh_from_db()
    return dispute


def put_ruling(dispute: Dispute, at: datetime.datetime = AT, **fields: object) -> RulingProposal:
    """A ruling before the forum that holds the dispute."""
    given = {"text": "The police count holds.", "reason": "It is the law."}
    return rulings.put(dispute=dispute, by=SYSTEM, at=at, **{**given, **fields})


def rule(proposal: RulingProposal, at: datetime.datetime = AT, choice: str = "for"):
    """Whoever presides decides the ruling."""
    post = proposal.motion.voters.select_related("post").get(presides=True).post
    return voting.vote(
        motion=proposal.motion,
        post=post,
        choice=choice,
        reason="Somebody must.",
        by=actor(person_in(post), post),
        at=at,
    )


def ruled(**fields: object) -> Dispute:
    """A dispute a forum ruled in."""
    dispute = open_dispute(**fields)
    rule(put_ruling(dispute))
    dispute.refresh_from_db()
    return dispute


def forum_at(dispute: Dispute, number: int) -> Forum:
    """The forum of a tier."""
    return dispute.tiers.get(number=number).forum
